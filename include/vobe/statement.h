/* Statements: SQL that becomes functions. */
#ifndef VOBE_STATEMENT_H
#define VOBE_STATEMENT_H

#include "vobe/change.h"
#include "vobe/schema.h"
#include "vobe/seam.h"

struct prepared; /* src/db */

/*
 * LANE_READ: pipelined point reads. LANE_SLOW: searches, reports, anything over a millisecond.
 * Changes have lanes of their own, so that a commit never delays a read.
 */
enum lane { LANE_READ, LANE_SLOW };

/*
 * A named, prepared statement of one module, declared by one of the macros below. The SQL is whole and
 * hand-written, but for
 *
 *	$name	the parameter `name` of the struct the statement takes
 *	$*	the columns of the struct it gives: every field without NO_COLUMN
 *	$p.*	the same behind the alias p
 *
 * At boot it is prepared as the module's role, and its parameters and columns are compared with the field
 * lists: a name or type that does not match refuses the start. Every column must be a field of what it gives;
 * fields that are no columns of this statement are set to null.
 */
struct statement {
	const char *name; /* unique in the module, in logs and metrics */
	const char *sql;
	const struct schema *in;  /* NULL: no parameters */
	const struct schema *out; /* NULL: no rows */
	enum lane lane;
	bool shared;   /* a read: who asks the same while it is under way is answered with it */
	int rows;      /* in a change: must touch exactly so many rows (0: any number), otherwise ... */
	err otherwise; /* ... all of the change is undone and this is why; of a QUERY_ROW: no row */

	/* SQL that does the same for several at once, each $name an array of theirs; or NULL. For COMMANDs of
	 * a group, without `rows`: no two write the same row. For reads that wait at a turn's end: the same
	 * columns, behind them `place`, whose row it is, from 1 on; places in order, rows of one in its. */
	const char *together;
	struct prepared *prepared; /* filled at boot */
};

/*
 * Each macro makes a function NAME that takes a struct IN (tag of a field list, or `none`) and gives structs
 * OUT. What stands behind the SQL fills further members of struct statement: .lane, .rows, .otherwise. With
 * `static` in front the function is the file's own; otherwise a header declares it, as any function:
 *
 *	static QUERY(comments_above, thread_query, comment,
 *		     "SELECT $* FROM comments WHERE id = $parent_id");
 *	...
 *	TRY(comments_above(cx, &query, &rows, &count));
 *
 * QUERY reads rows: *rows becomes an array in the ctx's arena, *count their number. QUERY_ROW reads one row
 * into *row; none is the statement's `otherwise`, or NOT_FOUND; more than one is INTERNAL. Both suspend.
 * Errors: UNAVAILABLE (database away; retried once if the connection is lost), CANCELLED, DEADLINE_PASSED.
 *
 * COMMAND appends the statement to a change; `in` is encoded at once and may be reused. COMMAND_ROW and
 * COMMAND_ROWS also give what it returns, after a successful commit: one row (nulls if there was none, with
 * .rows = 0), or any number.
 *
 * QUERIES is a family of statements that take and give the same, each row of it QUERY_OF(name, SQL, ...);
 * `which` counts from 0.
 */
