-- A source was restored from an older state: documents of things that are no more are found by going through all of them.
CREATE TABLE rebuild (
	is_only  boolean     PRIMARY KEY DEFAULT true CHECK (is_only),
	asked_at timestamptz NOT NULL DEFAULT now()
);
