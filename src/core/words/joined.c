/* Words put together again, in each of the ways that people type them. */
#include "vobe/buf.h"
#include "vobe/words.h"

#include <string.h>

/* Whether a word is shown in this manner; it is one of a token that begins with `first`. */
static bool is_shown(const struct word *w, const struct word *first, const struct word *end,
		     const struct manner *m)
{
	const bool whole = first->role == WORD_WHOLE && !m->pieces;

	switch (w->role) {
	case WORD_WHOLE: {
		const bool other = w > first;
		const bool has_other = w + 1 < end && w[1].role == WORD_WHOLE && w[1].token == w->token;
		return whole && (m->spelt ? other || !has_other : !other);
	}
	case WORD_SINGLE: return !whole;
	case WORD_PART: return !whole;
	case WORD_RUN:
		return w == first || (w[-1].role != WORD_SINGLE && w[-1].role != WORD_PART) ||
		       strcmp(w[-1].text, w->text) != 0;
	case WORD_SIGNS: return m->and && !strcmp(w->text, "&");
	default: return false;
	}
}

static const char *shown(struct arena *a, const struct word *w, const struct manner *m)
{
	if (w->role == WORD_SIGNS)
		return m->and;
	const char *stem = m->stems ? word_stem(a, w->text) : NULL;
	return stem ? stem : w->text;
}

char *words_joined(struct arena *a, const struct words *words, int from, int to, struct manner manner)
{
	const struct word *end = words->at + words->count;
	struct buf out = {.arena = a};
	int first = from;

	for (int i = from; i < to; i++) {
		const struct word *w = &words->at[i];
		first = w->token == words->at[first].token ? first : i;
		if (!is_shown(w, &words->at[first], end, &manner))
			continue;
		buf_str(&out, out.len && manner.gap ? manner.gap : "");
		buf_str(&out, shown(a, w, &manner));
	}
	return arena_str(a, buf_text(&out));
}

char *words_plain(struct arena *a, const char *text)
{
	const struct words words = words_cut(a, text);
	return words_joined(a, &words, 0, words.count, (struct manner){.gap = " "});
}

/* --- Words of queries --- */

bool word_is_asked(const struct word *w)
{
	static const char *const joints[] = {"&", "-", "+", "/", "*", "|", "\"",
					     "'", ".", ",", ":", "!", "?"};
	if (w->role != WORD_SIGNS)
		return w->role != WORD_GRAM;
	for (size_t i = 0; i < sizeof joints / sizeof *joints; i++)
		if (!strcmp(joints[i], w->text))
			return false;
	return true;
}

bool word_is_double(const struct word *w, const struct word *end)
{
	return (w->role == WORD_SINGLE || w->role == WORD_PART) && w + 1 < end && w[1].role == WORD_RUN &&
	       !strcmp(w->text, w[1].text);
}
