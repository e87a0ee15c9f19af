-- What a letter proves: that its reader reads the mail of an address. The token is in the letter alone, its hash is here.

ALTER TABLE users ADD locale text COLLATE "C" NOT NULL DEFAULT 'en' CONSTRAINT users_locale_check CHECK (locale IN ('en', 'ru'));
ALTER TABLE users ADD email_verified_at timestamptz;

CREATE TABLE links (
	id         uuid PRIMARY KEY,
	user_id    uuid NOT NULL REFERENCES users (id),
	kind       text COLLATE "C" NOT NULL CONSTRAINT links_kind_check CHECK (kind IN ('reset', 'verify', 'notice')),
	address    text NOT NULL CONSTRAINT links_address_check CHECK (char_length(address) BETWEEN 3 AND 254),
	token      text COLLATE "C" CONSTRAINT idx_links_token UNIQUE, -- SHA-256 in hexadecimal; null until the letter is written
	created_at timestamptz NOT NULL,
	expires_at timestamptz NOT NULL,
	used_at    timestamptz
);
CREATE INDEX idx_links_user_id ON links (user_id, created_at);
CREATE INDEX idx_links_expires_at ON links (expires_at);
