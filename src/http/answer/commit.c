/* Answers of changes: rendered first, so that an Idempotency-Key's row can hold them in the same transaction.
 */
#include "core/schema/walk.h"
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

/* What was sent of fields that are not the client's says what they are, or the client expects something else.
 */
static err read_only_agrees(struct exchange *ex)
{
	const struct schema *s = ex->rq.route->handler->body;
	if (!s || !ex->json || !ex->match.endpoint->creates)
		return NULL;
	return schema_contradicted(ex->rq.cx.arena, s, ex->json, ex->rq.body_);
}

err reply_commit_(struct req *rq, struct change *ch, const void *value)
{
	struct exchange *ex = exchange_of(rq);
	struct answer a;
	size_t headers = ex->headers.len;

	TRY(read_only_agrees(ex));
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
