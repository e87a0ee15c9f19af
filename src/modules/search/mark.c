/*
 * Marking what was found. Words are stemmed here by the same Snowball stemmers that PostgreSQL has, so that no text travels back
 * to the database, and escaped here, because ts_headline's output is not safe in HTML.
 */
#include "hit.h"
#include "words.h"

#include "vobe/buf.h"
#include "vobe/text.h"

#include <libstemmer.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

static struct sb_stemmer *stemmer(bool latin)
{
	static struct sb_stemmer *english, *russian;
	struct sb_stemmer **s = latin ? &english : &russian;
	if (!*s)
		*s = sb_stemmer_new(latin ? "english" : "russian", "UTF_8");
	return *s;
}

static int by_text(const void *key, const void *entry)
{
	return strcmp(key, *(const char *const *)entry);
}

static bool is_among(struct texts sorted, const char *word)
{
	return sorted.count && bsearch(word, sorted.at, (size_t)sorted.count, sizeof *sorted.at, by_text);
}

static bool is_wanted(struct arena *a, const struct plan *plan, const char *word, size_t len)
{
	const char *even = words_plain(a, arena_strn(a, word, len));
	for (int i = 0; i < plan->marked.count; i++)
		if (!strcmp(plan->marked.at[i], even))
			return true;
	const char *stem = (const char *)sb_stemmer_stem(stemmer((unsigned char)*even < 0x80), (const sb_symbol *)even, (int)strlen(even));
	return stem && is_among(plan->lexemes, stem);
}

static void escape(struct buf *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		switch (s[i]) {
		case '<': buf_str(out, "&lt;"); break;
		case '>': buf_str(out, "&gt;"); break;
		case '&': buf_str(out, "&amp;"); break;
		case '"': buf_str(out, "&quot;"); break;
		case '\'': buf_str(out, "&#39;"); break;
		default: buf_char(out, s[i]);
		}
}

/* The end of the run that begins at `from`: of letters and digits, or of everything else. */
static int32_t run_end(const char *text, int32_t from, int32_t len, bool *is_word)
{
	int32_t i = from, before;
	UChar32 c;
	U8_NEXT((const uint8_t *)text, i, len, c);
	*is_word = c >= 0 && u_isalnum(c);
	while (i < len) {
		before = i;
		U8_NEXT((const uint8_t *)text, i, len, c);
		if ((c >= 0 && (u_isalnum(c) || (U_GET_GC_MASK(c) & U_GC_M_MASK))) != *is_word)
			return before;
	}
	return len;
}

/* Where the first wanted word begins; -1: nowhere. */
static int32_t first_wanted(struct arena *a, const struct plan *plan, const char *text, int32_t len)
{
	bool is_word;
	for (int32_t from = 0, to; from < len; from = to) {
		to = run_end(text, from, len, &is_word);
		if (is_word && is_wanted(a, plan, text + from, (size_t)(to - from)))
			return from;
	}
	return -1;
}

static const char *mark_range(struct arena *a, const struct plan *plan, const char *text, int32_t from, int32_t to, bool more)
{
	struct buf out = {.arena = a};
	bool is_word;
	if (from > 0)
		buf_str(&out, "… ");
	for (int32_t end; from < to; from = end) {
		end = run_end(text, from, to, &is_word);
		bool wanted = is_word && is_wanted(a, plan, text + from, (size_t)(end - from));
		buf_str(&out, wanted ? "<mark>" : "");
		escape(&out, text + from, (size_t)(end - from));
		buf_str(&out, wanted ? "</mark>" : "");
	}
	buf_str(&out, more ? " …" : "");
	return arena_str(a, buf_text(&out));
}

/* Moves forward to the start of a word, at most to `limit`. */
static int32_t word_start(const char *text, int32_t at, int32_t limit)
{
	while (at > 0 && at < limit && text[at - 1] != ' ' && text[at - 1] != '\n')
		at++;
	return at;
}

const char *text_mark(struct arena *a, const struct plan *plan, const char *text, size_t cut)
{
	int32_t len = (int32_t)strlen(text), from = 0, to = len;
	if (!cut)
		return mark_range(a, plan, text, 0, len, false);
	int32_t first = first_wanted(a, plan, text, len);
	if (first < 0)
		return NULL;
	from = first;
	for (size_t n = 0; n < cut / 4 && from > 0; n++)
		U8_BACK_1((const uint8_t *)text, 0, from);
	from = word_start(text, from, first);
	to = from;
	for (size_t n = 0; n < cut && to < len; n++)
		U8_FWD_1((const uint8_t *)text, to, len);
	return mark_range(a, plan, text, from, to, to < len);
}
