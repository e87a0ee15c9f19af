-- Why nothing came of it: no row when nobody may see post $1, else whether it may be commented on.
SELECT comments_enabled AND status = 'published' AS is_open FROM content.posts WHERE id = $1 AND status <> 'draft' AND NOT is_deleted
