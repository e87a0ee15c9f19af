/* What is added to documents that were found: what they say, marks, and the comments as they are now. */
#include "modules/search/hit.h"

#include "modules/search/source.h"

const struct comment_counts *comments;

enum { SNIPPET = 240 /* code points */ };

/* What of a hit is marked, as offsets; 0: nothing. */
#define PARTS(hit, title, text, more)                                                              \
	{sizeof(struct hit), offsetof(struct hit, highlight), offsetof(struct hit, title), text, more}
static const struct {
	size_t size, highlight, title, text, more;
} parts[KIND_COUNT] = {
	PARTS(post_hit, title, offsetof(struct post_hit, content), offsetof(struct post_hit, description)),
	PARTS(artist_hit, name, offsetof(struct artist_hit, bio), 0),
	PARTS(album_hit, title, offsetof(struct album_hit, description), 0),
	PARTS(track_hit, title, 0, 0),
	PARTS(user_hit, username, 0, 0),
};

err hits_say(struct ctx *cx, struct post_hit *hits, int *count)
{
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, *count + 1);
	const char **texts = ARENA_ARRAY(cx->arena, const char *, *count + 1);
	int n = 0;

	for (int i = 0; i < *count; i++)
		ids[i] = hits[i].post_id;
	if (*count)
		TRY(content->post_texts(cx, ids, *count, texts));
	for (int i = 0; i < *count; i++)
		if (texts[i]) {
			hits[n] = hits[i];
			hits[n++].content = texts[i];
		}
	*count = n;
	return NULL;
}

static const char *piece_mark(struct arena *a, const struct marks *marks, const char *hit, size_t part)
{
	const char *text = part ? *(const char *const *)(hit + part) : NULL;
	return text ? text_mark(a, marks, text, SNIPPET) : NULL;
}

void hits_mark(struct arena *a, enum kind kind, const struct marks *marks, union hits hits, int count)
{
	char *hit = hits.any;
	for (int i = 0; i < count; i++, hit += parts[kind].size) {
		struct highlight *h = ARENA_NEW(a, struct highlight);
		h->title = text_mark(a, marks, *(const char **)(hit + parts[kind].title), 0);
		h->text = piece_mark(a, marks, hit, parts[kind].text);
		if (!h->text)
			h->text = piece_mark(a, marks, hit, parts[kind].more);
		*(const void **)(hit + parts[kind].highlight) = h;
	}
}

bool comments_counted(struct ctx *cx, struct post_hit *hits, int count)
{
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, count + 1);
	int64_t *counts = ARENA_ARRAY(cx->arena, int64_t, count + 1);

	for (int i = 0; i < count; i++)
		ids[i] = hits[i].post_id;
	bool counted = !count || comments->comment_counts(cx, ids, count, counts) == NULL;
	for (int i = 0; i < count; i++)
		hits[i].comments_count = counted ? counts[i] : INT_NULL;
	return counted;
}
