/* From a plan to hits. */
#include "modules/search/hit.h"

#include "modules/search/hit_store.h"

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
		return HIT_STATEMENT(*plan->exact ? NEWEST : LIST, kind);
	if (by->newest_first)
		return is_common(kind, plan, by) ? NEWEST_COMMON_POSTS : HIT_STATEMENT(NEWEST, kind);
	if (is_common(kind, plan, by))
		return FIND_COMMON_POSTS;
	return HIT_STATEMENT(plan->cost <= QUICK_COST && !(kind == KIND_ARTISTS && plan->typed) ? FIND_QUICKLY : FIND, kind);
}

err hits_find(struct ctx *cx, enum kind kind, const struct plan *plan, const struct narrowing *by, void **hits, int *count)
{
	struct find_in in = find_fill(plan, by);
	return (db_rows_)(cx, &hit_statements[statement_choose(kind, plan, by)], &in, hits, count);
}

err hits_count(struct ctx *cx, enum kind kind, const struct plan *plan, const struct narrowing *by, int64_t *total)
{
	struct find_in in = find_fill(plan, by);
	struct count_row row;
	int statement = HIT_STATEMENT(plan->lists && !*plan->exact ? COUNT_LISTED : COUNT, kind);
	TRY(db_row(cx, &hit_statements[statement], &in, &row));
	*total = row.count;
	return NULL;
}

err hits_facets(struct ctx *cx, enum kind kind, const struct plan *plan, const struct narrowing *by, struct facet **facets, int *count)
{
	struct find_in in = find_fill(plan, by);
	bool listed = plan->lists && !*plan->exact;
	int statement = listed ? ARTIST_FACETS_LISTED : ARTIST_FACETS;
	if (kind == KIND_POSTS)
		statement = listed ? POST_FACETS_LISTED : POST_FACETS;
	return db_rows(cx, &hit_statements[statement], &in, facets, count);
}

/* What of a hit is marked, as offsets; 0: nothing. */
#define PARTS(hit, title, text, more) {offsetof(struct hit, highlight), offsetof(struct hit, title), text, more}
static const struct { size_t highlight, title, text, more; } parts[KIND_COUNT] = {
	PARTS(post_hit, title, offsetof(struct post_hit, content), offsetof(struct post_hit, description)),
	PARTS(artist_hit, name, offsetof(struct artist_hit, bio), 0),
	PARTS(album_hit, title, offsetof(struct album_hit, description), 0),
	PARTS(track_hit, title, 0, 0),
};

static const char *piece_mark(struct arena *a, const struct plan *plan, const char *hit, size_t part)
{
	const char *text = part ? *(const char *const *)(hit + part) : NULL;
	return text ? text_mark(a, plan, text, SNIPPET) : NULL;
}

static err comments_count(struct ctx *cx, struct post_hit *hits, int count, bool *partial)
{
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, count + 1);
	int64_t *counts = ARENA_ARRAY(cx->arena, int64_t, count + 1);

	for (int i = 0; i < count; i++)
		ids[i] = hits[i].post_id;
	*partial = count && comments->comment_counts(cx, ids, count, counts) != NULL;
	for (int i = 0; i < count; i++)
		hits[i].comments_count = *partial ? INT_NULL : counts[i];
	return NULL;
}

err hits_dress(struct ctx *cx, enum kind kind, const struct plan *plan, void *hits, int count, bool *partial)
{
	char *hit = hits;
	for (int i = 0; i < count; i++, hit += hit_schemas[kind]->size) {
		struct highlight *h = ARENA_NEW(cx->arena, struct highlight);
		h->title = text_mark(cx->arena, plan, *(const char **)(hit + parts[kind].title), 0);
		h->text = piece_mark(cx->arena, plan, hit, parts[kind].text);
		if (!h->text)
			h->text = piece_mark(cx->arena, plan, hit, parts[kind].more);
		*(const void **)(hit + parts[kind].highlight) = h;
	}
	*partial = false;
	return kind == KIND_POSTS ? comments_count(cx, hits, count, partial) : NULL;
}
