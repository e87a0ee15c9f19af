/* Streams that follow an answer. The id of a piece is the offset of its end: who comes back with it goes on
 * there. */
#include "modules/chat/generation.h"

#include "modules/chat/neighbours.h"
#include "vobe/buf.h"

#include <stdio.h>
#include <string.h>

struct watcher {
	LIST_ENTRY(watcher) link;
	struct generation *generation;
	struct stream *stream;
	struct uuid user_id, session_id; /* who watches: the sign-in may be ended meanwhile */
};

static struct buf line; /* one event's data, used for all */

/* --- events --- */

static const char *meta_json(const struct chat_message *it)
{
	line.len = 0;
	buf_str(&line, "{\"message_id\":");
	json_uuid(&line, it->id);
	buf_str(&line, ",\"question_id\":");
	json_uuid(&line, it->question_id);
	buf_str(&line, ",\"session_id\":");
	json_uuid(&line, it->session_id);
	buf_str(&line, ",\"model\":");
	json_str(&line, it->model);
	buf_char(&line, '}');
	return buf_text(&line);
}

static const char *text_json(struct arena *a, const char *text, size_t len)
{
	line.len = 0;
	buf_str(&line, "{\"content\":");
	json_str(&line, arena_strn(a, text, len));
	buf_char(&line, '}');
	return buf_text(&line);
}

static void send_text(struct arena *a, struct stream *s, const char *text, size_t from, size_t to)
{
	char id[24];

	if (to <= from)
		return;
	snprintf(id, sizeof id, "%zu", to);
	stream_send(s, "delta", id, text_json(a, text + from, to - from));
}

static void send_int(const char *name, int64_t n)
{
	buf_fmt(&line, "%s\"%s\":", line.len > 1 ? "," : "", name);
	if (n == INT_NULL)
		buf_str(&line, "null");
	else
		buf_int(&line, n);
}

static void send_usage(struct stream *s, const struct chat_message *it)
{
	line.len = 0;
	buf_char(&line, '{');
	send_int("prompt_tokens", it->prompt_tokens);
	send_int("completion_tokens", it->completion_tokens);
	send_int("tokens_used", it->tokens_used);
	buf_fmt(&line, ",\"tokens_estimated\":%s}", it->tokens_estimated ? "true" : "false");
	stream_send(s, "usage", NULL, buf_text(&line));
}

static void send_error(struct stream *s, const struct chat_message *it)
{
	line.len = 0;
	buf_str(&line, "{\"code\":");
	json_str(&line, it->error_code);
	buf_str(&line, ",\"detail\":\"The answer is incomplete; what came is kept. Ask again.\"}");
	stream_send(s, "error", NULL, buf_text(&line));
}

static void send_end(struct stream *s, const struct chat_message *it)
{
	send_usage(s, it);
	if (it->error_code)
		send_error(s, it);
	line.len = 0;
	buf_str(&line, "{\"status\":");
	json_str(&line, it->status);
	buf_str(&line, ",\"finish_reason\":");
	json_str(&line, it->finish_reason);
	buf_char(&line, '}');
	stream_send(s, "done", NULL, buf_text(&line));
}

/* --- watchers --- */

static void stopped_watching(void *arg)
{
	struct watcher *w = arg;

	w->generation->seen_us = clock_mono_now();
	LIST_REMOVE(w, link);
}

void watch(struct req *rq, struct generation *g, size_t from)
{
	struct watcher *w = ARENA_NEW(g->arena, struct watcher);

	*w = (struct watcher){
		.generation = g, .user_id = rq->cx.viewer.user_id, .session_id = rq->cx.viewer.session_id};
	w->stream = stream_open(rq, stopped_watching, w);
	LIST_INSERT_HEAD(&g->watchers, w, link);
	stream_send(w->stream, "meta", NULL, meta_json(&g->answer));
	if (g->sources)
		stream_send(w->stream, "sources", NULL, g->sources);
	send_text(rq->cx.arena, w->stream, g->text.at, from, g->text.len);
}

void watch_row(struct req *rq, const struct chat_message *it, size_t from)
{
	struct stream *s = stream_open(rq, NULL, NULL);

	stream_send(s, "meta", NULL, meta_json(it));
	if (it->sources)
		stream_send(s, "sources", NULL, it->sources);
	send_text(rq->cx.arena, s, it->content, from, strlen(it->content));
	if (strcmp(it->status, "pending") != 0 && strcmp(it->status, "streaming") != 0)
		send_end(s, it);
	stream_close(s);
}

void watchers_tell_sources(struct generation *g)
{
	struct watcher *w;

	LIST_FOREACH (w, &g->watchers, link)
		stream_send(w->stream, "sources", NULL, g->sources);
}

void watchers_tell_text(struct generation *g, size_t from)
{
	struct arena *a = LIST_EMPTY(&g->watchers) ? NULL : arena_new();
	struct watcher *w;

	LIST_FOREACH (w, &g->watchers, link)
		send_text(a, w->stream, g->text.at, from, g->text.len);
	arena_free(a);
}

static void close_watcher(struct watcher *w)
{
	LIST_REMOVE(w, link);
	stream_close(w->stream);
}

void watchers_tell_end(struct generation *g)
{
	for (struct watcher *w; (w = LIST_FIRST(&g->watchers));) {
		send_end(w->stream, &g->answer);
		close_watcher(w);
	}
}

void watchers_close(struct generation *g)
{
	while (!LIST_EMPTY(&g->watchers))
		close_watcher(LIST_FIRST(&g->watchers));
}

void watchers_check(struct generation *g)
{
	for (struct watcher *w = LIST_FIRST(&g->watchers), *next; w; w = next) {
		next = LIST_NEXT(w, link);
		if (g->stop == STOP_ERASED || !sessions->session_is_live(w->user_id, w->session_id))
			close_watcher(w);
	}
}
