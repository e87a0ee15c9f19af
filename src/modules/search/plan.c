/* From a query and its terms to the parameters of a statement. */
#include "modules/search/search.h"
#include "modules/search/terms.h"
#include "vobe/name_queries.h"

#include "vobe/buf.h"
#include "vobe/text.h"

#include <stdio.h>
#include <string.h>

enum {
	QUICK_COST = 400,        /* candidates times terms, about 2 us each */
	ALIKE_DOCUMENTS = 20000, /* of a kind whose titles are compared by their looks: some milliseconds */
	ALIKE_WORDS = 8,         /* longer queries are no titles */
	MEANINGS_MOST = 16,      /* of a query with mistyped words */
};

static int64_t year_start(struct arena *a, int64_t year)
{
	const char *text = arena_fmt(a, "%04d-01-01", (int)year);
	int64_t t;

	const bool is_year = year != INT_NULL && year > 0 && year <= 9999;
	return is_year && time_read(text, strlen(text), &t) ? t : TIME_NULL;
}

/* Posts have the very time: theirs is an index's range, which can be gone through from its end. */
static void years_of_posts(struct arena *a, struct filters *f, struct find *find)
{
	find->after = year_start(a, f->year_from);
	find->before = f->year_to == INT_NULL ? TIME_NULL : year_start(a, f->year_to + 1);
	f->year_from = f->year_to = INT_NULL;
}

void search_begin(struct arena *a, struct search *s, enum kind kind, const char *text,
		  const struct filters *filters)
{
	struct query *q = &s->query;
	struct find dates = {.after = TIME_NULL, .before = TIME_NULL};

	*s = (struct search){.kind = kind};
	query_parse(a, text, filters, q);
	if (kind == KIND_POSTS)
		years_of_posts(a, &q->filters, &dates);
	s->find = (struct find){.stems = "",
				.exact = "",
				.all = "",
				.ranked = "",
				.plain = q->plain,
				.written = text_fold(a, q->text),
				.same = "",
				.named = "",
				.called = "",
				.near = "",
				.within = "",
				.phrased = q->phrase_count > 0 || q->without_phrases,
				.without_phrases = q->without_phrases,
				.without_stems = q->without_stems,
				.without = q->without,
				.mean_length = 1,
				.facts = filters_tsquery(a, &q->filters),
				.after = dates.after,
				.before = dates.before};
}

/* --- Words --- */

/* The pieces of a word, all of them: they stand for it where they stand together. "" when one is unknown. */
static const char *pieces_of(struct arena *a, const struct query *q, const struct terms *ts, int word)
{
	struct buf pieces = {.arena = a};
	int typed = 0, known = 0;

	for (int i = 0; i < q->count; i++)
		typed += q->words[i].of == word;
	for (int j = 0; j < ts->count; j++)
		if (ts->at[j].piece && ts->at[j].of == word) {
			buf_join(&pieces, " & ", ts->at[j].fact->exact);
			known++;
		}
	return typed && known >= typed ? arena_fmt(a, "(%s)", buf_text(&pieces)) : "";
}

/* All words as they are: ('a' | 'b') & 'c', where b is another form of a. */
static const char *all_words(struct arena *a, const struct query *q, const struct terms *ts)
{
	struct buf all = {.arena = a};

	for (int i = 0; i < q->count; i++) {
		struct buf forms = {.arena = a};
		for (int j = 0; j < ts->count; j++)
			if (ts->at[j].of == i && !ts->at[j].piece)
				buf_join(&forms, " | ", ts->at[j].fact->exact);
		buf_join(&forms, " | ", pieces_of(a, q, ts, i));
		if (forms.len)
			buf_join(&all, " & ", arena_fmt(a, "(%s)", buf_text(&forms)));
	}
	return arena_str(a, buf_text(&all));
}

/* What a word is looked for as: repaired, or as it was typed, or as it may have been heard; NULL: no more. */
static const char *word_read(const struct query *q, const struct terms *ts, int word, int choice)
{
	if (*ts->repaired[word])
		return choice < REPAIRS_A_WORD ? ts->repaired[word][choice] : NULL;
	if (!choice)
		return q->words[word].of == NO_WORD ? q->words[word].bare : "";
	return choice <= REPAIRS_A_WORD ? ts->heard[word][choice - 1] : NULL;
}

static const char *plain_words(struct arena *a, const struct query *q, const struct terms *ts,
			       const int *choices)
{
	struct buf plain = {.arena = a};

	for (int i = 0; i < q->count; i++)
		buf_join(&plain, " ", word_read(q, ts, i, choices[i]));
	return arena_str(a, buf_text(&plain));
}

/* The next choice of readings; false: that was the last. */
static bool choose_next(const struct query *q, const struct terms *ts, int *choices)
{
	for (int i = 0; i < q->count; i++) {
		choices[i] = word_read(q, ts, i, choices[i] + 1) ? choices[i] + 1 : 0;
		if (choices[i])
			return true;
	}
	return false;
}

