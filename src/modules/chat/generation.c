/* The life of an answer: its place, its prompt, its words, its end. */
#include "modules/chat/generation.h"

#include "modules/chat/neighbours.h"
#include "modules/chat/provider.h"
#include "modules/chat/slots.h"
#include "vobe/log.h"

#include <string.h>

enum {
	FLUSH_BYTES = 1024,
	FLUSH_US = 2 * 1000 * 1000,
	END_TRIES = 6, /* to write down how it ended; each pause twice the one before */
	END_PAUSE_MS = 250,
};

/* What the row says of it; who asked for it needs no reason. */
static const char *const stop_codes[] = {
	[STOP_ASKED] = NULL,
	[STOP_UNWATCHED] = "unwatched",
	[STOP_TOO_LONG] = "too_long",
	[STOP_SERVER] = "server_stopped",
	[STOP_ERASED] = "account_ended",
};

static LIST_HEAD(generation_list, generation) all = LIST_HEAD_INITIALIZER(all);

/* --- looking --- */

static int count_of_user(struct uuid user_id)
{
	const struct generation *g;
	int n = 0;

	LIST_FOREACH (g, &all, link)
		n += uuid_equal(g->answer.user_id, user_id);
	return n;
}

err generation_may_begin(struct uuid user_id)
{
	if (count_of_user(user_id) >= option_int("chat", "running_per_user"))
		return TOO_MANY_ANSWERS;
	return slots_have_room() ? NULL : CHAT_BUSY;
}

struct generation *generation_of(struct uuid answer_id)
{
	struct generation *g;

	LIST_FOREACH (g, &all, link)
		if (uuid_equal(g->answer.id, answer_id))
			return g;
	return NULL;
}

/* --- stopping --- */

void generation_stop(struct generation *g, enum stop why)
{
	if (g->stop || g->has_ended)
		return;
	g->stop = why;
	transfer_end(g->transfer);
	bell_ring(&g->turn);
}

void generations_stop_of_user(struct uuid user_id, enum stop why)
{
	struct generation *g;

	LIST_FOREACH (g, &all, link)
		if (uuid_equal(g->answer.user_id, user_id))
			generation_stop(g, why);
}

void generations_stop_of_session(struct uuid session_id, enum stop why)
{
	struct generation *g;

	LIST_FOREACH (g, &all, link)
		if (uuid_equal(g->answer.session_id, session_id))
			generation_stop(g, why);
}

static void hurry(void *arg)
{
	generation_stop(arg, STOP_SERVER);
}

static bool is_watched(void)
{
	const struct generation *g;

	LIST_FOREACH (g, &all, link)
		if (!LIST_EMPTY(&g->watchers))
			return true;
	return false;
}

/* A watcher that comes back is asked who it is, and told 503 for as long as nobody can say. */
static void close_unless_known(struct ctx *cx)
{
	struct generation *g;

	if (!is_watched() || !sessions->endings_must_be_known(cx))
		return;
	LIST_FOREACH (g, &all, link)
		watchers_close(g);
}

err generations_watch(struct ctx *cx)
{
	close_unless_known(cx);
	int64_t now = clock_mono_now(), patience = option_int("chat", "unwatched_timeout") * SECOND_US,
		limit = option_int("chat", "total_timeout") * SECOND_US;
	struct generation *g;

	LIST_FOREACH (g, &all, link) {
		watchers_check(g);
		if (!LIST_EMPTY(&g->watchers) || g->holders > 1)
			g->seen_us = now;
		if (now - g->seen_us > patience)
			generation_stop(g, STOP_UNWATCHED);
		else if (now - g->begun_us > limit)
			generation_stop(g, STOP_TOO_LONG);
	}
	return NULL;
}

/* A queue, or an upstream that thinks, may be silent for long. */
err generations_renew(struct ctx *cx)
{
	const struct generation *g;
	int count = 0;

	LIST_FOREACH (g, &all, link)
		count++;
	if (!count)
		return NULL;
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, (size_t)count);
	count = 0;
	LIST_FOREACH (g, &all, link)
		ids[count++] = g->answer.id;
	return answers_renew(cx, (struct uuids){ids, count});
}

/* --- saying --- */

void generation_say(struct generation *g, const char *text, size_t len)
{
	size_t from = g->text.len;

	citations_feed(&g->citations, text, len, &g->text);
	if (g->text.len == from)
		return;
	if (g->answer.first_token_ms == INT_NULL)
		g->answer.first_token_ms = (clock_mono_now() - g->begun_us) / 1000;
	watchers_tell_text(g, from);
}

/* In an arena of its own: an answer is written down a hundred times. */
static err write_progress(const struct ctx *cx, struct generation *g)
{
	struct ctx own = *cx;
	size_t len = g->text.len;

	own.arena = arena_new();
	struct chat_message now = g->answer;
	now.content = arena_strn(own.arena, g->text.at ? g->text.at : "", len);
	now.sources = g->sources;
	struct change *ch = change_begin(&own);
	answer_progress(ch, &now);
	err e = change_commit(&own, ch);
	arena_free(own.arena);
	g->written_us = clock_mono_now();
	if (!e)
		g->written = len;
	return e ? UNAVAILABLE : NULL;
}

/* What could not be written now is written later: the text is in memory. */
void generation_flush(struct ctx *cx, struct generation *g)
{
	if (g->text.len - g->written >= FLUSH_BYTES || clock_mono_now() - g->written_us >= FLUSH_US)
		write_progress(cx, g);
}

/* --- the end --- */

static int64_t or_else(int64_t value, int64_t otherwise)
{
	return value == INT_NULL ? otherwise : value;
}

