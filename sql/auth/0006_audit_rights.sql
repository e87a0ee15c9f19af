-- Rows of the audit log are added and read. As a comment it outlives a dump that is restored where the role is not; every
-- `migrate up` gives exactly this.
COMMENT ON TABLE audit_log IS 'rights: SELECT, INSERT';
