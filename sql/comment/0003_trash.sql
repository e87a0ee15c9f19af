-- What a user deleted, latest first.

CREATE INDEX idx_comments_trash ON comments (user_id, deleted_at DESC, id DESC) WHERE is_deleted;
