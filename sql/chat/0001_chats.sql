-- Chats with the assistant: sessions, their messages, and how much of a day's tokens each account has used.

CREATE TABLE chat_sessions (
	id         uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
	user_id    uuid        NOT NULL,
	title      text        CHECK (char_length(title) BETWEEN 1 AND 255),
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	version    bigint      NOT NULL DEFAULT 1
) WITH (fillfactor = 80);
CREATE INDEX idx_chat_sessions_user_id ON chat_sessions (user_id, updated_at DESC, id DESC);

CREATE TABLE chat_messages (
	id                uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
	session_id        uuid        NOT NULL REFERENCES chat_sessions ON DELETE CASCADE,
	user_id           uuid        NOT NULL, -- the session's: what is under way is counted by it
	role              text        NOT NULL CHECK (role IN ('user', 'assistant', 'system')),
	content           text        NOT NULL,
	status            text        NOT NULL DEFAULT 'completed'
	                  CHECK (status IN ('pending', 'streaming', 'completed', 'stopped', 'interrupted', 'failed', 'length')),
	question_id       uuid, -- of an answer: what it answers
	model             text,
	finish_reason     text,
	prompt_tokens     bigint,
	completion_tokens bigint,
	tokens_used       bigint,
	tokens_estimated  boolean     NOT NULL DEFAULT false,
	error_code        text,
	first_token_ms    bigint,
	latency_ms        bigint,
	sources           jsonb,
	idempotency_key   text,
	reserved          bigint      NOT NULL DEFAULT 0, -- tokens that an answer under way may use
	alive_at          timestamptz NOT NULL DEFAULT now(), -- while it is under way, renewed by the instance that makes it
	created_at        timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 80);
CREATE INDEX idx_chat_messages_session_id ON chat_messages (session_id, id);
CREATE INDEX idx_chat_messages_created_at ON chat_messages (created_at);

-- One answer at a time in a session, whichever instance is asked; and one question for one Idempotency-Key.
CREATE UNIQUE INDEX idx_chat_messages_running ON chat_messages (session_id) WHERE status IN ('pending', 'streaming');
CREATE UNIQUE INDEX idx_chat_messages_once ON chat_messages (session_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX idx_chat_messages_under_way ON chat_messages (user_id, alive_at) WHERE status IN ('pending', 'streaming');

CREATE TABLE chat_usage (
	user_id uuid   NOT NULL,
	day     date   NOT NULL, -- UTC
	used    bigint NOT NULL DEFAULT 0 CHECK (used >= 0),
	PRIMARY KEY (user_id, day)
) WITH (fillfactor = 80);
CREATE INDEX idx_chat_usage_day ON chat_usage (day);

-- Where chat.superusers_read lets superusers read what is not theirs, each reading leaves a row.
CREATE TABLE chat_accesses (
	id         uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
	session_id uuid        NOT NULL,
	reader_id  uuid        NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_chat_accesses_created_at ON chat_accesses (created_at);
