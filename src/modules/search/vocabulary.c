/* The vocabulary's statements; and repairs: candidates by trigrams, then by bounded edit distance. */
#include "modules/search/vocabulary.h"

#include "modules/search/sql.h"
#include "vobe/text.h"

#include <stdlib.h>
#include <string.h>

#define WORDS_ASKED_FIELDS(F, T)                                                                   \
	F(T, TEXTS, words, 0, "Words")                                                             \
	F(T, TEXTS, raw, 0, "The same as they were typed")                                         \
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

/* clang-format off */
static QUERIES(facts_of, words_asked, word_fact,
	[KIND_POSTS]   = QUERY_OF("words_of_posts",   WORDS_OF_POSTS_SQL),
	[KIND_ARTISTS] = QUERY_OF("words_of_artists", WORDS_OF_ARTISTS_SQL),
	[KIND_ALBUMS]  = QUERY_OF("words_of_albums",  WORDS_OF_ALBUMS_SQL),
	[KIND_TRACKS]  = QUERY_OF("words_of_tracks",  WORDS_OF_TRACKS_SQL));
/* clang-format on */

static QUERY(neighbours_of, neighbours_asked, neighbour, NEIGHBOURS_OF_SQL, .lane = LANE_SLOW);

err facts_read(struct ctx *cx, enum kind kind, const struct query_word *words, int count, int typed,
	       struct word_fact **facts)
{
	const char **bare = ARENA_ARRAY(cx->arena, const char *, count + 1);
	const char **raw = ARENA_ARRAY(cx->arena, const char *, count + 1);
	int found;

	for (int i = 0; i < count; i++) {
		bare[i] = words[i].bare;
		raw[i] = words[i].raw;
	}
	TRY(facts_of(cx, kind, &(struct words_asked){{bare, count}, {raw, count}, typed}, facts, &found));
	return found == count ? NULL : INTERNAL;
}

/* Edits allowed: none in short words or in those with digits, one up to five letters, two beyond. */
static int edits_allowed(const char *word)
{
	size_t length = utf8_length(word);
	if (length < 3 || strpbrk(word, "0123456789"))
		return 0;
	return length <= 5 ? 1 : 2;
}

/* Fewer edits first; the first letter is seldom the wrong one; then the more common word. */
static int64_t badness(const char *typed, const struct neighbour *n, int edits)
{
	bool same_start = !strncmp(typed, n->word, 1 + ((unsigned char)*typed >= 0x80));
	return ((int64_t)edits * 2 + !same_start) * 1000000 - (n->df < 1000000 ? n->df : 999999);
}

static int by_badness(const void *a, const void *b)
{
	const struct repair *c = a, *d = b;
	if (c->badness != d->badness)
		return (c->badness > d->badness) - (c->badness < d->badness);
	return strcmp(c->word, d->word);
}

/* The best repairs of word `of` among the rows; returns how many. */
static int repairs_choose(struct arena *a, const char *typed, int of, const struct neighbour *rows, int count,
			  struct repair *out)
{
	struct repair *near = ARENA_ARRAY(a, struct repair, count + 1);
	int allowed = edits_allowed(typed), n = 0;

	for (int i = 0; i < count; i++) {
		int edits = rows[i].of == of + 1 ? text_distance(typed, rows[i].word, allowed) : allowed + 1;
		if (edits <= allowed)
			near[n++] = (struct repair){rows[i].word, of, edits, badness(typed, &rows[i], edits)};
	}
	qsort(near, (size_t)n, sizeof *near, by_badness);
	n = n < REPAIRS_A_WORD ? n : REPAIRS_A_WORD;
	memcpy(out, near, (size_t)n * sizeof *near);
	return n;
}

err repairs_find(struct ctx *cx, enum kind kind, const char *const *words, int count, struct repair *out,
		 int *found)
{
	int64_t *shortest = ARENA_ARRAY(cx->arena, int64_t, count + 1);
	int64_t *longest = ARENA_ARRAY(cx->arena, int64_t, count + 1);
	struct neighbours_asked asked = {
		kind_names[kind], {words, count}, {shortest, count}, {longest, count}};
	struct neighbour *rows;
	int row_count;
	bool any = false;

	*found = 0;
	for (int i = 0; i < count; i++) {
		int64_t length = (int64_t)utf8_length(words[i]), allowed = edits_allowed(words[i]);
		any |= allowed > 0;
		shortest[i] = allowed ? length - allowed : 1;
		longest[i] = allowed ? length + allowed : 0;
	}
	if (!any)
		return NULL;
	TRY(neighbours_of(cx, &asked, &rows, &row_count));
	for (int i = 0; i < count; i++)
		*found += repairs_choose(cx->arena, words[i], i, rows, row_count, out + *found);
	return NULL;
}
