-- Threads under posts. Every write to the comments of a post begins with the post's row in comment_counts: that orders them,
-- so that the counts below can be kept by plain arithmetic.

CREATE TABLE comment_counts (
	post_id       uuid   PRIMARY KEY,
	visible_count bigint NOT NULL DEFAULT 0,
	CONSTRAINT comment_counts_floor CHECK (visible_count >= 0)
) WITH (fillfactor = 50);

CREATE TABLE comments (
	id            uuid        PRIMARY KEY,
	post_id       uuid        NOT NULL,
	user_id       uuid        NOT NULL,
	parent_id     uuid        REFERENCES comments ON DELETE RESTRICT,
	content       text        NOT NULL CHECK (char_length(content) BETWEEN 1 AND 10000),
	depth         bigint      NOT NULL DEFAULT 0 CHECK (depth BETWEEN 0 AND 50),
	-- Direct replies that are shown; see is_shown.
	replies_count bigint      NOT NULL DEFAULT 0 CHECK (replies_count >= 0),
	is_edited     boolean     NOT NULL DEFAULT false,
	created_at    timestamptz NOT NULL,
	updated_at    timestamptz NOT NULL,
	is_deleted    boolean     NOT NULL DEFAULT false,
	deleted_at    timestamptz,
	deleted_by    uuid,
	version       bigint      NOT NULL DEFAULT 1,
	-- A deleted comment stays as a tombstone while something shown hangs on it.
	is_shown      boolean     NOT NULL GENERATED ALWAYS AS (NOT is_deleted OR replies_count > 0) STORED,
	CONSTRAINT comments_deleted CHECK (is_deleted = (deleted_at IS NOT NULL)),
	CONSTRAINT comments_depth CHECK ((parent_id IS NULL) = (depth = 0))
) WITH (fillfactor = 90);

-- One index pages every branch at every level, the roots (parent_id null) too; one the whole thread as it was written.
CREATE INDEX comments_branch ON comments (post_id, parent_id, created_at, id) WHERE is_shown;
CREATE INDEX comments_post   ON comments (post_id, created_at, id) WHERE is_shown;
CREATE INDEX comments_user   ON comments (user_id, created_at, id) WHERE NOT is_deleted;
-- What the foreign key looks for when a comment is purged.
CREATE INDEX comments_parent ON comments (parent_id) WHERE parent_id IS NOT NULL;
