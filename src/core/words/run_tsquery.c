/* Runs of scripts without blanks as tsqueries. */
#include "vobe/name_queries.h"
#include "vobe/words.h"

#include <string.h>

static void lexeme_add(struct buf *out, const char *join, const char *lexeme, const char *label)
{
	buf_str(out, out->len ? join : "");
	lexeme_write(out, lexeme);
	buf_str(out, label);
}

/* A run of a script without blanks: all its pairs; one letter begins a pair. */
static const char *run_query(struct arena *a, const char *run, bool prefix)
{
	const struct words words = words_cut(a, run);
	struct buf out = {.arena = a};
	int grams = 0;

	for (int i = 0; i < words.count; i++)
		grams += words.at[i].role == WORD_GRAM;
	for (int i = 0, n = 0; i < words.count; i++) {
		if (words.at[i].role != WORD_GRAM)
			continue;
		n++;
		if (grams == 1 || n < grams)
			lexeme_add(&out, " & ", words.at[i].text, grams == 1 ? ":*" : "");
		else if (prefix)
			lexeme_add(&out, " & ", words.at[i].text, ":*");
	}
	return grams > 2 ? arena_fmt(a, "(%s)", buf_text(&out)) : arena_str(a, buf_text(&out));
}

/* A run of Hangul may end in a particle, which the text has not. */
static const char *without_particle(struct arena *a, const char *run)
{
	static const char particles[] = "은는이가을를의에도로와과만";
	enum { LETTER = 3 /* bytes */ };
	const size_t len = strlen(run);

	for (size_t i = 0; len > 2 * LETTER && i + LETTER < sizeof particles; i += LETTER)
		if (!memcmp(run + len - LETTER, particles + i, LETTER))
			return arena_strn(a, run, len - LETTER);
	return NULL;
}

const char *run_tsquery(struct arena *a, const char *run, bool prefix)
{
	const char *bare = prefix ? NULL : without_particle(a, run), *whole = run_query(a, run, prefix);
	return bare ? arena_fmt(a, "(%s | %s)", whole, run_query(a, bare, false)) : whole;
}
