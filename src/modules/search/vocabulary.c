/* The vocabulary's statements; and repairs: candidates by trigrams, then by bounded edit distance. */
#include "modules/search/vocabulary.h"

#include "modules/search/sql.h"
#include "vobe/nearness.h"
#include "vobe/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_ASKED_FIELDS(F, T)                                                                   \
	F(T, TEXTS, words, 0, "Words")                                                             \
	F(T, TEXTS, lexemes, 0, "Their stems; empty where there is not one")                       \
	F(T, TEXTS, stems, 0, "tsqueries of them")                                                 \
	F(T, TEXTS, exact, 0, "tsqueries of the words")                                            \
	F(T, INT, typed, 0, "So many of them are looked for in the documents, too")
STRUCT(words_asked, WORDS_ASKED_FIELDS);
SCHEMA(words_asked, WORDS_ASKED_FIELDS, "Words to look up");

#define NEIGHBOURS_ASKED_FIELDS(F, T)                                                              \
	F(T, TEXT, kind, 0, "Kind of document")                                                    \
	F(T, TEXTS, words, 0, "Words nobody wrote")                                                \
	F(T, INTS, shortest, 0, "Code points of a neighbour, for each")                            \
	F(T, INTS, longest, 0, "The same")
STRUCT(neighbours_asked, NEIGHBOURS_ASKED_FIELDS);
SCHEMA(neighbours_asked, NEIGHBOURS_ASKED_FIELDS, "Looking for neighbours");

#define NEIGHBOUR_FIELDS(F, T)                                                                     \
	F(T, INT, of, 0, "Which of the words, from 1")                                             \
	F(T, TEXT, word, 0, "A word of the vocabulary")                                            \
	F(T, INT, df, 0, "How common it is")
STRUCT(neighbour, NEIGHBOUR_FIELDS);
SCHEMA(neighbour, NEIGHBOUR_FIELDS, "A word that looks like another");

#define LIVING_FIELDS(F, T) F(T, INT, of, 0, "Which of the words, from 1")
STRUCT(living, LIVING_FIELDS);
SCHEMA(living, LIVING_FIELDS, "A word that stands in a document");

/* clang-format off */
static QUERIES(facts_of, words_asked, word_fact,
	[KIND_POSTS]   = QUERY_OF("words_of_posts",   WORDS_OF_POSTS_SQL),
	[KIND_ARTISTS] = QUERY_OF("words_of_artists", WORDS_OF_ARTISTS_SQL),
	[KIND_ALBUMS]  = QUERY_OF("words_of_albums",  WORDS_OF_ALBUMS_SQL),
	[KIND_TRACKS]  = QUERY_OF("words_of_tracks",  WORDS_OF_TRACKS_SQL),
	[KIND_USERS]   = QUERY_OF("words_of_users",   WORDS_OF_USERS_SQL));

static QUERIES(living_of, words_asked, living,
	[KIND_POSTS]   = QUERY_OF("living_words_of_posts",   LIVING_WORDS_OF_POSTS_SQL,   .lane = LANE_SLOW),
	[KIND_ARTISTS] = QUERY_OF("living_words_of_artists", LIVING_WORDS_OF_ARTISTS_SQL, .lane = LANE_SLOW),
	[KIND_ALBUMS]  = QUERY_OF("living_words_of_albums",  LIVING_WORDS_OF_ALBUMS_SQL,  .lane = LANE_SLOW),
	[KIND_TRACKS]  = QUERY_OF("living_words_of_tracks",  LIVING_WORDS_OF_TRACKS_SQL,  .lane = LANE_SLOW),
	[KIND_USERS]   = QUERY_OF("living_words_of_users",   LIVING_WORDS_OF_USERS_SQL,   .lane = LANE_SLOW));
/* clang-format on */

enum { COMMON_MOST = 1000000 /* how common a word is decides between equally near ones */ };

static QUERY(sounding, neighbours_asked, neighbour, SOUNDING_SQL, .lane = LANE_SLOW);
static QUERY(neighbours_of, neighbours_asked, neighbour, NEIGHBOURS_OF_SQL, .lane = LANE_SLOW);

err facts_read(struct ctx *cx, enum kind kind, const struct query_word *words, int count, int typed,
	       struct word_fact **facts)
{
	enum { COLUMNS = 4 };
	const char **column[COLUMNS];
	int found;

	for (int c = 0; c < COLUMNS; c++)
		column[c] = ARENA_ARRAY(cx->arena, const char *, count + 1);
	for (int i = 0; i < count; i++) {
		column[0][i] = words[i].bare;
		column[1][i] = words[i].lexeme;
		column[2][i] = words[i].stems;
		column[3][i] = words[i].exact;
	}
	const struct words_asked asked = {
		{column[0], count}, {column[1], count}, {column[2], count}, {column[3], count}, typed};
	TRY(facts_of(cx, kind, &asked, facts, &found));
	return found == count ? NULL : INTERNAL;
}

/* Of one word after the other, the best first. */
static int by_badness(const void *a, const void *b)
{
	const struct repair *c = a, *d = b;
	if (c->of != d->of)
		return c->of - d->of;
	if (c->badness != d->badness)
		return (c->badness > d->badness) - (c->badness < d->badness);
	return strcmp(c->word, d->word);
}

