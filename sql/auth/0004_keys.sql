-- Keys that all instances of the server share.

-- Ed25519 seeds that sign access tokens. One is current; those it replaced verify until their last token has expired.
CREATE TABLE signing_keys (
	kid         text        PRIMARY KEY, -- RFC 7638 thumbprint
	seed        bytea       NOT NULL,
	created_at  timestamptz NOT NULL,
	replaced_at timestamptz,
	CONSTRAINT signing_keys_seed CHECK (octet_length(seed) = 32)
);
CREATE UNIQUE INDEX signing_keys_current ON signing_keys ((true)) WHERE replaced_at IS NULL;

CREATE TABLE secrets (
	name       text        PRIMARY KEY,
	value      bytea       NOT NULL,
	created_at timestamptz NOT NULL
);
