/* Any server with an OpenAI-compatible /chat/completions: what is asked, what is heard, what is tried again.
 */
#include "modules/chat/breaker.h"
#include "modules/chat/chunk.h"
#include "modules/chat/provider.h"
#include "modules/chat/sse.h"
#include "vobe/log.h"
#include "vobe/text.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum {
	ATTEMPTS = 3,
	PAUSE_MS = 400,         /* before the second attempt, doubled, up to as much again at random */
	RETRY_AFTER_MAX_S = 10, /* an upstream that asks for more is busy */
	LOOK_MS = 1000, /* how often the text is looked at for writing down while upstream is silent */
	HELD_MAX = 4,   /* bytes of a code point that has not come whole */
};

static struct breaker breaker;

/* One attempt. */
struct hearing {
	struct ctx *cx;
	struct generation *g;
	struct sse sse;
	char held[HELD_MAX];
	size_t held_len;
	bool is_done, has_finished; /* [DONE]; a finish_reason */
	err fault;
};

static const char *model(void)
{
	return option_text("chat", "model");
}

static err refuses(void)
{
	int rest_s = breaker_rest_s(&breaker, clock_mono_now());
	static struct problem down;

	if (!rest_s)
		return NULL;
	down = *UPSTREAM_DOWN;
	down.retry_after_s = rest_s;
	return &down;
}

/* --- what is asked --- */

static void add_message(struct buf *b, const char *role, const char *content)
{
	buf_fmt(b, "%s{\"role\":\"%s\",\"content\":", b->at[b->len - 1] == '[' ? "" : ",", role);
	json_str(b, content);
	buf_char(b, '}');
}

static struct buf body_of(struct arena *a, const struct prompt *p)
{
	struct buf b = {.arena = a};

	buf_str(&b, "{\"model\":");
	json_str(&b, model());
	buf_fmt(&b,
		",\"stream\":true,\"stream_options\":{\"include_usage\":true}"
		",\"max_tokens\":%d,\"messages\":[",
		(int)option_int("chat", "answer_tokens"));
	add_message(&b, "system", p->system);
	for (int i = 0; i < p->turn_count; i++) {
		add_message(&b, "user", p->turns[i].question);
		add_message(&b, "assistant", p->turns[i].answer);
	}
	add_message(&b, "user", p->question);
	buf_str(&b, "]}");
	return b;
}

static struct transfer *ask(struct ctx *cx, const struct buf *body)
{
	const char *key = option_text("chat", "api_key");
	const char **headers = ARENA_ARRAY(cx->arena, const char *, 4);

	headers[0] = "Content-Type: application/json";
	headers[1] = "Accept: text/event-stream";
	headers[2] = *key ? arena_fmt(cx->arena, "Authorization: Bearer %s", key) : NULL;
	return transfer_begin(
		cx, &(struct transfer_plan){
			    .url = arena_fmt(cx->arena, "%s/chat/completions", option_text("chat", "url")),
			    .headers = headers,
			    .body = body->at,
			    .body_len = body->len,
			    .ca_file = option_text("chat", "ca_file"),
			    .proxy = option_text("chat", "proxy"),
			    .connect_ms = (int)option_int("chat", "connect_timeout") * 1000,
			    .first_byte_ms = (int)option_int("chat", "first_byte_timeout") * 1000,
			    .gap_ms = (int)option_int("chat", "first_byte_timeout") * 1000,
			    .total_ms = (int)option_int("chat", "total_timeout") * 1000,
		    });
}

/* --- what is heard --- */

/* Whether these bytes, which are no whole code point, are the beginning of one. */
static bool may_become_whole(const char *bytes, size_t len)
{
	unsigned char lead = (unsigned char)*bytes;
	size_t wanted = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;

	if (lead < 0xc2 || lead > 0xf4 || len >= wanted)
		return false;
	for (size_t i = 1; i < len; i++)
		if ((bytes[i] & 0xc0) != 0x80)
			return false;
	return true;
}

static void say_replacement(struct generation *g)
{
	generation_say(g, "\xef\xbf\xbd", 3);
}

