-- Rebuilds of the whole index as jobs: who asks can see how far one is, and one whose server has died is begun again by another.

CREATE TABLE reindexes (
	id          uuid        PRIMARY KEY,
	status      text        NOT NULL DEFAULT 'waiting' CONSTRAINT reindexes_status_check CHECK (status IN ('waiting', 'running', 'completed')),
	asked_at    timestamptz NOT NULL,
	started_at  timestamptz,
	finished_at timestamptz,
	next_at     timestamptz NOT NULL, -- when a server may take it; one that works on it moves this on
	documents   bigint      NOT NULL DEFAULT 0 CONSTRAINT reindexes_documents_check CHECK (documents >= 0),
	refused     bigint      NOT NULL DEFAULT 0 CONSTRAINT reindexes_refused_check CHECK (refused >= 0),
	fault       text,
	CONSTRAINT reindexes_finished_check CHECK ((status = 'completed') = (finished_at IS NOT NULL))
);
CREATE UNIQUE INDEX idx_reindexes_waiting ON reindexes (status) WHERE status = 'waiting'; -- who asks meanwhile means the same one
CREATE INDEX idx_reindexes_next_at ON reindexes (next_at) WHERE status <> 'completed';
