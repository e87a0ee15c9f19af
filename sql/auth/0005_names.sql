-- The original design's names, types, defaults and keys. refresh_tokens alone is written anew.

-- A row without a password holds '!', as in shadow(5): no hash is equal to it.
ALTER TABLE users DROP CONSTRAINT users_deleted;
UPDATE users SET hashed_password = '!' WHERE hashed_password IS NULL;
ALTER TABLE users
	ALTER id SET DEFAULT gen_random_uuid(),
	ALTER created_at SET DEFAULT now(),
	ALTER updated_at SET DEFAULT now(),
	ALTER email TYPE varchar(255),
	ALTER hashed_password SET NOT NULL,
	ADD CONSTRAINT users_hashed_password_check CHECK (char_length(hashed_password) <= 255),
	ADD CONSTRAINT users_deleted CHECK (deleted_at IS NULL OR NOT is_active AND hashed_password = '!');

-- What is unique without letter case is unique; these two are for who asks the database.
CREATE UNIQUE INDEX idx_users_email    ON users (email) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX idx_users_username ON users (username) WHERE deleted_at IS NULL;
ALTER TABLE users RENAME CONSTRAINT users_email_key    TO idx_users_email_fold;
ALTER TABLE users RENAME CONSTRAINT users_username_key TO idx_users_username_fold;
ALTER TABLE users RENAME CONSTRAINT users_skeleton_key TO idx_users_username_skeleton;
ALTER INDEX users_created_at      RENAME TO idx_users_created_at;
ALTER INDEX users_superusers      RENAME TO idx_users_superusers;
ALTER INDEX users_role_changed_at RENAME TO idx_users_role_changed_at;

ALTER INDEX sessions_user_id    RENAME TO idx_sessions_user_id;
ALTER INDEX sessions_ended_at   RENAME TO idx_sessions_ended_at;
ALTER INDEX sessions_expires_at RENAME TO idx_sessions_expires_at;

-- `token` is the SHA-256 of the token in hexadecimal, never the token.
ALTER TABLE refresh_tokens RENAME token_hash TO token;
ALTER TABLE refresh_tokens
	DROP CONSTRAINT refresh_tokens_pkey,
	DROP CONSTRAINT refresh_tokens_hash,
	ALTER token TYPE text USING encode(token, 'hex'),
	ALTER created_at SET DEFAULT now(),
	ADD id uuid DEFAULT gen_random_uuid() CONSTRAINT refresh_tokens_pkey PRIMARY KEY,
	ADD CONSTRAINT idx_refresh_tokens_token UNIQUE (token),
	ADD CONSTRAINT refresh_tokens_token_check CHECK (char_length(token) = 64);
ALTER INDEX refresh_tokens_session_id RENAME TO idx_refresh_tokens_session_id;
ALTER INDEX refresh_tokens_user_id    RENAME TO idx_refresh_tokens_user_id;
ALTER INDEX refresh_tokens_expires_at RENAME TO idx_refresh_tokens_expires_at;

ALTER INDEX audit_log_created_at RENAME TO idx_audit_log_created_at;
ALTER INDEX audit_log_target_id  RENAME TO idx_audit_log_target_id;
ALTER INDEX audit_log_actor_id   RENAME TO idx_audit_log_actor_id;
ALTER INDEX signing_keys_current RENAME TO idx_signing_keys_current;
