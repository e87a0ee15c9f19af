-- Sessions and their refresh tokens.

-- name: session_insert
WITH begun AS (
	INSERT INTO sessions
	(id, user_id, created_at, last_used_at, expires_at, ip, user_agent)
	VALUES ($id, $user_id, $now, $now, $expires_at, $ip, $user_agent))
INSERT INTO refresh_tokens (token, session_id, user_id, created_at, expires_at)
VALUES ($token, $id, $user_id, $now, $expires_at);

-- name: refresh_rotate
WITH used AS (
	UPDATE refresh_tokens t SET used_at = $now
	FROM sessions s JOIN users u ON u.id = s.user_id
	WHERE t.token = $token AND t.used_at IS NULL AND t.expires_at > $now
	AND s.id = t.session_id AND s.ended_at IS NULL AND s.created_at > $oldest
	AND u.is_active
	RETURNING t.session_id, t.user_id, u.is_superuser, u.is_moderator,
	LEAST($expires_at, s.created_at + ($now::timestamptz - $oldest::timestamptz))
	AS expires_at),
kept AS (
	UPDATE sessions s SET last_used_at = $now, expires_at = used.expires_at,
	ip = $ip, user_agent = $user_agent
	FROM used WHERE s.id = used.session_id),
successor AS (
	INSERT INTO refresh_tokens (token, session_id, user_id, created_at, expires_at)
	SELECT $successor, session_id, user_id, $now, expires_at FROM used)
SELECT session_id, user_id, is_superuser, is_moderator FROM used;

-- name: refresh_look_up
SELECT t.session_id, t.user_id, t.used_at, u.is_superuser, u.is_moderator,
s.ended_at IS NULL AND s.expires_at > $now AND u.is_active AS is_live
FROM refresh_tokens t
JOIN sessions s ON s.id = t.session_id
JOIN users u ON u.id = t.user_id
WHERE t.token = $token;
