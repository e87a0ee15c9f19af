-- Accounts: what became of them, and which names are taken.

-- name: news_since
SELECT id, ended_at AS at,
false AS is_superuser, false AS is_moderator, 0::bigint AS version
FROM sessions
WHERE ended_at > $since AND ($user_id::uuid IS NULL OR user_id = $user_id)
UNION ALL
SELECT id, role_changed_at, is_superuser, is_moderator, version
FROM users
WHERE role_changed_at > $since AND ($user_id::uuid IS NULL OR id = $user_id);

-- name: names_look_up
SELECT EXISTS (SELECT FROM users WHERE email_fold = $email_fold AND id <> $id) AS email,
EXISTS (SELECT FROM users WHERE username_fold = $username_fold AND id <> $id)
OR EXISTS (SELECT FROM users
WHERE username_skeleton = $username_skeleton AND id <> $id)
OR EXISTS (SELECT FROM retired_names
WHERE (username_fold = $username_fold OR username_skeleton = $username_skeleton)
AND user_id IS DISTINCT FROM $id AND retired_at > now() - interval '90 days')
AS username;

-- name: audit_page
SELECT $* FROM audit_log
WHERE ($actor_id::uuid IS NULL OR actor_id = $actor_id)
AND ($target_id::uuid IS NULL OR target_id = $target_id)
AND ($action::text IS NULL OR action = $action)
AND ($after::timestamptz IS NULL OR created_at >= $after)
AND (created_at, id) < ($before, $before_id)
ORDER BY created_at DESC, id DESC LIMIT $limit;
