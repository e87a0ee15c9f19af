/* A pipelined connection: sending, taking answers, noticing that it is lost and settling what was under way.
 */
#include "db/pool/pipeline.h"

#include "core/loop/loop.h"
#include "db/pool/inside.h"
#include "vobe/clock.h"
#include "vobe/log.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
enum {
	BATCH = 32,        /* reads that share a Sync: one failing makes the others of its batch run again */
	FIRST_RETRY_MS = 50, /* doubles */
	LAST_RETRY_MS = 32000,
	TRIES_MAX = 3,
};
/* clang-format on */

static const char *const state_names[] = {"closed", "connecting", "setting up", "ready", "lost"};
static const char *const duty_names[] = {"read", "slow", "write"};

void pipeline_enter(struct pipeline *pl, enum pipeline_state state)
{
	log_debug("pipeline_state", "%s %s %d: %s -> %s", pl->pool->cfg.module, duty_names[pl->duty],
		  pl->number, state_names[pl->state], state_names[state]);
	pl->state = state;
	pl->since_ms = pl->progress_ms = patience_ms;
}

/* --- Losing --- */

static void disconnect(struct pipeline *pl)
{
	if (pl->event)
		event_free(pl->event);
	PQfinish(pl->conn);
	loop_timer_stop(pl->retry);
	pipeline_forget_interruption(pl);
	pl->in_doubt = false;
	pl->event = NULL;
	pl->conn = NULL;
	pl->retry = NULL;
	pl->awaited = 0;
	pl->due = pl->unsynced = 0;
}

/*
 * What the server executes, it executes in order, and its FATAL comes after all answers before it. So with a
 * FATAL seen, a change whose last statement was not answered had not come to its commit, and those behind it
 * were not begun.
 */
static bool is_surely_undone(const struct pipeline *pl, const struct op *op, bool is_first)
{
	return op->ending != END_FINE || (pl->said_goodbye && (!is_first || op->at < op->step_count));
}

static void settle_lost(struct pipeline *pl, struct op *op, bool is_first)
{
	bool undone = op->duty != DUTY_WRITE || is_surely_undone(pl, op, is_first);
	/* When all connections die at once, what was on the first may meet each of the others before their
	 * end is noticed. */
	int tries_max = op->duty == DUTY_WRITE ? TRIES_MAX + pl->pool->lines[DUTY_WRITE].count : 1;
	if (op->ending != END_FINE) {
		op_end(op, op->ending);
	} else if (!undone) {
		op_end(op, END_UNKNOWN);
	} else if (op->unwanted || op->is_group || op->tries >= tries_max) {
		op_end(op, END_AWAY);
	} else {
		op->tries++;
		op->queued_ms =
			patience_ms; /* new patience: the old was spent on a connection that seemed alive */
		op_rewind(op);
		pool_requeue(op);
	}
}

/* Last first, because each goes back to the front of the queue. */
static void settle_sent(struct pipeline *pl)
{
	struct op *op;
	while ((op = TAILQ_LAST(&pl->sent, op_list))) {
		TAILQ_REMOVE(&pl->sent, op, entry);
		pl->sent_count--;
		settle_lost(pl, op, TAILQ_EMPTY(&pl->sent));
	}
	pl->said_goodbye = false;
}

static void retry(void *arg)
{
	pipeline_open(arg);
}

static int retry_delay_ms(const struct pipeline *pl)
{
	if (pl->failures == 0)
		return (int)arc4random_uniform(20);
	int doublings = pl->failures < 11 ? pl->failures - 1 : 10;
	int64_t ms = (int64_t)FIRST_RETRY_MS << doublings;
	ms = ms < LAST_RETRY_MS ? ms : LAST_RETRY_MS;
	return (int)(ms * 3 / 4 + arc4random_uniform((uint32_t)ms / 4 + 1));
}

/* The first reading connection always comes back, so that pool_is_up tells the truth; others when they are
 * needed. */
static void plan_retry(struct pipeline *pl)
{
	bool is_needed =
		(pl->duty == DUTY_READ && pl->number == 0) || !TAILQ_EMPTY(&pl->pool->lines[pl->duty].queue);
	if (is_needed)
		pl->retry = loop_after_ms(retry_delay_ms(pl), retry, pl);
	else
		pipeline_enter(pl, PIPELINE_CLOSED);
}