#define QUERY(NAME, IN, OUT, ...)                                                                  \
	err NAME(struct ctx *cx SEAM_TAKES(IN), struct OUT **rows, int *count);                    \
	SEAM_STATEMENT(NAME, IN, OUT, __VA_ARGS__);                                                \
	err NAME(struct ctx *cx SEAM_TAKES(IN), struct OUT **rows, int *count)                     \
	{                                                                                          \
		return db_rows_(cx, &NAME##_statement, SEAM_TAKEN(IN), (void **)rows, count);      \
	}                                                                                          \
	SEAM_LISTED(NAME, &NAME##_statement, 1, NULL, NULL)

#define QUERY_ROW(NAME, IN, OUT, ...)                                                              \
	err NAME(struct ctx *cx SEAM_TAKES(IN), struct OUT *row);                                  \
	SEAM_STATEMENT(NAME, IN, OUT, __VA_ARGS__);                                                \
	err NAME(struct ctx *cx SEAM_TAKES(IN), struct OUT *row)                                   \
	{                                                                                          \
		return db_row_(cx, &NAME##_statement, SEAM_TAKEN(IN), row);                        \
	}                                                                                          \
	SEAM_LISTED(NAME, &NAME##_statement, 1, NULL, NULL)

#define COMMAND(NAME, IN, ...)                                                                     \
	void NAME(struct change *ch SEAM_TAKES(IN));                                               \
	SEAM_STATEMENT(NAME, IN, none, __VA_ARGS__);                                               \
	void NAME(struct change *ch SEAM_TAKES(IN))                                                \
	{                                                                                          \
		change_add_(ch, &NAME##_statement, SEAM_TAKEN(IN));                                \
	}                                                                                          \
	SEAM_LISTED(NAME, &NAME##_statement, 1, NULL, NULL)

#define COMMAND_ROW(NAME, IN, OUT, ...)                                                            \
	void NAME(struct change *ch SEAM_TAKES(IN), struct OUT *row);                              \
	SEAM_STATEMENT(NAME, IN, OUT, __VA_ARGS__);                                                \
	void NAME(struct change *ch SEAM_TAKES(IN), struct OUT *row)                               \
	{                                                                                          \
		change_returning_(ch, &NAME##_statement, SEAM_TAKEN(IN), row);                     \
	}                                                                                          \
	SEAM_LISTED(NAME, &NAME##_statement, 1, NULL, NULL)

#define COMMAND_ROWS(NAME, IN, OUT, ...)                                                           \
	void NAME(struct change *ch SEAM_TAKES(IN), struct OUT **rows, int *count);                \
	SEAM_STATEMENT(NAME, IN, OUT, __VA_ARGS__);                                                \
	void NAME(struct change *ch SEAM_TAKES(IN), struct OUT **rows, int *count)                 \
	{                                                                                          \
		change_rows_(ch, &NAME##_statement, SEAM_TAKEN(IN), (void **)rows, count);         \
	}                                                                                          \
	SEAM_LISTED(NAME, &NAME##_statement, 1, NULL, NULL)

#define QUERIES(NAME, IN, OUT, ...)                                                                \
	err NAME(struct ctx *cx, int which SEAM_TAKES(IN), struct OUT **rows, int *count);         \
	static struct statement NAME##_statements[] = {__VA_ARGS__};                               \
	err NAME(struct ctx *cx, int which SEAM_TAKES(IN), struct OUT **rows, int *count)          \
	{                                                                                          \
		return db_rows_(cx, &NAME##_statements[which], SEAM_TAKEN(IN), (void **)rows, count); \
	}                                                                                          \
	SEAM_LISTED(NAME, NAME##_statements, sizeof NAME##_statements / sizeof *NAME##_statements, \
		    SEAM_SCHEMA(IN), SEAM_SCHEMA(OUT))
#define QUERY_OF(name_, sql_, ...) {.name = name_, .sql = sql_, ##__VA_ARGS__}

/* --- What the macros are made of; nothing of it is called by its name --- */

struct statement_table {
	const char *module;
	struct statement *at;
	int count;
	const struct schema *in, *out; /* of a family, whose members do not say it themselves */
};

#define SEAM_STATEMENT(NAME, IN, OUT, SQL, ...)                                                    \
	static struct statement NAME##_statement = {                                               \
		.name = #NAME, .sql = SQL, .in = SEAM_SCHEMA(IN), .out = SEAM_SCHEMA(OUT), ##__VA_ARGS__}
#define SEAM_LISTED(NAME, AT, COUNT, IN, OUT)                                                      \
	static const struct statement_table NAME##_table SEAM_ROW(vobe_statements) = {             \
		MODULE, AT, COUNT, IN, OUT}

#define SEAM_TAKES(tag)         SEAM_UNLESS_NONE(tag, SEAM_TAKES_A, SEAM_NOTHING)(tag)
#define SEAM_TAKES_A(tag)       , const struct tag *in
#define SEAM_TAKEN(tag)         SEAM_UNLESS_NONE(tag, SEAM_TAKEN_IN, SEAM_NULL)(tag)
#define SEAM_TAKEN_IN(tag)      in

err db_rows_(struct ctx *cx, const struct statement *st, const void *in, void **rows, int *count);
err db_row_(struct ctx *cx, const struct statement *st, const void *in, void *row);
void change_add_(struct change *ch, const struct statement *st, const void *in);
void change_returning_(struct change *ch, const struct statement *st, const void *in, void *row);
void change_rows_(struct change *ch, const struct statement *st, const void *in, void **rows, int *count);

#endif
