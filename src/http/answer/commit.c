/* Answers of changes: rendered first, so that an Idempotency-Key's row can hold them in the same transaction.
 */
#include "http/answer/reply.h"
#include "http/state.h"

/* What the head of the answer says of it, beside the ETag: also when it is sent again. */
static const char *lines_of(const struct exchange *ex)
{
	struct buf lines = {.arena = ex->rq.cx.arena};
	buf_add(&lines, ex->headers.at, ex->headers.len);
	if (ex->partial.len)
		buf_fmt(&lines, "X-Partial: %.*s\r\n", (int)ex->partial.len, ex->partial.at);
	return buf_text(&lines);
}

static void keep(const struct exchange *ex, struct change *ch, const struct answer *a)
{
	const struct kept_answer kept = {
		.status = a->status,
		.body = {a->len ? a->body : (const void *)"", a->len},
		.etag = a->etag,
		.headers = lines_of(ex),
	};
	server.hooks.idempotency_store(ch, ex->match.endpoint->module, ex->idempotency_key, ex->body_hash,
				       &kept);
}

static err commit(struct exchange *ex, struct change *ch, struct answer *a)
{
	if (ex->idempotency_key)
		keep(ex, ch, a);
	TRY(change_commit(&ex->rq.cx, ch));
	answer_send(ex, a);
	return NULL;
}

err reply_commit_(struct req *rq, struct change *ch, const void *value)
{
	struct exchange *ex = exchange_of(rq);
	struct answer a;
	size_t headers = ex->headers.len;

	answer_render(ex, value, &a);
	a.body = arena_copy(rq->cx.arena, a.body, a.len); /* the scratch is another's once this task waits */
	err e = commit(ex, ch, &a);
	if (e)
		ex->headers.len = headers; /* a handler may try again, with another change */
	return e;
}

err reply_commit_empty(struct req *rq, struct change *ch)
{
	return commit(exchange_of(rq), ch, &(struct answer){.status = rq->route->status});
}
