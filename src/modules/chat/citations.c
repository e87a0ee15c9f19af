/* A bracket is held back until it is known what it is. */
#include "modules/chat/citations.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

void citations_end(struct citations *c, struct buf *out)
{
	if (c->len)
		buf_add(out, c->held, (size_t)c->len);
	c->len = 0;
}

/* "[12" and now "]". */
static void close_citation(struct citations *c, struct buf *out)
{
	int n = 0;

	for (int i = 1; i < c->len && n <= c->sources; i++)
		n = n * 10 + c->held[i] - '0';
	if (c->len == 1 || (n >= 1 && n <= c->sources)) {
		citations_end(c, out);
		buf_char(out, ']');
	}
	c->len = 0;
}

static void feed_one(struct citations *c, char ch, struct buf *out)
{
	if (c->len && ch == ']') {
		close_citation(c, out);
		return;
	}
	if (c->len && is_digit(ch) && c->len < CITATION_MAX) {
		c->held[c->len++] = ch;
		return;
	}
	citations_end(c, out);
	if (ch == '[')
		c->held[c->len++] = ch;
	else
		buf_char(out, ch);
}

void citations_feed(struct citations *c, const char *text, size_t len, struct buf *out)
{
	for (size_t i = 0; i < len; i++)
		feed_one(c, text[i], out);
}
