/*
 * The database as a module sees it: statements declared in tables, reads, and changes (atomic writes).
 * No PGresult, no connection, no transaction is ever seen here. Rows are in the ctx's arena.
 */
#ifndef VOBE_DB_H
#define VOBE_DB_H

#include "vobe/ctx.h"
#include "vobe/schema.h"

struct prepared; /* src/db */

/*
 * LANE_READ: pipelined point reads. LANE_SLOW: searches, reports, anything over a millisecond.
 * Changes have lanes of their own, so that a commit never delays a read.
 */
enum lane { LANE_READ, LANE_SLOW };

/*
 * A named, prepared statement of one module. The SQL is whole and hand-written, but for
 *   $name    the parameter `name` of the struct described by `in`
 *   $*       the columns of `out` (every field without NO_COLUMN), $p.* the same behind the alias p
 * At boot it is prepared as the module's role, and its parameters and columns are compared with `in` and `out`:
 * a name or type that does not match refuses the start. Every column must be a field of `out`; fields that are no
 * columns of this statement are set to null.
 */
struct statement {
	const char *name; /* unique in the module, in logs and metrics */
	const char *sql;
	const struct schema *in;  /* NULL: no parameters */
	const struct schema *out; /* NULL: no rows */
	enum lane lane;
	int rows;      /* in a change: must touch exactly so many rows (0: any number), otherwise ... */
	err otherwise; /* ... the whole change is undone and this is the answer; also what db_row says for no row */
	struct prepared *prepared; /* filled at boot */
};

#define STATEMENTS_END {.name = 0}

/* What a violated constraint means, by its name. `pointer` non-NULL: reported as a fault of that field. */
struct violation {
	const char *constraint;
	err problem;
	const char *pointer;
};

/*
 * Reads rows: *rows becomes an array of `st->out` structs, *count their number. Suspends.
 * Errors: UNAVAILABLE (database away; retried once if the connection is lost), CANCELLED, DEADLINE_PASSED.
 */
#define db_rows(cx, st, in, rows, count) db_rows_((cx), (st), (in), (void **)(rows), (count))
err db_rows_(struct ctx *cx, const struct statement *st, const void *in, void **rows, int *count);

/* Reads one row into *out. No row: st->otherwise, or NOT_FOUND. More than one: INTERNAL. */
err db_row(struct ctx *cx, const struct statement *st, const void *in, void *out);

/*
 * A loader answers "get by id". All ids asked for in one turn of the loop become one statement, the same id is asked
 * once however many want it, and with `cache_rows` the answers are kept until loader_forget or `cache_s`.
 * Declared as a static object; unused members are zero.
 */
struct loader {
	struct statement *statement; /* in: by_ids_schema; out has the field `key`; one row a key at most */
	const char *key;             /* "id" when NULL */
	int cache_rows;              /* 0: not cached. Only what is the same for every viewer may be cached */
	int cache_bytes;             /* 0: any number. Bounds a cache whose rows may be large */
	int cache_s;                 /* hard limit of age, bounds what another instance or an operator may change unseen */
	struct loading *state;       /* the loader's own */
};

/* out[i] is the row (of statement->out, in the arena) for ids[i], or NULL where there is none. Suspends unless cached. */
err db_load(struct ctx *cx, struct loader *ld, const struct uuid *ids, int count, const void **out);

/*
 * Begins the load that a db_load of the same ids will end, and does not suspend: a task that needs rows of several loaders
 * begins all and waits for one after the other. The rows are those of now: no change may be committed in between.
 */
void db_load_ahead(struct ctx *cx, struct loader *ld, const struct uuid *ids, int count);

/*
 * Forgets a row: reads sent before this call cannot fill the cache any more. Call it when a change that touched the row
 * has been committed (change_forgets does it at the right moment) and from event handlers.
 */
void loader_forget(struct loader *ld, struct uuid id);

/*
 * A change: statements and events collected, then sent as one pipeline with one Sync, which is one transaction and one
 * round trip (PostgreSQL 15, section 34.5). Nothing is sent before change_commit; no connection is held until then.
 */
struct change;

struct change *change_begin(struct ctx *cx);

/* Appends a statement; `in` is encoded now and may be reused. */
void change_add(struct change *ch, const struct statement *st, const void *in);

/* As change_add; the one row it returns is in *out after a successful commit (nulls if there was none, with rows = 0). */
void change_returning(struct change *ch, const struct statement *st, const void *in, void *out);

/* As change_returning, for any number of rows. */
#define change_rows(ch, st, in, rows, count) change_rows_((ch), (st), (in), (void **)(rows), (count))
void change_rows_(struct change *ch, const struct statement *st, const void *in, void **rows, int *count);

/* When the commit is confirmed, before change_commit returns: loader_forget(ld, id). */
void change_forgets(struct change *ch, struct loader *ld, struct uuid id);

/*
 * Sends the change and suspends until its outcome is certain. NULL only after the server confirmed the commit.
 * Errors: a statement's `otherwise`, a violation's problem, UNAVAILABLE (nothing was done),
 * OUTCOME_UNKNOWN (connection lost after sending). A change with nothing in it commits at once.
 */
err change_commit(struct ctx *cx, struct change *ch);

#endif
