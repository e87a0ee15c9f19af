/* Tables that the linker makes of what modules declare. */
#include "app/upkeep.h"

#include "app/running.h"

#include <stdlib.h>
#include <string.h>

enum { ROUNDS_MAX = 64 /* numbers that count rows with numbers: as deep as threads are */ };

extern const struct figures __start_vobe_figures[] __attribute__((weak));
extern const struct figures __stop_vobe_figures[] __attribute__((weak));
extern const struct counter __start_vobe_counters[] __attribute__((weak));
extern const struct counter __stop_vobe_counters[] __attribute__((weak));

/* Tests start one module of those that are linked. */
static bool is_running(const char *module)
{
	for (const struct module *const *m = running.modules; *m; m++)
		if (!strcmp((*m)->name, module))
			return true;
	return false;
}

static int figures_order(const void *a, const void *b)
{
	return strcmp((*(const struct figures *const *)a)->module,
		      (*(const struct figures *const *)b)->module);
}

static int counters_order(const void *a, const void *b)
{
	const struct counter *x = *(const struct counter *const *)a, *y = *(const struct counter *const *)b;
	const int by_module = strcmp(x->module, y->module);
	return by_module ? by_module : strcmp(x->name, y->name);
}

const struct figures *const *figures_all(struct arena *a, int *count)
{
	const struct figures **all =
		ARENA_ARRAY(a, const struct figures *, __stop_vobe_figures - __start_vobe_figures + 1);
	*count = 0;
	for (const struct figures *f = __start_vobe_figures; f < __stop_vobe_figures; f++)
		if (is_running(f->module))
			all[(*count)++] = f;
	qsort(all, (size_t)*count, sizeof *all, figures_order);
	return all;
}

const struct counter *const *counters_all(struct arena *a, int *count)
{
	const struct counter **all =
		ARENA_ARRAY(a, const struct counter *, __stop_vobe_counters - __start_vobe_counters + 1);
	*count = 0;
	for (const struct counter *c = __start_vobe_counters; c < __stop_vobe_counters; c++)
		if (is_running(c->module))
			all[(*count)++] = c;
	qsort(all, (size_t)*count, sizeof *all, counters_order);
	return all;
}

err counter_check(struct ctx *cx, const struct counter *c, bool mends, int64_t *differing)
{
	int64_t left;
	TRY(c->differing(cx, differing));
	left = *differing;
	for (int round = 0; mends && left && round < ROUNDS_MAX; round++) {
		TRY(c->mend(cx));
		TRY(c->differing(cx, &left));
	}
	return mends && left ? problem_detail(cx, INTERNAL, "%s still differs in %lld rows.", c->name,
					      (long long)left)
			     : NULL;
}
