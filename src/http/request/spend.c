/*
 * Limits: whom a request is counted by, so that nobody chooses whose bucket is asked.
 */
#include "http/request/request.h"
#include "http/state.h"
#include "vobe/reply.h"

#include <assert.h>

/* Taken of one client. A bucket without a rate holds everybody. */
static bool take(struct exchange *ex, int bucket, const void *who, size_t len)
{
	if (limit_rate(bucket)->count <= 0)
		return true;
	return limit_take(bucket, who, len, 1, &ex->allowances[ex->allowance_count++]);
}

static bool take_of_address(struct exchange *ex, int bucket)
{
	return take(ex, bucket, ex->address.address, peer_key_len(&ex->address));
}

static bool take_of_user(struct exchange *ex, int bucket)
{
	return take(ex, bucket, ex->rq.cx.viewer.user_id.b, sizeof(struct uuid));
}

/*
 * Who holds a bucket that guards what costs as much whoever asks: the address, and the user beside it. Who
 * has a /48 of IPv6 has 65,536 addresses as a rule counts them: the nets around one have buckets too, four
 * and sixteen times as wide.
 */
struct holder {
	const void *who;
	size_t len;
	int width;
};
enum { HOLDERS_MOST = 4 };

static int holders_of(const struct exchange *ex, struct holder out[HOLDERS_MOST])
{
	const uint8_t *address = ex->address.address;
	int n = 0;
	out[n++] = (struct holder){address, peer_key_len(&ex->address), 1};
	if (!peer_is_v4(&ex->address)) {
		out[n++] = (struct holder){address, 7, 4};
		out[n++] = (struct holder){address, 6, 16};
	}
	if (viewer_is_user(&ex->rq.cx))
		out[n++] = (struct holder){ex->rq.cx.viewer.user_id.b, sizeof(struct uuid), 1};
	return n;
}

typedef bool asking(int bucket, const void *who, size_t len, int width, struct allowance *out);

/* Shown is what the address has left, or whoever it is that refuses. */
static bool ask_all(struct exchange *ex, int bucket, asking *ask)
{
	struct holder holders[HOLDERS_MOST];
	struct allowance a, *shown;
	const int count = holders_of(ex, holders);
	if (limit_rate(bucket)->count <= 0)
		return true;
	shown = &ex->allowances[ex->allowance_count++];
	for (int i = 0; i < count; i++) {
		const bool fits = ask(bucket, holders[i].who, holders[i].len, holders[i].width, &a);
		if (i == 0 || !fits)
			*shown = a;
		if (!fits)
			return false;
	}
	return true;
}

static err too_many(struct exchange *ex)
{
	struct problem *p = arena_copy(ex->rq.cx.arena, TOO_MANY_REQUESTS, sizeof *p);
	p->retry_after_s = ex->allowances[ex->allowance_count - 1].retry_after_s;
	return p;
}

err spend_address(struct exchange *ex)
{
	return !server.config.limits || take_of_address(ex, BUCKET_ADDRESS) ? NULL : too_many(ex);
}

err spend_stranger(struct exchange *ex)
{
	return !server.config.limits || take_of_address(ex, BUCKET_GUEST) ? NULL : too_many(ex);
}

err spend(struct exchange *ex)
{
	const struct endpoint *e = ex->match.endpoint;
	bool user = viewer_is_user(&ex->rq.cx), fits = true;
	if (!server.config.limits || e->route->unlimited)
		return NULL;
	if (e->route->spends_itself)
		return spend_address(ex);
	fits = user ? take_of_user(ex, BUCKET_USER) : take_of_address(ex, BUCKET_GUEST);
	if (fits && e->route->method != METHOD_GET)
		fits = user ? take_of_user(ex, BUCKET_WRITES) : take_of_address(ex, BUCKET_WRITES);
	if (fits && e->bucket >= 0)
		fits = ex->has_spent_own = ask_all(ex, e->bucket, limit_take);
	if (fits && e->refusals >= 0) /* asked before the work is done; only a refusal pays */
		fits = ask_all(ex, e->refusals, limit_look);
	return fits ? NULL : too_many(ex);
}

err spend_as_guest(struct req *rq, const char *bucket)
{
	struct exchange *ex = rq->exchange;
	const int own = bucket ? limits_bucket(bucket) : BUCKET_GUEST;
	assert(own >= 0);
	if (!server.config.limits ||
	    (take_of_address(ex, BUCKET_GUEST) && take_of_address(ex, BUCKET_WRITES) &&
	     (!bucket || ask_all(ex, own, limit_take))))
		return NULL;
	return too_many(ex);
}

err spend_of(struct req *rq, const char *bucket, struct uuid id)
{
	struct exchange *ex = rq->exchange;
	const int own = limits_bucket(bucket);
	assert(own >= 0);
	return !server.config.limits || take(ex, own, id.b, sizeof id.b) ? NULL : too_many(ex);
}

static void settle_holders(struct exchange *ex, const struct endpoint *e, bool pays)
{
	struct holder holders[HOLDERS_MOST];
	struct allowance unused;
	for (int i = holders_of(ex, holders) - 1; i >= 0; i--) {
		const struct holder *h = &holders[i];
		if (ex->has_spent_own)
			limit_give(e->bucket, h->who, h->len, h->width);
		if (pays)
			limit_take(e->refusals, h->who, h->len, h->width, &unused);
	}
}

/* What was refused has made nothing, so it gets back what the route's own bucket took. Whoever was refused
 * for who he is, or for his limits, does not pay again. */
void spend_settle(struct exchange *ex)
{
	const struct endpoint *e = ex->match.endpoint;
	const int status = ex->status;
	if (server.config.limits && e && e->refusals >= 0 && status >= 400)
		settle_holders(ex, e, status < 500 && status != 401 && status != 403 && status != 429);
}
