/* Pools: queues before connections, patience with a server that is away. */
#include "db/pool/pool.h"

#include "core/loop/loop.h"
#include "core/memory/memory.h"
#include "core/task/task.h"
#include "db/pool/group.h"
#include "vobe/clock.h"
#include "vobe/log.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	READ_DEPTH = 1024, /* operations sent on one connection and not answered; more wait here */
	SLOW_DEPTH = 2,
	WRITE_DEPTH = 8,
	PATIENCE_MS =
		1900,    /* how long an operation waits for a server that is away; with the last tick 2 s */
	PROBE_MS = 1000, /* how often demand may try a server that is known to be away */
	PAUSE_MS = 5,    /* after a deadlock and the like; grows with the tries */
};

struct pool *pools;
int64_t patience_ms;
uint64_t op_ended_count;

/* --- The end of an operation --- */

void op_end(struct op *op, enum ending ending)
{
	struct pool_stats *stats = &op->pool->stats;
	op->ending = ending;
	op->state = OP_ENDED;
	if (op->is_group) {
		/* its members count */
	} else if (op->duty == DUTY_WRITE && ending == END_FINE) {
		op->pool->commits++;
		op->pool->refused_us = 0;
		stats->changes++;
	} else if (op->duty == DUTY_WRITE) {
		stats->failed_changes++;
	}
	if (op->duty == DUTY_WRITE && ending == END_SHORT)
		pool_note_refusal(op);
	op_ended_count++;
	op->ended(op);
}

/* --- Queues --- */

static bool line_is_ready(const struct line *l)
{
	for (int i = 0; i < l->count; i++)
		if (l->pipelines[i].state == PIPELINE_READY)
			return true;
	return false;
}

/* Whether an attempt to reach the server is under way for that line, or was begun now because it is time for
 * one. */
static bool line_probes(struct pool *p, struct line *l)
{
	bool is_time = patience_ms - p->attempt_ms >= PROBE_MS;
	for (int i = 0; i < l->count; i++) {
		struct pipeline *pl = &l->pipelines[i];
		if (pl->state == PIPELINE_CONNECTING || pl->state == PIPELINE_SETTING_UP)
			return true;
		if (is_time) {
			pipeline_open(pl);
			return pl->state == PIPELINE_CONNECTING;
		}
	}
	return false;
}

static bool is_known_away(const struct pool *p)
{
	return !p->is_up && patience_ms - p->since_ms > PATIENCE_MS;
}

static struct op_list *queue_of(const struct op *op)
{
	struct line *l = &op->pool->lines[op->duty];
	return op->lonely ? &l->lonely : &l->queue;
}

static void enqueue(struct pool *p, struct op *op)
{
	op->state = OP_QUEUED;
	op->queued_ms = patience_ms;
	TAILQ_INSERT_TAIL(queue_of(op), op, entry);
	p->queued++;
}

void pool_dequeue(struct op *op)
{
	TAILQ_REMOVE(queue_of(op), op, entry);
	op->pool->queued--;
}

static bool refuse(struct op *op, enum ending ending)
{
	op->ending = ending;
	op->state = OP_ENDED;
	return false;
}

bool pool_submit(struct pool *p, struct op *op)
{
	struct line *l = &p->lines[op->duty];
	op->pool = p;
	if (p->queued >= p->cfg.queue_max) {
		log_warn("pool_queue_full", "%s: %d operations wait for the database", p->cfg.module,
			 p->queued);
		return refuse(op, END_FULL);
	}
	if (is_known_away(p) && !line_is_ready(l) && !line_probes(p, l))
		return refuse(op, END_AWAY);
	enqueue(p, op);
	return true;
}

static void stop_pause(struct op *op)
{
	loop_timer_stop(op->pause);
	op->pause = NULL;
	TAILQ_REMOVE(&op->pool->paused, op, entry);
}

void pool_withdraw(struct op *op)
{
	if (op->state == OP_PAUSED)
		stop_pause(op);
	else
		pool_dequeue(op);
	op->state = OP_NEW;
}

void pool_requeue(struct op *op)
{
	op->state = OP_QUEUED;
	TAILQ_INSERT_HEAD(queue_of(op), op, entry);
	op->pool->queued++;
}

static void resume(void *arg)
{
	struct op *op = arg;
	stop_pause(op);
	enqueue(op->pool, op);
}

void pool_pause(struct op *op)
{
	op_rewind(op);
	op->tries++;
	op->lonely = true;
	op->state = OP_PAUSED;
	TAILQ_INSERT_TAIL(&op->pool->paused, op, entry);
	op->pause = loop_after_ms(PAUSE_MS * op->tries + (int)arc4random_uniform(PAUSE_MS * 2), resume, op);
}

/* --- Patience --- */

static void expire_queue(struct op_list *queue, bool all)
{
	for (struct op *op = TAILQ_FIRST(queue), *next; op; op = next) {
		next = TAILQ_NEXT(op, entry);
		if (!all && patience_ms - op->queued_ms < PATIENCE_MS)
			continue;
		pool_dequeue(op);
		op_end(op, END_AWAY);
	}
}

