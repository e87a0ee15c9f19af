-- Up to which stamp everything was written when a sweep began: a day later the stamps of what is gone since are of no use.
CREATE TABLE sweep (
	stamp    bigint      NOT NULL,
	swept_at timestamptz NOT NULL
);
