/* The newest events of a module, for operators. */
#include "bus/record/envelope.h"
#include "bus/store/outbox_store.h"

err bus_tail(struct ctx *cx, const char *module, int limit, FILE *out)
{
	struct member *m = member_named(module);
	struct record *events;
	int count;

	if (!m)
		return problem_detail(cx, NOT_FOUND, "There is no module \"%s\".", module);
	TRY(outbox_tail(cx, m, limit, &events, &count));
	for (int i = count; i-- > 0;) {
		struct buf line = {.arena = cx->arena};

		envelope_write(&line, module, &events[i]);
		fprintf(out, "%s\n", buf_text(&line));
	}
	return NULL;
}
