/* Which passwords are good enough: none that is tried first, by a list and by what people do to such a one.
 * Pure. */
#include "vobe/credentials.h"

#include "vobe/text.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

/* clang-format off */
enum {
	LENGTH_LEAST = 8, LENGTH_MOST = 128, /* code points */
	COMPARED_LEAST = 4,                  /* bytes: what is shorter is no word */
	ENTRY = 4,                           /* bytes of an entry of the list */
};
/* clang-format on */

/* Made by tools/common-passwords, which says how and of what: sorted entries of ENTRY bytes. */
__asm__(".section .rodata\n"
	"common_passwords: .incbin \"src/core/text/common_passwords.bin\"\n"
	"common_passwords_end:\n"
	".previous\n");
extern const uint8_t common_passwords[], common_passwords_end[];

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, ENTRY);
}

/* Letters that people write as signs are letters again. */
static char *without_signs(struct arena *a, const char *folded)
{
	char *plain = arena_str(a, folded);
	for (char *c = plain; *c; c++)
		*c = *c == '@' ? 'a' : *c == '0' ? 'o' : *c == '$' ? 's' : *c;
	return plain;
}

static bool is_listed(struct arena *a, const char *folded)
{
	uint8_t hash[crypto_generichash_BYTES_MIN];
	const char *plain = without_signs(a, folded);
	if (strlen(plain) < COMPARED_LEAST)
		return false;
	crypto_generichash(hash, sizeof hash, (const uint8_t *)plain, strlen(plain), NULL, 0);
	return bsearch(hash, common_passwords, (size_t)(common_passwords_end - common_passwords) / ENTRY,
		       ENTRY, by_bytes);
}

/* Without the digits and signs that were put behind, and before, to please a rule. */
static char *core_of(struct arena *a, const char *folded)
{
	static const char padding[] = "0123456789 !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
	size_t len = strlen(folded), from = strspn(folded, padding);
	while (len > from && strchr(padding, folded[len - 1]))
		len--;
	return arena_strn(a, folded + from, len - from);
}

static char *without_blanks(struct arena *a, const char *folded)
{
	char *joined = arena_str(a, folded), *to = joined;
	for (; *folded; folded++)
		if (*folded != ' ')
			*to++ = *folded;
	*to = '\0';
	return joined;
}

static const char *tail_cut(struct arena *a, const char *folded)
{
	const char *core = core_of(a, folded);
	return *core ? arena_strn(a, folded, (size_t)(strstr(folded, core) - folded) + strlen(core)) : core;
}

/* Bytes of the block that the whole text repeats; its length: it repeats none. */
static size_t period_of(const char *s)
{
	const size_t len = strlen(s);
	size_t period = 1;
	while (period < len && memcmp(s, s + period, len - period) != 0)
		period++;
	return period;
}

static int32_t step(UChar32 from, UChar32 to)
{
	return (from == '9' && to == '0') || (from == '0' && to == '9') ? (from == '9' ? 1 : -1) : to - from;
}

/* Runs of one letter, and of letters in their order or backwards: "aaaa" and "4567" are one each. */
static int runs_of(const char *s)
{
	const int32_t bytes = (int32_t)strlen(s);
	int runs = 0;
	int32_t i = 0, pace = 2;
	UChar32 before = 0, c;
	while (i < bytes) {
		U8_NEXT(s, i, bytes, c);
		if (!runs || (pace == 2 ? abs(step(before, c)) > 1 : step(before, c) != pace)) {
			runs++;
			pace = 2;
		} else {
			pace = step(before, c);
		}
		before = c;
	}
	return runs;
}

static bool is_visible(const char *s)
{
	const int32_t bytes = (int32_t)strlen(s);
	UChar32 c;
	for (int32_t i = 0; i < bytes;) {
		U8_NEXT(s, i, bytes, c);
		if (u_isgraph(c) && !u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) &&
		    c != 0x2800)
			return true;
	}
	return false;
}

static bool is_simple(struct arena *a, const char *folded)
{
	enum { PERIOD_LEAST = 5, RUNS_LEAST = 3, RUN_LONG = 4 };
	const size_t period = period_of(folded);
	if (period < PERIOD_LEAST && period * 2 <= strlen(folded))
		return true;
	const int runs = runs_of(folded);
	return runs < RUNS_LEAST || (size_t)runs * RUN_LONG <= utf8_length(folded) ||
	       runs_of(core_of(a, folded)) == 1 ||
	       (period * 2 <= strlen(folded) && is_listed(a, arena_strn(a, folded, period)));
}

static bool is_tried_first(struct arena *a, const char *folded)
{
	return is_listed(a, folded) || is_listed(a, tail_cut(a, folded)) || is_listed(a, core_of(a, folded));
}

const char *password_rule(struct arena *a, const void *value)
{
	const char *password = text_nfc(a, *(const char *const *)value), *folded = text_fold(a, password);
	const size_t length = utf8_length(password);
	if (length < LENGTH_LEAST || length > LENGTH_MOST)
		return arena_fmt(a, "Use %d to %d characters.", LENGTH_LEAST, LENGTH_MOST);
	if (!is_visible(password))
		return "Use characters that can be seen.";
	if (strstr(without_signs(a, folded), "vobe") || strstr(folded, "вобе"))
		return "Do not use the name of this place in your password.";
	const char *joined = without_blanks(a, folded); /* "pass word 1" */
	if (is_simple(a, folded) || is_simple(a, joined))
		return "Do not repeat or count letters and digits; a few words that do not belong together "
		       "do well.";
	if (is_tried_first(a, folded) || is_tried_first(a, joined))
		return "This is one of the passwords that are tried first; digits and signs around it do not "
		       "help.";
	return NULL;
}

bool password_is_made_of(struct arena *a, const char *folded, const char *name)
{
	const char *forms[] = {folded, tail_cut(a, folded), core_of(a, folded),
			       arena_strn(a, folded, period_of(folded))};
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (*forms[i] &&
		    (!strcmp(forms[i], name) || !strcmp(without_signs(a, forms[i]), without_signs(a, name)) ||
		     !strcmp(without_signs(a, forms[i]), without_signs(a, core_of(a, name)))))
			return true;
	return false;
}
