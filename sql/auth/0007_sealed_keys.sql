-- A seed is 32 bytes, or 72: sealed with a key that is not in the database, a nonce and a tag with it (XSalsa20-Poly1305).
ALTER TABLE signing_keys
	DROP CONSTRAINT signing_keys_seed,
	ADD CONSTRAINT signing_keys_seed CHECK (octet_length(seed) IN (32, 72));
