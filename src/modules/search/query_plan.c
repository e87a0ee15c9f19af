/* Words against the vocabulary and the statistics: which are known, which were mistyped, which are too common to look for. */
#include "query.h"
#include "words.h"

#include "vobe/buf.h"
#include "vobe/text.h"

#include <string.h>

enum { NEIGHBOURS = 20, COMMON_LEAST = 1000, COMMON_SHARE = 20 /* a twentieth of all documents */ };

#define WORDS_ASKED_FIELDS(F, T)                                                                   \
	F(T, TEXTS, words, 0, "Words")                                                             \
	F(T, TEXT, kind, 0, "Kind of document")
STRUCT(words_asked, WORDS_ASKED_FIELDS);
SCHEMA(words_asked, WORDS_ASKED_FIELDS, "Words to look up");

#define WORD_FACT_FIELDS(F, T)                                                                     \
	F(T, TEXT, word, 0, "The word")                                                            \
	F(T, BOOL, known, 0, "Whether any document may hold it")                                   \
	F(T, TEXT, lexeme, NULLABLE, "Its stem; null for a stop word")                             \
	F(T, INT, df, 0, "Documents of the kind that hold the stem, at the last count")            \
	F(T, INT, documents, 0, "Documents of the kind, at the last count")
STRUCT(word_fact, WORD_FACT_FIELDS);
SCHEMA(word_fact, WORD_FACT_FIELDS, "What is known of a word");

#define NEIGHBOUR_FIELDS(F, T)                                                                     \
	F(T, TEXT, word, 0, "A word of the vocabulary")                                            \
	F(T, INT, df, 0, "How common it is")
STRUCT(neighbour, NEIGHBOUR_FIELDS);
SCHEMA(neighbour, NEIGHBOUR_FIELDS, "A word that looks like another");

#define NEIGHBOURS_ASKED_FIELDS(F, T)                                                              \
	F(T, TEXT, word, 0, "A word nobody wrote")                                                 \
	F(T, INT, shortest, 0, "Code points")                                                      \
	F(T, INT, longest, 0, "Code points")
STRUCT(neighbours_asked, NEIGHBOURS_ASKED_FIELDS);
SCHEMA(neighbours_asked, NEIGHBOURS_ASKED_FIELDS, "Looking for neighbours");

enum { WORD_FACTS, NEIGHBOURS_OF, QUERY_STATEMENTS };

struct statement query_statements[QUERY_STATEMENTS + 1] = {
	[WORD_FACTS] = {"word_facts",
		"SELECT w.word, (v.word IS NOT NULL OR l.df IS NOT NULL) AS known, s.lexeme, coalesce(l.df, 0) AS df, t.documents "
		"FROM statistics t, unnest($words::text[]) WITH ORDINALITY w(word, n) "
		"LEFT JOIN LATERAL (SELECT min(lexeme) AS lexeme FROM unnest(stems(w.word))) s ON true "
		"LEFT JOIN vocabulary v ON v.word = w.word "
		"LEFT JOIN lexemes l ON l.kind = $kind AND l.lexeme = s.lexeme "
		"WHERE t.kind = $kind ORDER BY w.n", .in = &words_asked_schema, .out = &word_fact_schema},
	[NEIGHBOURS_OF] = {"neighbours_of",
		"SELECT word, df FROM vocabulary WHERE word % $word AND length(word) BETWEEN $shortest AND $longest "
		"ORDER BY similarity(word, $word) DESC, df DESC LIMIT 20",
		.in = &neighbours_asked_schema, .out = &neighbour_schema, .lane = LANE_SLOW},
	STATEMENTS_END,
};

/* Words that replace or join the typed ones. */
struct wanted {
	const char *words[2 * QUERY_WORDS_MAX];
	bool prefix[2 * QUERY_WORDS_MAX];
	int count;
	bool repaired;
};

static void wanted_add(struct wanted *w, const char *word, bool prefix)
{
	if (w->count == 2 * QUERY_WORDS_MAX)
		return;
	w->words[w->count] = word;
	w->prefix[w->count++] = prefix;
}

/* Edits allowed: none in short words or in those with digits, one up to five letters, two beyond. */
static int edits_allowed(const char *word)
{
	size_t length = utf8_length(word);
	if (length < 3 || strpbrk(word, "0123456789"))
		return 0;
	return length <= 5 ? 1 : 2;
}

static err neighbour_find(struct ctx *cx, const char *word, const char **nearest)
{
	int allowed = edits_allowed(word), count, best = allowed + 1;
	int64_t length = (int64_t)utf8_length(word);
	struct neighbour *rows;

	*nearest = NULL;
	if (!allowed)
		return NULL;
	TRY(db_rows(cx, &query_statements[NEIGHBOURS_OF],
		    (&(struct neighbours_asked){word, length - allowed, length + allowed}), &rows, &count));
	for (int i = 0; i < count; i++) {
		int distance = text_distance(word, rows[i].word, allowed);
		if (distance < best) {
			best = distance;
			*nearest = rows[i].word;
		}
	}
	return NULL;
}

