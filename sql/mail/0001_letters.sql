-- Letters to members: written by an event, sent by a job, kept without their text when they are sent or given up.

CREATE TABLE letters (
	id         uuid PRIMARY KEY, -- of the link it carries, so that an event heard twice writes one letter; also its Message-ID
	kind       text COLLATE "C" NOT NULL,
	recipient  text NOT NULL CONSTRAINT letters_recipient_check CHECK (char_length(recipient) BETWEEN 3 AND 254),
	subject    text, -- null, as the text is, once it is sent or given up: a link in it may still open a door
	body       text,
	status     text COLLATE "C" NOT NULL DEFAULT 'waiting' CONSTRAINT letters_status_check CHECK (status IN ('waiting', 'sent', 'failed')),
	tries      integer NOT NULL DEFAULT 0 CONSTRAINT letters_tries_check CHECK (tries >= 0),
	next_at    timestamptz NOT NULL, -- when it is tried next; a server that has taken it moves this on first
	expires_at timestamptz NOT NULL, -- of the link: nobody wants the letter after that
	fault      text, -- the mail server's last word, or why there was none
	created_at timestamptz NOT NULL,
	sent_at    timestamptz,
	CONSTRAINT letters_body_check CHECK ((status = 'waiting') = (body IS NOT NULL))
);
CREATE INDEX idx_letters_next_at ON letters (next_at) WHERE status = 'waiting';
CREATE INDEX idx_letters_created_at ON letters (created_at DESC, id DESC);
