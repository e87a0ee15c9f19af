-- A session begins with a password and lives by its refresh tokens: each is used once and makes its successor.

CREATE TABLE sessions (
	id           uuid        PRIMARY KEY,
	user_id      uuid        NOT NULL REFERENCES users (id),
	created_at   timestamptz NOT NULL,
	last_used_at timestamptz NOT NULL,
	expires_at   timestamptz NOT NULL, -- slides with each refresh, up to an age that the settings name
	ended_at     timestamptz,
	end_reason   text,
	ip           text,
	user_agent   text,
	CONSTRAINT sessions_end CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
	CONSTRAINT sessions_ip CHECK (length(ip) <= 64),
	CONSTRAINT sessions_user_agent CHECK (length(user_agent) <= 255)
);
CREATE INDEX sessions_user_id ON sessions (user_id, id);
CREATE INDEX sessions_ended_at ON sessions (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX sessions_expires_at ON sessions (expires_at);

-- Only hashes: who reads this table cannot sign in. Used ones stay until they expire, so that a stolen one is noticed.
CREATE TABLE refresh_tokens (
	token_hash bytea       PRIMARY KEY, -- SHA-256
	session_id uuid        NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
	user_id    uuid        NOT NULL REFERENCES users (id),
	created_at timestamptz NOT NULL,
	expires_at timestamptz NOT NULL,
	used_at    timestamptz,
	CONSTRAINT refresh_tokens_hash CHECK (octet_length(token_hash) = 32)
);
CREATE INDEX refresh_tokens_session_id ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_user_id ON refresh_tokens (user_id);
CREATE INDEX refresh_tokens_expires_at ON refresh_tokens (expires_at);
