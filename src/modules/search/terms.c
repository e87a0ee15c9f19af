/* Which words of a query are known, which were mistyped, and which are too common to look for. */
#include "modules/search/terms.h"

#include "vobe/name_queries.h"
#include "vobe/nearness.h"
#include "vobe/vectors.h"
#include "vobe/word_lists.h"

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
	JOINED_MOST = 6, /* words of a query whose neighbours may be one */
	NAME_WORDS = 4,  /* of a name that may have been written by ear */
};

/* Words that nobody wrote and nothing else may stand for, as far as they are repaired. */
struct unknown {
	const char *words[REPAIRED_MOST];
	int of[REPAIRED_MOST];
	int count;
	int known; /* behind these: words of a name in other letters, of which some are nobody's */
};

static void term_add(struct terms *ts, const struct word_fact *fact, int of, double share, bool prefix)
{
	if (ts->count < TERMS_MAX)
		ts->at[ts->count++] = (struct term){.fact = fact, .of = of, .share = share, .prefix = prefix};
}

/* A piece counts less than what it is a piece of, which the same documents hold. */
static void piece_add(struct terms *ts, const struct word_fact *fact, int of, bool prefix)
{
	const int at = ts->count;

	term_add(ts, fact, of, 0.6, prefix);
	if (at < ts->count) /* there was room */
		ts->at[at].piece = true;
}

/* The first that is free. */
static void reading_add(const char *list[REPAIRS_A_WORD], const char *word)
{
	for (int i = 0; i < REPAIRS_A_WORD; i++)
		if (!list[i]) {
			list[i] = word;
			return;
		}
}

static void term_repair(struct terms *ts, const struct word_fact *fact, int of, double share)
{
	term_add(ts, fact, of, share, false);
	reading_add(ts->repaired[of], fact->word);
	ts->any_repaired = true;
}

/*
 * What else a word may stand for: the same keys in the other layout, Latin letters for Cyrillic ones, both,
 * and one word with the next. Where they stand among the facts; 0: no such word.
 */
enum reading { LAYOUT, LATIN, LAYOUT_LATIN, JOINED, READINGS };

struct reading_list {
	struct query_word *asked;
	int count, at[QUERY_WORDS_MAX][READINGS];
};

/* Whether anything may be mistyped in it: not a stop word, nor a token with pieces, which stand for it, nor
 * pieces of one that is there. */
static bool is_repairable(const struct query *q, const struct word_fact *facts, int i)
{
	const struct query_word *next = i + 1 < q->count ? &q->words[i + 1] : NULL;

	if (q->words[i].of != NO_WORD)
		return !facts[q->words[i].of].df;
	return facts[i].lexeme && !(next && next->of == i);
}

static bool is_known(const struct word_fact *facts, int at)
{
	return at && facts[at].df > 0;
}

static void latin_take(struct terms *ts, const struct word_fact *fact, int of, bool known)
{
	term_add(ts, fact, of, known ? 0.5 : 1, false);
	if (!known)
		reading_add(ts->heard[of], fact->word);
	ts->any_heard |= !known;
}

static void word_take(struct terms *ts, const struct query *q, const struct word_fact *facts, int of,
		      const int *reads, struct unknown *unknown)
{
	const struct query_word *word = &q->words[of];
	const bool known = facts[of].df > 0 || word->prefix;
	const bool repairable = !known && is_repairable(q, facts, of);

	if (known && word->of != NO_WORD)
		piece_add(ts, &facts[of], word->of, word->prefix);
	else if (known)
		term_add(ts, &facts[of], of, 1, word->prefix);
	const int64_t by_layout = reads[LAYOUT] ? facts[reads[LAYOUT]].df : 0;
	if (is_known(facts, reads[LATIN]) && !(repairable && by_layout > facts[reads[LATIN]].df))
		latin_take(ts, &facts[reads[LATIN]], of, known);
	else if (repairable && is_known(facts, reads[LAYOUT]))
		term_repair(ts, &facts[reads[LAYOUT]], of, 1);
	else if (repairable && is_known(facts, reads[LAYOUT_LATIN]))
		term_repair(ts, &facts[reads[LAYOUT_LATIN]], of, 1);
	else if (repairable && unknown->count < REPAIRED_MOST) {
		unknown->of[unknown->count] = of;
		unknown->words[unknown->count++] = facts[of].word;
	}
	if (is_known(facts, reads[JOINED]))
		term_add(ts, &facts[reads[JOINED]], of, 0.9, false);
}