/* Operations that waited long enough for a connection; with `all` everything that has none. */
static void expire(struct line *l, bool all)
{
	if (line_is_ready(l))
		return;
	expire_queue(&l->queue, all);
	expire_queue(&l->lonely, all);
}

static void wake_checker(struct pool *p)
{
	if (p->checker)
		task_wake(p->checker);
	p->checker = NULL;
}

/* One connection has been made: the others need not wait for their timers. */
static void reopen_line(struct line *l)
{
	for (int i = 0; i < l->count; i++)
		if (l->pipelines[i].state == PIPELINE_LOST)
			pipeline_open(&l->pipelines[i]);
}

static void set_up(struct pool *p, bool is_up)
{
	p->is_up = is_up;
	p->since_us = clock_mono();
	p->since_ms = patience_ms;
}

void pool_reached(struct pool *p)
{
	if (!p->is_up) {
		log_info("pool_up", "%s: the database answers", p->cfg.module);
		set_up(p, true);
	}
	p->trouble[0] = '\0';
	wake_checker(p);
	for (int duty = 0; duty < DUTY_COUNT; duty++)
		reopen_line(&p->lines[duty]);
}

void pool_not_reached(struct pool *p, const char *why)
{
	if (p->is_up || !p->trouble[0])
		log_warn("pool_away", "%s: %s; trying again", p->cfg.module, why);
	if (p->is_up)
		set_up(p, false);
	snprintf(p->trouble, sizeof p->trouble, "%s", why);
	for (int duty = 0; is_known_away(p) && duty < DUTY_COUNT; duty++)
		expire(&p->lines[duty], true);
	wake_checker(p);
}

void pools_tick(int ms)
{
	patience_ms += ms;
	for (struct pool *p = pools; p; p = p->next) {
		for (int duty = 0; duty < DUTY_COUNT; duty++) {
			struct line *l = &p->lines[duty];
			for (int i = 0; i < l->count; i++)
				pipeline_watch(&l->pipelines[i]);
			expire(l, false);
		}
	}
}

/* --- Opening and closing --- */

static int at_least(int least, int value)
{
	return value > least ? value : least;
}

static void open_line(struct pool *p, enum duty duty, int count, int depth, int timeout_ms)
{
	struct line *l = &p->lines[duty];
	*l = (struct line){.count = at_least(1, count), .depth = depth, .timeout_ms = timeout_ms};
	l->together = GROUP_MAX;
	TAILQ_INIT(&l->queue);
	TAILQ_INIT(&l->lonely);
	l->pipelines = ARENA_ARRAY(p->arena, struct pipeline, (size_t)l->count);
	for (int i = 0; i < l->count; i++) {
		struct pipeline *pl = &l->pipelines[i];
		*pl = (struct pipeline){.pool = p, .duty = duty, .number = i, .state = PIPELINE_CLOSED};
		TAILQ_INIT(&pl->sent);
	}
}

struct pool *pool_open(const struct pool_config *cfg)
{
	struct arena *a = arena_new();
	struct pool *p = ARENA_NEW(a, struct pool);
	*p = (struct pool){.cfg = *cfg,
			   .arena = a,
			   .next = pools,
			   .since_us = clock_mono(),
			   .since_ms = patience_ms,
			   .attempt_ms = patience_ms - PROBE_MS};
	p->cfg.module = arena_str(a, cfg->module);
	p->cfg.conninfo = arena_str(a, cfg->conninfo);
	p->cfg.queue_max = at_least(1, cfg->queue_max);
	p->role = arena_fmt(a, "vobe_%s", cfg->module);
	open_line(p, DUTY_READ, 1, READ_DEPTH, cfg->statement_timeout_ms);
	open_line(p, DUTY_SLOW, cfg->slow_lanes, SLOW_DEPTH, cfg->slow_timeout_ms);
	open_line(p, DUTY_WRITE, cfg->write_lanes, WRITE_DEPTH, cfg->statement_timeout_ms);
	TAILQ_INIT(&p->paused);
	pools = p;
	return p;
}

void pool_warm(struct pool *p)
{
	struct pipeline *slow = &p->lines[DUTY_SLOW].pipelines[0];
	if (slow->state == PIPELINE_CLOSED)
		pipeline_open(slow);
}

static void close_line(struct line *l)
{
	for (int i = 0; i < l->count; i++)
		pipeline_close(&l->pipelines[i]);
	expire(l, true);
}

static void unlink_pool(const struct pool *p)
{
	struct pool **link = &pools;
	while (*link != p)
		link = &(*link)->next;
	*link = p->next;
}

/* The statements stay the module's: a pool opened later may prepare them again. */
void pool_close(struct pool *p)
{
	struct op *op;
	for (int duty = 0; duty < DUTY_COUNT; duty++)
		close_line(&p->lines[duty]);
	while ((op = TAILQ_FIRST(&p->paused))) {
		stop_pause(op);
		op_end(op, END_CONTENDED);
	}
	if (p->loadings_close)
		p->loadings_close(p);
	if (p->gatherings_close)
		p->gatherings_close(p);
	wake_checker(p);
	unlink_pool(p);
	for (int i = 0; i < p->prepared_count; i++)
		p->prepared[i]->st->prepared = NULL;
	free(p->prepared);
	buf_free(&p->faults);
	arena_free(p->arena);
}
