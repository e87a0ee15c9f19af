-- pg_trgm leaves `public`, which no role of a module may use any more, for the schema that is there for extensions. Made
-- anew, with the indexes that need it: only a superuser may move what belongs to an extension.
DO $$
DECLARE
	definitions text[] := ARRAY(SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE EXISTS (
		SELECT FROM unnest(i.indclass) o JOIN pg_opclass c ON c.oid = o WHERE c.opcname = 'gin_trgm_ops'));
	definition text;
BEGIN
	DROP EXTENSION pg_trgm CASCADE;
	CREATE EXTENSION pg_trgm SCHEMA extensions;
	FOREACH definition IN ARRAY definitions LOOP
		EXECUTE definition;
	END LOOP;
END $$;

-- Loads pg_trgm into this session: a setting that no loaded library knows may be named by superusers only.
SELECT extensions.show_limit();

-- As in 0002, by the function's new place.
CREATE OR REPLACE FUNCTION neighbours(asked_kind text, typed text, shortest bigint, longest bigint)
	RETURNS TABLE (word text, df integer) LANGUAGE plpgsql STABLE SET pg_trgm.similarity_threshold = 0.14 AS $$
BEGIN
	RETURN QUERY SELECT v.word, v.df FROM vocabulary v
		WHERE v.word % typed AND v.kind = asked_kind AND length(v.word) BETWEEN shortest AND longest
		ORDER BY extensions.similarity(v.word, typed) DESC, v.df DESC, v.word LIMIT 100;
END $$;