/* Says what is whole UTF-8 of what was held back and `text`; what can never become whole is replaced. */
static void say_whole(struct hearing *h, const char *text)
{
	struct buf all = {.arena = h->cx->arena};

	buf_add(&all, h->held, h->held_len);
	buf_str(&all, text);
	h->held_len = 0;
	for (size_t at = 0, whole; at < all.len; at += whole) {
		whole = utf8_whole(all.at + at, all.len - at);
		if (whole) {
			generation_say(h->g, all.at + at, whole);
		} else if (may_become_whole(all.at + at, all.len - at)) {
			h->held_len = all.len - at;
			memcpy(h->held, all.at + at, h->held_len);
			return;
		} else {
			say_replacement(h->g);
			whole = 1;
		}
	}
}

static err refused(const char *words)
{
	log_warn("chat_upstream", "the upstream of the assistant answered with an error: %s", words);
	return UPSTREAM_REFUSED;
}

static void note_counts(struct chat_message *a, const struct chunk *c)
{
	if (c->prompt_tokens != INT_NULL)
		a->prompt_tokens = c->prompt_tokens;
	if (c->completion_tokens != INT_NULL)
		a->completion_tokens = c->completion_tokens;
}

static err hear_chunk(struct hearing *h, const char *data, size_t len)
{
	struct chunk c;

	if (!chunk_read(h->cx->arena, data, len, &c))
		return TRANSFER_BROKEN;
	if (c.error)
		return refused(c.error);
	note_counts(&h->g->answer, &c);
	if (c.content)
		say_whole(h, c.content);
	if (c.finish_reason && *c.finish_reason) {
		h->has_finished = true;
		h->g->answer.finish_reason = arena_str(h->g->arena, c.finish_reason);
	}
	return NULL;
}

static bool hear_event(void *arg, enum sse_kind kind, const char *data, size_t len)
{
	struct hearing *h = arg;

	if (kind == SSE_ERROR)
		h->fault = refused(arena_strn(h->cx->arena, data, len < 300 ? len : 300));
	else if (!strcmp(data, "[DONE]"))
		h->is_done = true;
	else
		h->fault = hear_chunk(h, data, len);
	return !h->fault && !h->is_done;
}

/*
 * Until upstream is done, broken, or no longer wanted. Many send the head at once and then read the question,
 * which takes as long as it takes: silence is a gap only behind the first word.
 */
static err hear_stream(struct hearing *h, struct transfer *t)
{
	struct piece piece = {0};

	while (!piece.is_last && !h->is_done && !h->g->stop) {
		TRY(transfer_next(h->cx, t, LOOK_MS, &piece));
		if (piece.len && !sse_feed(&h->sse, piece.at, piece.len))
			return TRANSFER_BROKEN;
		if (piece.is_last)
			sse_end(&h->sse);
		TRY(h->fault);
		if (h->g->text.len)
			transfer_gap(t, (int)option_int("chat", "gap_timeout") * 1000);
		generation_flush(h->cx, h->g);
	}
	return h->g->stop || h->is_done || h->has_finished ? NULL : UPSTREAM_INCOMPLETE;
}

/* --- an attempt, and others after it --- */

static err fault_of_status(struct transfer *t, int status)
{
	const char *after = transfer_header(t, "Retry-After");

	if (status == 200)
		return NULL;
	log_warn("chat_upstream", "the upstream of the assistant answered with status %d%s", status,
		 status == 401 || status == 403 ? ": look at chat.api_key" : "");
	if (status == 429)
		return after && atoi(after) > RETRY_AFTER_MAX_S ? UPSTREAM_BUSY : TOO_MANY_REQUESTS;
	return status >= 502 && status <= 504 ? TRANSFER_BROKEN : UPSTREAM_REFUSED;
}

static err hear(struct ctx *cx, struct generation *g, struct transfer *t)
{
	struct hearing h = {.cx = cx, .g = g, .sse = {.event = hear_event, .arg = &h}};
	int status;
	err e = transfer_head(cx, t, &status);

	if (!e)
		e = fault_of_status(t, status);
	if (!e)
		e = hear_stream(&h, t);
	if (h.held_len)
		say_replacement(g);
	sse_free(&h.sse);
	return e;
}

/* Nothing was said yet, and another try may go better: no connection, 429, 502 to 504. */
static bool is_worth_another(const struct generation *g, err e)
{
	return !g->text.len && !g->stop &&
	       (problem_is(e, TRANSFER_UNREACHABLE) || problem_is(e, TOO_MANY_REQUESTS) ||
		problem_is(e, TRANSFER_BROKEN));
}

