/* Which words of a query are known, which were mistyped, and which are too common to look for. */
#include "modules/search/terms.h"

#include "modules/search/names.h"
#include "modules/search/vectors.h"
#include "modules/search/words.h"

#include "vobe/text.h"
#include "vobe/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * A word in more than a twentieth of all documents, and in more than a thousand, does not choose candidates
 * alone. Rarer words choose until they have chosen CANDIDATES_MOST documents; the others count for the rank
 * only.
 */
enum {
	COMMON_LEAST = 1000,
	COMMON_SHARE = 20,
	CANDIDATES_MOST = 3000,
	PREFIX_DOCUMENTS = 1000,
	REPAIRED_MOST = 8,
};

/* Words that nobody wrote and nothing else may stand for, as far as they are repaired. */
struct unknown {
	const char *words[REPAIRED_MOST];
	int of[REPAIRED_MOST];
	int count;
};

static void term_add(struct terms *ts, const struct word_fact *fact, int of, double share, bool prefix)
{
	if (ts->count < TERMS_MAX)
		ts->at[ts->count++] = (struct term){.fact = fact, .of = of, .share = share, .prefix = prefix};
}

/* A piece counts less than what it is a piece of, which the same documents hold. */
static void piece_add(struct terms *ts, const struct word_fact *fact, int of, bool prefix)
{
	term_add(ts, fact, of, 0.6, prefix);
	ts->at[ts->count - 1].piece = true;
}

static void term_repair(struct terms *ts, const struct word_fact *fact, int of, double share)
{
	term_add(ts, fact, of, share, false);
	if (!ts->repaired[of])
		ts->repaired[of] = fact->word;
	ts->any_repaired = true;
}

/* What else a word may stand for: the same keys in the other layout, and Latin letters for Cyrillic ones; or
 * NULL. */
struct readings {
	const struct word_fact *all, *typed, *layout, *latin; /* all: of the query's words */
};

/* Whether anything may be mistyped in it: not a token with pieces, which stand for it, nor pieces of one
 * that is there. */
static bool is_repairable(const struct query *q, const struct word_fact *facts, int i)
{
	const struct query_word *next = i + 1 < q->count ? &q->words[i + 1] : NULL;

	if (q->words[i].of != NO_WORD)
		return !facts[q->words[i].of].df;
	return facts[i].lexeme && !(next && next->of == i);
}

static void word_take(struct terms *ts, const struct query *q, int of, struct readings as,
		      struct unknown *unknown)
{
	const struct query_word *word = &q->words[of];
	const bool known = as.typed->df > 0 || word->prefix;

	if (known && word->of != NO_WORD)
		piece_add(ts, as.typed, word->of, word->prefix);
	else if (known)
		term_add(ts, as.typed, of, 1, word->prefix);
	if (as.latin && as.latin->df)
		term_add(ts, as.latin, of, known ? 0.5 : 1, false);
	else if (!known && as.layout && as.layout->df)
		term_repair(ts, as.layout, of, 1);
	else if (!known && is_repairable(q, as.all, of) && unknown->count < REPAIRED_MOST) {
		unknown->of[unknown->count] = of;
		unknown->words[unknown->count++] = as.typed->word;
	}
}

/* Appends one word to those asked about, and returns where; 0: it is no single word, or the typed one. */
static int reading_ask(struct arena *a, struct query_word *asked, int *count, const char *typed,
		       const char *reading)
{
	if (!*reading || strchr(reading, ' ') || !strcmp(reading, typed))
		return 0;
	asked[*count] = query_word_of(a, reading, false);
	return (*count)++;
}

/* Asks about all words and what else they may stand for at once. */
static err words_take(struct ctx *cx, enum kind kind, const struct query *q, struct terms *ts,
		      struct unknown *unknown)
{
	struct query_word asked[3 * QUERY_WORDS_MAX];
	int layout[QUERY_WORDS_MAX] = {0}, latin[QUERY_WORDS_MAX] = {0}, n = q->count;
	struct arena *a = cx->arena;
	struct word_fact *facts;

