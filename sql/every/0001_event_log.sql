-- The event log of one module: what it tells (outbox, outbox_head) and where it stands in what it hears (inbox_cursor,
-- dead_letter, parked). docs/events.md has the design. Applied in every module's schema.

-- Append-only. Offsets have no gaps within a partition and their order is the order of commits.
CREATE TABLE outbox (
	part           smallint    NOT NULL,
	off            bigint      NOT NULL,
	event_id       uuid        NOT NULL,
	topic          text        NOT NULL,
	agg_id         uuid        NOT NULL,
	agg_version    bigint      NOT NULL,
	schema_version smallint    NOT NULL,
	payload        jsonb       NOT NULL,
	actor_id       uuid,
	correlation_id text,
	created_at     timestamptz NOT NULL,
	PRIMARY KEY (part, off),
	CONSTRAINT outbox_part CHECK (part BETWEEN 0 AND 15)
);

-- The offset of the last event of each partition. Updated with every event: the free half of the page keeps updates HOT.
CREATE TABLE outbox_head (
	part smallint PRIMARY KEY,
	off  bigint   NOT NULL DEFAULT 0
) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);

INSERT INTO outbox_head (part) SELECT generate_series(0, 15);

-- Everything of a subscription up to `off` has had its effect, or lies in dead_letter or parked. `epoch` changes whenever
-- those two do, or an operator moves the cursor: who read them before must read them again.
CREATE TABLE inbox_cursor (
	subscription text     NOT NULL,
	part         smallint NOT NULL,
	off          bigint   NOT NULL,
	epoch        bigint   NOT NULL DEFAULT 0,
	PRIMARY KEY (subscription, part)
) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);

-- Events that failed for good. Copies: they outlive the publisher's outbox.
CREATE TABLE dead_letter (
	id             bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	subscription   text        NOT NULL,
	source         text        NOT NULL,
	part           smallint    NOT NULL,
	off            bigint      NOT NULL,
	event_id       uuid        NOT NULL,
	topic          text        NOT NULL,
	agg_id         uuid        NOT NULL,
	agg_version    bigint      NOT NULL,
	schema_version smallint    NOT NULL,
	payload        jsonb       NOT NULL,
	actor_id       uuid,
	correlation_id text,
	created_at     timestamptz NOT NULL,
	fault          text        NOT NULL,
	tries          integer     NOT NULL,
	died_at        timestamptz NOT NULL,
	UNIQUE (subscription, part, off)
);
CREATE INDEX dead_letter_aggregate ON dead_letter (subscription, part, agg_id);

-- Later events of an aggregate that has a dead letter, waiting behind it.
CREATE TABLE parked (
	subscription   text        NOT NULL,
	part           smallint    NOT NULL,
	off            bigint      NOT NULL,
	event_id       uuid        NOT NULL,
	topic          text        NOT NULL,
	agg_id         uuid        NOT NULL,
	agg_version    bigint      NOT NULL,
	schema_version smallint    NOT NULL,
	payload        jsonb       NOT NULL,
	actor_id       uuid,
	correlation_id text,
	created_at     timestamptz NOT NULL,
	PRIMARY KEY (subscription, part, off)
);
CREATE INDEX parked_aggregate ON parked (subscription, part, agg_id);
