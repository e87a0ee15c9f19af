/* Retention: what nobody needs any more goes, little by little. */
#ifndef BUS_PURGE_H
#define BUS_PURGE_H

#include "vobe/problem.h"

void purge_begin(void);
void purge_end(void);

/*
 * Deletes events told before `retention_s` that every durable subscriber has passed, answers kept for
 * Idempotency-Keys, dead letters, and what the modules' keep tables name. Nothing while the clocks disagree.
 * The first fault is returned when all that could be done was done. Suspends.
 */
err purge_all(struct ctx *cx);

#endif
