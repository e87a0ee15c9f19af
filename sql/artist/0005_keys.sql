-- name_key goes without accents, width and ligatures now. The server's job writes those of the artists that are there again, in
-- order of their ids; until then an artist with accents is listed by them.
CREATE TABLE rekeying (
	is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
	behind  uuid    NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000' -- whose keys are written, up to here
);
INSERT INTO rekeying DEFAULT VALUES;
