/*
 * A small world for the tests of the event log: `shop` tells, `mirror` hears in three ways. What mirror's
 * durable subscriptions have applied stands in its table `effect`, a row for each time; the test turns knobs
 * that make it fail.
 */
#ifndef BUS_SCENE_H
#define BUS_SCENE_H

#include "bus/bus.h"
#include "bus/delivery/purge.h"
#include "bus/wiring/wiring.h"
#include "core/for_tests.h"
#include "core/log/logging.h"
#include "core/loop/loop.h"
#include "core/task/task.h"
#include "support/ids.h"
#include "support/pg.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATIENCE_MS = 20000, MEMORY_MAX = 4096 };

/* --- shop: tells --- */

#define ITEM_FIELDS(F, T)                                                                          \
	F(T, UUID, item_id, IN, "The item; the aggregate")                                         \
	F(T, INT, n, IN, "A number of the test's")                                                 \
	F(T, TEXT, name, IN | NULLABLE, "A text of the test's")
STRUCT(item, ITEM_FIELDS);
SCHEMA(item, ITEM_FIELDS, "An item of the shop");

/* As the log knows them, without the types of contracts: these tests tell by the hand of the functions that
 * EVENTS makes. */
#define EVENT_OF(NAME, topic_, T, version_) \
	__attribute__((unused)) static const struct event NAME = {.topic = topic_, .payload = &T##_schema, \
	  .version = version_}
EVENT_OF(item_added, "item.added", item, 1);
EVENT_OF(item_changed, "item.changed", item, 1);
EVENT_OF(item_ignored, "item.ignored", item, 1);
EVENT_OF(item_mirrored, "item.mirrored", item, 1);

PROBLEM(ITEM_TAKEN, 409, "item_taken", "Taken", "There is such an item already.");
PROBLEM(POISON, 422, "poison", "Poison", "The test wants this event to fail.");

extern struct statement shop_statements[];
extern const struct module shop;

/* --- mirror: hears --- */

#define EFFECT_FIELDS(F, T)                                                                        \
	F(T, TEXT, subscription, 0, "Which")                                                       \
	F(T, UUID, event_id, 0, "The event")                                                       \
	F(T, UUID, agg_id, 0, "Its aggregate")                                                     \
	F(T, INT, agg_version, 0, "Version")                                                       \
	F(T, INT, part, 0, "Partition")                                                            \
	F(T, INT, off, 0, "Offset")                                                                \
	F(T, INT, n, 0, "Number")                                                                  \
	F(T, TEXT, name, 0, "Text")                                                                \
	F(T, TEXT, correlation_id, 0, "Request")                                                   \
	F(T, UUID, actor_id, 0, "Who")
STRUCT(effect, EFFECT_FIELDS);
SCHEMA(effect, EFFECT_FIELDS, "That an event was applied");

/* What the test wants of the next applies. */
extern struct knobs {
	int passing;           /* so many fail with UNAVAILABLE */
	int64_t poison;        /* events with this n fail (0: none) ... */
	bool heals;            /* ... unless this is set */
	int64_t stuck;         /* events with this n fail with a problem that should pass (0: none) */
	int too_many;          /* so do batches of so many (0: none) */
	bool contended;        /* all do, because somebody holds what they need */
	int wait_ms;           /* each takes so long */
	bool tells_on;         /* each applied event is told on, as item.mirrored */
	int calls;             /* of apply, in all */
	const char *meanwhile; /* SQL, once, while a replaced log is found out */
} knobs;

/* What the IN_MEMORY subscription was given in this process. */
extern struct memory {
	int64_t n[MEMORY_MAX];
	int count, fails;
} memory;

extern const struct module mirror;

/* --- running them --- */

/* A fresh database and an instance on it; what must always hold is looked at in the end. */
void open_scene(void);
void close_scene(void);
void scene_pace(int ms); /* of mirror.items; stays until it is told another */

extern const char *conninfo; /* of the database that instances are opened on */
extern struct bus_config scene_config;
const char *scene_database(void);

/* This process as one instance: its loop, pools and bus. */
void instance_open(void);
void instance_open_unstarted(void);
void instance_close(void);
void reopen_without_sweep(void);
void instance_close_undrained(void);
err scene_boot(struct ctx *cx, void *arg);  /* what instance_open adds to instance_open_unstarted */
err scene_check(struct ctx *cx, void *arg); /* of its statements */
err scene_drain(struct ctx *cx, void *arg);

/* Runs straight-line code on a task; a problem fails the test. */
void run(err (*fn)(struct ctx *cx, void *arg), void *arg);

/* --- telling --- */

struct telling_test {
	const struct event *event;
	struct uuid id;
	int64_t version, n;
	int times; /* in one change, with n, n + 1, ... and versions likewise */
	const char *name;
};

err tell_in_task(struct ctx *cx, void *arg);
void tell_one(const struct event *ev, struct uuid id, int64_t version, int64_t n);

/* A name-based id in that partition. */
struct uuid id_in_part(int part, int number);

/* --- asking --- */

/* Runs the loop for a while. */
void spin(int ms);
void settle(void);
int64_t sql_int(const char *sql);
void sql(const char *text);
struct bus_stats stats_now(void);

/* Waits until the query says so; what it waits for is its text. */
void until_sql(const char *query, int64_t wanted);

#define ASSERT_SQL(query, wanted)                                                                  \
	ck_assert_msg(sql_int(query) == (wanted), "%s: %lld", query, (long long)sql_int(query))

/* What must always hold: no gaps, heads at the last offset, nothing applied twice, aggregates in order. */
void assert_sound(void);

/* Every event one has to hear has had its effect, or lies aside. */
void assert_complete(void);

#endif
