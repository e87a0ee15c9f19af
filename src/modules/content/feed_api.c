/* The newest posts as an Atom feed (RFC 4287), for feed readers. */
#include "modules/content/post_enrich.h"
#include "modules/content/post_lists.h"
#include "vobe/buf.h"

enum { FEED_POSTS = 20 };

#define FEED_PATH "/api/v1/feeds/posts.atom"

/*
 * Text of an element or attribute (XML 1.0, section 2.4);
 * characters that XML cannot hold (2.2) become U+FFFD.
 */
static void xml_text(struct buf *out, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		if (c == '&')
			buf_str(out, "&amp;");
		else if (c == '<')
			buf_str(out, "&lt;");
		else if (c == '>')
			buf_str(out, "&gt;");
		else if (c == '"')
			buf_str(out, "&quot;");
		else if (c == '\'')
			buf_str(out, "&#39;");
		else if (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
			buf_str(out, "\xef\xbf\xbd");
		else if (c == 0xef && (unsigned char)s[1] == 0xbf && (unsigned char)s[2] >= 0xbe) {
			buf_str(out, "\xef\xbf\xbd"); /* U+FFFE, U+FFFF */
			s += 2;
		} else
			buf_char(out, *s);
	}
}

static void element(struct buf *out, const char *name, const char *text)
{
	buf_fmt(out, "<%s>", name);
	xml_text(out, text);
	buf_fmt(out, "</%s>\n", name);
}

static void time_element(struct buf *out, const char *name, int64_t t)
{
	char text[TIME_TEXT];
	time_text(t, text);
	element(out, name, text);
}

static void link_element(struct buf *out, const char *rel, const char *type, const char *url)
{
	buf_fmt(out, "<link rel=\"%s\" type=\"%s\" href=\"", rel, type);
	xml_text(out, url);
	buf_str(out, "\"/>\n");
}

static void entry(struct buf *out, const char *base, const struct post *post)
{
	const char *url = arena_fmt(out->arena, "%s/api/v1/posts/slug/%s", base, post->slug);
	char id[UUID_TEXT];

	uuid_text(post->id, id);
	buf_fmt(out, "<entry>\n<id>urn:uuid:%s</id>\n", id);
	element(out, "title", post->title);
	link_element(out, "alternate", "application/json", url);
	time_element(out, "published", post->published_at);
	time_element(out, "updated", post->updated_at);
	if (post->author_username) { /* without one the feed's author stands in (section 4.2.1) */
		buf_str(out, "<author>");
		element(out, "name", post->author_username);
		buf_str(out, "</author>\n");
	}
	for (int i = 0; i < post->tags.count; i++)
		buf_fmt(out, "<category term=\"%s\"/>\n", post->tags.at[i]); /* a slug needs no escapes */
	if (post->description)
		element(out, "summary", post->description);
	buf_str(out, "</entry>\n");
}

static const char *feed(struct arena *a, const char *base, const struct post *posts, int count, size_t *len)
{
	struct buf out = {.arena = a};
	const char *self = arena_fmt(a, "%s" FEED_PATH, base);
	int64_t updated = 0; /* it is required: of a feed without posts it is the epoch */

	for (int i = 0; i < count; i++)
		if (posts[i].updated_at > updated)
			updated = posts[i].updated_at;
	buf_str(&out,
		"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
	element(&out, "id", self);
	buf_str(&out, "<title>VobeMusic: new posts</title>\n<author><name>VobeMusic</name></author>\n");
	link_element(&out, "self", "application/atom+xml", self);
	time_element(&out, "updated", updated);
	for (int i = 0; i < count; i++)
		entry(&out, base, &posts[i]);
	buf_str(&out, "</feed>\n");
	*len = out.len;
	return out.at;
}

HANDLER(feed_posts, none, none, none);
static err feed_posts(struct req *rq)
{
	const struct post_query newest = {.status = PUBLISHED,
					  .sort = post_sorts[0],
					  .published_after = TIME_NULL,
					  .published_before = TIME_NULL,
					  .limit = FEED_POSTS};
	struct post *posts;
	struct list list;
	size_t len;

	TRY(post_list_read(&rq->cx, &newest, &posts, &list));
	posts_complete(rq, posts, list.count);
	const char *xml = feed(rq->cx.arena, req_base_url(rq), posts, list.count, &len);
	return reply_bytes(rq, rq->route->produces, xml, len);
}

const struct route feed_routes[] = {
	ROUTE(GET, "/feeds/posts.atom", ANYONE, 200, feed_posts, "Read the newest posts as an Atom feed",
	      .produces = "application/atom+xml"),
	{0},
};
