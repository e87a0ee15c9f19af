/* From a plan to hits. */
#include "hit.h"

#include "hit_store.h"
#include "words.h"

#include <math.h>
#include <string.h>

enum {
	SNIPPET = 240,    /* code points */
	QUICK_COST = 400, /* well under a millisecond */
};

const struct schema *const hit_schemas[KIND_COUNT] = {&post_hit_schema, &artist_hit_schema, &album_hit_schema, &track_hit_schema};

static struct find_in find_fill(const struct plan *plan, const struct narrowing *by)
{
	return (struct find_in){
		.stems = plan->stems, .exact = plan->exact, .all = plan->all, .without = plan->without, .plain = plan->plain, .typed = plan->typed,
		.term_stems = plan->term_stems, .term_words = plan->term_words, .weights = plan->weights, .mean_length = plan->mean_length,
		.tag = by->tag, .author = by->author, .artist = by->artist, .artist_id = by->artist_id,
		.after = by->after, .before = by->before, .genre = by->genre, .country = by->country, .verified = by->verified,
		.limit = by->limit, .offset = by->offset};
}

static bool narrows(const struct narrowing *by)
{
	return by->tag || by->author || by->artist || !uuid_is_nil(by->artist_id) || by->after != TIME_NULL || by->before != TIME_NULL;
}

/* Whether the newest thousand matches stand for all. */
static bool is_common(enum kind kind, const struct plan *plan, const struct narrowing *by)
{
	return kind == KIND_POSTS && plan->common && !narrows(by);
}

bool hits_are_approximate(enum kind kind, const struct plan *plan, const struct narrowing *by)
{
	return is_common(kind, plan, by) && !by->newest_first;
}

static int statement_choose(enum kind kind, const struct plan *plan, const struct narrowing *by)
{
	if (plan->lists)
		return HIT_STATEMENT(*plan->exact ? FIND_NEWEST : LIST, kind);
	if (by->newest_first)
		return is_common(kind, plan, by) ? FIND_COMMON_POSTS_NEWEST : HIT_STATEMENT(FIND_NEWEST, kind);
	if (kind == KIND_ARTISTS && plan->typed)
		return FIND_SIMILAR_ARTISTS;
	if (is_common(kind, plan, by))
		return FIND_COMMON_POSTS;
	return HIT_STATEMENT(plan->cost <= QUICK_COST ? FIND_QUICKLY : FIND, kind);
}

err hits_find(struct ctx *cx, enum kind kind, const struct plan *plan, const struct narrowing *by, void **hits, int *count)
{
	struct find_in in = find_fill(plan, by);
	return db_rows_(cx, &hit_statements[statement_choose(kind, plan, by)], &in, hits, count);
}

err hits_count(struct ctx *cx, enum kind kind, const struct plan *plan, const struct narrowing *by, int64_t *total)
{
	struct find_in in = find_fill(plan, by);
	struct hit_count row;
	int statement = HIT_STATEMENT(plan->lists && !*plan->exact ? COUNT_LISTED : COUNT, kind);
	TRY(db_row(cx, &hit_statements[kind == KIND_ARTISTS && plan->typed ? COUNT_SIMILAR_ARTISTS : statement], &in, &row));
	*total = row.count;
	return NULL;
}

err hits_facets(struct ctx *cx, enum kind kind, const struct plan *plan, const struct narrowing *by, struct facet **facets, int *count)
{
	struct find_in in = find_fill(plan, by);
	bool listed = plan->lists && !*plan->exact;
	int statement = listed ? ARTIST_FACETS_LISTED : plan->typed ? ARTIST_FACETS_SIMILAR : ARTIST_FACETS;
	if (kind == KIND_POSTS)
		statement = listed ? POST_FACETS_LISTED : POST_FACETS;
	return db_rows(cx, &hit_statements[statement], &in, facets, count);
}

static const struct highlight *mark_both(struct arena *a, const struct plan *plan, const char *title, const char *text, const char *more)
{
	struct highlight *h = ARENA_NEW(a, struct highlight);
	h->title = text_mark(a, plan, title, 0);
	h->text = text ? text_mark(a, plan, text, SNIPPET) : NULL;
	if (!h->text && more)
		h->text = text_mark(a, plan, more, SNIPPET);
	return h;
}

static err posts_dress(struct ctx *cx, const struct plan *plan, struct post_hit *hits, int count, bool *partial)
{
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, count + 1);
	int64_t *counts = ARENA_ARRAY(cx->arena, int64_t, count + 1);

	for (int i = 0; i < count; i++) {
		ids[i] = hits[i].post_id;
		hits[i].highlight = mark_both(cx->arena, plan, hits[i].title, hits[i].content, hits[i].description);
	}
	*partial = count && comments->comment_counts(cx, ids, count, counts) != NULL;
	for (int i = 0; i < count; i++)
		hits[i].comments_count = *partial ? INT_NULL : counts[i];
	return NULL;
}

err hits_dress(struct ctx *cx, enum kind kind, const struct plan *plan, void *hits, int count, bool *partial)
{
	struct artist_hit *artists = hits;
	struct album_hit *albums = hits;
	struct track_hit *tracks = hits;

	if (kind == KIND_POSTS)
		return posts_dress(cx, plan, hits, count, partial);
	for (int i = 0; i < count; i++) {
		if (kind == KIND_ARTISTS)
			artists[i].highlight = mark_both(cx->arena, plan, artists[i].name, artists[i].bio, NULL);
		else if (kind == KIND_ALBUMS)
			albums[i].highlight = mark_both(cx->arena, plan, albums[i].title, albums[i].description, NULL);
		else
			tracks[i].highlight = mark_both(cx->arena, plan, tracks[i].title, NULL, NULL);
	}
	*partial = false;
	return NULL;
}