static int pause_before(int attempt, const struct transfer *t)
{
	const char *after = transfer_header(t, "Retry-After");
	int ms = PAUSE_MS << attempt;

	if (after && atoi(after) > 0 && atoi(after) <= RETRY_AFTER_MAX_S)
		return atoi(after) * 1000;
	return ms + (int)randombytes_uniform((uint32_t)ms);
}

/* A question that upstream refused is no failure of upstream's. */
static bool is_failure(err e)
{
	return e && !problem_is(e, UPSTREAM_REFUSED) && !problem_is(e, TOO_MANY_REQUESTS) &&
	       !problem_is(e, UPSTREAM_BUSY) && !problem_is(e, CANCELLED);
}

static err answer(struct ctx *cx, struct generation *g, const struct prompt *p)
{
	struct buf body = body_of(cx->arena, p);
	err e = NULL;

	for (int attempt = 0; attempt < ATTEMPTS && !g->stop; attempt++) {
		g->transfer = ask(cx, &body);
		e = hear(cx, g, g->transfer);
		transfer_end(g->transfer);
		if (attempt + 1 == ATTEMPTS || !is_worth_another(g, e))
			break;
		TRY(bell_wait(cx, &g->turn, pause_before(attempt, g->transfer)));
	}
	if (!g->stop)
		breaker_note(&breaker, is_failure(e), clock_mono_now());
	return problem_is(e, TOO_MANY_REQUESTS) ? UPSTREAM_BUSY : e;
}

/* --- for the operator: one attempt, whatever the breaker says, in the words of upstream --- */

struct checking {
	struct provider_check *out;
	struct ctx *cx;
	int64_t began;
	int chunks;
	bool has_usage, is_done, has_finished;
};

static bool check_event(void *arg, enum sse_kind kind, const char *data, size_t len)
{
	struct checking *k = arg;
	struct chunk c = {0};

	k->is_done = kind == SSE_DATA && !strcmp(data, "[DONE]");
	if (k->is_done)
		return false;
	if (kind == SSE_DATA && chunk_read(k->cx->arena, data, len, &c) && !c.error) {
		k->has_usage |= c.completion_tokens != INT_NULL;
		k->has_finished |= c.finish_reason && *c.finish_reason;
		if (c.content && *c.content && !k->chunks++)
			k->out->first_ms = (clock_mono_now() - k->began) / 1000;
		return true;
	}
	k->out->fault = problem_cause(k->cx, UPSTREAM_REFUSED, "%.300s", c.error ? c.error : data);
	return false;
}

static err check_stream(struct checking *k, struct transfer *t)
{
	struct sse sse = {.event = check_event, .arg = k};
	struct piece piece = {0};
	err e = NULL;

	while (!e && !piece.is_last && !k->is_done && !k->out->fault) {
		e = transfer_next(k->cx, t, LOOK_MS, &piece);
		if (!e && piece.len && !sse_feed(&sse, piece.at, piece.len))
			e = TRANSFER_BROKEN;
	}
	sse_end(&sse);
	sse_free(&sse);
	if (e || k->out->fault)
		return e ? e : k->out->fault;
	return k->is_done || k->has_finished ? NULL : UPSTREAM_INCOMPLETE;
}

static const char *hint(int status)
{
	if (status == 401 || status == 403)
		return ": look at chat.api_key";
	return status == 404 ? ": look at chat.url, which mostly ends with /v1, and at chat.model" : "";
}

static void check(struct ctx *cx, struct provider_check *out)
{
	const struct prompt hello = {.system = "Answer with one word.", .question = "Say yes."};
	struct checking k = {.out = out, .cx = cx, .began = clock_mono_now()};
	struct buf body = body_of(cx->arena, &hello);
	struct transfer *t = ask(cx, &body);
	int status = 0;

	err e = transfer_head(cx, t, &status);
	if (!e && status != 200)
		e = problem_cause(cx, UPSTREAM_REFUSED, "it answered with status %d%s", status, hint(status));
	out->fault = e ? e : check_stream(&k, t);
	if (!out->fault && !k.chunks)
		out->remark = "it said nothing";
	else if (!out->fault && !k.has_usage)
		out->remark = "it does not count its tokens: quotas go by our estimate";
	transfer_end(t);
}

const struct provider openai_provider = {
	.name = "openai", .model = model, .refuses = refuses, .answer = answer, .check = check};
