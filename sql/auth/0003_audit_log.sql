-- What was done to accounts, by whom. Rows are added and never changed, not even by the module itself.

CREATE TABLE audit_log (
	id         uuid        PRIMARY KEY,
	created_at timestamptz NOT NULL,
	actor_id   uuid, -- null: the operator, or the server itself
	target_id  uuid,
	action     text        NOT NULL,
	details    jsonb       NOT NULL,
	ip         text,
	request_id text
);
CREATE INDEX audit_log_created_at ON audit_log (created_at, id);
CREATE INDEX audit_log_target_id ON audit_log (target_id, created_at, id);
CREATE INDEX audit_log_actor_id ON audit_log (actor_id, created_at, id);

REVOKE UPDATE, DELETE, TRUNCATE ON audit_log FROM vobe_auth;
