/* Words nobody wrote: what may have been meant, by trigrams and then by bounded edit distance. */
#include "modules/search/query.h"

#include "vobe/text.h"

#include "modules/search/sql.h"

#include <stdlib.h>
#include <string.h>

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

struct statement repair_statements[] = {
	{"neighbours_of", NEIGHBOURS_OF_SQL, .in = &neighbours_asked_schema, .out = &neighbour_schema, .lane = LANE_SLOW},
	{0},
};

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

struct choice {
	struct repair repair;
	int64_t badness;
};

static int by_badness(const void *a, const void *b)
{
	const struct choice *c = a, *d = b;
	return c->badness != d->badness ? (c->badness > d->badness) - (c->badness < d->badness) : strcmp(c->repair.word, d->repair.word);
}

static int repairs_choose(struct arena *a, const char *typed, int of, const struct neighbour *rows, int count, struct repair *out)
{
	struct choice *choices = ARENA_ARRAY(a, struct choice, count + 1);
	int allowed = edits_allowed(typed), n = 0, chosen;
	for (int i = 0; i < count; i++) {
		int edits = rows[i].of == of + 1 ? text_distance(typed, rows[i].word, allowed) : allowed + 1;
		if (edits <= allowed)
			choices[n++] = (struct choice){{rows[i].word, of, edits}, badness(typed, &rows[i], edits)};
	}
	qsort(choices, (size_t)n, sizeof *choices, by_badness);
	for (chosen = 0; chosen < n && chosen < REPAIRS_A_WORD; chosen++)
		out[chosen] = choices[chosen].repair;
	return chosen;
}

err repairs_find(struct ctx *cx, const char *const *words, int count, enum kind kind, struct repair *out, int *found)
{
	int64_t *shortest = ARENA_ARRAY(cx->arena, int64_t, count + 1), *longest = ARENA_ARRAY(cx->arena, int64_t, count + 1);
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
	TRY(db_rows(cx, &repair_statements[0], (&(struct neighbours_asked){kind_names[kind], {words, count}, {shortest, count},
		    {longest, count}}), &rows, &row_count));
	for (int i = 0; i < count; i++)
		*found += repairs_choose(cx->arena, words[i], i, rows, row_count, out + *found);
	return NULL;
}
