/*
 * Strands: what a task runs on. Of all strands and the thread that enters them exactly one runs at a time.
 * task_setjmp.c makes them stacks switched in user space; task_threads.c threads that pass a baton. For
 * task.c only.
 */
#ifndef CORE_STRAND_H
#define CORE_STRAND_H

#include <stddef.h>

struct strand;

/* `body(arg)` runs when it is first entered and must never return. NULL: the system has no more of them. */
struct strand *strand_new(size_t stack_bytes, void (*body)(void *arg), void *arg);

/* From outside: it must not run, and is never entered again. */
void strand_free(struct strand *s);

/* Runs it until it leaves. May be called on another strand. */
void strand_enter(struct strand *s);

/* On the strand itself: back to whoever entered it; returns when it is entered again. */
void strand_leave(struct strand *s);

#endif
