/* The newest posts as an Atom feed (RFC 4287), for feed readers. */
#include "modules/content/post_enrich.h"
#include "modules/content/post_lists.h"
#include "vobe/buf.h"
#include "vobe/db.h"

enum { FEED_POSTS = 20 };

#define FEED_PATH "/api/v1/feeds/posts.atom"

/* For ever (section 4.2.6), by whatever address a request came, and whether or not the site's is known. */
#define FEED_ID "urn:uuid:5a0f2a54-6a0c-5d0b-9a43-1d6f2f0c7e11"

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

#define FEED_TEXT_FIELDS(F, T)                                                                     \
	F(T, UUID, id, 0, "The post")                                                              \
	F(T, TEXT, content, 0, "Its text")
STRUCT(feed_text, FEED_TEXT_FIELDS);
SCHEMA(feed_text, FEED_TEXT_FIELDS, "What a post says");

static QUERY(feed_texts, by_ids, feed_text, "SELECT $* FROM posts WHERE id = ANY($ids)");

/* What a feed is made of. */
struct feed {
	const char *site; /* the site's address; "" when nobody has said it */
	const struct post *posts;
	int count;
	const struct feed_text *texts;
	int text_count;
};

static const char *text_of(const struct feed *f, struct uuid id)
{
	for (int i = 0; i < f->text_count; i++)
		if (uuid_equal(f->texts[i].id, id))
			return f->texts[i].content;
	return NULL;
}

/* With the site's address readers are sent to the site; without it there is only the API to link to. */
static void entry_link(struct buf *out, const struct feed *f, const struct post *post)
{
	if (*f->site)
		link_element(out, "alternate", "text/html",
			     arena_fmt(out->arena, "%s/posts/%s", f->site, post->slug));
	else
		link_element(out, "alternate", "application/json",
			     arena_fmt(out->arena, "/api/v1/posts/slug/%s", post->slug));
}

static void entry_text(struct buf *out, const struct feed *f, const struct post *post)
{
	const char *text = text_of(f, post->id);
	if (post->description)
		element(out, "summary", post->description);
	if (!text)
		return;
	buf_str(out, "<content type=\"text/markdown\">");
	xml_text(out, text);
	buf_str(out, "</content>\n");
}

static void entry(struct buf *out, const struct feed *f, const struct post *post)
{
	char id[UUID_TEXT];

	uuid_text(post->id, id);
	buf_fmt(out, "<entry>\n<id>urn:uuid:%s</id>\n", id);
	element(out, "title", post->title);
	entry_link(out, f, post);
	time_element(out, "published", post->published_at);
	time_element(out, "updated", post->updated_at);
	if (post->author_username) { /* without one the feed's author stands in (section 4.2.1) */
		buf_str(out, "<author>");
		element(out, "name", post->author_username);
		buf_str(out, "</author>\n");
	}
	for (int i = 0; i < post->tags.count; i++)
		buf_fmt(out, "<category term=\"%s\"/>\n", post->tags.at[i]); /* a slug needs no escapes */
	entry_text(out, f, post);
	buf_str(out, "</entry>\n");
}

/* The newest change; it is required: of a feed without posts it is the epoch. */
static int64_t updated_at(const struct feed *f)
{
	int64_t updated = 0;
	for (int i = 0; i < f->count; i++)
		if (f->posts[i].updated_at > updated)
			updated = f->posts[i].updated_at;
	return updated;
}

static const char *write_feed(struct arena *a, const struct feed *f, size_t *len)
{
	struct buf out = {.arena = a};

	buf_str(&out,
		"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
	element(&out, "id", FEED_ID);
	buf_str(&out, "<title>VobeMusic: new posts</title>\n<author><name>VobeMusic</name></author>\n");
	link_element(&out, "self", "application/atom+xml", arena_fmt(a, "%s" FEED_PATH, f->site));
	time_element(&out, "updated", updated_at(f));
	for (int i = 0; i < f->count; i++)
		entry(&out, f, &f->posts[i]);
	buf_str(&out, "</feed>\n");
	*len = out.len;
	return out.at;
}

/* Who is sent to the site finds the text there too; others are given the summary. */
static err read_texts(struct ctx *cx, struct feed *f)
{
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, f->count);
	struct feed_text *texts = NULL;

	for (int i = 0; i < f->count; i++)
		ids[i] = f->posts[i].id;
	if (*f->site && f->count)
		TRY(feed_texts(cx, &(struct by_ids){{ids, f->count}}, &texts, &f->text_count));
	f->texts = texts;
	return NULL;
}

HANDLER(feed_posts, none, none, none);
static err feed_posts(struct req *rq)
{
	const struct post_query newest = {.status = PUBLISHED,
					  .sort = post_sorts[0],
					  .published_after = TIME_NULL,
					  .published_before = TIME_NULL,
					  .limit = FEED_POSTS};
	struct feed f = {.site = req_public_url(rq)};
	struct post *posts;
	struct list list;
	size_t len;

	TRY(post_list_read(&rq->cx, &newest, &posts, &list));
	posts_complete(rq, posts, list.count);
	f.posts = posts;
	f.count = list.count;
	TRY(read_texts(&rq->cx, &f));
	const char *xml = write_feed(rq->cx.arena, &f, &len);
	return reply_document(rq, rq->route->produces, xml, len, updated_at(&f));
}

const struct route feed_routes[] = {
	ROUTE(GET, "/feeds/posts.atom", ANYONE, 200, feed_posts, "Read the newest posts as an Atom feed",
	      .produces = "application/atom+xml"),
	{0},
};
