/* Words against the vocabulary and the statistics: which are known, which were mistyped, which are too common to look for. */
#include "modules/search/query.h"
#include "modules/search/words.h"

#include "vobe/buf.h"
#include "vobe/text.h"

#include "modules/search/sql.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * A word in more than a twentieth of all documents, and in more than a thousand, does not choose candidates alone. Rarer words
 * choose until they have chosen CANDIDATES_MOST documents; the others count for the rank only.
 */
enum { COMMON_LEAST = 1000, COMMON_SHARE = 20, CANDIDATES_MOST = 3000, PREFIX_DOCUMENTS = 1000, REPAIRED_MOST = 8, TERMS_MAX = 3 * QUERY_WORDS_MAX };

#define WORDS_ASKED_FIELDS(F, T)                                                                   \
	F(T, TEXT, kind, 0, "Kind of document")                                                    \
	F(T, TEXTS, words, 0, "Words")                                                             \
	F(T, TEXTS, raw, 0, "The same as they were typed")                                         \
	F(T, INT, typed, 0, "So many of them are looked for in the documents when the count does not know them")
STRUCT(words_asked, WORDS_ASKED_FIELDS);
SCHEMA(words_asked, WORDS_ASKED_FIELDS, "Words to look up");

struct statement query_statements[] = {
	{"word_facts", WORD_FACTS_SQL, .in = &words_asked_schema, .out = &word_fact_schema},
	{0},
};

err facts_read(struct ctx *cx, const struct query_word *words, int count, int typed, enum kind kind, struct word_fact **facts)
{
	const char **bare = ARENA_ARRAY(cx->arena, const char *, count + 1), **raw = ARENA_ARRAY(cx->arena, const char *, count + 1);
	int found;
	for (int i = 0; i < count; i++) {
		bare[i] = words[i].bare;
		raw[i] = words[i].raw;
	}
	TRY(db_rows(cx, &query_statements[0], (&(struct words_asked){kind_names[kind], {bare, count}, {raw, count}, typed}), facts, &found));
	return found == count ? NULL : INTERNAL;
}

/* What one typed word is looked for as. */
struct term {
	const struct word_fact *fact;
	int of;        /* index of the typed word */
	double weight; /* of 1: less when it is not what was typed */
	bool prefix, chooses;
};

struct terms {
	struct term at[TERMS_MAX];
	int count;
	const char *repaired[QUERY_WORDS_MAX]; /* the best repair of each typed word, or NULL */
	bool any_repaired;
	int64_t chosen; /* documents, at most */
	const char *unknown[REPAIRED_MOST];
	int unknown_of[REPAIRED_MOST], unknown_count;
};

static void term_add(struct terms *ts, const struct word_fact *fact, int of, double weight, bool prefix)
{
	if (ts->count < TERMS_MAX)
		ts->at[ts->count++] = (struct term){.fact = fact, .of = of, .weight = weight, .prefix = prefix};
}

static void term_repair(struct terms *ts, const struct word_fact *fact, int of, double weight)
{
	term_add(ts, fact, of, weight, false);
	if (!ts->repaired[of])
		ts->repaired[of] = fact->word;
	ts->any_repaired = true;
}

/* What else a word may stand for: the same keys in the other layout, and Latin letters for Cyrillic ones; or NULL. */
static void word_take(struct terms *ts, const struct query_word *word, int of, const struct word_fact *fact, const struct word_fact *layout,
		      const struct word_fact *latin)
{
	bool known = fact->df > 0 || word->prefix;
	if (known)
		term_add(ts, fact, of, 1, word->prefix);
	if (latin && latin->df)
		term_add(ts, latin, of, known ? 0.5 : 1, false);
	else if (!known && layout && layout->df)
		term_repair(ts, layout, of, 1);
	else if (!known && fact->lexeme && ts->unknown_count < REPAIRED_MOST) {
		ts->unknown_of[ts->unknown_count] = of;
		ts->unknown[ts->unknown_count++] = fact->word;
	}
}

/* Asks about all words, phrases and what else the words may stand for at once. */
static err words_take(struct ctx *cx, const struct query *q, enum kind kind, struct terms *ts, struct word_fact **facts)
{
	struct query_word asked[3 * QUERY_WORDS_MAX + QUERY_PHRASES_MAX];
	int layout[QUERY_WORDS_MAX] = {0}, latin[QUERY_WORDS_MAX] = {0}, n = q->count + q->phrase_count;

	memcpy(asked, q->words, (size_t)q->count * sizeof *asked);
	memcpy(asked + q->count, q->phrases, (size_t)q->phrase_count * sizeof *asked);
	for (int i = 0; i < q->count; i++) {
		const char *word = q->words[i].bare, *keys = word_other_layout(cx->arena, q->words[i].raw);
		const char *other = keys ? words_plain(cx->arena, keys) : "", *letters = text_latin(cx->arena, word);
		if (*other && !strchr(other, ' ') && !q->words[i].prefix)
			asked[layout[i] = n++] = (struct query_word){other, other, false};
		if (strcmp(letters, word) && *letters && !strchr(letters, ' '))
			asked[latin[i] = n++] = (struct query_word){letters, letters, false};
	}
	TRY(facts_read(cx, asked, n, q->count, kind, facts));
	for (int i = 0; i < q->count; i++)
		word_take(ts, &q->words[i], i, *facts + i, layout[i] ? *facts + layout[i] : NULL, latin[i] ? *facts + latin[i] : NULL);
	return NULL;
}

