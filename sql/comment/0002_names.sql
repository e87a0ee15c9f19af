-- The original design's names, defaults and keys. Nothing is rewritten.

ALTER TABLE comments
	ALTER id SET DEFAULT gen_random_uuid(), ALTER created_at SET DEFAULT now(), ALTER updated_at SET DEFAULT now(),
	DROP CONSTRAINT comments_parent_id_fkey,
	-- The server marks and never deletes; an operator who deletes a comment takes the branch along.
	ADD CONSTRAINT comments_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES comments ON DELETE CASCADE;

ALTER INDEX comments_post   RENAME TO idx_comments_post_id;
ALTER INDEX comments_branch RENAME TO idx_comments_branch;
ALTER INDEX comments_user   RENAME TO idx_comments_user_id;
ALTER INDEX comments_parent RENAME TO idx_comments_parent_id;
-- The newest of all, for who asks the database.
CREATE INDEX idx_comments_created_at ON comments (created_at DESC, id DESC) WHERE is_shown;
