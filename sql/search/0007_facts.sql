-- Filters are answered by the text indexes: what they ask for stands in doc and exact as facts (":tag:rock"). The documents
-- are written again by the job that rebuilds, while the index answers; until one is, no filter finds it.

ALTER TABLE tracks_index ADD release_date text; -- of the album

INSERT INTO rebuild (asked_at) SELECT now() WHERE EXISTS (SELECT FROM inbox_cursor WHERE off > 0) -- what is new has nothing to write again
	ON CONFLICT (is_only) DO UPDATE SET asked_at = now();
