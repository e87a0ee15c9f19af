/* Exchanges are recycled, each with an arena of its own. */
#include "core/memory/memory.h"
#include "http/exchange/exchange.h"

#include <stdlib.h>
#include <string.h>

enum { SPARE_MAX = 256 };

static struct exchange *spare;
static int spare_count;

struct exchange *exchange_new(struct output *out, const struct peer *peer)
{
	struct exchange *ex = spare;
	if (ex) {
		spare = ex->next;
		spare_count--;
	} else {
		ex = memory_take(sizeof *ex);
	}
	memset(ex, 0, offsetof(struct exchange, head));
	head_reset(&ex->head);
	ex->out = out;
	ex->address = *peer;
	ex->rq.exchange = ex;
	ex->rq.cx.arena = arena_new();
	ex->headers.arena = ex->partial.arena = ex->rq.cx.arena;
	return ex;
}

void exchange_free(struct exchange *ex)
{
	arena_free(ex->rq.cx.arena);
	body_ends(&ex->share);
	buf_free(&ex->store);
	if (spare_count == SPARE_MAX) {
		free(ex);
		return;
	}
	ex->next = spare;
	spare = ex;
	spare_count++;
}

void exchanges_close(void)
{
	for (struct exchange *ex; (ex = spare);) {
		spare = ex->next;
		free(ex);
	}
	spare_count = 0;
}

bool exchange_keep_body(struct exchange *ex, const char *bytes, size_t len)
{
	size_t before = ex->store.room;
	if (!len)
		return true;
	if (!ex->share.address)
		body_belongs(&ex->share, &ex->address, &ex->rq.cx.viewer.user_id);
	if (!body_may_hold(&ex->share, len))
		return false;
	buf_add(&ex->store, bytes, len);
	body_holds(&ex->share, ex->store.room - before);
	return true;
}

bool exchange_hold(struct exchange *ex, size_t more)
{
	if (!body_may_hold(&ex->share, more))
		return false;
	body_holds(&ex->share, more);
	return true;
}

const char *exchange_field(const struct exchange *ex, enum known_field kind, size_t *len)
{
	int i = ex->head.first[kind];
	if (i < 0)
		return NULL;
	*len = ex->head.fields[i].value.len;
	return ex->bytes + ex->head.fields[i].value.at;
}
