/* Unicode text through ICU: normal forms, case, scripts, look-alikes. ICU works in UTF-16; buffers are in the
 * arena. */
#include "vobe/text.h"

#include "core/text/text_scan.h"
#include "core/text/utf16.h"
#include "core/value/utf8.h"
#include "vobe/buf.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>

/* Neither normalisation nor case folding makes UTF-16 more than three times longer (UAX 15 section 14). */
enum { GROWTH_MOST = 3 };

bool text_is_ascii(const char *s)
{
	unsigned char all = 0;

	for (; *s; s++)
		all |= (unsigned char)*s;
	return all < 0x80;
}

struct utf16 utf16_of(struct arena *a, const char *s)
{
	size_t room = strlen(s) + 1; /* no code point takes more units than it has bytes */
	struct utf16 t = {.at = ARENA_ARRAY(a, UChar, room)};
	UErrorCode status = U_ZERO_ERROR;

	u_strFromUTF8(t.at, (int32_t)room, &t.len, s, (int32_t)room - 1, &status);
	return t;
}

char *utf16_text(struct arena *a, struct utf16 t)
{
	enum { BYTES_A_UNIT = 3 };
	int32_t room = t.len * BYTES_A_UNIT + 1;
	char *out = arena_alloc(a, (size_t)room);
	UErrorCode status = U_ZERO_ERROR;

	u_strToUTF8(out, room, NULL, t.at, t.len, &status);
	return out;
}

struct utf16 utf16_nfc(struct arena *a, struct utf16 t)
{
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);
	int32_t room = t.len * GROWTH_MOST + 1;
	UChar *out = ARENA_ARRAY(a, UChar, (size_t)room);
	int32_t len = unorm2_normalize(nfc, t.at, t.len, out, room, &status);

	return (struct utf16){out, U_SUCCESS(status) ? len : 0};
}

static struct utf16 fold(struct arena *a, struct utf16 t)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t room = t.len * GROWTH_MOST + 1;
	UChar *out = ARENA_ARRAY(a, UChar, (size_t)room);
	int32_t len = u_strFoldCase(out, room, t.at, t.len, U_FOLD_CASE_DEFAULT, &status);

	return (struct utf16){out, U_SUCCESS(status) ? len : 0};
}

char *text_nfc(struct arena *a, const char *s)
{
	return text_is_ascii(s) ? arena_str(a, s) : utf16_text(a, utf16_nfc(a, utf16_of(a, s)));
}

/* ASCII and Russian letters, which are in form C as they stand. NULL: there are others, and ICU must do it.
 */
static char *russian_lower(struct arena *a, const char *s)
{
	char *lower = arena_str(a, s);

	for (unsigned char *c = (unsigned char *)lower; *c; c++) {
		if (*c >= 'A' && *c <= 'Z')
			*c |= 0x20;
		if (*c < 0x80)
			continue;
		unsigned code = (*c & 0x1Fu) << 6 | (c[1] & 0x3Fu); /* two bytes if it is one of these */
		bool capital = code >= 0x410 && code <= 0x42F;
		if ((*c != 0xD0 && *c != 0xD1) ||
		    (!capital && code != 0x401 && code != 0x451 && (code < 0x430 || code > 0x44F)))
			return NULL;
		code += capital ? 0x20 : code == 0x401 ? 0x50 : 0;
		*c++ = (unsigned char)(0xC0 | code >> 6);
		*c = (unsigned char)(0x80 | (code & 0x3F));
	}
	return lower;
}

char *text_fold(struct arena *a, const char *s)
{
	char *lower = russian_lower(a, s);

	if (lower)
		return lower;
	return utf16_text(a, utf16_nfc(a, fold(a, utf16_nfc(a, utf16_of(a, s)))));
}

char *text_trim(struct arena *a, const char *s)
{
	const char *from = NULL, *to = s;

	while (*s) {
		const char *start = s;
		if (u_isUWhiteSpace((UChar32)utf8_next(&s)))
			continue;
		from = from ? from : start;
		to = s;
	}
	return from ? arena_strn(a, from, (size_t)(to - from)) : arena_str(a, "");
}

