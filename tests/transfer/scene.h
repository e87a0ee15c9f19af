/* The runtime of the tests of transfers: loop, tasks and the layer; and units of work on it. */
#ifndef TESTS_TRANSFER_SCENE_H
#define TESTS_TRANSFER_SCENE_H

#include "core/loop/loop.h"
#include "support/test.h"
#include "transfer/server.h"
#include "vobe/ctx.h"

void open_transfers(void);
void close_transfers(void);

/* printf to a text that lives until the scene ends. */
const char *text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Runs `run` on a task until it ends, cancelled after `cancel_ms` (0: never). */
err run_cancelled(err (*run)(struct ctx *cx, void *arg), void *arg, int cancel_ms);
int64_t cancelled_us(void); /* monotonic us when that happened */

/* From now to loop_freedom: the longest that the loop was held up, in ms. */
void watch_loop(void);
int loop_held_ms(void);

#define expect_problem(e_, kind)                                                                             \
	do {                                                                                                 \
		err is_ = (e_);                                                                              \
		ck_assert_msg(problem_is(is_, kind), "%s: %s", is_ ? is_->code : "no problem",               \
			      is_ ? is_->detail : "");                                                       \
	} while (0)
#define expect_fine(e_)                                                                                      \
	do {                                                                                                 \
		err is_ = (e_);                                                                              \
		ck_assert_msg(!is_, "%s: %s", is_ ? is_->code : "", is_ ? is_->detail : "");                 \
	} while (0)

#endif
