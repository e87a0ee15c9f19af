/*
 * Transliteration to ASCII, and slugs. Cyrillic by the table Russian, Ukrainian and Belarusian readers expect
 * (ICU's own is scholarly: š, č, ju); everything else by ICU.
 */
#include "vobe/text.h"

#include "core/text/utf16.h"
#include "vobe/buf.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utrans.h>

enum {
	SLUG_MOST = 80,
	CYRILLIC_FIRST = 0x430,
	CYRILLIC_LAST = 0x45F,
	GHE_WITH_UPTURN = 0x491,
	MICRO_SIGN = 0xB5
};

/* Lower-case letters from U+0430. NULL: left to ICU (Serbian and Macedonian letters). */
/* clang-format off */
static const char *const cyrillic[CYRILLIC_LAST - CYRILLIC_FIRST + 1] = {
	"a",  "b",    "v",  "g",  "d",  "e",  "zh", "z",
	"i",  "y",    "k",  "l",  "m",  "n",  "o",  "p", /* а - п */
	"r",  "s",    "t",  "u",  "f",  "kh", "ts", "ch",
	"sh", "shch", "",   "y",  "",   "e",  "yu", "ya", /* р - я */
	NULL, "yo",   NULL, NULL, "ye", NULL, "i",  "yi",
	NULL, NULL,   NULL, NULL, NULL, NULL, "u",  NULL, /* ѐ - џ */
};
/* clang-format on */

static const char *latin_of(UChar c)
{
	if (c == GHE_WITH_UPTURN)
		return "g";
	return c >= CYRILLIC_FIRST && c <= CYRILLIC_LAST ? cyrillic[c - CYRILLIC_FIRST] : NULL;
}

static bool is_word_char(UChar c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static void put(struct utf16 *out, const char *ascii)
{
	while (*ascii)
		out->at[out->len++] = (UChar)*ascii++;
}

static struct utf16 lower(struct arena *a, struct utf16 t)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t room = t.len * 3 + 1;
	UChar *out = ARENA_ARRAY(a, UChar, (size_t)room);
	int32_t len = u_strToLower(out, room, t.at, t.len, "", &status);

	return (struct utf16){out, U_SUCCESS(status) ? len : 0};
}

/* ASCII beside letters and digits, and every other script's punctuation; U+02BC is what Ukrainian may use for
 * '. */
static bool is_gap(UChar c)
{
	return (c < 0x80 && !is_word_char(c)) || c == 0x2BC || (c >= 0x80 && u_ispunct(c));
}

/* The table's letters become ASCII, punctuation becomes blanks; *foreign: something is left for ICU. */
static struct utf16 by_table(struct arena *a, struct utf16 t, bool *foreign)
{
	enum { UNITS_A_LETTER = 5 }; /* щ: shch; &: " and " */
	struct utf16 out = {.at = ARENA_ARRAY(a, UChar, (size_t)t.len * UNITS_A_LETTER + 1)};

	for (int32_t i = 0; i < t.len; i++) {
		UChar c = t.at[i];
		const char *latin = latin_of(c);
		if (latin)
			put(&out, latin);
		else if (c == '&')
			put(&out, " and ");
		else if (c == MICRO_SIGN)
			put(&out, "mu");
		else
			out.at[out.len++] = is_gap(c) ? ' ' : c;
		*foreign = *foreign || (c >= 0x80 && !latin && !is_gap(c) && c != MICRO_SIGN);
	}
	return out;
}

/* Opened once, for the life of the process: building its rules takes 11 ms. */
static const UTransliterator *transliterator(void)
{
	static UTransliterator *opened;
	static const UChar id[] = u"Any-Latin; NFD; [:Mn:] Remove; NFC; Latin-ASCII";
	UErrorCode status = U_ZERO_ERROR;

	if (!opened)
		opened = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
	return opened;
}

static struct utf16 by_icu(struct arena *a, struct utf16 t)
{
	struct utf16 out = t;
	UErrorCode status = U_BUFFER_OVERFLOW_ERROR;

	for (int32_t room = t.len * 4 + 64; status == U_BUFFER_OVERFLOW_ERROR; room *= 4) {
		int32_t limit = t.len;
		out = (struct utf16){ARENA_ARRAY(a, UChar, (size_t)room), t.len};
		memcpy(out.at, t.at, (size_t)t.len * sizeof *t.at);
		status = U_ZERO_ERROR;
		utrans_transUChars(transliterator(), out.at, &out.len, room, 0, &limit, &status);
	}
	return U_SUCCESS(status) ? lower(a, out) : (struct utf16){t.at, 0};
}

/* Words of [a-z0-9] with one `gap` between them. What ICU writes as an apostrophe (a glottal stop) parts no
 * words. */
static char *words(struct arena *a, struct utf16 t, char gap)
{
	char *out = arena_alloc(a, (size_t)t.len + 1);
	size_t len = 0;
	bool pending = false;

	for (int32_t i = 0; i < t.len; i++) {
		if (is_word_char(t.at[i])) {
			if (pending && len > 0)
				out[len++] = gap;
			out[len++] = (char)t.at[i];
			pending = false;
		} else {
			pending = pending || t.at[i] != '\'';
		}
	}
	return out;
}

static char *latin_words(struct arena *a, const char *s, char gap)
{
	bool foreign = false;
	struct utf16 t = by_table(a, lower(a, utf16_nfc(a, utf16_of(a, s))), &foreign);

	return words(a, foreign ? by_icu(a, t) : t, gap);
}

char *text_latin(struct arena *a, const char *s)
{
	return latin_words(a, s, ' ');
}

char *text_slug(struct arena *a, const char *s)
{
	char *slug = latin_words(a, s, '-'), *end = slug + SLUG_MOST;

	if (strlen(slug) <= SLUG_MOST)
		return slug;
	while (end > slug && *end != '-')
		end--;
	*(end > slug ? end : slug + SLUG_MOST) = '\0';
	return slug;
}

/* A sign behind a letter, and what it is called. */
static const char *sign_word(const char *at, size_t *len)
{
	static const struct {
		const char *sign, *word;
	} signs[] = {{"#", " sharp "}, {"\u266f", " sharp "}, {"\u266d", " flat "}, {"+", " plus "}};

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
		*len = strlen(signs[i].sign);
		if (strncmp(at, signs[i].sign, *len) == 0)
			return signs[i].word;
	}
	return NULL;
}

char *text_tag_slug(struct arena *a, const char *s)
{
	struct buf out = {.arena = a};

	for (size_t len = 1; *s; s += len) {
		const char *word = out.len > 0 && out.at[out.len - 1] != ' ' ? sign_word(s, &len) : NULL;
		if (!word && out.len > 0 && *s == '+' && s[-1] == '+')
			word = " plus ";
		if (!word)
			len = 1;
		buf_add(&out, word ? word : s, word ? strlen(word) : 1);
	}
	return text_slug(a, buf_text(&out));
}
