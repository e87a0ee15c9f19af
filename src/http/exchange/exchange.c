/* Exchanges are recycled, each with an arena of its own. */
#include "core/memory/memory.h"
#include "http/exchange/exchange.h"

#include <stdlib.h>
#include <string.h>

enum {
	SPARE_MAX = 256,
	BODIES_MAX = 256 * 1024 * 1024, /* bytes of all bodies on their way */
};

static size_t bodies_held; /* bytes */

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
	bodies_held -= ex->store.room;
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
	if (bodies_held + len > BODIES_MAX)
		return false;
	buf_add(&ex->store, bytes, len);
	bodies_held += ex->store.room - before;
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
