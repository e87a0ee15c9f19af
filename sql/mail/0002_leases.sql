-- A letter in the hands of a server is told from one that waits: who hurries it must not have it sent twice.

ALTER TABLE letters ADD leased_until timestamptz;
