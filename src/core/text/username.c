/* The rule of usernames: letters that identifiers may have, one script, and none that passes for the house.
 * Pure. */
#include "vobe/credentials.h"

#include "vobe/text.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uset.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

enum { UNITS = 1024 }; /* of UTF-16: a name has at most 50 code points, and one decomposes into 18 at most */

/* --- characters --- */

/* Identifier_Status Allowed (UTS 39 section 3.1), as ICU's data has it. */
static bool is_allowed(UChar32 c)
{
	UErrorCode status = U_ZERO_ERROR;
	return uset_contains(uspoof_getRecommendedSet(&status), c) ||
	       uset_contains(uspoof_getInclusionSet(&status), c);
}

static bool is_name_character(UChar32 c)
{
	return c < 0x80 ? u_isalnum(c) || strchr("_.-", c) : u_isalpha(c) && is_allowed(c);
}

static bool is_nfkc(const char *s)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar text[UNITS];
	int32_t len = 0;
	u_strFromUTF8(text, UNITS, &len, s, -1, &status);
	return unorm2_isNormalized(unorm2_getNFKCInstance(&status), text, len, &status) && U_SUCCESS(status);
}

/* --- words that are not given away --- */

/* Names that would pass for the house itself, or that mean nobody. */
/* clang-format off */
static const char *const reserved[] = {
	"anonymous", "api",       "auth",      "everyone",  "guest",     "help",      "info",
	"abuse",     "deleted",   "helpdesk",  "hostmaster", "me",       "mod",       "noreply",
	"nobody",    "null",      "official",  "owner",     "postmaster", "undefined", "unknown",
	"user",      "webmaster", "www",       "гость",     NULL,
};

/* Words that claim authority: not even as a part between separators. */
static const char *const authority[] = {
	"admin",     "administrator", "moderator", "support",   "staff",     "security",         "system",
	"superuser", "root",          "vobe",      "vobemusic",
	"админ",     "администратор", "модератор", "поддержка", "саппорт",   "персонал",
	"система",   "рут",           "вобе",      "вобемьюзик", "вобемузыка",
	"безопасность", "суперпользователь", "суперюзер", "sysadmin", "сисадмин", "техподдержка", "адмін",
	/* ... in other forms */
	"admins",     "administrators", "administration", "moderators", "moderation", "superusers",
	"админы",     "админа",      "админов",     "администраторы", "администратора",
	"администраторов", "администрация", "администрации",
	"модераторы", "модератора",  "модераторов", "модерация", "модерации",
	"поддержки",  "поддержку",   "системы",     "безопасности",
	NULL,
};
/* clang-format on */

/* Without accents: decomposed, and the marks dropped. */
static char *without_accents(struct arena *a, const char *s)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar text[UNITS], apart[UNITS];
	int32_t len = 0, bytes = 0;
	char *plain = arena_alloc(a, strlen(s) + 1);

	u_strFromUTF8(text, UNITS, &len, s, -1, &status);
	len = unorm2_normalize(unorm2_getNFDInstance(&status), text, len, apart, UNITS, &status);
	for (int32_t i = 0; U_SUCCESS(status) && i < len;) {
		UChar32 c;
		U16_NEXT(apart, i, len, c);
		if (u_charType(c) != U_NON_SPACING_MARK)
			U8_APPEND_UNSAFE(plain, bytes, c);
	}
	plain[bytes] = '\0';
	return plain;
}

/* How it looks to somebody who does not look twice: letter case, script and "ADMlN" make no difference. */
static char *glance(struct arena *a, const char *name)
{
	char *look = text_skeleton(a, text_fold(a, name));
	for (char *c = look; (c = strchr(c, 'l'));)
		*c = 'i';
	return look;
}

/* Of bytes without separators: what is left without the digits at the end. */
static char *without_number(struct arena *a, const char *s, size_t len)
{
	while (len > 0 && s[len - 1] >= '0' && s[len - 1] <= '9')
		len--;
	return arena_strn(a, s, len);
}

static char *without_separators(struct arena *a, const char *s)
{
	char *joined = arena_alloc(a, strlen(s) + 1), *to = joined;
	for (; *s; s++)
		if (!strchr("_.-", *s))
			*to++ = *s;
	*to = '\0';
	return joined;
}

static bool is_one_of(struct arena *a, const char *bare, const char *const *words)
{
	const char *look = glance(a, bare);
	for (; *bare && *words; words++)
		if (!strcmp(look, glance(a, without_accents(a, *words))))
			return true;
	return false;
}

static bool has_a_part_of(struct arena *a, const char *plain, const char *const *words)
{
	for (const char *part = plain; *part;) {
		const size_t len = strcspn(part, "_.-");
		if (is_one_of(a, without_number(a, part, len), words))
			return true;
		part += len + (part[len] != '\0');
	}
	return false;
}

/* As deleted accounts are called, "deleted-" and a UUID, or nearly so: whatever the signs, and more behind
 * it. */
static bool is_of_nobody(const char *joined)
{
	static const char prefix[] = "deleted";
	enum { LIKE_A_UUID = 8 };
	const size_t len = sizeof prefix - 1;
	return !strncmp(joined, prefix, len) && strspn(joined + len, "0123456789abcdef") >= LIKE_A_UUID;
}

bool username_is_reserved(struct arena *a, const char *username)
{
	const char *folded = text_fold(a, username), *plain = without_accents(a, folded);
	const char *joined = without_separators(a, plain);
	const char *bare = without_number(a, joined, strlen(joined));
	return is_one_of(a, bare, reserved) || is_one_of(a, bare, authority) ||
	       has_a_part_of(a, plain, authority) || is_of_nobody(joined);
}

/* A field's rule: its length has been judged before, but the normal form may be shorter. */
const char *username_rule(struct arena *a, const void *value)
{
	const char *s = text_nfc(a, *(const char *const *)value);
	const int32_t bytes = (int32_t)strlen(s);
	bool spoken = false;

	for (int32_t i = 0; i < bytes;) {
		UChar32 c;
		U8_NEXT(s, i, bytes, c);
		if (c <= 0 || !is_name_character(c))
			return "Use only letters, digits, _ . and -";
		spoken |= u_isalnum(c);
	}
	if (!spoken || utf8_length(s) < 3)
		return "Use at least 3 characters, one of them a letter or digit.";
	if (!text_single_script(s) || !is_nfkc(s))
		return "Use letters of one script only, Latin or Cyrillic.";
	return username_is_reserved(a, s) ? "This name is reserved; choose another one." : NULL;
}