/* The rows that are near enough to what was typed, by letters or by ear, in order; returns how many. */
static int near_enough(struct arena *a, const char *const *typed, const struct neighbour *rows, int count,
		       bool by_ear, struct repair *near)
{
	int n = 0;

	for (int i = 0; i < count; i++) {
		const int of = (int)rows[i].of - 1;
		const struct nearness is = by_ear ? word_sounds(a, typed[of], rows[i].word)
						  : word_nearness(typed[of], rows[i].word);
		const int64_t common = rows[i].df < COMMON_MOST ? rows[i].df : COMMON_MOST;
		if (is.near)
			near[n++] = (struct repair){rows[i].word, of, is.edits,
						    is.badness * 2 * COMMON_MOST - common};
	}
	return n;
}

/* Some more than are taken, since some may be gone. */
static int best_of_each(struct repair *near, int count)
{
	int kept = 0;

	for (int i = 0, of = -1, n = 0; i < count; i++) {
		n = near[i].of == of ? n + 1 : 0;
		of = near[i].of;
		if (n < 3 * REPAIRS_A_WORD)
			near[kept++] = near[i];
	}
	return kept;
}

/* The best of each word that stand in a document still. */
static err repairs_choose(struct ctx *cx, enum kind kind, struct repair *near, int count, struct repair *out,
			  int *found)
{
	const char **words = ARENA_ARRAY(cx->arena, const char *, count + 1);
	struct living *living;
	int living_count, of = -1, taken = 0;

	count = best_of_each(near, count);
	for (int i = 0; i < count; i++)
		words[i] = near[i].word;
	TRY(living_of(cx, kind, &(struct words_asked){.words = {words, count}}, &living, &living_count));
	for (int i = 0; i < living_count; i++) {
		const struct repair *it = &near[living[i].of - 1];
		taken = it->of == of ? taken + 1 : 1;
		of = it->of;
		if (taken <= REPAIRS_A_WORD)
			out[(*found)++] = *it;
	}
	return NULL;
}

err repairs_find(struct ctx *cx, enum kind kind, const char *const *words, int count, struct repair *out,
		 int *found)
{
	int64_t *shortest = ARENA_ARRAY(cx->arena, int64_t, count + 1);
	int64_t *longest = ARENA_ARRAY(cx->arena, int64_t, count + 1);
	const char **keys = ARENA_ARRAY(cx->arena, const char *, count + 1);
	struct neighbours_asked asked = {
		kind_names[kind], {words, count}, {shortest, count}, {longest, count}};
	struct neighbour *rows, *sounds;
	int row_count, sound_count, n;

	*found = 0;
	for (int i = 0; i < count; i++) {
		int64_t length = (int64_t)utf8_length(words[i]), allowed = word_edits(words[i]);
		shortest[i] = allowed ? length - allowed : 1;
		longest[i] = allowed ? length + allowed : 0;
	}
	TRY(neighbours_of(cx, &asked, &rows, &row_count));
	for (int i = 0; i < count; i++)
		keys[i] = word_sound_key(cx->arena, words[i]);
	asked.words = (struct texts){keys, count};
	TRY(sounding(cx, &asked, &sounds, &sound_count));
	struct repair *near = ARENA_ARRAY(cx->arena, struct repair, row_count + sound_count + 1);
	n = near_enough(cx->arena, words, rows, row_count, false, near);
	n += near_enough(cx->arena, words, sounds, sound_count, true, near + n);
	qsort(near, (size_t)n, sizeof *near, by_badness);
	return n ? repairs_choose(cx, kind, near, n, out, found) : NULL;
}

#define SLICE_FIELDS(F, T)                                                                         \
	F(T, TEXT, kind, 0, "Kind of document")                                                    \
	F(T, TEXT, word, 0, "A word of it")                                                        \
	F(T, TEXTS, words, 0, "Words to forget")
STRUCT(slice, SLICE_FIELDS);
SCHEMA(slice, SLICE_FIELDS, "A slice of the vocabulary");

static QUERY(vocabulary_slice, slice, word_fact, VOCABULARY_SLICE_SQL, .lane = LANE_SLOW);
static COMMAND(vocabulary_forget, slice, VOCABULARY_FORGET_SQL);
static COMMAND(stamps_forget, none, STAMPS_FORGET_SQL);

static err slice_sweep(struct ctx *cx, enum kind kind, struct change *ch)
{
	static char swept[KIND_COUNT][256]; /* how far each kind has come; words are shorter */
	const struct slice behind = {.kind = kind_names[kind], .word = swept[kind]};
	struct living *living;
	struct word_fact *rows;
	int count, living_count, n = 0;

	TRY(vocabulary_slice(cx, &behind, &rows, &count));
	const char **words = ARENA_ARRAY(cx->arena, const char *, count + 1);
	for (int i = 0; i < count; i++)
		words[i] = rows[i].word;
	TRY(living_of(cx, kind, &(struct words_asked){.words = {words, count}}, &living, &living_count));
	for (int i = 0, j = 0; i < count; i++) {
		if (j < living_count && living[j].of == i + 1)
			j++;
		else
			words[n++] = words[i];
	}
	snprintf(swept[kind], sizeof *swept, "%s", count ? rows[count - 1].word : "");
	if (n)
		vocabulary_forget(ch, &(struct slice){.kind = behind.kind, .words = {words, n}});
	return NULL;
}

err vocabulary_sweep(struct ctx *cx)
{
	struct change *ch = change_begin(cx);

	for (int kind = 0; kind < KIND_COUNT; kind++)
		TRY(slice_sweep(cx, kind, ch));
	stamps_forget(ch);
	return change_commit(cx, ch);
}
