-- A repeated request gets the headers of the first answer too.
ALTER TABLE idempotency_keys
	ADD COLUMN etag    text,
	ADD COLUMN headers text NOT NULL DEFAULT '';

-- By which the installation knows again what it has handed out: cursors, versions in ETags. 244 random bits.
CREATE TABLE installation_secret (
	is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
	secret  bytea   NOT NULL
);
INSERT INTO installation_secret (secret)
VALUES (decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));
