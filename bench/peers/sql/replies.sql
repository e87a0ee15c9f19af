-- The first $3 replies to each of the comments $2 of post $1, oldest first.
SELECT c.id, c.post_id, CASE WHEN NOT c.is_deleted THEN c.user_id END AS user_id, CASE WHEN NOT c.is_deleted THEN u.username END AS username,
       c.parent_id, CASE WHEN NOT c.is_deleted THEN c.content END AS content, c.depth, c.replies_count, c.is_edited, c.is_deleted,
       c.created_at, c.updated_at
FROM unnest($2::uuid[]) AS parent (id)
CROSS JOIN LATERAL (
	SELECT * FROM comment.comments
	WHERE post_id = $1 AND parent_id = parent.id AND is_shown ORDER BY created_at, id LIMIT $3) c
LEFT JOIN auth.users u ON u.id = c.user_id AND u.deleted_at IS NULL
ORDER BY c.created_at, c.id
