-- A page of published posts, newest first, behind ($1, $2): $3 of them.
SELECT p.id, p.title, p.slug, p.description, p.status, p.author_id, u.username AS author_username, p.primary_artist_id,
       a.name AS artist_name, a.slug AS artist_slug, p.featured_artist_ids, p.tags, p.cover_image_url, p.views_count,
       coalesce(c.visible_count, 0) AS comments_count, p.comments_enabled, p.created_at, p.updated_at, p.published_at
FROM content.posts p
LEFT JOIN auth.users u ON u.id = p.author_id AND u.deleted_at IS NULL
LEFT JOIN artist.artists a ON a.id = p.primary_artist_id AND NOT a.is_deleted
LEFT JOIN comment.comment_counts c ON c.post_id = p.id
WHERE p.status = 'published' AND NOT p.is_deleted AND (p.published_at, p.id) < ($1, $2)
ORDER BY p.published_at DESC, p.id DESC
LIMIT $3
