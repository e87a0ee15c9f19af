/* Retention: what a module keeps for so long and no longer. */
#ifndef VOBE_KEEP_H
#define VOBE_KEEP_H

#include "vobe/db.h"

/*
 * A row of a module's table of what it keeps. Each minute, and soon after the start, `forget` is called until
 * it finds less than `limit`, unless the clocks disagree: what is gone is gone. One that fails stops no
 * other.
 */
struct keep {
	const char *name;   /* for the log; NULL ends the table */
	const char *option; /* SECONDS, of the module's section: how long; 0: for ever */

	/* Deletes at most `limit` that are `age_s` seconds old by the database's now(); *gone: how many. */
	err (*forget)(struct ctx *cx, int64_t age_s, int limit, int64_t *gone);
};

/* What such statements take and give: see FORGETS. */
#define OLD_FIELDS(F, T)                                                                           \
	F(T, INT, age_s, 0, "Seconds")                                                             \
	F(T, INT, limit, 0, "At most so many")
STRUCT(old, OLD_FIELDS);
SCHEMA(old, OLD_FIELDS, "What is old enough to go");
#define FORGOTTEN_FIELDS(F, T) F(T, INT, count, 0, "How many")
STRUCT(forgotten, FORGOTTEN_FIELDS);
SCHEMA(forgotten, FORGOTTEN_FIELDS, "How many went");

/* A function for `forget`, of a statement that takes $age_s and $limit and gives the count of what it
 * deleted. */
#define FORGETS(NAME, ...)                                                                         \
	static COMMAND_ROW(NAME##_sql, old, forgotten, __VA_ARGS__);                               \
	static err NAME(struct ctx *cx, int64_t age_s, int limit, int64_t *gone)                   \
	{                                                                                          \
		struct change *ch = change_begin(cx);                                              \
		struct forgotten row;                                                              \
		NAME##_sql(ch, &(struct old){.age_s = age_s, .limit = limit}, &row);               \
		TRY(change_commit(cx, ch));                                                        \
		*gone = row.count;                                                                 \
		return NULL;                                                                       \
	}                                                                                          \
	struct keep

#endif
