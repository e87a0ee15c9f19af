/* What the database tests share: a loop, a pool of module "alpha" on a database of its own, a table `item` in
 * it. */
#ifndef DB_SCENE_H
#define DB_SCENE_H

#include "core/loop/loop.h"
#include "core/task/task.h"
#include "db/change.h"
#include "db/loader/cache.h"
#include "db/pool/pool.h"
#include "support/pg.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#define ITEM_FIELDS(F, T)                                                                          \
	F(T, UUID, id, 0, "Identifier")                                                            \
	F(T, TEXT, name, IN, "Name")                                                               \
	F(T, INT, n, IN, "Number")                                                                 \
	F(T, INT, version, 0, "Version")                                                           \
	F(T, INT, other, NO_COLUMN, "No column")
STRUCT(item, ITEM_FIELDS);
SCHEMA(item, ITEM_FIELDS, "An item");

PROBLEM(ITEM_CHANGED, 409, "item_changed", "Changed", "Somebody else changed it.");
PROBLEM(NAME_TAKEN, 409, "name_taken", "Taken", "Choose another name.");
PROBLEM(NO_ITEM, 404, "no_item", "No such item", "There is none.");

enum { SCENE_CACHE = 1 << 16 }; /* bytes */
void open_scene(void);
void close_scene(void);

extern const char *scene_conninfo;
extern struct pool *scene_pool;
struct pool_config scene_config(const char *conninfo);
struct pool_stats stats(void);

/* A test's own tables and statements beside the common ones; set before open_scene. */
extern const char *scene_sql;
extern struct statement *scene_more;

enum { BY_ID, ALL, SLOWLY, INSERT, RENAME, DELETE, BY_IDS, DIVIDE, BUMP };
extern struct statement scene_statements[];
const struct statement *st(int index);

void assert_fine(err e);
void assert_problem(err e, err kind);
struct item item_make(const char *name, int64_t n);

/* Until a statement is in its pg_sleep(): then its snapshot has been taken. */
err until_read_sleeps(struct ctx *cx);

/* Commits one statement by itself. */
err commit_one(struct ctx *cx, int index, const void *in);

/* A test body that runs on a task: TASK_TEST(name) { ... cx ... return NULL; } */
#define TASK_TEST(NAME)                                                                            \
	static err NAME##_body(struct ctx *cx, void *arg);                                         \
	TEST(NAME)                                                                                 \
	{                                                                                          \
		assert_fine(loop_call(NAME##_body, NULL, 0));                                      \
	}                                                                                          \
	static err NAME##_body(struct ctx *cx, __attribute__((unused)) void *arg)

#endif
