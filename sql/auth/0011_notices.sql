-- A new address takes the old one's place when a letter has proven it, and owners are told what becomes of their accounts.

ALTER TABLE users ADD new_email text CONSTRAINT users_new_email_check CHECK (char_length(new_email) BETWEEN 3 AND 254);

ALTER TABLE links
	DROP CONSTRAINT links_kind_check,
	ADD CONSTRAINT links_kind_check CHECK (kind IN ('reset', 'verify', 'new_email', 'notice', 'email_asked', 'email_changed', 'password_changed', 'deleted')),
	ADD session_id uuid, -- new_email: who asked for it, and stays signed in
	ADD name text;       -- deleted: the account's, which has none any more
