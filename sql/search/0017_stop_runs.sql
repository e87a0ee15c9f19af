-- Three stop words side by side are a lexeme of doc, so that phrases of nothing else are found in texts too.
INSERT INTO rebuild (asked_at) SELECT now() WHERE EXISTS (SELECT FROM inbox_cursor WHERE off > 0) -- what is new has nothing to write again
	ON CONFLICT (is_only) DO UPDATE SET asked_at = now();
