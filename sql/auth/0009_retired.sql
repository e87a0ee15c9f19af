-- Names that somebody had: for 90 days nobody else can take them, nor what looks like them.

CREATE TABLE retired_names (
	username_fold     text        PRIMARY KEY,
	username_skeleton text        NOT NULL,
	user_id           uuid        REFERENCES users (id), -- who had it and may take it back; null: an account that is deleted
	retired_at        timestamptz NOT NULL
);
CREATE INDEX idx_retired_names_username_skeleton ON retired_names (username_skeleton);
CREATE INDEX idx_retired_names_user_id           ON retired_names (user_id);
CREATE INDEX idx_retired_names_retired_at        ON retired_names (retired_at);

-- Sessions of a deleted account say nothing of who it was.
UPDATE sessions s SET ip = NULL, user_agent = NULL FROM users u WHERE u.id = s.user_id AND u.deleted_at IS NOT NULL;
