/*
 * What operators do with dead letters. Neither command applies anything: it takes the dead letter away (retry
 * puts it in front of those parked behind it), and the subscription's reader, in whatever instance, applies
 * what is loose.
 */
#include "bus/store/inbox_store.h"
#include "db/change.h"

static err member_of(struct ctx *cx, const char *module, struct member **m)
{
	*m = member_named(module);
	if (!*m)
		return problem_detail(cx, NOT_FOUND, "There is no module \"%s\".", module);
	return NULL;
}

static err letter_of(struct ctx *cx, const char *module, int64_t id, struct member **m, struct letter *l)
{
	TRY(member_of(cx, module, m));
	err e = inbox_letter(cx, *m, id, l);

	if (problem_is(e, NOT_FOUND))
		return problem_detail(cx, NOT_FOUND, "%s has no dead letter %lld.", module, (long long)id);
	return e;
}

static err find_to_retry(struct ctx *cx, const char *module, int64_t id, struct member **m, struct letter *l)
{
	TRY(letter_of(cx, module, id, m, l));
	if (!hearer_named(l->subscription))
		return problem_detail(cx, CONFLICT,
				      "The subscription %s is no more: discard the dead letter.",
				      l->subscription);
	return NULL;
}

err bus_may_retry(struct ctx *cx, const char *module, int64_t id)
{
	struct member *m;
	struct letter l;

	return find_to_retry(cx, module, id, &m, &l);
}

err bus_may_discard(struct ctx *cx, const char *module, int64_t id)
{
	struct member *m;
	struct letter l;

	return letter_of(cx, module, id, &m, &l);
}

err bus_dead_letters(struct ctx *cx, const char *module, int limit, struct dead_letter **rows, int *count)
{
	struct member *m;
	struct letter *letters;

	TRY(member_of(cx, module, &m));
	TRY(inbox_letters(cx, m, limit, &letters, count));
	*rows = ARENA_ARRAY(cx->arena, struct dead_letter, *count);
	for (int i = 0; i < *count; i++)
		(*rows)[i] = (struct dead_letter){
			.id = letters[i].id,
			.subscription = letters[i].subscription,
			.source = letters[i].source,
			.topic = letters[i].topic,
			.fault = letters[i].fault,
			.payload = letters[i].payload,
			.event_id = letters[i].event_id,
			.aggregate_id = letters[i].agg_id,
			.part = (int)letters[i].part,
			.off = letters[i].off,
			.died_at = letters[i].died_at,
			.tries = (int)letters[i].tries,
		};
	return NULL;
}

err bus_retry_dead(struct ctx *cx, const char *module, int64_t id)
{
	struct member *m;
	struct letter l;

	TRY(find_to_retry(cx, module, id, &m, &l));
	struct change *ch = change_begin(cx);
	inbox_lock(ch, m, l.subscription, (int)l.part);
	inbox_loosen(ch, m, &l);
	return change_commit(cx, ch);
}

err bus_discard_dead(struct ctx *cx, const char *module, int64_t id)
{
	struct member *m;
	struct letter l;

	TRY(letter_of(cx, module, id, &m, &l));
	struct change *ch = change_begin(cx);
	inbox_lock(ch, m, l.subscription, (int)l.part);
	inbox_take(ch, m, &l);
	return change_commit(cx, ch);
}
