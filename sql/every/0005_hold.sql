-- Lets nobody else write the table until the transaction ends (PostgreSQL 13.3.1). In a function, since a pipeline's transaction takes no
-- LOCK of its own.
CREATE FUNCTION hold(held regclass) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', held);
END $$;
