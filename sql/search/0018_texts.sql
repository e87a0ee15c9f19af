-- What posts say stands in the content module, and nowhere a second time: it is asked for what a hit shows, and whether a phrase stands in it.
-- `content` has the name that the original design gives the field; its words are in doc, and the column stays empty. That a document was made of
-- what its post says now is seen by the hash.
ALTER TABLE posts_index ALTER content DROP NOT NULL, ADD content_hash bigint;

-- Which of the patterns, a bit for each, stand in one of the fields. U+E000 parts them, as in has_phrases.
CREATE FUNCTION phrases_in(patterns text[], VARIADIC fields text[])
	RETURNS bigint LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
	all_fields text := array_to_string(fields, U&'\E000');
	fits bigint := 0;
BEGIN
	FOR n IN 1 .. cardinality(patterns) LOOP
		IF all_fields ~* patterns[n] THEN
			fits := fits | 1::bigint << (n - 1);
		END IF;
	END LOOP;
	RETURN fits;
END $$;

-- The documents are written again by the job that rebuilds, without their texts; the room of those is free for others when a vacuum has passed.
INSERT INTO rebuild (asked_at) SELECT now() WHERE EXISTS (SELECT FROM inbox_cursor WHERE off > 0) -- what is new has nothing to write again
	ON CONFLICT (is_only) DO UPDATE SET asked_at = now();