/* Whoever did not count its tokens is counted by us. What never began has used none. */
static void count_tokens(struct generation *g)
{
	struct chat_message *a = &g->answer;
	bool has_asked = g->prompt_tokens > 0;

	a->tokens_estimated = a->prompt_tokens == INT_NULL || a->completion_tokens == INT_NULL;
	a->prompt_tokens = or_else(a->prompt_tokens, g->prompt_tokens);
	a->completion_tokens = or_else(a->completion_tokens, has_asked ? tokens_of(a->content) : 0);
	a->tokens_used = a->prompt_tokens + a->completion_tokens;
}

static const char *status_of(const struct generation *g)
{
	if (g->stop)
		return g->stop == STOP_ASKED ? "stopped" : "interrupted";
	if (g->fault)
		return "failed";
	return g->answer.finish_reason && !strcmp(g->answer.finish_reason, "length") ? "length" : "completed";
}

static void settle(struct generation *g)
{
	struct chat_message *a = &g->answer;

	citations_end(&g->citations, &g->text);
	a->content = g->text.len ? arena_strn(g->arena, g->text.at, g->text.len) : "";
	a->sources = g->sources;
	a->status = status_of(g);
	a->error_code = g->stop ? stop_codes[g->stop] : g->fault ? g->fault->code : NULL;
	a->latency_ms = (clock_mono_now() - g->begun_us) / 1000;
	count_tokens(g);
}

static err write_end(const struct ctx *cx, const struct generation *g)
{
	struct change *ch = change_begin((struct ctx *)cx);

	answer_end(ch, &g->answer);
	return change_commit((struct ctx *)cx, ch);
}

/* What cannot be written at last is left to answers_fail_abandoned, of this instance or another. */
static void write_end_surely(struct ctx *cx, const struct generation *g)
{
	int pause = END_PAUSE_MS;

	for (int tries = 0; tries < END_TRIES; tries++, pause *= 2) {
		err e = write_end(cx, g);
		if (!e)
			return;
		if (e->status != 503 || wait_ms(cx, pause))
			break;
	}
	log_error("chat_unwritten", "the end of an answer could not be written; it will be shown as failed");
}

void generation_hold(struct generation *g)
{
	g->holders++;
}

void generation_leave(struct generation *g)
{
	if (--g->holders)
		return;
	buf_free(&g->text);
	arena_free(g->arena);
}

/* --- the work --- */

static err answer(struct ctx *cx, struct generation *g)
{
	struct prompt prompt;

	TRY(slot_take(cx, g));
	if (g->stop)
		return NULL;
	g->has_started = true;
	TRY(prompt_make(cx, &g->question, &prompt));
	g->prompt_tokens = prompt.tokens;
	g->citations.sources = prompt.source_count;
	g->sources = arena_str(g->arena, sources_json(cx->arena, &prompt));
	watchers_tell_sources(g);
	TRY(write_progress(cx, g));
	return g->stop ? NULL : g->provider->answer(cx, g, &prompt);
}

/* A problem's texts are in the arena of the work, which goes before the last holder does. */
static err kept(struct arena *a, err e)
{
	struct problem *p = arena_copy(a, e, sizeof *e);

	p->code = arena_str(a, e->code);
	p->title = arena_str(a, e->title);
	p->detail = arena_str(a, e->detail);
	p->members = NULL;
	p->fault_count = 0;
	return p;
}

static err run(struct ctx *cx, void *arg)
{
	struct generation *g = arg;
	err e = answer(cx, g);
	size_t said = g->text.len;

	g->transfer = NULL;
	slot_give(g);
	if (e && !g->stop) {
		g->fault = kept(g->arena, e);
		log_warn("chat_failed", "an answer of %s failed: %s: %s", g->provider->name, e->code,
			 e->detail);
	}
	settle(g);
	if (g->text.len > said)
		watchers_tell_text(g, said);
	write_end_surely(cx, g);
	g->has_ended = true;
	LIST_REMOVE(g, link);
	watchers_tell_end(g);
	bell_ring(&g->ended);
	generation_leave(g);
	return NULL;
}

static struct chat_message copied(struct arena *a, const struct chat_message *it)
{
	struct chat_message out = *it;

	out.content = arena_str(a, it->content);
	out.model = arena_str(a, it->model);
	return out;
}

struct generation *generation_begin(const struct ctx *cx, const struct provider *provider,
				    const struct chat_message *question, const struct chat_message *answer_)
{
	struct arena *a = arena_new();
	struct generation *g = ARENA_NEW(a, struct generation);

	g->arena = a;
	g->holders = 2; /* the work, and whoever begins it, until it is known that it runs */
	g->provider = provider;
	g->question = copied(a, question);
	g->answer = copied(a, answer_);
	g->begun_us = g->seen_us = g->written_us = clock_mono_now();
	LIST_INIT(&g->watchers);
	LIST_INSERT_HEAD(&all, g, link);
	bool runs = work_start(cx, run, hurry, g);
	if (runs)
		return g;
	LIST_REMOVE(g, link);
	g->holders = 1;
	generation_leave(g);
	return NULL;
}

err generation_await(struct ctx *cx, struct generation *g, struct chat_message *answer_)
{
	enum { LOOK_MS = 60 * 1000 };
	err e = NULL;

	while (!e && !g->has_ended)
		e = bell_wait(cx, &g->ended, LOOK_MS);
	if (!e) {
		*answer_ = copied(cx->arena, &g->answer);
		answer_->status = arena_str(cx->arena, g->answer.status);
		answer_->finish_reason = arena_str(cx->arena, g->answer.finish_reason);
		answer_->error_code = arena_str(cx->arena, g->answer.error_code);
		answer_->sources = arena_str(cx->arena, g->answer.sources);
		if (g->fault && !*g->answer.content)
			e = kept(cx->arena, g->fault);
	}
	return e;
}
