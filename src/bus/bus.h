/*
 * The event log: gapless partitioned outboxes in the publishers' schemas, in-memory rings, cursors in the
 * subscribers' schemas. docs/events.md has the design; vobe/event.h is what modules see.
 */
#ifndef BUS_BUS_H
#define BUS_BUS_H

#include "db/pool/pool.h"
#include "vobe/module.h"

#include <stdio.h>

struct bus_config {
	int sweep_ms;    /* 250: how often every publisher's heads are read */
	int batch_max;   /* events applied in one transaction */
	int ring_slots;  /* newest events kept in memory, per publisher and partition */
	int retention_s; /* of the outbox */
	int answers_s;   /* of Idempotency-Keys */
	int letters_s;   /* of dead letters, with what is parked behind them */
	int patience_s;  /* 20: with an event that fails for now again and again while the databases are well
			  */
};

/*
 * The boot check: every heard event has exactly one teller and the same payload shape, sources exist, names
 * are unique, `needs` is acyclic and complete. NULL, or what is wrong and where, in one sentence (malloc'd).
 */
char *bus_graph_fault(const struct module *const *modules);

/* Start order by `needs`; `ordered` has room for as many as `modules` has, plus the NULL. After
 * bus_graph_fault. */
void bus_order(const struct module *const *modules, const struct module **ordered);

/* Adds the bus's statements to the modules' pools. Before pool_check. */
void bus_open(const struct bus_config *cfg, const struct module *const *modules);

/* Reads cursors and heads, then begins to deliver. Suspends. */
err bus_start(struct ctx *cx);

/* Stops delivering when the running applies have ended; those that wait for more than 3 s are cancelled.
 * Suspends. */
void bus_drain(struct ctx *cx);
void bus_close(void);

/* Whether every durable cursor is at its publisher's head, by the database. Suspends. */
err bus_is_settled(struct ctx *cx, bool *settled);

/* Writes down now where readers stand that have stepped over events of others, for who waits for that:
 * otherwise it is done when a head has been quiet for a sweep. */
void bus_hurry(void);

/* For commands and admin routes: status of each subscription and partition, dead letters, replay. */
struct bus_status {
	const char *subscription, *source;
	int part;
	int64_t head, cursor;
	int dead, parked;
	int64_t lag_us;    /* age of the oldest event not applied; 0: none */
	int64_t stands_us; /* for how long it has got nowhere; 0: it moves */
	const char *fault; /* why it does not move just now, or NULL */
};
err bus_status(struct ctx *cx, struct bus_status **rows, int *count);
struct dead_letter {
	int64_t id;
	const char *subscription, *source, *topic, *fault, *payload;
	struct uuid event_id, aggregate_id;
	int part;
	int64_t off, died_at;
	int tries;
};
err bus_dead_letters(struct ctx *cx, const char *module, int limit, struct dead_letter **rows, int *count);
err bus_retry_dead(struct ctx *cx, const char *module, int64_t id);
err bus_discard_dead(struct ctx *cx, const char *module, int64_t id);

/* What these and bus_replay would refuse: for who writes down that it was done, before it is. Suspend. */
err bus_may_retry(struct ctx *cx, const char *module, int64_t id);
err bus_may_discard(struct ctx *cx, const char *module, int64_t id);
err bus_may_replay(struct ctx *cx, const char *subscription);

PROBLEM(NOT_DURABLE, 409, "not_durable", "Kept in memory",
	"The subscription is kept in memory: it has no cursors. A restart fills it anew.");
err bus_replay(struct ctx *cx, const char *subscription,
	       int64_t since); /* wall clock us: cursors go back to then */

/* The most recent events of a module's outbox as envelopes, one JSON object a line. */
err bus_tail(struct ctx *cx, const char *module, int limit, FILE *out);

/* How delivery does in this process, for health. */
struct bus_health {
	int standing;      /* partitions of subscriptions that get nowhere */
	const char *which; /* the first of them and why, or NULL */
	int64_t behind_us; /* for how long the slowest has had work without getting on */
	uint64_t holes;    /* met since the start */
};
void bus_read_health(struct arena *a, struct bus_health *out);

/* Counters for metrics, since bus_open. */
struct bus_stats {
	uint64_t told, applied, batches; /* events told here; events and batches that had their effect here */
	uint64_t skipped;                /* heard of, but of no interest */
	uint64_t read_back;              /* events read from an outbox because the ring lacked them */
	uint64_t moved;                  /* batches that another instance had applied first */
	uint64_t retries, dead, parked;  /* failed tries; events put aside here */
	uint64_t holes;                  /* missing offsets met: each is an alarm */
	uint64_t dropped;                /* events an IN_MEMORY subscription failed on for good */
	uint64_t purged;                 /* events past retention */
	uint64_t replaced;               /* cursors that stood in a log which was replaced */
};
void bus_read_stats(struct bus_stats *out);

#endif
