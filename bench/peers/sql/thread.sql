-- A page of what answers post $1 itself, oldest first, behind ($2, $3): $4 of them. A deleted one that was answered has neither words nor writer.
SELECT c.id, c.post_id, CASE WHEN NOT c.is_deleted THEN c.user_id END AS user_id, CASE WHEN NOT c.is_deleted THEN u.username END AS username,
       c.parent_id, CASE WHEN NOT c.is_deleted THEN c.content END AS content, c.depth, c.replies_count, c.is_edited, c.is_deleted,
       c.created_at, c.updated_at
FROM content.posts p
JOIN comment.comments c ON c.post_id = p.id
LEFT JOIN auth.users u ON u.id = c.user_id AND u.deleted_at IS NULL
WHERE p.id = $1 AND p.status <> 'draft' AND NOT p.is_deleted
      AND c.parent_id IS NULL AND c.is_shown AND (c.created_at, c.id) > ($2, $3)
ORDER BY c.created_at, c.id
LIMIT $4
