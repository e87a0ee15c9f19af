/* A short queue: who waits longer than this has better things to do. */
#include "modules/chat/slots.h"

#include "vobe/clock.h"

enum { PATIENCE_MS = 30 * 1000 };

static int taken, waiting;
static TAILQ_HEAD(generation_queue, generation) queue = TAILQ_HEAD_INITIALIZER(queue);

static int places(void)
{
	return (int)option_int("chat", "running_max");
}

bool slots_have_room(void)
{
	return taken < places() || waiting < option_int("chat", "queue_max");
}

static void give_to(struct generation *g)
{
	TAILQ_REMOVE(&queue, g, queue);
	waiting--;
	taken++;
	g->has_slot = true;
	bell_ring(&g->turn);
}

static void leave_queue(struct generation *g)
{
	if (g->has_slot)
		return;
	TAILQ_REMOVE(&queue, g, queue);
	waiting--;
}

static err wait_in_queue(struct ctx *cx, struct generation *g)
{
	int64_t until = clock_mono_now() + PATIENCE_MS * INT64_C(1000);
	err e = NULL;

	TAILQ_INSERT_TAIL(&queue, g, queue);
	waiting++;
	while (!e && !g->has_slot && !g->stop && clock_mono_now() < until)
		e = bell_wait(cx, &g->turn, (int)((until - clock_mono_now()) / 1000) + 1);
	leave_queue(g);
	return e || g->has_slot || g->stop ? e : CHAT_BUSY;
}

err slot_take(struct ctx *cx, struct generation *g)
{
	if (taken >= places())
		return wait_in_queue(cx, g);
	taken++;
	g->has_slot = true;
	return NULL;
}

void slot_give(struct generation *g)
{
	if (!g->has_slot)
		return;
	g->has_slot = false;
	taken--;
	if (!TAILQ_EMPTY(&queue) && taken < places())
		give_to(TAILQ_FIRST(&queue));
}
