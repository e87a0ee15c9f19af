-- The audit log is forgotten by its age and in no other way: the module itself may not delete from it.
CREATE FUNCTION forget_audit(age_s bigint, most bigint) RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER
	SET search_path = auth, pg_temp AS $$
	WITH gone AS (
		DELETE FROM audit_log WHERE id IN (
			SELECT id FROM audit_log WHERE created_at < now() - greatest(age_s, 30 * 86400) * interval '1 second'
			ORDER BY created_at LIMIT most)
		RETURNING id)
	SELECT count(*) FROM gone
$$;
REVOKE ALL ON FUNCTION forget_audit FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_audit TO vobe_auth;
