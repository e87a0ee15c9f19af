-- Comment $4: user $2 says $3 about post $1. The comment, the post's counter and what is told of it, in one statement and so in one transaction.
WITH counted AS (
	INSERT INTO comment.comment_counts AS c (post_id, visible_count)
	SELECT id, 1 FROM content.posts WHERE id = $1 AND status = 'published' AND NOT is_deleted AND comments_enabled
	ON CONFLICT (post_id) DO UPDATE SET visible_count = c.visible_count + 1
	RETURNING post_id
), written AS (
	INSERT INTO comment.comments (id, post_id, user_id, content, created_at, updated_at)
	SELECT $4, post_id, $2, $3, date_trunc('milliseconds', now()), date_trunc('milliseconds', now()) FROM counted
	RETURNING *
), told AS (
	INSERT INTO peers.outbox (topic, aggregate_id, payload)
	SELECT 'comment.created', post_id, jsonb_build_object('comment_id', id, 'post_id', post_id, 'user_id', user_id, 'created_at', created_at)
	FROM written
)
SELECT w.id, w.post_id, w.user_id, u.username, w.parent_id, w.content, w.depth, w.replies_count, w.is_edited, w.is_deleted, w.created_at, w.updated_at
FROM written w LEFT JOIN auth.users u ON u.id = w.user_id AND u.deleted_at IS NULL
