/*
 * Text as people compare it: without case, accents, ligatures and width. Marks go from letters of
 * scripts whose readers leave them out; where a mark makes another letter (й, が, Thai vowels) it stays.
 * /
 */
#include "vobe/text.h"

#include "core/text/utf16.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>

/* Letters that no normal form takes apart, and how they are typed where the keyboard lacks them. */
static const struct {
	UChar from;
	const char *to;
} letters[] = {
	{0x00E6, "ae"}, {0x0153, "oe"}, {0x00F8, "o"},  {0x0142, "l"},  {0x0111, "d"},  {0x00F0, "d"},
	{0x00FE, "th"}, {0x0131, "i"},  {0x0127, "h"},  {0x0167, "t"},  {0x014B, "n"},  {0x0259, "e"},
	{0x025B, "e"},  {0x0192, "f"},  {0x0180, "b"},  {0x0268, "i"},  {0x0491, "г"},  {0x0493, "г"},
	{0x049B, "к"},  {0x04A3, "н"},  {0x04B1, "у"},  {0x04AF, "у"},  {0x04E9, "о"},  {0x04D9, "а"},
	{0x04BB, "х"},  {0x04B3, "х"},  {0x04B7, "ч"},  {0x0640, ""},   {0x2018, "'"},  {0x2019, "'"},
	{0x201B, "'"},  {0x02BC, "'"},  {0x02BB, "'"},  {0x02B9, "'"},  {0x00B4, "'"},  {0x0060, "'"},
	{0x2010, "-"},  {0x2011, "-"},  {0x2012, "-"},  {0x2013, "-"},  {0x2014, "-"},  {0x2015, "-"},
	{0x2212, "-"},  {0x201C, "\""}, {0x201D, "\""}, {0x201E, "\""}, {0x00AB, "\""}, {0x00BB, "\""},
};

/* What remains of a letter that the table names; NULL: the letter itself. */
static const char *typed_as(UChar c)
{
	for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
		if (letters[i].from == c)
			return letters[i].to;
	return NULL;
}

/* ASCII and Russian letters; of these text_fold leaves ё alone to be mended. The table has one sign of
 * ASCII. */
static bool is_russian(const char *s)
{
	for (const unsigned char *c = (const unsigned char *)s; *c; c++) {
		if (*c < 0x80 && *c != '`')
			continue;
		if (*c != 0xD0 && *c != 0xD1)
			return false;
		const unsigned code = (*c & 0x1Fu) << 6 | (c[1] & 0x3Fu);
		if ((code < 0x410 || code > 0x44F) && code != 0x401 && code != 0x451)
			return false;
		c++;
	}
	return true;
}

static char *russian_loose(struct arena *a, const char *s)
{
	char *folded = text_fold(a, s);

	for (char *yo = folded; (yo = strstr(yo, "ё"));)
		/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): in the midst of a text */
		memcpy(yo, "е", strlen("е"));
	return folded;
}

/* A few signs of Arabic become eighteen letters, so that the room is asked for when it was too small. */
static struct utf16 normalized(struct arena *a, const UNormalizer2 *form, struct utf16 t)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t room = t.len * 2 + 16, len;
	UChar *out = ARENA_ARRAY(a, UChar, (size_t)room);

	len = unorm2_normalize(form, t.at, t.len, out, room, &status);
	if (status == U_BUFFER_OVERFLOW_ERROR) {
		status = U_ZERO_ERROR;
		out = ARENA_ARRAY(a, UChar, (size_t)len + 1);
		len = unorm2_normalize(form, t.at, t.len, out, len + 1, &status);
	}
	return (struct utf16){out, U_SUCCESS(status) ? len : 0};
}

/* Whether a mark goes from such a letter: й and ў are letters of their own, and ё is written as е. */
static bool is_left_out(UScriptCode script, UChar letter, UChar32 mark)
{
	enum { BREVE = 0x306, SMALL_I = 0x438, SMALL_U = 0x443 };

	switch ((int)script) {
	case USCRIPT_CYRILLIC: return mark != BREVE || (letter != SMALL_I && letter != SMALL_U);
	case USCRIPT_LATIN:
	case USCRIPT_GREEK:
	case USCRIPT_ARABIC:
	case USCRIPT_HEBREW: return true;
	default: return false;
	}
}

static void put(struct utf16 *out, const char *typed)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t len = 0;

	u_strFromUTF8(out->at + out->len, 4, &len, typed, -1, &status);
	out->len += len;
}

/* The letters of a decomposed text without the marks that are left out. */
static struct utf16 bare(struct arena *a, struct utf16 t)
{
	enum { UNITS_A_LETTER = 2 };
	struct utf16 out = {.at = ARENA_ARRAY(a, UChar, (size_t)t.len * UNITS_A_LETTER + 4)};
	UScriptCode script = USCRIPT_COMMON;
	UChar letter = 0;

	for (int32_t i = 0; i < t.len;) {
		const int32_t from = i;
		UErrorCode status = U_ZERO_ERROR;
		UChar32 c;
		U16_NEXT(t.at, i, t.len, c);
		const bool is_mark = u_charType(c) == U_NON_SPACING_MARK;
		if (is_mark && is_left_out(script, letter, c))
			continue;
		if (!is_mark) {
			script = uscript_getScript(c, &status);
			letter = t.at[from];
		}
		const char *typed = i - from == 1 ? typed_as(t.at[from]) : NULL;
		if (typed)
			put(&out, typed);
		for (int32_t unit = from; !typed && unit < i; unit++)
			out.at[out.len++] = t.at[unit];
	}
	return out;
}

char *text_loose(struct arena *a, const char *s)
{
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *folds = unorm2_getNFKCCasefoldInstance(&status),
			   *parts = unorm2_getNFDInstance(&status), *joins = unorm2_getNFCInstance(&status);

	if (is_russian(s))
		return russian_loose(a, s);
	struct utf16 t = utf16_of(a, s);
	for (int32_t i = 0; i < t.len; i++) /* NFKC makes a blank of it, with an accent */
		t.at[i] = t.at[i] == 0x00B4 ? '\'' : t.at[i];
	t = bare(a, normalized(a, parts, normalized(a, folds, t)));
	return utf16_text(a, normalized(a, joins, t));
}
