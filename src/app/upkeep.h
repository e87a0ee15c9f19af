/* What modules declare for their operators: numbers, and counters with what they count (vobe/figures.h,
 * vobe/counter.h). */
#ifndef APP_UPKEEP_H
#define APP_UPKEEP_H

#include "vobe/counter.h"
#include "vobe/figures.h"

/* Tables of the linker, from begin to end; in order of modules and, within one, of names. */
const struct figures *const *figures_all(struct arena *a, int *count);
const struct counter *const *counters_all(struct arena *a, int *count);

/* How many rows differ; with `mends`, they are set right, and *differing is how many were wrong. Suspends. */
err counter_check(struct ctx *cx, const struct counter *c, bool mends, int64_t *differing);

#endif
