-- A comment is in as few indexes as its lists need, each page of an index being written with it.

-- The whole thread and its roots in one: least(depth, 1) is 0 of what answers the post, 1 of all below. A range of each is in
-- order of time, and the thread is the two of them merged.
DROP INDEX idx_comments_post_id, idx_comments_branch;
CREATE INDEX idx_comments_post_id ON comments (post_id, least(depth, 1), created_at, id) WHERE is_shown;

-- The replies to one comment in order of time, and what the foreign key looks for when it is purged.
DROP INDEX idx_comments_parent_id;
CREATE INDEX idx_comments_parent_id ON comments (parent_id, is_shown, created_at, id) WHERE parent_id IS NOT NULL;

-- For who asks the database, in either order: rising, so that what is new is written at the end.
DROP INDEX idx_comments_created_at;
CREATE INDEX idx_comments_created_at ON comments (created_at);
