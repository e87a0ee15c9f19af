-- Session $2 of user $1 begins, with a refresh token of which $3 is the SHA-256 in hexadecimal; it ends after $4 seconds without use.
WITH seen AS (
	UPDATE auth.users SET last_login = now() WHERE id = $1
), begun AS (
	INSERT INTO auth.sessions (id, user_id, created_at, last_used_at, expires_at)
	VALUES ($2, $1, now(), now(), now() + $4 * interval '1 second')
	RETURNING id, user_id, created_at, expires_at
), kept AS (
	INSERT INTO auth.refresh_tokens (token, session_id, user_id, created_at, expires_at)
	SELECT $3, id, user_id, created_at, expires_at FROM begun
)
INSERT INTO peers.outbox (topic, aggregate_id, payload)
SELECT 'session.created', user_id, jsonb_build_object('user_id', user_id, 'session_id', id) FROM begun
