/* Loaders: rows by their ids. */
#ifndef VOBE_LOADER_H
#define VOBE_LOADER_H

#include "vobe/statement.h"

/*
 * All ids asked for in one turn of the loop become one statement, the same id is asked once however many
 * want it, and with `cache_s` the answers may be kept until they are forgotten or so many seconds old. The
 * statement takes `ids` (by_ids) and gives one row a key at most. LOADS declares, in a header or above
 * LOADER:
 *
 *	err NAME_load(cx, ids, count, rows)
 *		rows[i] is the row for ids[i], in the arena, or NULL where there is none.
 *		Suspends unless cached.
 *	void NAME_ahead(cx, ids, count)
 *		begins what NAME_load of the same ids will end, and does not suspend: a task that needs
 *		rows of several loaders begins all, then waits for one after the other. The rows are
 *		those of now: no change may be committed in between.
 *	const struct OUT *NAME_kept(cx, id)
 *		the row if it is kept, in the arena, or NULL. Does not suspend, and asks nobody: for a
 *		loader whose rows hold what another's do.
 *	void NAME_forget(id)
 *		reads sent before this call cannot fill the cache any more. For event handlers, and when
 *		a change that touched the row has been committed.
 *	void NAME_forget_with(ch, id)
 *		does that at the right moment.
 *
 * LOADER defines it in one .c file:
 *
 *	LOADER(comments, comment, "SELECT $* FROM comments WHERE id = ANY ($ids)", .cache_s = 600);
 *
 * A memo is what is remembered of many more rows than can be kept: one or two bits of each. Loaders that name
 * the same memo (.memo) and keep rows note in it what they read, and forget it with the row.
 *
 * LOADER_SLOW is one whose statement takes LANE_SLOW. LOADER_LIKE is another loader of the same statement,
 * with a cache of its own or none.
 */
struct loader {
	struct statement *statement;
	const char *key; /* "id" when NULL */

	/*
	 * 0: nothing is kept. Only what is the same for every viewer may be. The age bounds what another
	 * instance or an operator may change unseen; how much is kept, the option cache.bytes says for all.
	 */
	int cache_s;
	const struct memo *memo; /* NULL: none; as with kept rows, only what is the same for every viewer */
	struct loading *state;   /* the loader's own */
};

#define LOADS(NAME, OUT)                                                                           \
	extern struct loader NAME##_loader;                                                        \
	__attribute__((unused)) static inline err NAME##_load(                                     \
		struct ctx *cx, const struct uuid *ids, int count, const struct OUT **rows)        \
	{                                                                                          \
		return db_load_(cx, &NAME##_loader, ids, count, (const void **)rows);              \
	}                                                                                          \
	__attribute__((unused)) static inline void NAME##_ahead(                                   \
		struct ctx *cx, const struct uuid *ids, int count)                                 \
	{                                                                                          \
		db_load_ahead_(cx, &NAME##_loader, ids, count);                                    \
	}                                                                                          \
	__attribute__((unused)) static inline const struct OUT *NAME##_kept(                       \
		struct ctx *cx, struct uuid id)                                                    \
	{                                                                                          \
		return loader_kept_(cx, &NAME##_loader, id);                                       \
	}                                                                                          \
	__attribute__((unused)) static inline void NAME##_forget(struct uuid id)                   \
	{                                                                                          \
		loader_forget_(&NAME##_loader, id);                                                \
	}                                                                                          \
	__attribute__((unused)) static inline void NAME##_forget_with(struct change *ch, struct uuid id) \
	{                                                                                          \
		change_forgets_(ch, &NAME##_loader, id);                                           \
	}                                                                                          \
	extern const struct OUT NAME##_gives /* never defined: LOADER must name the same struct */

#define LOADER(NAME, OUT, SQL, ...)      SEAM_LOADER(NAME, OUT, LANE_READ, SQL, ##__VA_ARGS__)
#define LOADER_SLOW(NAME, OUT, SQL, ...) SEAM_LOADER(NAME, OUT, LANE_SLOW, SQL, ##__VA_ARGS__)
#define SEAM_LOADER(NAME, OUT, LANE, SQL, ...)                                                     \
	extern const struct OUT NAME##_gives;                                                      \
	SEAM_STATEMENT(NAME, by_ids, OUT, SQL, .lane = LANE);                                      \
	struct loader NAME##_loader = {.statement = &NAME##_statement, ##__VA_ARGS__};             \
	SEAM_LISTED(NAME, &NAME##_statement, 1, NULL, NULL)
#define LOADER_LIKE(NAME, OTHER, ...)                                                              \
	extern __typeof__(OTHER##_gives) NAME##_gives;                                             \
	struct loader NAME##_loader = {.statement = &OTHER##_statement, ##__VA_ARGS__}

struct memo {
	unsigned (*bits)(const void *row); /* 1 to 3; 0: nothing that is worth remembering */
};

/*
 * The bits of the row as a loader of this memo read it, at most its cache_s ago, if it was not forgotten
 * since; 0: not known, or 0. Does not suspend, and asks nobody.
 */
unsigned memo_bits(const struct memo *m, struct uuid id);

err db_load_(struct ctx *cx, struct loader *ld, const struct uuid *ids, int count, const void **rows);
void db_load_ahead_(struct ctx *cx, struct loader *ld, const struct uuid *ids, int count);
const void *loader_kept_(struct ctx *cx, struct loader *ld, struct uuid id);
void loader_forget_(struct loader *ld, struct uuid id);
void change_forgets_(struct change *ch, struct loader *ld, struct uuid id);

#endif
