/*
 * Pools: one per module, with its own role, lanes and statements. libpq lives in this directory only.
 * What modules see of it is vobe/db.h.
 */
#ifndef DB_POOL_H
#define DB_POOL_H

#include "vobe/db.h"

#include <stdio.h>

struct pool;

struct pool_config {
	const char *module;   /* schema; role vobe_<module> */
	const char *conninfo; /* for libpq; whoever it names, the pool logs in as its module's role */
	int write_lanes;      /* 2-4 */
	int slow_lanes;       /* 1 */
	int queue_max;        /* operations waiting in one pool; beyond: UNAVAILABLE */
	int statement_timeout_ms, slow_timeout_ms, lock_timeout_ms, idle_transaction_timeout_ms;
	int slow_ms; /* statements that take longer are told in the log; 0: none */
	const struct violation *violations;
	bool caches; /* false: loaders keep nothing (benchmarks) */
};

/*
 * Opens a pool. Connections are opened when first used (see pool_warm) and again, with jittered back-off to
 * 32 s, when lost; every statement is prepared on every connection as the module's role. Never fails: see
 * pool_check.
 */
struct pool *pool_open(const struct pool_config *cfg);
void pool_close(struct pool *p); /* waits for nothing: drain first */

/* Registers statements (ends with an empty name) with the pool; before pool_check. */
void pool_statements(struct pool *p, struct statement *table);

/* The same for all that the macros of vobe/statement.h declare with the pool's module as MODULE. */
void pool_declared(struct pool *p);

/*
 * Prints every statement (with `only` the one of that name) whole, as the server gets it, ready for psql: the
 * settings of a session, then a PREPARE for each. Needs no server. False: none has that name.
 */
bool pool_print_statements(const struct pool *p, const char *only, FILE *out);

/*
 * What a body of schema `s` would lose: the first field that clients may send and that no statement of the
 * pool writes whose verb is "insert" or "update". NULL: none, or no such statement takes the struct (then it
 * is a form, whose members are its handler's business).
 */
const struct field *pool_unwritten(const struct pool *p, const struct schema *s, const char *verb);

/*
 * Connects, prepares and describes every statement as the role and compares them with their schemas.
 * Suspends. The problem's detail names statement, column and both types, or libpq's text and what to do.
 */
err pool_check(struct ctx *cx, struct pool *p);

/*
 * Opens the connection for slow reads, unless that is done: the first search, or report, does not wait for a
 * server process to start and to prepare all statements, which takes some 30 ms. Does not wait for it.
 */
void pool_warm(struct pool *p);

/* Whether the last attempt to reach the server succeeded; `since_us` (monotonic) when that became so. */
bool pool_is_up(const struct pool *p, int64_t *since_us);
struct pool *pool_of(const char *module); /* NULL: none */

/*
 * Whether the server is there and refuses writes (its disk is full, it is a standby ...): the last one of the
 * last half minute was refused. `why`: in its words, as long as the pool lives.
 */
bool pool_refuses_writes(const struct pool *p, const char **why);

/* Whether work is under way or queued; the drain waits for false. */
bool pool_is_busy(const struct pool *p);

/* Registers the turn-end hook that runs loaders and flushes lanes. Once, after loop_open. */
void db_open(void);
void db_close(void);

/* Counters for metrics. */
struct pool_stats {
	uint64_t statements, round_trips, rows, changes, failed_changes, lost_connections, loads,
		loads_joined, cache_hits, reads_joined;
	uint64_t gathered;        /* reads sent as one with others */
	uint64_t groups, grouped; /* transactions of several changes, and how many changes were in them */
	uint64_t parted;          /* of these, undone and tried again one by one */
	int queued, in_flight, connections;
};
void pool_read_stats(const struct pool *p, struct pool_stats *out);

#endif
