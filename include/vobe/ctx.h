/*
 * The context of a unit of work. The rule of the house: a function may suspend if and only if it takes
 * a `struct ctx *`. While one is suspended, other tasks run; what you read before a wait may have changed
 * after it.
 */
#ifndef VOBE_CTX_H
#define VOBE_CTX_H

#include "vobe/arena.h"
#include "vobe/id.h"
#include "vobe/problem.h"

#include <stdbool.h>
#include <stdint.h>

enum role { ROLE_GUEST, ROLE_USER, ROLE_MODERATOR, ROLE_SUPERUSER }; /* each contains the ones before */

struct viewer {
	struct uuid user_id;    /* nil for a guest */
	struct uuid session_id; /* nil for a guest */
	enum role role;
};

struct task; /* src/core/task/task.h */

struct ctx {
	struct arena *arena;     /* lives as long as the unit of work */
	struct task *task;       /* the one that runs this */
	int64_t deadline_us;     /* monotonic microseconds; 0 = none. Waits past it return DEADLINE_PASSED */
	struct viewer viewer;    /* on whose behalf */
	uint64_t source;         /* the network that asks, for whom offload() queues; 0: nobody outside */
	const char *request_id;  /* never NULL; in logs, events and errors */
	const char *traceparent; /* W3C trace context, or NULL */
};

/* Suspends for `ms` milliseconds. Errors: CANCELLED, DEADLINE_PASSED. */
err wait_ms(struct ctx *cx, int ms);

/*
 * Runs `work(arg)` on a worker thread and suspends until it is done. `work` must not touch the ctx,
 * the arena or any module state. Networks (cx->source) are served in turn. At most `hash_queue` calls wait;
 * beyond that UNAVAILABLE at once, for the newest call of the network that has most of them. Always returns
 * after `work` has finished or was never started, even when cancelled.
 */
err offload(struct ctx *cx, void (*work)(void *arg), void *arg);

/* Calls that do not depend on one another. `run` gets a ctx of its own on the same arena. */
struct branch {
	err (*run)(struct ctx *cx, void *arg);
	void *arg;
	err result; /* out */
};

/* Runs all branches at once and suspends until every one has ended. Their results are in `result`. */
void together(struct ctx *cx, struct branch *branches, int count);

static inline bool viewer_is_user(const struct ctx *cx)
{
	return cx->viewer.role >= ROLE_USER;
}
static inline bool viewer_is_moderator(const struct ctx *cx)
{
	return cx->viewer.role >= ROLE_MODERATOR;
}
static inline bool viewer_is(const struct ctx *cx, struct uuid user_id)
{
	return viewer_is_user(cx) && uuid_equal(cx->viewer.user_id, user_id);
}

#endif
