/* Small grammars of header values: see negotiation.h. */
#include "http/message/negotiation.h"

#include <string.h>
#include <strings.h>

/* One element of a comma-separated list, without blanks around it. */
struct item {
	const char *at;
	size_t len;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct item trimmed(const char *s, size_t len)
{
	while (len > 0 && is_blank(s[0]))
		s++, len--;
	while (len > 0 && is_blank(s[len - 1]))
		len--;
	return (struct item){s, len};
}

static bool item_is(struct item it, const char *word)
{
	return it.len == strlen(word) && strncasecmp(it.at, word, it.len) == 0;
}

/* Cuts the next element at `separator`, outside quotes, from *s; false at the end. */
static bool next_item(const char **s, size_t *len, char separator, struct item *it)
{
	if (!*s)
		return false;
	bool quoted = false;
	size_t i = 0;
	while (i < *len && ((*s)[i] != separator || quoted))
		quoted ^= (*s)[i++] == '"';
	*it = trimmed(*s, i);
	*s = i < *len ? *s + i + 1 : NULL;
	*len = i < *len ? *len - i - 1 : 0;
	return true;
}

/* Whether the parameters of a coding say q=0, in any of its spellings. */
static bool weight_is_zero(const char *s, size_t len)
{
	struct item it;
	while (next_item(&s, &len, ';', &it)) {
		if (it.len < 3 || strncasecmp(it.at, "q=0", 3) != 0)
			continue;
		size_t zeros = 3;
		while (zeros < it.len && (it.at[zeros] == '.' || it.at[zeros] == '0'))
			zeros++;
		return zeros == it.len;
	}
	return false;
}

bool accepts_gzip(const char *s, size_t len)
{
	int gzip = -1, any = -1;
	struct item it;

	while (next_item(&s, &len, ',', &it)) {
		const char *rest = it.at;
		size_t left = it.len;
		struct item coding;
		next_item(&rest, &left, ';', &coding);
		bool wanted = !rest || !weight_is_zero(rest, left);
		if (item_is(coding, "gzip") || item_is(coding, "x-gzip"))
			gzip = wanted;
		else if (item_is(coding, "*"))
			any = wanted;
	}
	return gzip >= 0 ? gzip : any > 0;
}

/* The opaque part of an entity tag without our suffix; false: not a tag, or weak where that is not allowed.
 */
static bool opaque_tag(struct item it, bool weak, struct item *tag)
{
	static const char suffix[] = "-gzip";
	if (it.len > 2 && it.at[0] == 'W' && it.at[1] == '/') {
		if (!weak)
			return false;
		it.at += 2, it.len -= 2;
	}
	if (it.len < 2 || it.at[0] != '"' || it.at[it.len - 1] != '"')
		return false;
	*tag = (struct item){it.at + 1, it.len - 2};
	size_t cut = sizeof suffix - 1;
	if (tag->len > cut && memcmp(tag->at + tag->len - cut, suffix, cut) == 0)
		tag->len -= cut;
	return true;
}

bool etags_have(const char *s, size_t len, const char *etag, bool weak)
{
	size_t wanted = strlen(etag);
	struct item it, tag;
	while (next_item(&s, &len, ',', &it)) {
		if (item_is(it, "*"))
			return true;
		if (opaque_tag(it, weak, &tag) && tag.len == wanted && memcmp(tag.at, etag, wanted) == 0)
			return true;
	}
	return false;
}

bool etags_fit(const char *s, size_t len, bool (*fits)(const void *arg, const char *tag, size_t len),
	       const void *arg)
{
	struct item it, tag;
	while (next_item(&s, &len, ',', &it)) {
		if (item_is(it, "*"))
			return true;
		if (opaque_tag(it, false, &tag) && fits(arg, tag.at, tag.len))
			return true;
	}
	return false;
}

bool media_type_is(const char *s, size_t len, const char *type)
{
	struct item it;
	if (!next_item(&s, &len, ';', &it) || !item_is(it, type))
		return false;
	while (next_item(&s, &len, ';', &it))
		if (it.len >= 8 && strncasecmp(it.at, "charset=", 8) == 0 && !item_is(it, "charset=utf-8") &&
		    !item_is(it, "charset=\"utf-8\"") && !item_is(it, "charset=utf8"))
			return false;
	return true;
}

static bool is_lower_hex(const char *s, size_t len, bool *zero)
{
	*zero = true;
	for (size_t i = 0; i < len; i++) {
		if (!((s[i] >= '0' && s[i] <= '9') || (s[i] >= 'a' && s[i] <= 'f')))
			return false;
		*zero &= s[i] == '0';
	}
	return true;
}

bool traceparent_is_valid(const char *s, size_t len)
{
	bool zero;
	if (len != 55 || memcmp(s, "00-", 3) != 0 || s[35] != '-' || s[52] != '-')
		return false;
	if (!is_lower_hex(s + 3, 32, &zero) || zero)
		return false;
	if (!is_lower_hex(s + 36, 16, &zero) || zero)
		return false;
	return is_lower_hex(s + 53, 2, &zero);
}

static bool is_id_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
	       c == '_' || c == '-';
}

bool request_id_is_valid(const char *s, size_t len)
{
	if (len < 1 || len > 64)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_id_char(s[i]))
			return false;
	return true;
}

bool idempotency_key_is_valid(const char *s, size_t len)
{
	if (len < 1 || len > 255)
		return false;
	for (size_t i = 0; i < len; i++)
		if (s[i] <= ' ' || s[i] > '~')
			return false;
	return true;
}
