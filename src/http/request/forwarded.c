/* Who the client is behind trusted proxies. */
#include "http/request/request.h"
#include "http/wire/proxies.h"

#include <string.h>

PROBLEM(BAD_FORWARDED, 400, "malformed_request", "Malformed request",
	"X-Forwarded-For must be addresses, each with a port or without, separated by commas.");

/* An address as proxies write it: "192.0.2.1", "192.0.2.1:4711", "2001:db8::1", "[2001:db8::1]",
 * "[2001:db8::1]:4711". */
static bool hop_read(const char *s, size_t len, struct peer *out)
{
	const char *colon = memchr(s, ':', len), *end = s + len;
	if (len > 0 && s[0] == '[') {
		end = memchr(s, ']', len);
		if (!end)
			return false;
		colon = end + 1 < s + len ? end + 1 : NULL;
		s++;
	} else if (colon && memchr(colon + 1, ':', (size_t)(end - colon - 1))) {
		colon = NULL; /* IPv6, without a port */
	} else if (colon) {
		end = colon;
	}
	return (!colon || *colon == ':') && peer_read(s, (size_t)(end - s), out);
}

/* From right to left: each trusted proxy has added who it was talking to. *done: that is the client. */
static bool hops_read(const char *value, size_t len, struct peer *out, bool *done)
{
	size_t end = len;
	for (;;) {
		size_t from = end, to = end;
		while (from > 0 && value[from - 1] != ',')
			from--;
		size_t at = from;
		while (at < to && (value[at] == ' ' || value[at] == '\t'))
			at++;
		while (to > at && (value[to - 1] == ' ' || value[to - 1] == '\t'))
			to--;
		if (!hop_read(value + at, to - at, out))
			return false;
		*done = !peer_is_proxy(out);
		if (*done || from == 0)
			return true;
		end = from - 1;
	}
}

/* What cannot be read is refused: as the proxy's own it would share a limit with all that are. */
static err read_addresses(struct exchange *ex)
{
	const struct head *h = &ex->head;
	struct peer client = ex->address;
	bool done = false;
	for (int i = h->field_count - 1; i >= 0 && !done; i--) {
		struct span v = h->fields[i].value;
		if (h->fields[i].known == FIELD_X_FORWARDED_FOR &&
		    !hops_read(ex->bytes + v.at, v.len, &client, &done))
			return BAD_FORWARDED;
	}
	ex->address = client;
	return NULL;
}

err forwarded_read(struct exchange *ex)
{
	size_t len = 0;
	if (!peer_is_proxy(&ex->address))
		return NULL;
	const char *proto = exchange_field(ex, FIELD_X_FORWARDED_PROTO, &len);
	ex->https = proto && len == 5 && memcmp(proto, "https", 5) == 0;
	return ex->head.first[FIELD_X_FORWARDED_FOR] >= 0 ? read_addresses(ex) : NULL;
}
