/*
 * Numbers that are kept beside what they count. A change moves both, so that they agree; `vobemusic counters
 * verify` shows that they do, after a restored backup or a hand in the database, and --fix makes them agree
 * again.
 *
 *	COUNTER(tags_posts, "tags.posts_count", "tags",
 *		"SELECT count(*) AS differing FROM tags ... WHERE posts_count <> ...",
 *		"UPDATE tags ...")
 *
 * The second statement touches just the rows that the first counts. It runs behind a lock that lets nobody
 * else write the named table (PostgreSQL 13.3.1, SHARE ROW EXCLUSIVE): one that every change of the number or
 * of what it counts writes. It is repeated while it still finds rows, for numbers that count rows with
 * numbers. The linker gathers what is declared.
 */
#ifndef VOBE_COUNTER_H
#define VOBE_COUNTER_H

#include "vobe/db.h"

struct counter {
	const char *module, *name;                        /* "tags.posts_count" */
	err (*differing)(struct ctx *cx, int64_t *count); /* rows whose number is wrong. Suspends */
	err (*mend)(struct ctx *cx);                      /* makes them right. Suspends */
};

/* A counter whose truth another module knows: its functions are written by hand. */
#define COUNTER_ROW(NAME, name_, differing_, mend_)                                                \
	static const struct counter NAME##_counter SEAM_ROW(vobe_counters) = {         \
		MODULE, name_, differing_, mend_}

#define COUNTER(NAME, name_, TABLE, DIFFERING, MEND)                                               \
	static QUERY_ROW(NAME##_differing, none, counter_state, DIFFERING, .lane = LANE_SLOW);     \
	static COMMAND(NAME##_hold, none, "SELECT FROM hold('" TABLE "')");     \
	static COMMAND(NAME##_mend, none, MEND);                                                   \
	static err NAME##_count_wrong(struct ctx *cx, int64_t *count)                              \
	{                                                                                          \
		struct counter_state state;                                                        \
		err e = NAME##_differing(cx, &state);                                              \
		*count = state.differing;                                                          \
		return e;                                                                          \
	}                                                                                          \
	static err NAME##_set_right(struct ctx *cx)                                                \
	{                                                                                          \
		struct change *ch = change_begin(cx);                                              \
		change_alone(ch);                                                                  \
		NAME##_hold(ch);                                                                   \
		NAME##_mend(ch);                                                                   \
		return change_commit(cx, ch);                                                      \
	}                                                                                          \
	COUNTER_ROW(NAME, name_, NAME##_count_wrong, NAME##_set_right)

#define COUNTER_STATE_FIELDS(F, T) F(T, INT, differing, 0, "Rows whose number is wrong")
STRUCT(counter_state, COUNTER_STATE_FIELDS);
SCHEMA(counter_state, COUNTER_STATE_FIELDS, "How a counter stands");

#endif