/* What may be meant, the best first; returns how many. */
static int meanings(struct arena *a, const struct query *q, const struct terms *ts, const char **meant)
{
	int choices[QUERY_WORDS_MAX] = {0}, n = 0;

	if (ts->any_repaired || ts->any_heard)
		do
			meant[n++] = plain_words(a, q, ts, choices);
		while (n < MEANINGS_MOST && choose_next(q, ts, choices));
	return n;
}

/* What counts for the rank. */
static void terms_fill(struct arena *a, const struct terms *ts, struct find *find)
{
	const char **stems = ARENA_ARRAY(a, const char *, ts->count + 1);
	const char **words = ARENA_ARRAY(a, const char *, ts->count + 1);
	int64_t *weights = ARENA_ARRAY(a, int64_t, ts->count + 1);
	int64_t *hashes = ARENA_ARRAY(a, int64_t, ts->count + 1);

	for (int i = 0; i < ts->count; i++) {
		stems[i] = ts->at[i].fact->stems;
		words[i] = ts->at[i].fact->exact;
		weights[i] = term_weight(&ts->at[i]);
		hashes[i] = term_hash(&ts->at[i]);
	}
	find->term_stems = (struct texts){stems, ts->count};
	find->term_words = (struct texts){words, ts->count};
	find->weights = (struct ints){weights, ts->count};
	find->hashes = (struct ints){hashes, ts->count};
	find->mean_length = ts->mean_length;
}

static struct marks marks_of(struct arena *a, const struct terms *ts)
{
	const char **lexemes = ARENA_ARRAY(a, const char *, ts->count + 1);
	const char **words = ARENA_ARRAY(a, const char *, ts->count + 1);
	int lexeme_count = 0;

	for (int i = 0; i < ts->count; i++) {
		const struct term *t = &ts->at[i];
		words[i] = t->prefix ? arena_fmt(a, "%s*", t->fact->word) : t->fact->word;
		if (t->fact->lexeme)
			lexemes[lexeme_count++] = t->fact->lexeme;
	}
	return (struct marks){{lexemes, lexeme_count}, {words, ts->count}};
}

/* Whatever is called as was typed or meant, and names of things that the query goes on about. */
static const char *names_fill(struct arena *a, enum kind kind, const char *text, const char *const *meant,
			      int meanings, struct find *find)
{
	struct name_queries names = name_queries(a, text);
	struct buf any = {.arena = a}, called = {.arena = a}, near = {.arena = a};

	buf_join(&called, " | ", names.same);
	buf_join(&called, " | ", names.named);
	buf_join(&called, " | ", names.near);
	find->called = arena_str(a, buf_text(&called));
	buf_join(&near, " | ", names.near);
	for (int i = 0; i < meanings; i++) {
		const struct name_queries of = name_queries(a, meant[i]);
		buf_join(&near, " | ", of.named);
		buf_join(&near, " | ", i ? "" : of.near);
	}
	names.near = arena_str(a, buf_text(&near));

	find->same = names.same;
	find->named = names.named;
	find->near = names.near;
	find->within = names_within(a, meanings ? *meant : text);
	buf_join(&any, " | ", names.same);
	buf_join(&any, " | ", names.named);
	buf_join(&any, " | ", names.near);
	buf_join(&any, " | ", names.begun);
	buf_join(&any, " | ", kind == KIND_POSTS ? "" : find->within);
	return arena_str(a, buf_text(&any));
}

/* What candidates must fit: any of the choosing terms. Without stems (all are stop words) it is all words,
 * exactly. */
static void choice_fill(struct arena *a, const struct terms *ts, const char *names, struct find *find)
{
	struct buf stems = {.arena = a}, exact = {.arena = a};

	for (int i = 0; i < ts->count; i++)
		if (ts->at[i].chooses) {
			buf_join(&stems, " | ", ts->names_only ? "" : find->term_stems.at[i]);
			buf_join(&exact, " | ", find->term_words.at[i]);
		}
	if (ts->count && !stems.len && !ts->names_only) {
		exact.len = 0;
		buf_join(&exact, " | ", *find->all ? arena_fmt(a, "(%s)", find->all) : "");
	}
	buf_join(&exact, " | ", names);
	find->stems = arena_str(a, buf_text(&stems));
	find->exact = arena_str(a, buf_text(&exact));
}

/* The words of all phrases, which then are checked side by side. Of stop words alone ("The Who") two are
 * looked for in names and titles only. */
static void phrases_fill(struct arena *a, const struct query *q, struct find *find)
{
	const char **patterns = ARENA_ARRAY(a, const char *, q->phrase_count);
	struct buf stems = {.arena = a}, exact = {.arena = a};

	for (int i = 0; i < q->phrase_count; i++) {
		buf_join(&stems, " & ", q->phrases[i].stems);
		buf_join(&exact, " & ", q->phrases[i].exact);
		patterns[i] = q->phrases[i].pattern;
	}
	find->stems = arena_str(a, buf_text(&stems));
	find->exact = arena_str(a, buf_text(&exact));
	find->phrases = (struct texts){patterns, q->phrase_count};
}

