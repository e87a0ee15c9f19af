-- That a session was, and whose, for as long as a client may ask again to erase it. Nothing of what was said.

CREATE TABLE erased_sessions (
	id        uuid        PRIMARY KEY,
	user_id   uuid        NOT NULL,
	erased_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_erased_sessions_erased_at ON erased_sessions (erased_at);
