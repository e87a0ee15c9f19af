-- Signs as they were typed tell equal names apart, whatever else the documents hold; a name within the question is worth less than
-- one that is the question but for a slip.
CREATE OR REPLACE FUNCTION called(exact tsvector, same tsquery, named tsquery, near tsquery, within tsquery)
	RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT CASE WHEN exact @@ same THEN 1.3 WHEN exact @@ named THEN 1 WHEN exact @@ near THEN 0.93
		WHEN exact @@ within THEN 0.62 ELSE 0 END
$$;
