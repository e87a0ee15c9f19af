/*
 * What a post shows of other modules: names of author and artists, the number of comments. One call each, all
 * at once.
 */
#include "modules/content/post_enrich.h"

const struct auth_cards *auth;
const struct artist_cards *artist;
static const struct comment_counting *comments; /* NULL until the comment module has started */

void count_comments_with(const struct comment_counting *counting)
{
	comments = counting;
}

err comments_count_exactly(struct ctx *cx, struct uuids ids, int64_t *counts)
{
	return comments ? comments->exact(cx, ids.at, ids.count, counts) : UNAVAILABLE;
}

/* Posts, and what to ask about them. */
struct page {
	struct post *posts;
	int count, artist_count;
	struct uuid *ids, *authors, *artists;
};

/* The artists of a post, still without names. */
static struct many credits_of(struct arena *a, const struct post *post)
{
	int count = !uuid_is_nil(post->primary_artist_id), i = 0;
	struct post_credit *credits =
		ARENA_ARRAY(a, struct post_credit, count + post->featured_artist_ids.count + 1);

	if (count)
		credits[0] = (struct post_credit){.id = post->primary_artist_id, .role = "primary"};
	for (; i < post->featured_artist_ids.count; i++)
		credits[count + i] =
			(struct post_credit){.id = post->featured_artist_ids.at[i], .role = "featured"};
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

static void gather_artists(struct arena *a, struct page *page)
{
	int n = 0;
	page->artists = ARENA_ARRAY(a, struct uuid, page->artist_count);
	for (int i = 0; i < page->count; i++)
		for (int j = 0; j < page->posts[i].artists.count; j++)
			page->artists[n++] = ((const struct post_credit *)page->posts[i].artists.at)[j].id;
}

static struct page page_of(struct arena *a, struct post *posts, int count)
{
	struct page page = {.posts = posts, .count = count};
	page.ids = ARENA_ARRAY(a, struct uuid, count);
	page.authors = ARENA_ARRAY(a, struct uuid, count);
	for (int i = 0; i < count; i++) {
		posts[i].author_username = posts[i].artist_name = NULL;
		posts[i].artists = credits_of(a, &posts[i]);
		posts[i].comments_count = INT_NULL;
		page.ids[i] = posts[i].id;
		page.authors[i] = posts[i].author_id;
		page.artist_count += posts[i].artists.count;
	}
	gather_artists(a, &page);
	return page;
}

static err name_authors(struct ctx *cx, const struct page *page)
{
	struct user_card *cards = ARENA_ARRAY(cx->arena, struct user_card, page->count);

	TRY(auth->user_cards(cx, page->authors, page->count, cards));
	for (int i = 0; i < page->count; i++)
		page->posts[i].author_username = cards[i].username;
	return NULL;
}

static err name_artists(struct ctx *cx, const struct page *page)
{
	struct artist_card *cards = ARENA_ARRAY(cx->arena, struct artist_card, page->artist_count);
	if (!page->artist_count)
		return NULL;
	TRY(artist->artist_cards(cx, page->artists, page->artist_count, cards));
	for (int i = 0; i < page->count; cards += page->posts[i++].artists.count)
		name_credits(&page->posts[i], cards);
	return NULL;
}

static err count_comments(struct ctx *cx, const struct page *page)
{
	int64_t *counts = ARENA_ARRAY(cx->arena, int64_t, page->count);
	if (!comments)
		return NULL;
	TRY(comments->shown(cx, page->ids, page->count, counts));
	for (int i = 0; i < page->count; i++)
		page->posts[i].comments_count = counts[i];
	return NULL;
}

unsigned posts_enrich(struct ctx *cx, struct post *posts, int count)
{
	struct page page = page_of(cx->arena, posts, count);
	auth->user_cards_ahead(cx, page.authors, count);
	artist->artist_cards_ahead(cx, page.artists, page.artist_count);
	if (comments)
		comments->shown_ahead(cx, page.ids, count);
	err no_authors = name_authors(cx, &page), no_artists = name_artists(cx, &page),
	    no_counts = count_comments(cx, &page);
	return (no_authors ? MISSING_AUTHORS : 0) | (no_artists ? MISSING_ARTISTS : 0) |
	       (no_counts ? MISSING_COMMENTS : 0);
}

void posts_complete(struct req *rq, struct post *posts, int count)
{
	static const struct {
		unsigned missing;
		const char *field;
	} partial[] = {{MISSING_AUTHORS, "author_username"},
		       {MISSING_ARTISTS, "artist_name"},
		       {MISSING_ARTISTS, "artists"},
		       {MISSING_COMMENTS, "comments_count"}};
	unsigned missing = posts_enrich(&rq->cx, posts, count);

	for (size_t i = 0; i < sizeof partial / sizeof *partial; i++)
		if (missing & partial[i].missing)
			reply_partial(rq, partial[i].field);
}
