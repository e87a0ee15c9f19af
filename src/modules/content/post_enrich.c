/* What a post shows of other modules: names of author and artists, the number of comments. One call each, at once. */
#include "post.h"

static comment_counter count_shown, count_exact; /* NULL until the comment module has started */

void count_comments_with(comment_counter shown, comment_counter exact)
{
	count_shown = shown;
	count_exact = exact;
}

err comments_count_exactly(struct ctx *cx, struct uuids ids, int64_t *counts)
{
	return count_exact ? count_exact(cx, ids.at, ids.count, counts) : UNAVAILABLE;
}

struct page {
	struct post *posts;
	int count;
};

static err name_authors(struct ctx *cx, void *arg)
{
	const struct page *page = arg;
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, page->count);
	struct user_card *cards = ARENA_ARRAY(cx->arena, struct user_card, page->count);

	for (int i = 0; i < page->count; i++)
		ids[i] = page->posts[i].author_id;
	TRY(auth->user_cards(cx, ids, page->count, cards));
	for (int i = 0; i < page->count; i++)
		page->posts[i].author_username = cards[i].username;
	return NULL;
}

/* The artists of a post, still without names. */
static struct many credits_of(struct arena *a, const struct post *post)
{
	int count = !uuid_is_nil(post->primary_artist_id), i = 0;
	struct post_credit *credits = ARENA_ARRAY(a, struct post_credit, count + post->featured_artist_ids.count + 1);

	if (count)
		credits[0] = (struct post_credit){.id = post->primary_artist_id, .role = "primary"};
	for (; i < post->featured_artist_ids.count; i++)
		credits[count + i] = (struct post_credit){.id = post->featured_artist_ids.at[i], .role = "featured"};
	return (struct many){credits, count + i};
}

static void name_credits(struct post *post, const struct artist_card *cards)
{
	struct post_credit *credits = (struct post_credit *)post->artists.at;
	for (int i = 0; i < post->artists.count; i++) {
		credits[i].name = cards[i].name;
		credits[i].slug = cards[i].slug;
	}
	if (!uuid_is_nil(post->primary_artist_id))
		post->artist_name = cards[0].name;
}

static err name_artists(struct ctx *cx, void *arg)
{
	const struct page *page = arg;
	struct uuid *ids;
	int count = 0;

	for (int i = 0; i < page->count; i++)
		count += page->posts[i].artists.count;
	if (!count)
		return NULL;
	ids = ARENA_ARRAY(cx->arena, struct uuid, count);
	struct artist_card *cards = ARENA_ARRAY(cx->arena, struct artist_card, count);
	count = 0;
	for (int i = 0; i < page->count; i++)
		for (int j = 0; j < page->posts[i].artists.count; j++)
			ids[count++] = ((const struct post_credit *)page->posts[i].artists.at)[j].id;
	TRY(artist->artist_cards(cx, ids, count, cards));
	for (int i = 0; i < page->count; cards += page->posts[i++].artists.count)
		name_credits(&page->posts[i], cards);
	return NULL;
}

static err count_comments(struct ctx *cx, void *arg)
{
	const struct page *page = arg;
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, page->count);
	int64_t *counts = ARENA_ARRAY(cx->arena, int64_t, page->count);

	if (!count_shown)
		return NULL;
	for (int i = 0; i < page->count; i++)
		ids[i] = page->posts[i].id;
	TRY(count_shown(cx, ids, page->count, counts));
	for (int i = 0; i < page->count; i++)
		page->posts[i].comments_count = counts[i];
	return NULL;
}

unsigned posts_enrich(struct ctx *cx, struct post *posts, int count)
{
	struct page page = {posts, count};
	struct branch calls[] = {{.run = name_authors, .arg = &page}, {.run = name_artists, .arg = &page},
				 {.run = count_comments, .arg = &page}};

	for (int i = 0; i < count; i++) {
		posts[i].author_username = posts[i].artist_name = NULL;
		posts[i].artists = credits_of(cx->arena, &posts[i]);
		posts[i].comments_count = INT_NULL; /* the column is for sorting */
	}
	if (!count)
		return 0;
	together(cx, calls, 3);
	return (calls[0].result ? MISSING_AUTHORS : 0) | (calls[1].result ? MISSING_ARTISTS : 0) |
	       (calls[2].result ? MISSING_COMMENTS : 0);
}

void posts_complete(struct req *rq, struct post *posts, int count)
{
	static const struct { unsigned missing; const char *field; } partial[] = {
		{MISSING_AUTHORS, "author_username"}, {MISSING_ARTISTS, "artist_name"}, {MISSING_ARTISTS, "artists"},
		{MISSING_COMMENTS, "comments_count"}};
	unsigned missing = posts_enrich(&rq->cx, posts, count);

	for (size_t i = 0; i < sizeof partial / sizeof *partial; i++)
		if (missing & partial[i].missing)
			reply_partial(rq, partial[i].field);
}