static err facts_read(struct ctx *cx, const char *const *words, int count, enum kind kind, struct word_fact **facts)
{
	int found;
	TRY(db_rows(cx, &query_statements[WORD_FACTS], (&(struct words_asked){{words, count}, kind_names[kind]}), facts, &found));
	return found == count ? NULL : INTERNAL;
}

/* A word nobody wrote: as another keyboard layout, else its nearest neighbour; the word itself stays asked for. */
static err word_repair(struct ctx *cx, const char *word, enum kind kind, struct wanted *wanted)
{
	const char *other = word_other_layout(cx->arena, word), *bare = other ? words_plain(cx->arena, other) : "", *nearest;
	struct word_fact *facts;

	if (*bare && !strchr(bare, ' ')) {
		TRY(facts_read(cx, &bare, 1, kind, &facts));
		if (facts[0].known) {
			wanted_add(wanted, bare, false);
			wanted->repaired = true;
			return NULL;
		}
	}
	TRY(neighbour_find(cx, word, &nearest));
	if (nearest) {
		wanted_add(wanted, nearest, false);
		wanted->repaired = true;
	}
	return NULL;
}

static bool is_common(const struct word_fact *f)
{
	return f->df > COMMON_LEAST && f->df > f->documents / COMMON_SHARE;
}

static void tsquery_add(struct buf *out, const char *word, bool prefix, const char *join)
{
	if (out->len)
		buf_str(out, join);
	buf_char(out, '\'');
	buf_str(out, word);
	buf_str(out, prefix ? "':*" : "'");
}

/* Common words do not choose candidates when there is any other word; they still count for the rank. */
static void plan_fill(struct ctx *cx, const struct query *q, const struct wanted *w, const struct word_fact *facts, struct plan *out)
{
	struct buf stems = {.arena = cx->arena}, exact = {.arena = cx->arena}, all = {.arena = cx->arena}, plain = {.arena = cx->arena};
	const char **lexemes = ARENA_ARRAY(cx->arena, const char *, w->count + 1), **marked = ARENA_ARRAY(cx->arena, const char *, w->count + 1);
	int common = 0, n = 0;

	for (int i = 0; i < w->count; i++)
		common += is_common(&facts[i]);
	out->approximate = w->count > 0 && common == w->count;
	for (int i = 0; i < w->count; i++) {
		if (out->approximate || !is_common(&facts[i])) {
			tsquery_add(&stems, w->words[i], w->prefix[i], " | ");
			if (facts[i].lexeme)
				tsquery_add(&exact, w->words[i], w->prefix[i], " | ");
		}
		if (!w->repaired || facts[i].known)
			tsquery_add(&all, w->words[i], w->prefix[i], " & ");
		if (w->repaired && facts[i].known) {
			buf_str(&plain, plain.len ? " " : "");
			buf_str(&plain, w->words[i]);
		}
		if (facts[i].lexeme)
			lexemes[n++] = facts[i].lexeme;
		marked[i] = w->words[i];
	}
	if (*q->phrases) {
		stems.len = 0;
		buf_str(&stems, q->phrases);
	}
	out->stems = arena_str(cx->arena, buf_text(&stems));
	out->all = arena_str(cx->arena, buf_text(&all));
	out->exact = *q->phrases ? "" : n ? arena_str(cx->arena, buf_text(&exact)) : out->all; /* stop words only: "The Who" */
	out->lexemes = words_ordered(lexemes, n);
	out->marked = (struct texts){marked, w->count};
	out->repaired = w->repaired ? arena_str(cx->arena, buf_text(&plain)) : NULL;
	out->plain = w->repaired ? out->repaired : q->plain;
	out->without = q->without;
}

err query_plan(struct ctx *cx, const struct query *q, enum kind kind, struct plan *out)
{
	struct wanted wanted = {0};
	struct word_fact *facts;

	*out = (struct plan){.empty = q->count == 0};
	if (out->empty)
		return NULL;
	TRY(facts_read(cx, q->words, q->count, kind, &facts));
	for (int i = 0; i < q->count; i++) {
		wanted_add(&wanted, q->words[i], q->prefix[i]);
		if (!facts[i].known && !q->prefix[i] && !*q->phrases)
			TRY(word_repair(cx, q->words[i], kind, &wanted));
	}
	if (wanted.repaired)
		TRY(facts_read(cx, wanted.words, wanted.count, kind, &facts));
	plan_fill(cx, q, &wanted, facts, out);
	return NULL;
}
