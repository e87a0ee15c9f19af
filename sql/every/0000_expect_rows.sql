-- Demands a row count inside a change: a miss aborts the whole transaction on the server (src/db/statement.c wraps the
-- statements that declare `rows` in a call of it, and recognises the SQLSTATE).
CREATE FUNCTION expect_rows(touched bigint, wanted bigint) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	IF touched <> wanted THEN
		RAISE EXCEPTION 'touched % rows instead of %', touched, wanted USING ERRCODE = 'VB001';
	END IF;
	RETURN true;
END
$$;
