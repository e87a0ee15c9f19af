-- Answers to writes that carried an Idempotency-Key, stored in the transaction of the write itself: a repeated request gets
-- the very same answer. `body_hash` covers method, path and body. Rows are kept for 24 hours. Guests have no user_id.
CREATE TABLE idempotency_keys (
	user_id    uuid,
	key        text        NOT NULL,
	body_hash  bytea       NOT NULL,
	status     smallint    NOT NULL,
	response   bytea       NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT idempotency_keys_once UNIQUE NULLS NOT DISTINCT (user_id, key)
);
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);
