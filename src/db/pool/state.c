/* How a pool is doing: what health, metrics and the drain ask. */
#include "db/pool/inside.h"
#include "vobe/clock.h"

#include <string.h>

enum { REFUSED_S = 30 }; /* without a further write nobody knows whether the next would be refused */

bool pool_is_up(const struct pool *p, int64_t *since_us)
{
	if (since_us)
		*since_us = p->since_us;
	return p->is_up;
}

bool pool_refuses_writes(const struct pool *p, const char **why)
{
	*why = p->refusal;
	return p->refused_us && clock_mono() - p->refused_us < REFUSED_S * SECOND_US;
}

struct pool *pool_of(const char *module)
{
	struct pool *p = pools;
	while (p && strcmp(p->cfg.module, module) != 0)
		p = p->next;
	return p;
}

static void count_line(const struct line *l, struct pool_stats *out)
{
	for (int i = 0; i < l->count; i++) {
		out->in_flight += l->pipelines[i].sent_count;
		out->connections += l->pipelines[i].state == PIPELINE_READY;
	}
}

void pool_read_stats(const struct pool *p, struct pool_stats *out)
{
	*out = p->stats;
	out->queued = p->queued;
	for (int duty = 0; duty < DUTY_COUNT; duty++)
		count_line(&p->lines[duty], out);
}

bool pool_is_busy(const struct pool *p)
{
	struct pool_stats now;
	pool_read_stats(p, &now);
	return now.queued > 0 || now.in_flight > 0 || !TAILQ_EMPTY(&p->paused);
}