static bool is_dated(const struct find *f)
{
	return f->after != TIME_NULL || f->before != TIME_NULL;
}

/* Words and facts are asked of an index together; only the words count for the rank. */
static void facts_fill(struct arena *a, struct find *find)
{
	find->ranked = find->stems;
	if (*find->facts && *find->stems)
		find->stems = arena_fmt(a, "(%s) & %s", find->stems, find->facts);
	if (*find->facts && *find->exact)
		find->exact = arena_fmt(a, "(%s) & %s", find->exact, find->facts);
}

/* Of the newest posts, how many pass the filters: more than a twentieth is common. */
enum { FACTS_SEEN = 400 };

static QUERY_ROW(facts_seen, find, count_row,
		 "SELECT count(*) AS count FROM (SELECT exact FROM posts_index"
		 " WHERE published_at >= coalesce($after::timestamptz, '-infinity')"
		 " AND published_at < coalesce($before::timestamptz, 'infinity')"
		 " ORDER BY published_at DESC, post_id DESC LIMIT 400) d"
		 " WHERE exact @@ $facts::text::tsquery");

static err facts_count(struct ctx *cx, struct search *s)
{
	struct count_row seen;

	s->facts_common = true;
	if (s->kind != KIND_POSTS || !*s->find.facts)
		return NULL;
	TRY(facts_seen(cx, &s->find, &seen));
	s->facts_common = seen.count > FACTS_SEEN / 20;
	return NULL;
}

/* How many texts have a phrase of stop words alone no statistics say. */
static bool has_phrase_of_stops(const struct query *q)
{
	for (int i = 0; i < q->phrase_count; i++)
		if (q->phrases[i].stops)
			return true;
	return false;
}

static enum way way_of_words(const struct search *s, const struct terms *ts)
{
	const struct find *f = &s->find;
	const bool looks_alike = f->typed != NULL;
	const bool common = s->kind == KIND_POSTS && ts->common && s->facts_common && !f->phrased;

	if (!*f->stems && !*f->exact && !looks_alike)
		return NOTHING;
	if (s->newest_first)
		return common ? COMMON_NEWEST : NEWEST;
	if (common)
		return COMMON;
	const bool quick = ts->chosen * ts->count <= QUICK_COST && !looks_alike;
	return quick && !has_phrase_of_stops(&s->query) ? QUICK : RANKED;
}

static err words_plan(struct ctx *cx, struct search *s)
{
	const struct query *q = &s->query;
	struct find *find = &s->find;
	const char *meant[MEANINGS_MOST] = {NULL};
	struct terms ts;

	TRY(terms_weigh(cx, s->kind, q, &ts));
	find->all = all_words(cx->arena, q, &ts);
	if (ts.documents <= ALIKE_DOCUMENTS && q->count <= ALIKE_WORDS && !q->phrase_count)
		find->typed = q->plain;
	const int count = meanings(cx->arena, q, &ts, meant);
	if (ts.told)
		find->plain = s->repaired = *meant;
	terms_fill(cx->arena, &ts, find);
	const char *names = names_fill(cx->arena, s->kind, q->text, meant, count, find);
	if (q->phrase_count)
		phrases_fill(cx->arena, q, find);
	else
		choice_fill(cx->arena, &ts, names, find);
	facts_fill(cx->arena, find);
	s->marks = marks_of(cx->arena, &ts);
	find->names_only = ts.names_only;
	s->at_least = *find->facts ? 0 : ts.most;
	s->way = way_of_words(s, &ts);
	const bool uncounted = has_phrase_of_stops(q) && ts.documents > PHRASES_OF;
	s->approximate =
		s->way == COMMON || uncounted || ts.chosen > (find->phrased ? PHRASES_OF : LOOKED_AT);
	return NULL;
}

/* --- Filters alone --- */

static void filters_plan(struct search *s)
{
	struct find *find = &s->find;

	find->exact = find->facts;
	const bool common = s->kind == KIND_POSTS && s->facts_common && !find->phrased;
	s->way = *find->facts                                              ? common ? COMMON_NEWEST : NEWEST
		 : s->query.everything || *find->without || is_dated(find) ? LISTED
									   : NOTHING;
}

/* Signs alone are a name, or how one begins. */
static void signs_plan(struct arena *a, struct search *s)
{
	s->find.exact = names_fill(a, s->kind, s->query.text, NULL, 0, &s->find);
	facts_fill(a, &s->find);
	s->way = s->newest_first ? NEWEST : RANKED;
}

err search_plan(struct ctx *cx, struct search *s)
{
	TRY(facts_count(cx, s));
	if (s->kind != KIND_POSTS && is_dated(&s->find))
		s->way = NOTHING; /* only posts are published */
	else if (s->query.count)
		return words_plan(cx, s);
	else if (*s->query.text)
		signs_plan(cx->arena, s);
	else
		filters_plan(s);
	return NULL;
}