static err words_repair(struct ctx *cx, enum kind kind, struct terms *ts)
{
	static const double weights[] = {1, 0.8, 0.6};
	struct repair repairs[REPAIRED_MOST * REPAIRS_A_WORD];
	struct query_word words[REPAIRED_MOST * REPAIRS_A_WORD];
	struct word_fact *facts;
	int found;

	TRY(repairs_find(cx, ts->unknown, ts->unknown_count, kind, repairs, &found));
	if (!found)
		return NULL;
	for (int i = 0; i < found; i++)
		words[i] = (struct query_word){repairs[i].word, repairs[i].word, false};
	TRY(facts_read(cx, words, found, 0, kind, &facts));
	for (int i = 0; i < found; i++)
		term_repair(ts, &facts[i], ts->unknown_of[repairs[i].of], weights[repairs[i].edits]);
	return NULL;
}

static bool is_common(const struct word_fact *f)
{
	return f->df > COMMON_LEAST && f->df > f->documents / COMMON_SHARE;
}

static int by_rarity(const void *a, const void *b)
{
	const struct term *s = *(const struct term *const *)a, *t = *(const struct term *const *)b;
	return (s->fact->df > t->fact->df) - (s->fact->df < t->fact->df);
}

/* Stop words choose only when there is nothing else ("The Who"). False: all are common. */
static bool terms_choose(struct terms *ts)
{
	struct term *order[TERMS_MAX];
	bool any_stem = false;

	for (int i = 0; i < ts->count; i++) {
		order[i] = &ts->at[i];
		any_stem |= ts->at[i].fact->lexeme != NULL;
	}
	/* cppcheck-suppress uninitvar ; the first `count` are set, and no more are sorted */
	qsort(order, (size_t)ts->count, sizeof *order, by_rarity); /* NOLINT(bugprone-sizeof-expression): pointers are sorted */
	for (int i = 0; i < ts->count; i++) {
		if (any_stem && !order[i]->fact->lexeme && !order[i]->prefix)
			continue;
		if (ts->chosen && (ts->chosen + order[i]->fact->df > CANDIDATES_MOST || is_common(order[i]->fact)))
			break;
		order[i]->chooses = true;
		ts->chosen += order[i]->prefix ? PREFIX_DOCUMENTS : order[i]->fact->df ? order[i]->fact->df : 1;
		if (is_common(order[i]->fact))
			return false;
	}
	return true;
}

/* BM25's weight of a term. A prefix is taken for a word in a hundredth of all documents. */
static int64_t term_weight(const struct term *t)
{
	double documents = t->fact->documents > 1 ? (double)t->fact->documents : 1;
	double df = t->prefix && !t->fact->df ? documents / 100 : (double)t->fact->df;
	if (df > documents)
		df = documents;
	return (int64_t)(1000 * t->weight * log(1 + (documents - df + 0.5) / (df + 0.5)));
}

static void joined(struct buf *out, const char *join, const char *what)
{
	if (*what && out->len)
		buf_str(out, join);
	buf_str(out, what);
}

static const char *term_word(struct arena *a, const struct term *t)
{
	return arena_fmt(a, t->prefix ? "'%s':*" : "'%s'", t->fact->word);
}

/* A raw word may be several to the parser: in brackets then, and no prefix. */
static const char *term_stems(struct arena *a, const struct term *t)
{
	const char *stems = t->fact->lexeme ? t->fact->stems : "";
	if (strchr(stems, ' '))
		return arena_fmt(a, "(%s)", stems);
	if (t->prefix)
		return arena_fmt(a, "%s:*", *stems ? stems : arena_fmt(a, "'%s'", t->fact->word));
	return stems;
}

/* All words as they are: ('a' | 'b') & 'c', where b is another form of a. */
static const char *all_words(struct arena *a, const struct query *q, const struct terms *ts)
{
	struct buf all = {.arena = a};
	for (int i = 0; i < q->count; i++) {
		struct buf forms = {.arena = a};
		for (int j = 0; j < ts->count; j++)
			if (ts->at[j].of == i)
				joined(&forms, " | ", term_word(a, &ts->at[j]));
		if (forms.len)
			joined(&all, " & ", arena_fmt(a, "(%s)", buf_text(&forms)));
	}
	return arena_str(a, buf_text(&all));
}

