/* What of a setting anybody may see: connection strings without the passwords in them, in both forms that
 * libpq takes (PostgreSQL 15, section 34.1.1), URLs without who signs in there. When in doubt more is masked,
 * never less. */
#include "core/config/config_table.h"
#include "vobe/buf.h"

#include <string.h>

#define MASK "***"

static bool is_secret(const char *key, size_t len)
{
	static const char *const keys[] = {"password", "sslpassword", "scram_client_key", "scram_server_key",
					   "oauth_client_secret"};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (strlen(keys[i]) == len && memcmp(keys[i], key, len) == 0)
			return true;
	return memchr(key, '%', len) != NULL; /* of a URI: libpq decodes names, too */
}

/* --- key = value key = 'va\'lue' --- */

static size_t blanks(const char *at)
{
	return strspn(at, " \t\r\n\f\v");
}

/* The length of a value: quoted, or up to a blank; a backslash takes the next character along. */
static size_t value_len(const char *value)
{
	const bool quoted = *value == '\'';
	size_t len = quoted;
	while (value[len] && (quoted ? value[len] != '\'' : !blanks(value + len)))
		len += value[len] == '\\' && value[len + 1] ? 2 : 1;
	return len + (quoted && value[len]);
}

static void show_pairs(struct buf *b, const char *at)
{
	while (*at) {
		size_t begin = blanks(at), name = strcspn(at + begin, "= \t\r\n\f\v"), value = begin + name;
		value += blanks(at + value);
		if (at[value] != '=') { /* libpq refuses that; who knows what it was meant to be */
			buf_add(b, at, begin);
			buf_str(b, at[begin] ? MASK : "");
			return;
		}
		value++;
		value += blanks(at + value);
		size_t len = value_len(at + value);
		buf_add(b, at, value);
		if (len && is_secret(at + begin, name))
			buf_str(b, MASK);
		else
			buf_add(b, at + value, len);
		at += value + len;
	}
}

/* --- postgresql://user:password@host/dbname?name=value&name=value --- */

static void show_authority(struct buf *b, const char *at, size_t len)
{
	const char *colon = memchr(at, ':', len), *end = memrchr(at, '@', len);
	if (!colon || !end || end < colon) {
		buf_add(b, at, len);
		return;
	}
	buf_add(b, at, (size_t)(colon + 1 - at));
	buf_str(b, MASK);
	buf_add(b, end, len - (size_t)(end - at));
}

static void show_uri(struct buf *b, const char *at)
{
	size_t len = strcspn(at, "?");
	show_authority(b, at, len);
	for (at += len; *at; at += len) {
		size_t name = strcspn(at + 1, "=&");
		len = 1 + strcspn(at + 1, "&");
		bool masked = is_secret(at + 1, name) && name + 1 < len;
		buf_add(b, at, masked ? name + 2 : len);
		if (masked)
			buf_str(b, MASK);
	}
}

static const char *conninfo_shown(const char *text)
{
	static const char *const schemes[] = {"postgresql://", "postgres://"};
	struct buf b = {.arena = settings.arena};
	for (int i = 0; i < 2; i++) {
		size_t len = strlen(schemes[i]);
		if (strncmp(text, schemes[i], len) != 0)
			continue;
		buf_str(&b, schemes[i]);
		show_uri(&b, text + len);
		return buf_text(&b);
	}
	show_pairs(&b, text);
	return buf_text(&b);
}

/* --- https://user:password@host/path; a token may stand there alone --- */

static const char *url_shown(const char *text)
{
	const char *scheme_end = strstr(text, "://");
	struct buf b = {.arena = settings.arena};

	if (!scheme_end)
		return text;
	const char *authority = scheme_end + strlen("://");
	const char *at = memrchr(authority, '@', strcspn(authority, "/?#"));
	if (!at)
		return text;
	buf_add(&b, text, (size_t)(authority - text));
	buf_str(&b, MASK);
	buf_str(&b, at);
	return buf_text(&b);
}

const char *config_text_shown(const struct option *o, const char *text)
{
	if (o->type == OPTION_SECRET)
		return *text ? MASK : "";
	if (o->type == OPTION_CONNINFO)
		return conninfo_shown(text);
	return o->type == OPTION_TEXT ? url_shown(text) : text;
}
