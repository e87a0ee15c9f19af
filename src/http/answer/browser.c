/* See browser.h. */
#include "http/answer/browser.h"

#include <string.h>
#include <strings.h>

static const char begin[] = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
			    "<meta name=\"viewport\" content=\"width=device-width\">\n"
			    "<title>VobeMusic</title>\n<h1>VobeMusic</h1>\n";

static const char help[] =
	"<p>This is the API of a music community: it answers programs with JSON.</p>\n<ul>\n"
	"<li><a href=\"/api/v1/posts\">/api/v1/posts</a>: the newest posts</li>\n"
	"<li><a href=\"/api/v1/artists\">/api/v1/artists</a>: artists, with their albums and tracks</li>\n"
	"<li><a href=\"/api/v1/search?q=rock\">/api/v1/search?q=rock</a>: search</li>\n"
	"<li><a href=\"/api/v1/feeds/posts.atom\">/api/v1/feeds/posts.atom</a>: "
	"the newest posts for feed readers</li>\n"
	"<li><a href=\"/openapi.json\">/openapi.json</a>: every route, for tools</li>\n"
	"<li><a href=\"/readyz\">/readyz</a>: whether the server is well</li>\n</ul>\n";

bool browser_asks(const struct exchange *ex)
{
	static const char page[] = "text/html", accept[] = "Accept";
	const struct head *h = &ex->head;
	if (h->verb != VERB_GET && h->verb != VERB_HEAD)
		return false;
	for (const struct head_field *f = h->fields; f < h->fields + h->field_count; f++)
		if (f->name.len == sizeof accept - 1 &&
		    strncasecmp(ex->bytes + f->name.at, accept, f->name.len) == 0 &&
		    memmem(ex->bytes + f->value.at, f->value.len, page, sizeof page - 1))
			return true;
	return false;
}

static void add_text(struct buf *b, const char *s)
{
	for (; *s; s++) {
		if (*s == '&')
			buf_str(b, "&amp;");
		else if (*s == '<')
			buf_str(b, "&lt;");
		else
			buf_char(b, *s);
	}
}

/* The path is visible ASCII: the head's reader has seen to that. */
static void add_fault(struct buf *b, const struct exchange *ex, err fault)
{
	struct span path = ex->head.path;
	buf_str(b, "<p>There is nothing at <code>");
	add_text(b, arena_strn(ex->rq.cx.arena, ex->bytes + path.at, path.len));
	buf_str(b, "</code>. ");
	add_text(b, fault->detail);
	buf_str(b, "</p>\n");
}

void browser_page(struct buf *b, const struct exchange *ex, err fault)
{
	buf_str(b, begin);
	if (fault)
		add_fault(b, ex, fault);
	buf_str(b, help);
}
