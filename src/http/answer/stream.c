/* Server-sent events (HTML standard, section 9.2): streams without a task, written as their owner has
 * something to say.
 */
#include "core/loop/loop.h"
#include "core/memory/memory.h"
#include "http/answer/answer.h"
#include "http/answer/stream.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

enum { HEARTBEAT_MS = 15000 };

struct stream {
	LIST_ENTRY(stream) link;
	struct output *out;
	void (*closed)(void *arg);
	void *arg;
	bool mute;
};

static LIST_HEAD(stream_list, stream) streams = LIST_HEAD_INITIALIZER(streams);
static struct loop_timer *heart;

static void write_bytes(struct stream *s, const char *bytes, size_t len)
{
	memcpy(output_room(s->out, len), bytes, len);
	output_wrote(s->out, len);
}

static bool is_writable(const struct stream *s)
{
	if (s->mute || s->out->is_gone)
		return false;
	if (output_unsent(s->out) <= OUTPUT_MAX)
		return true;
	s->out->has_overflowed = true;
	output_wait(s->out);
	return false;
}

static void beat(void *arg)
{
	struct stream *s;
	(void)arg;
	LIST_FOREACH (s, &streams, link)
		if (is_writable(s))
			write_bytes(s, ":\n\n", 3);
}

struct stream *stream_open(struct req *rq, void (*closed)(void *arg), void *arg)
{
	struct exchange *ex = exchange_of(rq);
	struct stream *s = memory_take(sizeof *s);

	*s = (struct stream){
		.out = ex->out, .closed = closed, .arg = arg, .mute = ex->head.verb == VERB_HEAD};
	LIST_INSERT_HEAD(&streams, s, link);
	ex->out->stream = s;
	ex->own_cache_control = true;
	answer_header(ex, "Cache-Control", "no-store");
	answer_header(ex, "X-Accel-Buffering", "no");
	answer_begin_stream(ex, "text/event-stream");
	return s;
}

/* One line break makes two lines of the same field. */
static void write_field(struct stream *s, const char *name, const char *value)
{
	for (const char *end;; value = end + 1) {
		end = strpbrk(value, "\r\n");
		size_t len = end ? (size_t)(end - value) : strlen(value);
		write_bytes(s, name, strlen(name));
		write_bytes(s, ": ", 2);
		write_bytes(s, value, len);
		write_bytes(s, "\n", 1);
		if (!end)
			return;
		if (end[0] == '\r' && end[1] == '\n')
			end++;
	}
}

void stream_send(struct stream *s, const char *event, const char *id, const char *data)
{
	if (!is_writable(s))
		return;
	if (id && !strpbrk(id, "\r\n"))
		write_field(s, "id", id);
	if (event && !strpbrk(event, "\r\n"))
		write_field(s, "event", event);
	write_field(s, "data", data ? data : "");
	write_bytes(s, "\n", 1);
}

static void forget(struct stream *s)
{
	LIST_REMOVE(s, link);
	s->out->stream = NULL;
	free(s);
}

void stream_close(struct stream *s)
{
	struct output *out = s->out;
	forget(s);
	output_wait(out);
}

void stream_ended(struct stream *s)
{
	void (*closed)(void *arg) = s->closed;
	void *arg = s->arg;
	forget(s);
	if (closed)
		closed(arg);
}

bool stream_is_mute(const struct stream *s)
{
	return s->mute;
}

void streams_open(void)
{
	heart = loop_every_ms(HEARTBEAT_MS, beat, NULL);
}

void streams_close(void)
{
	loop_timer_stop(heart);
	heart = NULL;
}