	memcpy(asked, q->words, (size_t)q->count * sizeof *asked);
	for (int i = 0; i < q->count; i++) {
		const struct query_word *word = &q->words[i];
		const char *keys = word->prefix ? NULL : word_other_layout(a, word->raw);
		if (word->of != NO_WORD)
			continue;
		layout[i] = keys ? reading_ask(a, asked, &n, "", words_plain(a, keys)) : 0;
		latin[i] = reading_ask(a, asked, &n, word->bare, text_latin(a, word->bare));
	}
	TRY(facts_read(cx, kind, asked, n, q->count, &facts));
	for (int i = 0; i < q->count; i++)
		word_take(ts, q, i,
			  (struct readings){facts, facts + i, layout[i] ? facts + layout[i] : NULL,
					    latin[i] ? facts + latin[i] : NULL},
			  unknown);
	ts->mean_length = facts->mean_length;
	return NULL;
}

static err words_repair(struct ctx *cx, enum kind kind, const struct unknown *unknown, struct terms *ts)
{
	static const double shares[] = {1, 0.8, 0.6}; /* by edits */
	struct repair repairs[REPAIRED_MOST * REPAIRS_A_WORD];
	struct query_word words[REPAIRED_MOST * REPAIRS_A_WORD];
	struct word_fact *facts;
	int found;

	TRY(repairs_find(cx, kind, unknown->words, unknown->count, repairs, &found));
	if (!found)
		return NULL;
	for (int i = 0; i < found; i++)
		words[i] = query_word_of(cx->arena, text_loose(cx->arena, repairs[i].word), false);
	TRY(facts_read(cx, kind, words, found, 0, &facts));
	for (int i = 0; i < found; i++)
		term_repair(ts, &facts[i], unknown->of[repairs[i].of], shares[repairs[i].edits]);
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

static int64_t documents_of(const struct term *t)
{
	if (t->prefix)
		return PREFIX_DOCUMENTS;
	return t->fact->df ? t->fact->df : 1;
}

/* The rarest choose. Stop words do only when there is nothing else ("The Who"). */
static void terms_choose(struct terms *ts)
{
	struct term *order[TERMS_MAX];
	bool any_stem = false;

	for (int i = 0; i < ts->count; i++) {
		order[i] = &ts->at[i];
		any_stem |= ts->at[i].fact->lexeme != NULL;
	}
	/* cppcheck-suppress uninitvar ; the first `count` are set, and no more are sorted */
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are sorted */
	qsort(order, (size_t)ts->count, sizeof *order, by_rarity);
	for (int i = 0; i < ts->count && !ts->common; i++) {
		struct term *t = order[i];
		if (any_stem && !t->fact->lexeme && !t->prefix)
			continue;
		if (ts->chosen && (ts->chosen + t->fact->df > CANDIDATES_MOST || is_common(t->fact)))
			break;
		t->chooses = true;
		ts->chosen += documents_of(t);
		ts->common = is_common(t->fact);
	}
}

err terms_weigh(struct ctx *cx, enum kind kind, const struct query *q, struct terms *out)
{
	struct unknown unknown = {.count = 0};

	*out = (struct terms){.count = 0};
	TRY(words_take(cx, kind, q, out, &unknown));
	out->any_unknown = unknown.count > 0;
	if (out->any_unknown && !q->phrase_count)
		TRY(words_repair(cx, kind, &unknown, out));
	terms_choose(out);
	return NULL;
}

/* A prefix is taken for a word in a hundredth of all documents. */
int64_t term_weight(const struct term *t)
{
	double documents = t->fact->documents > 1 ? (double)t->fact->documents : 1;
	double df = t->prefix && !t->fact->df ? documents / 100 : (double)t->fact->df;
	if (df > documents)
		df = documents;
	return (int64_t)(1000 * t->share * log(1 + (documents - df + 0.5) / (df + 0.5)));
}

int64_t term_hash(const struct term *t)
{
	return t->prefix || !t->fact->lexeme ? -1 : (int64_t)word_hash(t->fact->word);
}