void pipeline_lose(struct pipeline *pl, const char *why)
{
	char reason[300];
	bool was_ready = pl->state == PIPELINE_READY;
	snprintf(reason, sizeof reason, "%s", why && *why ? why : "the server closed the connection");
	reason[strcspn(reason, "\n")] = '\0';
	if (was_ready) {
		log_warn("connection_lost", "%s %s %d, %d operations under way: %s", pl->pool->cfg.module,
			 duty_names[pl->duty], pl->number, pl->sent_count, reason);
		pl->pool->stats.lost_connections++;
		pl->failures = 0;
	}
	disconnect(pl);
	pipeline_enter(pl, PIPELINE_LOST);
	settle_sent(pl);
	if (!was_ready) {
		pl->failures++;
		pool_not_reached(pl->pool, reason);
	}
	plan_retry(pl);
}

/* --- Answers --- */

/* A read undone by another's failure in the same batch. */
static void run_alone(struct op *op)
{
	op->alone = true;
	op_rewind(op);
	pool_requeue(op);
}

static void leave_sent(struct pipeline *pl, struct op *op)
{
	op_tell_if_slow(op, pl->began_us);
	pl->began_us = clock_mono();
	TAILQ_REMOVE(&pl->sent, op, entry);
	pl->sent_count--;
}

static void take_step(struct pipeline *pl, struct op *op, PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);
	bool fine = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
	if (fine)
		op->steps[op->at].result = result;
	else if (status == PGRES_PIPELINE_ABORTED)
		PQclear(result);
	else
		op->ending = op_judge(op, result);
	op->at++;
	if (op->duty == DUTY_WRITE)
		return; /* its end is the Sync's */
	leave_sent(pl, op);
	if (status == PGRES_PIPELINE_ABORTED && !op->unwanted)
		run_alone(op);
	else
		op_end(op, op->ending);
}

/* Undone by others, or by us because others waited: it may do better by itself. */
static bool deserves_another_try(const struct pipeline *pl, const struct op *op)
{
	bool interrupted = op->ending == END_TIMED_OUT && pipeline_was_interrupted(pl);
	return !op->is_group && (interrupted || op->ending == END_CONTENDED) && op->tries < TRIES_MAX &&
	       !op_is_late(op);
}

/* The transaction's end is certain, but for a standby of which nothing is known. */
static void take_sync(struct pipeline *pl)
{
	struct op *op = pl->duty == DUTY_WRITE ? TAILQ_FIRST(&pl->sent) : NULL;
	pl->pool->stats.round_trips++;
	if (!op)
		return;
	leave_sent(pl, op);
	bool again = deserves_another_try(pl, op);
	if (pl->in_doubt && op->ending == END_FINE)
		op->ending = END_UNKNOWN;
	pl->in_doubt = false;
	pipeline_forget_interruption(pl);
	if (again)
		pool_pause(op);
	else
		op_end(op, op->ending);
	if (!TAILQ_EMPTY(&pl->sent))
		pipeline_watch(pl);
}

static void take(struct pipeline *pl, PGresult *result)
{
	struct op *op = TAILQ_FIRST(&pl->sent);
	if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
		pl->due--;
		PQclear(result);
		take_sync(pl);
	} else if (op && op->at < op->step_count) {
		pl->due--;
		take_step(pl, op, result);
	} else { /* an error that belongs to no statement: the commit was refused. Its Sync is still due */
		if (op)
			op->ending = op_judge(op, result);
		else
			PQclear(result);
	}
}

void pipeline_hear(struct pipeline *pl, const PGresult *words)
{
	const char *severity = PQresultErrorField(words, PG_DIAG_SEVERITY_NONLOCALIZED);
	if (severity && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0))
		pl->said_goodbye = true;
	else if (severity && strcmp(severity, "WARNING") == 0 && pl->interruption)
		pl->in_doubt = true;
}

/* The server's or libpq's last words on this connection. libpq's own errors have no SQLSTATE. */
static bool is_last_word(struct pipeline *pl, const PGresult *result)
{
	if (PQresultStatus(result) != PGRES_FATAL_ERROR)
		return false;
	pipeline_hear(pl, result);
	return pl->said_goodbye || !PQresultErrorField(result, PG_DIAG_SQLSTATE);
}

/* PQgetResult says NULL between two statements: only several in a row mean that there is nothing more. */
static void take_answers(struct pipeline *pl)
{
	for (int nulls = 0; pl->conn && pl->due > 0 && nulls < 3 && !PQisBusy(pl->conn);) {
		PGresult *result = PQgetResult(pl->conn);
		nulls = result ? 0 : nulls + 1;
		if (!result)
			continue;
		if (is_last_word(pl, result)) {
			pipeline_lose(pl, PQresultErrorMessage(result));
			PQclear(result);
		} else if (pl->state == PIPELINE_SETTING_UP) {
			setup_take(pl, result);
		} else {
			take(pl, result);
		}
	}
}

