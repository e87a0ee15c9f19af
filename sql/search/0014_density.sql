-- Four posts of some 900 characters stand on a page where there were two: what ranks stays in the row, a text moves out of it where the
-- row has more than a quarter of a page, compressed as fast as can be, and long facts and names are numbers in doc and exact.

ALTER TABLE posts_index RESET (toast_tuple_target);
ALTER TABLE posts_index
	ALTER title SET STORAGE MAIN, ALTER slug SET STORAGE MAIN, ALTER author_username SET STORAGE MAIN,
	ALTER artist_ids SET STORAGE MAIN, ALTER artist_names SET STORAGE MAIN, ALTER status SET STORAGE MAIN,
	ALTER tags SET STORAGE MAIN, ALTER plain SET STORAGE MAIN, ALTER forms SET STORAGE MAIN;

DO $$
BEGIN
	IF EXISTS (SELECT FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)) THEN
		ALTER TABLE posts_index ALTER content SET COMPRESSION lz4, ALTER description SET COMPRESSION lz4,
			ALTER doc SET COMPRESSION lz4, ALTER exact SET COMPRESSION lz4;
	END IF;
END $$;

-- Facts of doc and exact answer what these did.
DROP INDEX idx_posts_index_artist_ids;
DROP INDEX idx_posts_index_author_id;

INSERT INTO rebuild (asked_at) SELECT now() WHERE EXISTS (SELECT FROM inbox_cursor WHERE off > 0) -- what is new has nothing to write again
	ON CONFLICT (is_only) DO UPDATE SET asked_at = now();
