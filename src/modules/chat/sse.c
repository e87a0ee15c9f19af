/* Lines end with LF, CRLF or CR; events with an empty line. */
#include "modules/chat/sse.h"

#include <string.h>

static void tell(struct sse *s, enum sse_kind kind, struct buf *what)
{
	if (!s->is_over && !s->event(s->arg, kind, buf_text(what), what->len))
		s->is_over = true;
}

static void dispatch(struct sse *s)
{
	if (s->has_data)
		tell(s, SSE_DATA, &s->data);
	s->has_data = false;
	s->data.len = 0;
}

/* `name` is the field of the line: its value, without one blank. */
static bool field_value(const struct buf *line, const char *name, size_t *at)
{
	size_t len = strlen(name);

	if (line->len < len || memcmp(line->at, name, len) != 0)
		return false;
	if (line->len == len) {
		*at = len;
		return true;
	}
	if (line->at[len] != ':')
		return false;
	*at = len + 1 + (line->len > len + 1 && line->at[len + 1] == ' ');
	return true;
}

static void add_data(struct sse *s, size_t at)
{
	if (s->has_data)
		buf_char(&s->data, '\n');
	s->has_data = true;
	if (s->line.len > at)
		buf_add(&s->data, s->line.at + at, s->line.len - at);
}

/* A line `error: {...}`, and a JSON body in the stream's place, are errors; unknown fields and comments
 * nothing. */
static void end_line(struct sse *s)
{
	size_t at;

	if (!s->line.len)
		dispatch(s);
	else if (field_value(&s->line, "data", &at))
		add_data(s, at);
	else if (field_value(&s->line, "error", &at) || *s->line.at == '{' || *s->line.at == '[')
		tell(s, SSE_ERROR, &s->line);
	s->line.len = 0;
}

static void feed_one(struct sse *s, char c)
{
	bool after_cr = s->was_cr;

	s->was_cr = c == '\r';
	if (c == '\n' && after_cr)
		return;
	if (c == '\n' || c == '\r')
		end_line(s);
	else
		buf_char(&s->line, c);
}

/* Data of many lines is bounded as one line is. */
bool sse_feed(struct sse *s, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len && !s->is_over; i++) {
		feed_one(s, bytes[i]);
		if (s->line.len > SSE_LINE_MAX || s->data.len > SSE_LINE_MAX)
			return false;
	}
	return true;
}

void sse_end(struct sse *s)
{
	if (s->line.len)
		end_line(s);
	dispatch(s);
}

void sse_free(struct sse *s)
{
	buf_free(&s->line);
	buf_free(&s->data);
}