/* Appends one word to those asked about, and returns where; 0: it is no single word, or the typed one. */
static int reading_ask(struct arena *a, struct reading_list *list, const char *typed, const char *reading)
{
	if (!*reading || strchr(reading, ' ') || !strcmp(reading, typed))
		return 0;
	list->asked[list->count] = query_word_of(a, reading, false);
	return list->count++;
}

static void readings_ask(struct arena *a, const struct query *q, int i, struct reading_list *list)
{
	const struct query_word *word = &q->words[i], *next = i + 1 < q->count ? word + 1 : NULL;
	const bool long_enough = utf8_length(word->bare) > 2 && !word->prefix;
	const char *keys = long_enough ? word_other_layout(a, word->raw) : NULL;
	const char *layout = keys ? words_plain(a, keys) : "";

	if (word->of != NO_WORD)
		return;
	list->at[i][LAYOUT] = reading_ask(a, list, "", layout);
	list->at[i][LATIN] = reading_ask(a, list, word->bare, text_latin(a, word->bare));
	list->at[i][LAYOUT_LATIN] = reading_ask(a, list, layout, text_latin(a, layout));
	if (next && next->of == NO_WORD && q->count <= JOINED_MOST)
		list->at[i][JOINED] = reading_ask(a, list, "", arena_fmt(a, "%s%s", word->bare, next->bare));
}

/* Nothing is known as it stands: the whole may have been typed with the other layout. */
static void layouts_take(struct terms *ts, const struct query *q, const struct reading_list *list,
			 struct unknown *unknown)
{
	for (int i = 0, n = unknown->count; i < n && !ts->count && unknown->count < REPAIRED_MOST; i++)
		if (list->at[unknown->of[i]][LAYOUT]) {
			unknown->of[unknown->count] = unknown->of[i];
			unknown->words[unknown->count++] = list->asked[list->at[unknown->of[i]][LAYOUT]].bare;
		}
	for (int i = 0; i < q->count; i++)
		ts->content += q->words[i].of == NO_WORD && (*q->words[i].stems || q->words[i].prefix);
}

/* Asks about all words and what else they may stand for at once. */
static err words_take(struct ctx *cx, enum kind kind, const struct query *q, struct terms *ts,
		      struct unknown *unknown)
{
	struct reading_list *list = ARENA_NEW(cx->arena, struct reading_list);
	struct word_fact *facts;

	*list = (struct reading_list){
		ARENA_ARRAY(cx->arena, struct query_word, (READINGS + 1) * QUERY_WORDS_MAX), q->count, {{0}}};
	memcpy(list->asked, q->words, (size_t)q->count * sizeof *list->asked);
	for (int i = 0; i < q->count; i++)
		readings_ask(cx->arena, q, i, list);
	TRY(facts_read(cx, kind, list->asked, list->count, q->count, &facts));
	for (int i = 0; i < q->count; i++)
		word_take(ts, q, facts, i, list->at[i], unknown);
	layouts_take(ts, q, list, unknown);
	ts->mean_length = facts->mean_length;
	ts->documents = facts->documents;
	return NULL;
}

/* A word that is two: the split whose rarer half is the most common one. */
static err word_split(struct ctx *cx, enum kind kind, const char *word, int of, struct terms *ts)
{
	const char **texts = ARENA_ARRAY(cx->arena, const char *, 2 * strlen(word));
	const int n = word_halves(cx->arena, word, texts);
	struct query_word *halves = ARENA_ARRAY(cx->arena, struct query_word, n + 1);
	struct word_fact *facts;
	int best = -1;
	int64_t most = 0;

	for (int i = 0; i < n; i++)
		halves[i] = query_word_of(cx->arena, texts[i], false);
	if (!n)
		return NULL;
	TRY(facts_read(cx, kind, halves, n, n, &facts));
	for (int i = 0; i < n; i += 2) {
		const int64_t df = facts[i].df < facts[i + 1].df ? facts[i].df : facts[i + 1].df;
		if (df > most && facts[i].lexeme && facts[i + 1].lexeme) {
			most = df;
			best = i;
		}
	}
	if (best < 0)
		return NULL;
	term_repair(ts, &facts[best], of, 0.8);
	term_add(ts, &facts[best + 1], of, 0.8, false);
	ts->repaired[of][0] = arena_fmt(cx->arena, "%s %s", facts[best].word, facts[best + 1].word);
	return NULL;
}