static void read_answers(struct pipeline *pl)
{
	bool alive = PQconsumeInput(pl->conn) == 1;
	pl->progress_ms = patience_ms;
	take_answers(pl);
	if (pl->conn && (!alive || PQstatus(pl->conn) != CONNECTION_OK))
		pipeline_lose(pl, PQerrorMessage(pl->conn));
}

/* Nothing more can be sent. What the server said before it closed tells which changes are surely undone. */
static void hear_last_words(struct pipeline *pl)
{
	read_answers(pl);
	if (pl->conn)
		pipeline_lose(pl, PQerrorMessage(pl->conn));
}

/* --- The socket --- */

static void on_socket(evutil_socket_t fd, short what, void *arg)
{
	struct pipeline *pl = arg;
	(void)fd;
	if (pl->state == PIPELINE_CONNECTING) {
		setup_advance(pl);
		return;
	}
	if (what & EV_READ)
		read_answers(pl);
	if (what & EV_WRITE && pl->conn)
		pipeline_flush(pl);
}

/* While connecting libpq may have closed the socket and opened another of the same number: always registered
 * anew. */
void pipeline_await(struct pipeline *pl, short what)
{
	if (pl->awaited == what && pl->state != PIPELINE_CONNECTING)
		return;
	if (pl->event)
		event_free(pl->event);
	pl->event = event_new(loop_base(), PQsocket(pl->conn), what | EV_PERSIST, on_socket, pl);
	event_add(pl->event, NULL);
	pl->awaited = what;
}

/* --- Sending --- */

/* libpq 15 writes at each Sync, so there should be few. */
static bool sync_batch(struct pipeline *pl)
{
	pl->unsynced = 0;
	pl->due++;
	return PQpipelineSync(pl->conn) == 1;
}

/*
 * The server keeps its answers back until the Sync. Of a change it is asked to tell them before: behind the
 * last statement, so that a change which is being committed is known from one that waits, and in a long one
 * behind each, so that each is waited for by itself. A group is not waited for that long (watch.c).
 */
static bool asks_for_answer(const struct op *op, int step)
{
	return op->duty == DUTY_WRITE &&
	       (step == op->step_count - 1 || (op->step_count > SHORT_CHANGE && !op->is_group));
}

static bool send_steps(struct pipeline *pl, const struct op *op)
{
	for (int i = 0; i < op->step_count; i++)
		if (!statement_send(op->steps[i].prepared, pl->conn,
				    op->steps[i].in->at + op->steps[i].parameters) ||
		    (asks_for_answer(op, i) && !PQsendFlushRequest(pl->conn)))
			return false;
	return true;
}

void pipeline_send(struct pipeline *pl, struct op *op)
{
	bool has_own_sync = op->duty != DUTY_READ || op->alone;
	if (pl->due == 0) {
		pl->progress_ms = patience_ms;
		pl->began_us = clock_mono();
	}
	bool fine = !(has_own_sync && pl->unsynced) || sync_batch(pl);
	op->state = OP_SENT;
	TAILQ_INSERT_TAIL(&pl->sent, op, entry);
	pl->sent_count++;
	pl->unsynced++;
	pl->due += op->step_count;
	pl->pool->stats.statements += (uint64_t)op->step_count;
	fine = fine && send_steps(pl, op) && (!(has_own_sync || pl->unsynced == BATCH) || sync_batch(pl));
	if (!fine)
		hear_last_words(pl);
}

void pipeline_flush(struct pipeline *pl)
{
	if (!pl->conn || pl->state == PIPELINE_CONNECTING)
		return;
	bool fine = !pl->unsynced || sync_batch(pl);
	int left = fine ? PQflush(pl->conn) : -1;
	if (left < 0)
		hear_last_words(pl);
	else
		pipeline_await(pl, left ? EV_READ | EV_WRITE : EV_READ);
}

bool pipeline_has_room(const struct pipeline *pl)
{
	return pl->state == PIPELINE_READY && pl->sent_count < pl->pool->lines[pl->duty].depth;
}

/* --- Life --- */

void pipeline_open(struct pipeline *pl)
{
	loop_timer_stop(pl->retry);
	pl->retry = NULL;
	pl->pool->attempt_ms = patience_ms;
	setup_connect(pl);
}

void pipeline_close(struct pipeline *pl)
{
	disconnect(pl);
	pipeline_enter(pl, PIPELINE_CLOSED);
	settle_sent(pl);
}
