/* E-mail addresses: RFC 5321, and internationalised ones (RFC 6531) with the domain in ASCII (RFC 5891, UTS
 * 46). */
#include "core/text/utf16.h"
#include "core/value/utf8.h"
#include "vobe/text.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/uidna.h>

/* clang-format off */
enum {
	LOCAL_MOST = 64,    /* bytes: RFC 5321 section 4.5.3.1.1 */
	ADDRESS_MOST = 254, /* bytes: section 4.5.3.1.3, less the angle brackets */
	LABEL_MOST = 63,    /* bytes: RFC 1035 section 2.3.4 */
};
/* clang-format on */

static bool is_alnum(uint32_t c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* atext of RFC 5322 section 3.2.3; beyond ASCII what is written: letters, their marks, digits. */
static bool is_atext(uint32_t c)
{
	if (c < 0x80)
		return is_alnum(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~", (int)c));
	const uint32_t written = U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK;
	return (U_GET_GC_MASK((UChar32)c) & written) &&
	       !u_hasBinaryProperty((UChar32)c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

/* What looks like another letter is none of its own: full width, ligatures (RFC 6530 section 10.1, RFC 8265).
 */
static bool is_compatible(uint32_t c)
{
	return c >= 0x80 && u_getIntPropertyValue((UChar32)c, UCHAR_DECOMPOSITION_TYPE) > U_DT_CANONICAL;
}

/* Dot-string: atoms between single dots. */
static bool is_local_part(const char *s, size_t len)
{
	const char *end = s + len;
	bool after_dot = true;
	if (len == 0 || len > LOCAL_MOST)
		return false;
	while (s < end) {
		const uint32_t c = utf8_next(&s);
		if (c == '.' ? after_dot : !is_atext(c) || is_compatible(c))
			return false;
		after_dot = c == '.';
	}
	return !after_dot;
}

static bool is_label(const char *s, size_t len)
{
	if (len == 0 || len > LABEL_MOST || s[0] == '-' || s[len - 1] == '-')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_alnum((unsigned char)s[i]) && s[i] != '-')
			return false;
	return true;
}

static bool is_domain(const char *s)
{
	int labels = 0;

	for (;; labels++) {
		size_t len = strcspn(s, ".");
		if (!is_label(s, len))
			return false;
		if (!s[len])
			return labels > 0;
		s += len + 1;
	}
}

static const UIDNA *idna(void)
{
	static UIDNA *opened;
	UErrorCode status = U_ZERO_ERROR;
	if (!opened)
		opened = uidna_openUTS46(UIDNA_USE_STD3_RULES | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ |
						 UIDNA_CHECK_CONTEXTO | UIDNA_NONTRANSITIONAL_TO_ASCII,
					 &status);
	return opened;
}

/* The domain as name servers know it. An ASCII one stays as it was written. */
static bool domain_read(const char *s, char out[ADDRESS_MOST + 1])
{
	UIDNAInfo info = UIDNA_INFO_INITIALIZER;
	UErrorCode status = U_ZERO_ERROR;
	int32_t len = (int32_t)strlen(s);

	if (!text_is_ascii(s))
		len = uidna_nameToASCII_UTF8(idna(), s, -1, out, ADDRESS_MOST, &info, &status);
	else if (len < ADDRESS_MOST)
		memcpy(out, s, (size_t)len);
	if (U_FAILURE(status) || info.errors || len >= ADDRESS_MOST)
		return false;
	out[len] = '\0';
	return is_domain(out);
}

/* Where the domain begins; NULL: it is no address. */
static const char *address_read(const char *s, char domain[ADDRESS_MOST + 1])
{
	const char *at = strchr(s, '@');
	if (!at || strlen(s) > 2 * ADDRESS_MOST || !is_local_part(s, (size_t)(at - s)) ||
	    !domain_read(at + 1, domain) || (size_t)(at - s) + 1 + strlen(domain) > ADDRESS_MOST)
		return NULL;
	return at + 1;
}

bool text_is_email(const char *s)
{
	char domain[ADDRESS_MOST + 1];
	return address_read(s, domain) != NULL;
}

char *text_email(struct arena *a, const char *s)
{
	char domain[ADDRESS_MOST + 1];
	const char *behind = address_read(s, domain);
	if (!behind)
		return NULL;
	return arena_fmt(a, "%s%s", text_nfc(a, arena_strn(a, s, (size_t)(behind - s))), domain);
}
