/*
 * Marking what was found. Words are stemmed here by the same Snowball stemmers that PostgreSQL has, so that
 * no text travels back to the database, and escaped here, because ts_headline's output is not safe in HTML.
 */
#include "modules/search/mark.h"
#include "modules/search/words.h"

#include "vobe/buf.h"
#include "vobe/text.h"

#include <libstemmer.h>
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

/* A stem begins as its word does: most words of a text are told from the wanted by their first letter. */
static uint64_t first_letter(const char *word)
{
	unsigned char c = (unsigned char)*word;
	return UINT64_C(1) << ((c < 0x80 ? c : (unsigned char)word[1]) & 63);
}

/* A marked word that ends in an asterisk is the beginning of what is wanted. */
static bool is_word(const char *asked, const char *word)
{
	size_t len = strcspn(asked, "*");
	return !strncmp(asked, word, len) && (asked[len] == '*' || !word[len]);
}

static bool is_wanted(struct arena *a, const struct marks *marks, const char *word, size_t len)
{
	const char *even = text_even(a, arena_strn(a, word, len));
	uint64_t firsts = 0;
	for (int i = 0; i < marks->words.count; i++) {
		if (is_word(marks->words.at[i], even))
			return true;
		firsts |= first_letter(marks->words.at[i]);
	}
	if (!(firsts & first_letter(even)))
		return false;
	const char *stem = (const char *)sb_stemmer_stem(stemmer((unsigned char)*even < 0x80),
							 (const sb_symbol *)even, (int)strlen(even));
	for (int i = 0; stem && i < marks->lexemes.count; i++)
		if (!strcmp(marks->lexemes.at[i], stem))
			return true;
	return false;
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

static bool is_letter(UChar32 c)
{
	return c < 0x80 ? (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') : u_isalnum(c);
}

/* The end of the run that begins at `from`: of letters and digits, or of everything else. */
static int32_t run_end(const char *text, int32_t from, int32_t len, bool *word)
{
	int32_t i = from, before;
	UChar32 c;
	U8_NEXT((const uint8_t *)text, i, len, c);
	*word = c >= 0 && is_letter(c);
	while (i < len) {
		before = i;
		U8_NEXT((const uint8_t *)text, i, len, c);
		if ((c >= 0 && (is_letter(c) || (U_GET_GC_MASK(c) & U_GC_M_MASK))) != *word)
			return before;
	}
	return len;
}

/* Where the first wanted word begins; -1: nowhere. */
static int32_t first_wanted(struct arena *a, const struct marks *marks, const char *text, int32_t len)
{
	bool word;
	for (int32_t from = 0, to; from < len; from = to) {
		to = run_end(text, from, len, &word);
		if (word && is_wanted(a, marks, text + from, (size_t)(to - from)))
			return from;
	}
	return -1;
}

static const char *mark_range(struct arena *a, const struct marks *marks, const char *text, int32_t from,
			      int32_t to, bool more)
{
	struct buf out = {.arena = a};
	bool word;
	if (from > 0)
		buf_str(&out, "… ");
	for (int32_t end; from < to; from = end) {
		end = run_end(text, from, to, &word);
		bool wanted = word && is_wanted(a, marks, text + from, (size_t)(end - from));
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

const char *text_mark(struct arena *a, const struct marks *marks, const char *text, size_t cut)
{
	int32_t len = (int32_t)strlen(text), from, to;
	if (!cut)
		return mark_range(a, marks, text, 0, len, false);
	int32_t first = first_wanted(a, marks, text, len);
	if (first < 0)
		return NULL;
	from = first;
	for (size_t n = 0; n < cut / 4 && from > 0; n++)
		U8_BACK_1((const uint8_t *)text, 0, from);
	from = word_start(text, from, first);
	to = from;
	for (size_t n = 0; n < cut && to < len; n++)
		U8_FWD_1((const uint8_t *)text, to, len);
	return mark_range(a, marks, text, from, to, to < len);
}