/* The words as they are looked for: repaired ones in the place of those that were typed. */
static const char *plain_words(struct arena *a, const struct query *q, const struct terms *ts)
{
	struct buf plain = {.arena = a};
	for (int i = 0; i < q->count; i++)
		joined(&plain, " ", ts->repaired[i] ? ts->repaired[i] : q->words[i].bare);
	return arena_str(a, buf_text(&plain));
}

static void terms_fill(struct arena *a, struct terms *ts, struct plan *out)
{
	const char **stems = ARENA_ARRAY(a, const char *, ts->count + 1), **words = ARENA_ARRAY(a, const char *, ts->count + 1);
	const char **lexemes = ARENA_ARRAY(a, const char *, ts->count + 1), **marked = ARENA_ARRAY(a, const char *, ts->count + 1);
	int64_t *weights = ARENA_ARRAY(a, int64_t, ts->count + 1);
	struct buf any_stem = {.arena = a}, any_word = {.arena = a};
	int lexeme_count = 0;

	for (int i = 0; i < ts->count; i++) {
		const struct term *t = &ts->at[i];
		stems[i] = term_stems(a, t);
		words[i] = term_word(a, t);
		weights[i] = term_weight(t);
		marked[i] = t->prefix ? arena_fmt(a, "%s*", t->fact->word) : t->fact->word;
		if (t->fact->lexeme)
			lexemes[lexeme_count++] = t->fact->lexeme;
		if (t->chooses) {
			joined(&any_stem, " | ", stems[i]);
			joined(&any_word, " | ", words[i]);
		}
	}
	out->stems = arena_str(a, buf_text(&any_stem));
	out->exact = arena_str(a, buf_text(&any_word));
	out->term_stems = (struct texts){stems, ts->count};
	out->term_words = (struct texts){words, ts->count};
	out->weights = (struct ints){weights, ts->count};
	out->lexemes = (struct texts){lexemes, lexeme_count};
	out->marked = (struct texts){marked, ts->count};
}

/* Phrases must be there, all of them. One of stop words only ("The Who") is looked for in names and titles, as words. */
static void phrases_fill(struct arena *a, const struct query *q, const struct word_fact *facts, struct plan *out)
{
	struct buf stems = {.arena = a};
	for (int i = 0; i < q->phrase_count; i++)
		if (facts[i].lexeme)
			joined(&stems, " & ", arena_fmt(a, "(%s)", facts[i].stems));
	out->stems = arena_str(a, buf_text(&stems));
	out->exact = stems.len ? "" : out->all;
}

/* Only filters that mean something to the kind: their words choose, and the filters sort out what merely mentions them. */
static void filters_fill(struct arena *a, const struct query *q, enum kind kind, struct plan *out)
{
	bool post = kind == KIND_POSTS, dated = q->year_from != INT_NULL || q->year_to != INT_NULL;
	const char *const values[] = {q->artist, post ? q->author : NULL, post ? q->tag : NULL};
	struct buf exact = {.arena = a};
	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		joined(&exact, " & ", values[i] ? words_tsquery(a, words_plain(a, values[i]), " & ") : "");
	out->exact = arena_str(a, buf_text(&exact));
	out->lists = exact.len || *q->without || (post && dated) || (kind == KIND_ARTISTS && q->genre);
	out->empty = !out->lists;
}

err query_plan(struct ctx *cx, const struct query *q, enum kind kind, struct plan *out)
{
	struct terms ts = {0};
	struct word_fact *facts;

	*out = (struct plan){.stems = "", .exact = "", .all = "", .plain = q->plain, .without = q->without, .mean_length = 1};
	if (!q->count) {
		filters_fill(cx->arena, q, kind, out);
		return NULL;
	}
	TRY(words_take(cx, q, kind, &ts, &facts));
	if (ts.unknown_count && !q->phrase_count)
		TRY(words_repair(cx, kind, &ts));
	out->mean_length = facts[0].mean_length;
	out->common = !terms_choose(&ts) && !q->phrase_count;
	out->cost = ts.chosen * ts.count;
	terms_fill(cx->arena, &ts, out);
	out->all = all_words(cx->arena, q, &ts);
	if (ts.any_repaired || ts.unknown_count)
		out->typed = q->plain;
	if (ts.any_repaired)
		out->plain = out->repaired = plain_words(cx->arena, q, &ts);
	if (q->phrase_count)
		phrases_fill(cx->arena, q, facts + q->count, out);
	else if (ts.count && !*out->stems)
		out->exact = out->all;
	out->empty = !*out->stems && !*out->exact && !(kind == KIND_ARTISTS && out->typed);
	return NULL;
}
