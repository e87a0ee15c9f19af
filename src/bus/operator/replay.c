/* Replaying: a subscription's cursors go back in time, and its reader applies everything again from there. */
#include "bus/store/inbox_store.h"
#include "bus/store/outbox_store.h"
#include "db/change.h"

err bus_may_replay(struct ctx *cx, const char *subscription)
{
	const struct hearer *h = hearer_named(subscription);

	if (!h)
		return problem_detail(cx, NOT_FOUND, "There is no subscription \"%s\".", subscription);
	return h->sub->hearing == DURABLE ? NULL : NOT_DURABLE;
}

err bus_replay(struct ctx *cx, const char *subscription, int64_t since)
{
	int64_t places[PARTS];

	TRY(bus_may_replay(cx, subscription));
	struct hearer *h = hearer_named(subscription);
	for (int part = 0; part < PARTS; part++)
		places[part] = INT64_MAX; /* never forward: a partition without a place stays where it is */
	TRY(outbox_seek(cx, h->source, since, places));

	struct change *ch = change_begin(cx);
	change_alone(ch);
	for (int part = 0; part < PARTS; part++)
		inbox_go_back(ch, h, part, places[part]);
	return change_commit(cx, ch);
}
