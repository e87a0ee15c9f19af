/* Threes of stop words, for documents and phrases alike. */
#include "vobe/stop_runs.h"

#include "vobe/buf.h"
#include "vobe/name_queries.h"

#include <string.h>

static const char *lexeme_of(struct arena *a, const char *first, const char *second, const char *third)
{
	enum { DIGITS = 4, BITS = 6 };
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
	const uint32_t hash = word_hash(arena_fmt(a, "%s %s %s", first, second, third));
	char out[] = {STOP_RUN_MARK, 0, 0, 0, 0, '\0'};

	for (int i = 0; i < DIGITS; i++)
		out[1 + i] = digits[hash >> (BITS * i) & ((1u << BITS) - 1)];
	return arena_str(a, out);
}

/* Words are those that a phrase is checked by (phrase.c); signs between them count for nothing. */
const char *stop_run_add(struct arena *a, struct stop_run *run, const struct word *w)
{
	const char *first = run->last[0], *second = run->last[1];

	if (w->role == WORD_WHOLE || w->role == WORD_SIGNS)
		return NULL;
	if (!word_is_stop(w->text)) {
		*run = (struct stop_run){{NULL, NULL}};
		return NULL;
	}
	*run = (struct stop_run){{second, w->text}};
	return first ? lexeme_of(a, first, second, w->text) : NULL;
}

const char *stop_runs_tsquery(struct arena *a, const char *text)
{
	const struct words words = words_cut(a, text);
	struct stop_run run = {{NULL, NULL}};
	struct buf out = {.arena = a};
	const char *lexeme;

	for (int i = 0; i < words.count; i++)
		if ((lexeme = stop_run_add(a, &run, &words.at[i]))) {
			buf_str(&out, out.len ? " & " : "");
			lexeme_write(&out, lexeme);
		}
	return out.len ? arena_fmt(a, "(%s)", buf_text(&out)) : "";
}
