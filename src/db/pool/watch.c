/*
 * What hangs. A change that waits for a row somebody holds keeps back those sent behind it; they get past it
 * when the server interrupts it (CancelRequest, PostgreSQL 15, section 55.2.8) and it is tried again by
 * itself. Interrupting is also how a change ends by its deadline with a certain outcome.
 */
#include "core/memory/memory.h"
#include "db/pool/inside.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* clang-format off */
enum {
	CONNECT_MS = 2000, /* from the first packet to the first answer of the server */
	SETUP_MS = 5000,   /* for one statement to be prepared */
	GRACE_MS = 1000,   /* beyond the statement timeout: then the network is to blame, not the statement */
	STANDS_MS = 250,   /* silent for so long, a change is in the way of others */
	HEEDED_MS = 1000,  /* an interruption without effect for so long, with a deadline over: it is lost */
	AFTERMATH_MS = 2000, /* no interruption takes longer to come */
	STACK_BYTES = 64 * 1024,
};
/* clang-format on */

/* --- Interrupting --- */

/* Asked for on a thread, because libpq connects for it. Of two owners the last one frees it. */
struct interruption {
	PGcancel *of;
	atomic_int owners;
};

static void interruption_leave(struct interruption *in)
{
	if (atomic_fetch_sub(&in->owners, 1) > 1)
		return;
	PQfreeCancel(in->of);
	free(in);
}

static void *interruption_run(void *arg)
{
	struct interruption *in = arg;
	char why[256];
	PQcancel(in->of, why, sizeof why);
	interruption_leave(in);
	return NULL;
}

static bool thread_start(struct interruption *in)
{
	pthread_attr_t attributes;
	pthread_t thread;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	bool fine = pthread_create(&thread, &attributes, interruption_run, in) == 0;
	pthread_attr_destroy(&attributes);
	return fine;
}

static void interrupt(struct pipeline *pl)
{
	struct interruption *in;
	PGcancel *of = pl->interruption ? NULL : PQgetCancel(pl->conn);
	if (!of)
		return;
	in = memory_take(sizeof *in);
	*in = (struct interruption){.of = of, .owners = 2};
	pl->interruption = in;
	pl->interrupted_ms = patience_ms;
	if (!thread_start(in)) { /* nobody else has it */
		in->owners = 1;
		pipeline_forget_interruption(pl);
	}
}

bool pipeline_was_interrupted(const struct pipeline *pl)
{
	return pl->interruption || (pl->interrupted_ms && patience_ms - pl->interrupted_ms < AFTERMATH_MS);
}

void pipeline_forget_interruption(struct pipeline *pl)
{
	if (pl->interruption)
		interruption_leave(pl->interruption);
	pl->interruption = NULL;
}

/* --- Judging --- */

static int64_t silence_ms(const struct pipeline *pl)
{
	return patience_ms - pl->progress_ms;
}

/* Only a change with statements still to come: what is being committed is not disturbed. */
static const struct op *executing(const struct pipeline *pl)
{
	const struct op *op = pl->duty == DUTY_WRITE ? TAILQ_FIRST(&pl->sent) : NULL;
	return op && op->at < op->step_count ? op : NULL;
}

/* How many statements the next answer may take. */
static int unanswered(const struct pipeline *pl)
{
	const struct op *op = executing(pl);
	return op && op->step_count <= SHORT_CHANGE ? op->step_count - op->at : 1;
}

static bool anybody_is_late(const struct pipeline *pl)
{
	const struct op *op;
	TAILQ_FOREACH (op, &pl->sent, entry)
		if (op_is_late(op))
			return true;
	return false;
}

/* Whether a lonely change has it. */
static bool pipeline_is_given_away(const struct pipeline *pl)
{
	const struct op *op = pl->duty == DUTY_WRITE ? TAILQ_FIRST(&pl->sent) : NULL;
	return op && op->lonely;
}

bool pipeline_stands(const struct pipeline *pl)
{
	return pl->duty == DUTY_WRITE && pl->sent_count > 0 &&
	       (silence_ms(pl) >= STANDS_MS || pipeline_is_given_away(pl));
}

bool line_spares_one(const struct line *l)
{
	int alone = 0;
	for (int i = 0; i < l->count; i++)
		alone += pipeline_is_given_away(&l->pipelines[i]);
	return alone < (l->count > 1 ? l->count - 1 : 1);
}

/* Whether a connection beside it takes what waits. */
static bool others_get_on(const struct pipeline *pl)
{
	const struct line *l = &pl->pool->lines[pl->duty];
	for (int i = 0; i < l->count; i++)
		if (&l->pipelines[i] != pl && l->pipelines[i].state == PIPELINE_READY &&
		    !pipeline_stands(&l->pipelines[i]))
			return true;
	return false;
}

static bool is_in_the_way(const struct pipeline *pl, const struct op *first)
{
	return !first->lonely && silence_ms(pl) >= STANDS_MS &&
	       (first->is_group || pl->sent_count > 1 ||
		(!TAILQ_EMPTY(&pl->pool->lines[pl->duty].queue) && !others_get_on(pl)));
}

static void watch_ready(struct pipeline *pl)
{
	int timeout_ms = pl->pool->lines[pl->duty].timeout_ms;
	const struct op *first = executing(pl);
	bool late = pl->duty == DUTY_WRITE && anybody_is_late(pl);
	if (timeout_ms > 0 && silence_ms(pl) > (int64_t)timeout_ms * unanswered(pl) + GRACE_MS)
		pipeline_lose(pl, "no answer within the statement timeout");
	else if (late && silence_ms(pl) > HEEDED_MS &&
		 (!first || (pl->interruption && patience_ms - pl->interrupted_ms > HEEDED_MS)))
		pipeline_lose(pl, "no answer by the deadline of a request");
	else if (first && (late || is_in_the_way(pl, first)))
		interrupt(pl);
}

void pipeline_watch(struct pipeline *pl)
{
	int64_t here_ms = patience_ms - pl->since_ms;
	if (pl->state == PIPELINE_CONNECTING && here_ms > CONNECT_MS)
		pipeline_lose(pl, "no answer to the connection attempt");
	else if (pl->state == PIPELINE_SETTING_UP && silence_ms(pl) > SETUP_MS)
		pipeline_lose(pl, "no answer while statements were being prepared");
	else if (pl->state == PIPELINE_READY && pl->due > 0)
		watch_ready(pl);
}
