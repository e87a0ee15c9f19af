/* From a query and its terms to the parameters of a statement. */
#include "modules/search/search.h"
#include "modules/search/terms.h"
#include "vobe/name_queries.h"

#include "vobe/buf.h"
#include "vobe/text.h"

#include <string.h>

enum {
	QUICK_COST = 400,        /* candidates times terms, about 2 us each */
	ALIKE_DOCUMENTS = 20000, /* of a kind whose titles are compared by their looks: some milliseconds */
	ALIKE_WORDS = 8,         /* longer queries are no titles */
	MEANINGS_MOST = 16,      /* of a query with mistyped words */
	/* Artists of a word that are looked for, where each is looked for in every match. */
	ARTISTS_WHOLE = 4,      /* those with most of the query, for what has all of it */
	ARTISTS_RANKED = 4,     /* for the order of candidates */
	ARTISTS_CHOOSING = 100, /* for the choice: fifty of one word, thirty-odd of each of two */
	ARTISTS_COMMON = 6,     /* of a word of very many posts: four of one, three of each of two */
};

void search_begin(struct arena *a, struct search *s, enum kind kind, const char *text,
		  const struct filters *filters)
{
	struct query *q = &s->query;
	struct find dates = {.after = TIME_NULL, .before = TIME_NULL};

	*s = (struct search){.kind = kind};
	query_parse(a, text, filters, q);
	if (kind == KIND_POSTS) /* which have the very time: a range that can be gone through from its end */
		years_take(a, &q->filters, &dates.after, &dates.before);
	s->find = (struct find){.stems = "",
				.exact = "",
				.all = "",
				.ranked = "",
				.plain = q->plain,
				.written = text_fold(a, q->text),
				.same = "",
				.named = "",
				.names = "",
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

/* Artists whose names have the word, as the facts of their posts; "" where there are none. */
static const char *term_credits(struct arena *a, const struct term *t, int most)
{
	const struct texts *of = &t->fact->credits;
	struct buf any = {.arena = a};

	for (int i = 0; i < of->count && i < most; i++)
		buf_join(&any, " | ", of->at[i]);
	return arena_str(a, buf_text(&any));
}

/* A word as it is, or in the name of an artist. */
static const char *term_found(struct arena *a, const struct term *t)
{
	return tsquery_or(a, t->fact->exact, term_credits(a, t, ARTISTS_WHOLE));
}

/* The pieces of a word, all of them: they stand for it where they stand together. "" when one is unknown. */
static const char *pieces_of(struct arena *a, const struct query *q, const struct terms *ts, int word)
{
	struct buf pieces = {.arena = a};
	int typed = 0, known = 0;

	for (int i = 0; i < q->count; i++)
		typed += q->words[i].of == word;
	for (int j = 0; j < ts->count; j++)
		if (ts->at[j].piece && ts->at[j].of == word) {
			buf_join(&pieces, " & ", term_found(a, &ts->at[j]));
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
				buf_join(&forms, " | ", term_found(a, &ts->at[j]));
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
	struct buf names = {.arena = a};

	for (int i = 0; i < ts->count; i++) {
		stems[i] = ts->at[i].fact->stems;
		words[i] = ts->at[i].fact->exact;
		weights[i] = term_weight(&ts->at[i]);
		hashes[i] = term_hash(&ts->at[i]);
		if (ts->at[i].fact->credits.count)
			buf_join(&names, " | ", tsquery_or(a, stems[i], words[i]));
	}
	find->names = arena_str(a, buf_text(&names));
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
	const struct name_queries names = names_meant(a, text, meant, meanings);
	const char *any = tsquery_or(a, names.called, names.near);

	find->same = names.same;
	find->named = names.named;
	find->near = names.near;
	find->called = names.called;
	find->within = names_within(a, meanings ? *meant : text);
	any = tsquery_or(a, any, names.begun);
	return kind == KIND_POSTS ? any : tsquery_or(a, any, find->within);
}

/* What candidates must fit: any of the choosing terms. Without stems (all are stop words) it is all words,
 * exactly. */
static void choice_fill(struct arena *a, const struct terms *ts, const char *names, struct find *find)
{
	struct buf stems = {.arena = a}, exact = {.arena = a}, ranked = {.arena = a};
	int choosing = 0;

	for (int i = 0; i < ts->count; i++)
		choosing += ts->at[i].chooses;
	const int most =
		1 + (ts->names_only || ts->common ? ARTISTS_COMMON : ARTISTS_CHOOSING) / (choosing + 1);
	for (int i = 0; i < ts->count; i++)
		if (ts->at[i].chooses) {
			buf_join(&stems, " | ", ts->names_only ? "" : find->term_stems.at[i]);
			buf_join(&exact, " | ", find->term_words.at[i]);
			buf_join(&exact, " | ", term_credits(a, &ts->at[i], most));
			buf_join(&ranked, " | ", ts->names_only ? "" : find->term_stems.at[i]);
			buf_join(&ranked, " | ", term_credits(a, &ts->at[i], ARTISTS_RANKED));
		}
	if (ts->count && !stems.len && !ts->names_only) {
		exact.len = 0;
		buf_join(&exact, " | ", *find->all ? arena_fmt(a, "(%s)", find->all) : "");
	}
	buf_join(&exact, " | ", names);
	find->stems = arena_str(a, buf_text(&stems));
	find->exact = arena_str(a, buf_text(&exact));
	find->ranked = arena_str(a, buf_text(&ranked));
}

/* The words of all phrases, which then are checked side by side. Of stop words alone ("The Who") two are
 * looked for in names and titles only. */
static void phrases_fill(struct arena *a, const struct search *s, struct find *find)
{
	const struct query *q = &s->query;
	const char **patterns = ARENA_ARRAY(a, const char *, q->phrase_count);
	struct buf stems = {.arena = a}, exact = {.arena = a};

	for (int i = 0; i < q->phrase_count; i++) {
		buf_join(&stems, " & ",
			 *q->phrases[i].stems ? tsquery_or(a, q->phrases[i].stems, s->credits[i]) : "");
		buf_join(&exact, " & ", tsquery_or(a, q->phrases[i].exact, s->credits[i]));
		patterns[i] = q->phrases[i].pattern;
	}
	find->stems = arena_str(a, buf_text(&stems));
	find->exact = arena_str(a, buf_text(&exact));
	find->ranked = find->stems;
	find->phrases = (struct texts){patterns, q->phrase_count};
}

static bool is_dated(const struct find *f)
{
	return f->after != TIME_NULL || f->before != TIME_NULL;
}

/* Words and facts are asked of an index together; only the words count for the rank. */
static void facts_fill(struct arena *a, struct find *find)
{
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
	const bool common = s->words_common && !f->phrased;

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
		phrases_fill(cx->arena, s, find);
	else
		choice_fill(cx->arena, &ts, names, find);
	facts_fill(cx->arena, find);
	s->marks = marks_of(cx->arena, &ts);
	find->names_only = ts.names_only;
	s->at_least = *find->facts ? 0 : ts.most;
	s->words_common = s->kind == KIND_POSTS && ts.common && s->facts_common;
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
	if (s->kind == KIND_POSTS)
		TRY(search_credits(cx, s));
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