/* Where most of a query is known, what stands for the rest is a guess that should not lead. */
static err words_repair(struct ctx *cx, enum kind kind, const struct unknown *unknown, struct terms *ts)
{
	static const double shares[] = {1, 0.8, 0.6}; /* by edits */
	struct repair repairs[REPAIRED_MOST * REPAIRS_A_WORD];
	struct query_word words[REPAIRED_MOST * REPAIRS_A_WORD];
	struct word_fact *facts;
	int found;

	TRY(repairs_find(cx, kind, unknown->words, unknown->count + unknown->known, repairs, &found));
	for (int i = 0; i < found; i++)
		words[i] = query_word_of(cx->arena, text_loose(cx->arena, repairs[i].word), false);
	if (found)
		TRY(facts_read(cx, kind, words, found, 0, &facts));
	for (int i = 0; i < found; i++)
		if (repairs[i].of < unknown->count)
			term_repair(ts, &facts[i], unknown->of[repairs[i].of],
				    shares[repairs[i].edits] * (ts->mostly_unknown ? 1 : 0.5));
		else if (strcmp(repairs[i].word, unknown->words[repairs[i].of]) != 0)
			reading_add(ts->heard[unknown->of[repairs[i].of]], repairs[i].word);
	for (int i = 0; i < unknown->count && ts->mostly_unknown; i++)
		if (!*ts->repaired[unknown->of[i]])
			TRY(word_split(cx, kind, unknown->words[i], unknown->of[i], ts));
	return NULL;
}

static bool is_common(const struct word_fact *f)
{
	return f->df > COMMON_LEAST && f->df > f->documents / COMMON_SHARE;
}

/* Begins so many words that it is looked for in names and titles only, where there are many documents. */
static bool is_short(const struct term *t)
{
	return t->prefix && utf8_length(t->fact->word) < 3;
}

static int by_rarity(const void *a, const void *b)
{
	const struct term *s = *(const struct term *const *)a, *t = *(const struct term *const *)b;
	if (is_short(s) != is_short(t))
		return is_short(s) - is_short(t);
	return (s->fact->df > t->fact->df) - (s->fact->df < t->fact->df);
}

static int64_t documents_of(const struct term *t)
{
	if (t->prefix && !t->fact->df)
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
		const bool many = ts->chosen + documents_of(t) > CANDIDATES_MOST;
		if (ts->chosen && (many || is_common(t->fact) || is_short(t)))
			break;
		t->chooses = true;
		ts->chosen += documents_of(t);
		if (!t->prefix && t->fact->df > ts->most)
			ts->most = t->fact->df;
		ts->names_only = is_short(t) && t->fact->documents > COMMON_LEAST;
		ts->common = is_common(t->fact) || ts->names_only;
	}
}

/* "дафт панк": one word of a name is nobody's, and the other is another's. */
static void known_take(const struct query *q, const struct terms *ts, struct unknown *unknown)
{
	for (int i = 0; i < q->count && q->count <= NAME_WORDS; i++) {
		const int at = unknown->count + unknown->known;
		bool taken = *ts->repaired[i] || *ts->heard[i] || !*q->words[i].lexeme ||
			     (unsigned char)*q->words[i].bare < 0x80;
		for (int j = 0; j < unknown->count; j++)
			taken |= unknown->of[j] == i;
		if (taken || at == REPAIRED_MOST)
			continue;
		unknown->of[at] = i;
		unknown->words[at] = q->words[i].bare;
		unknown->known++;
	}
}

static int repaired_count(const struct terms *ts, int words)
{
	int n = 0;

	for (int i = 0; i < words; i++)
		n += *ts->repaired[i] != NULL;
	return n;
}

err terms_weigh(struct ctx *cx, enum kind kind, const struct query *q, struct terms *out)
{
	struct unknown unknown = {.count = 0};

	*out = (struct terms){.count = 0};
	TRY(words_take(cx, kind, q, out, &unknown));
	out->any_unknown = unknown.count > 0;
	out->mostly_unknown = 2 * (unknown.count + repaired_count(out, q->count)) >= out->content;
	if (out->any_unknown || out->any_heard)
		known_take(q, out, &unknown);
	if (unknown.count + unknown.known && !q->phrase_count && out->content <= REPAIRED_MOST)
		TRY(words_repair(cx, kind, &unknown, out));
	out->told = out->any_repaired && repaired_count(out, q->count) >= out->content;
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