size_t text_cut_bytes(const char *s, size_t max)
{
	const char *at = s, *filled = s, *word_end = s; /* filled: behind the last that is no white space */

	for (size_t i = 0; i < max && *at; i++)
		if (!u_isUWhiteSpace((UChar32)utf8_next(&at)))
			filled = at;
		else if (i * 2 >= max)
			word_end = filled;
	if (!*at)
		return (size_t)(at - s);
	const char *next = at;
	const bool between_words = u_isUWhiteSpace((UChar32)utf8_next(&next));
	return (size_t)((between_words || word_end == s ? filled : word_end) - s);
}

const char *text_percent(struct arena *a, const char *s)
{
	struct buf b = {.arena = a};
	for (; *s; s++)
		if ((unsigned char)*s < 0x80)
			buf_char(&b, *s);
		else
			buf_fmt(&b, "%%%02X", (unsigned char)*s);
	return buf_text(&b);
}

char *text_left(struct arena *a, const char *s, int max)
{
	const char *end = s;
	for (int n = 0; *end && (n += (*end & 0xc0) != 0x80) <= max;)
		end++;
	return arena_strn(a, s, (size_t)(end - s));
}

char *text_cut(struct arena *a, const char *s, size_t max)
{
	if (max == 0)
		return arena_str(a, "");
	if (utf8_length(s) <= max)
		return arena_str(a, s);
	return arena_fmt(a, "%s\u2026", text_trim(a, arena_strn(a, s, text_cut_bytes(s, max - 1))));
}

/* Opened once, for the life of the process; ICU's data, some 100 KiB. */
static const USpoofChecker *spoof_checker(void)
{
	static USpoofChecker *checker;
	UErrorCode status = U_ZERO_ERROR;

	if (!checker)
		checker = uspoof_open(&status);
	return checker;
}

char *text_skeleton(struct arena *a, const char *s)
{
	struct utf16 t = utf16_of(a, s), skeleton;
	UErrorCode status = U_ZERO_ERROR;

	skeleton.len = uspoof_getSkeleton(spoof_checker(), 0, t.at, t.len, NULL, 0, &status);
	skeleton.at = ARENA_ARRAY(a, UChar, (size_t)skeleton.len + 1);
	status = U_ZERO_ERROR;
	uspoof_getSkeleton(spoof_checker(), 0, t.at, t.len, skeleton.at, skeleton.len + 1, &status);
	return utf16_text(a, fold(a, skeleton));
}

bool text_single_script(const char *s)
{
	UScriptCode seen = USCRIPT_COMMON;

	while (*s) {
		UErrorCode status = U_ZERO_ERROR;
		UChar32 c = (UChar32)utf8_next(&s);
		if (!u_isalpha(c))
			continue;
		UScriptCode script = uscript_getScript(c, &status);
		if (script != USCRIPT_LATIN && script != USCRIPT_CYRILLIC)
			return false;
		if (seen != USCRIPT_COMMON && seen != script)
			return false;
		seen = script;
	}
	return true;
}

/* Letters and symbols whose glyph is empty: the fillers of Hangul, the empty Braille cell, the place of an
 * object that is not there, the null note head, and the blanks of hieroglyphs. */
static bool looks_blank(UChar32 c)
{
	static const UChar32 blanks[] = {0x115F, 0x1160,  0x2800,  0x3164, 0xFFA0,
					 0xFFFC, 0x13441, 0x13442, 0x1D159};

	for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++)
		if (c == blanks[i])
			return true;
	return false;
}

/* A mark is seen only with its base, which is then seen by itself. */
static bool is_seen(UChar32 c)
{
	const uint32_t unseen = U_GC_CC_MASK | U_GC_CF_MASK | U_GC_M_MASK;

	return !U_IS_UNICODE_NONCHAR(c) && !u_isUWhiteSpace(c) &&
	       !u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) &&
	       !(U_MASK(u_charType(c)) & unseen) && !looks_blank(c);
}

bool text_is_blank(const char *s)
{
	while (*s)
		if (is_seen((UChar32)utf8_next(&s)))
			return false;
	return true;
}
