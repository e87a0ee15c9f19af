/* Request heads, line by line (RFC 9112 sections 2 to 6). Stricter wherever the RFC leaves a choice. */
#include "http/message/parser.h"

#include <string.h>
#include <strings.h>

#define FAULT(NAME, status_, code_, title_, detail_) PROBLEM(NAME, status_, code_, title_, detail_)
#define MALFORMED(NAME, detail_) FAULT(NAME, 400, "malformed_request", "Malformed request", detail_)

MALFORMED(BAD_LINE_END, "Lines of the head must end with CR LF.");
MALFORMED(BAD_REQUEST_LINE, "The first line must be METHOD SP target SP HTTP/1.1, with single blanks.");
MALFORMED(BAD_TARGET,
	  "The target must be a path that begins with '/' and has other characters percent-encoded.");
MALFORMED(BAD_FIELD_NAME,
	  "A header line must be a token, a colon and a value, without blanks before the colon.");
MALFORMED(BAD_FIELD_VALUE, "Header values must not hold control characters.");
MALFORMED(FOLDED_FIELD, "Header lines must not be continued on the next line.");
MALFORMED(BAD_HOST, "Send exactly one Host header: a name or address, with a port if it is not 80.");
MALFORMED(HOST_MISMATCH, "Host must be the host of the target.");
MALFORMED(BAD_LENGTH, "Content-Length must be one decimal number.");
MALFORMED(BAD_TRANSFER_ENCODING, "Transfer-Encoding must be exactly `chunked`, in HTTP/1.1 only.");
MALFORMED(TWO_LENGTHS, "Send Content-Length or Transfer-Encoding, not both.");
MALFORMED(REPEATED_FIELD,
	  "Host, Authorization, Content-Type, Content-Length and Idempotency-Key may be sent once.");
FAULT(TARGET_TOO_LONG, 414, "uri_too_long", "URI too long", "The target may have 4,096 bytes.");
FAULT(HEAD_TOO_LARGE, 431, "headers_too_large", "Headers too large",
      "A head may have 64 fields and 8,192 bytes.");
FAULT(BAD_VERSION, 505, "version_not_supported", "HTTP version not supported",
      "This server speaks HTTP/1.1.");
FAULT(BAD_EXPECTATION, 417, "expectation_failed", "Expectation failed",
      "The only expectation known is 100-continue.");

#define NAME(text) .name = text, .len = sizeof text - 1
static const struct {
	const char *name;
	uint16_t len;
	bool once; /* repeated is a fault: two readers could choose different ones */
} known_fields[FIELDS_KNOWN] = {
	[FIELD_HOST] = {NAME("host"), .once = true},
	[FIELD_EXPECT] = {NAME("expect")},
	[FIELD_ORIGIN] = {NAME("origin")},
	[FIELD_IF_MATCH] = {NAME("if-match")},
	[FIELD_CONNECTION] = {NAME("connection")},
	[FIELD_TRACEPARENT] = {NAME("traceparent")},
	[FIELD_CONTENT_TYPE] = {NAME("content-type"), .once = true},
	[FIELD_X_REQUEST_ID] = {NAME("x-request-id")},
	[FIELD_AUTHORIZATION] = {NAME("authorization"), .once = true},
	[FIELD_IF_NONE_MATCH] = {NAME("if-none-match")},
	[FIELD_CONTENT_LENGTH] = {NAME("content-length"), .once = true},
	[FIELD_IDEMPOTENCY_KEY] = {NAME("idempotency-key"), .once = true},
	[FIELD_ACCEPT_ENCODING] = {NAME("accept-encoding")},
	[FIELD_X_FORWARDED_FOR] = {NAME("x-forwarded-for")},
	[FIELD_CONTENT_ENCODING] = {NAME("content-encoding")},
	[FIELD_TRANSFER_ENCODING] = {NAME("transfer-encoding"), .once = true},
	[FIELD_X_FORWARDED_PROTO] = {NAME("x-forwarded-proto")},
	[FIELD_ACCESS_CONTROL_REQUEST_METHOD] = {NAME("access-control-request-method")},
	[FIELD_ACCESS_CONTROL_REQUEST_HEADERS] = {NAME("access-control-request-headers")},
};

static const struct {
	const char *name;
	uint16_t len;
} verbs[VERB_OTHER] = {
	[VERB_GET] = {NAME("GET")},         [VERB_HEAD] = {NAME("HEAD")},   [VERB_POST] = {NAME("POST")},
	[VERB_PUT] = {NAME("PUT")},         [VERB_PATCH] = {NAME("PATCH")}, [VERB_DELETE] = {NAME("DELETE")},
	[VERB_OPTIONS] = {NAME("OPTIONS")},
};

/* What a byte may be part of (RFC 9110 section 5.6.2, RFC 3986 section 3.3). */
enum { TOKEN = 1, VALUE = 2, PATH = 4, QUERY = 8, HOST = 16 };

#define IN_ALL   (TOKEN | VALUE | PATH | QUERY | HOST)
#define IN_SOME  (TOKEN | VALUE | PATH | QUERY) /* all but hosts */
#define IN_URI   (VALUE | PATH | QUERY)
#define IN_QUERY (VALUE | QUERY) /* browsers leave these as they are (WHATWG URL, query percent-encode set) */
/* clang-format off */
static const uint8_t class_of[256] = {
	['0' ... '9'] = IN_ALL, ['A' ... 'Z'] = IN_ALL, ['a' ... 'z'] = IN_ALL,
	['-'] = IN_ALL,   ['.'] = IN_ALL,   ['_'] = IN_ALL,   ['~'] = IN_ALL,
	['!'] = IN_SOME,  ['$'] = IN_SOME,  ['&'] = IN_SOME,  ['\''] = IN_SOME,
	['*'] = IN_SOME,  ['+'] = IN_SOME,  ['%'] = IN_SOME,
	['('] = IN_URI,   [')'] = IN_URI,   [','] = IN_URI,   ['/'] = IN_URI,
	[':'] = IN_URI,   [';'] = IN_URI,   ['='] = IN_URI,   ['@'] = IN_URI,
	['['] = IN_QUERY, [']'] = IN_QUERY, ['{'] = IN_QUERY, ['}'] = IN_QUERY,
	['\\'] = IN_QUERY, ['?'] = IN_QUERY,
	['^'] = IN_QUERY | TOKEN, ['`'] = IN_QUERY | TOKEN, ['|'] = IN_QUERY | TOKEN,
	['#'] = VALUE | TOKEN,
	['"'] = VALUE,    ['<'] = VALUE,    ['>'] = VALUE,    ['\t'] = VALUE,   [' '] = VALUE,
	[0x80 ... 0xff] = VALUE,
};
/* clang-format on */

static bool all_in_class(const char *s, size_t len, uint8_t wanted)
{
	uint8_t common = wanted;
	for (size_t i = 0; i < len; i++)
		common &= class_of[(uint8_t)s[i]];
	return common == wanted;
}

static bool is_word(const char *s, size_t len, const char *lower)
{
	return strlen(lower) == len && strncasecmp(s, lower, len) == 0;
}

static enum verb verb_of(const char *s, size_t len)
{
	for (enum verb v = 0; v < VERB_OTHER; v++)
		if (verbs[v].len == len && memcmp(s, verbs[v].name, len) == 0)
			return v;
	return VERB_OTHER;
}

static enum known_field field_of(const char *s, size_t len)
{
	for (enum known_field f = 0; f < FIELDS_KNOWN && known_fields[f].len <= len; f++)
		if (known_fields[f].len == len && strncasecmp(s, known_fields[f].name, len) == 0)
			return f;
	return FIELD_OTHER;
}

void head_reset(struct head *h)
{
	memset(h, 0, offsetof(struct head, fields));
	memset(h->first, -1, sizeof h->first);
	h->line = h->scanned = 0;
}

int head_next(const struct head *h, enum known_field kind, int previous)
{
	int i = previous < 0 ? h->first[kind] : previous + 1;
	while (i >= 0 && i < h->field_count && h->fields[i].known != kind)
		i++;
	return i >= 0 && i < h->field_count ? i : -1;
}

/* --- the request line (RFC 9112 section 3) --- */

static err read_version(struct head *h, const char *s, size_t len)
{
	if (len != 8 || memcmp(s, "HTTP/", 5) != 0 || s[6] != '.')
		return BAD_REQUEST_LINE;
	if (s[5] < '0' || s[5] > '9' || s[7] < '0' || s[7] > '9')
		return BAD_REQUEST_LINE;
	if (s[5] != '1' || s[7] > '1')
		return BAD_VERSION;
	h->minor = s[7] - '0';
	return NULL;
}

/* Path and query of what begins at `at` of `bytes`. */
static err read_path(struct head *h, const char *bytes, size_t at, size_t len)
{
	const char *mark = memchr(bytes + at, '?', len);
	size_t path = mark ? (size_t)(mark - bytes) - at : len;

	h->path = (struct span){(uint16_t)at, (uint16_t)path};
	if (!all_in_class(bytes + at, path, PATH))
		return BAD_TARGET;
	if (!mark)
		return NULL;
	h->query = (struct span){(uint16_t)(at + path + 1), (uint16_t)(len - path - 1)};
	return all_in_class(mark + 1, h->query.len, QUERY) ? NULL : BAD_TARGET;
}

/* Origin-form, absolute-form of http and https, and `*` for OPTIONS (section 3.2). */
static err read_target(struct head *h, const char *bytes, size_t at, size_t len)
{
	const char *target = bytes + at;
	if (len > TARGET_MAX)
		return TARGET_TOO_LONG;
	if (len > 0 && target[0] == '/')
		return read_path(h, bytes, at, len);
	if (len == 1 && target[0] == '*' && h->verb == VERB_OPTIONS) {
		h->path = (struct span){(uint16_t)at, 1};
		return NULL;
	}
	size_t scheme = len > 7 && strncasecmp(target, "http://", 7) == 0    ? 7
			: len > 8 && strncasecmp(target, "https://", 8) == 0 ? 8
									     : 0;
	if (!scheme)
		return BAD_TARGET;
	size_t host = 0;
	while (scheme + host < len && target[scheme + host] != '/' && target[scheme + host] != '?')
		host++;
	if (host == 0)
		return BAD_TARGET;
	h->authority = (struct span){(uint16_t)(at + scheme), (uint16_t)host};
	return read_path(h, bytes, at + scheme + host, len - scheme - host);
}

static err read_request_line(struct head *h, const char *bytes, size_t at, size_t len)
{
	const char *line = bytes + at;
	const char *blank = memchr(line, ' ', len);
	if (!blank)
		return BAD_REQUEST_LINE;
	size_t method = (size_t)(blank - line);
	if (method == 0 || method > METHOD_MAX || !all_in_class(line, method, TOKEN))
		return BAD_REQUEST_LINE;
	h->method = (struct span){(uint16_t)at, (uint16_t)method};
	h->verb = verb_of(line, method);

	const char *target = blank + 1;
	blank = memchr(target, ' ', len - method - 1);
	if (!blank)
		return BAD_REQUEST_LINE;
	TRY(read_version(h, blank + 1, len - (size_t)(blank + 1 - line)));
	return read_target(h, bytes, (size_t)(target - bytes), (size_t)(blank - target));
}

/* --- header fields (section 5) --- */

static err read_field(struct head *h, const char *bytes, size_t at, size_t len)
{
	const char *line = bytes + at;
	if (line[0] == ' ' || line[0] == '\t')
		return FOLDED_FIELD;
	const char *colon = memchr(line, ':', len);
	size_t name = colon ? (size_t)(colon - line) : 0;
	if (name == 0 || !all_in_class(line, name, TOKEN))
		return BAD_FIELD_NAME;
	if (h->field_count == FIELDS_MAX)
		return HEAD_TOO_LARGE;

	size_t from = name + 1, to = len;
	while (from < to && (line[from] == ' ' || line[from] == '\t'))
		from++;
	while (to > from && (line[to - 1] == ' ' || line[to - 1] == '\t'))
		to--;
	if (!all_in_class(line + from, to - from, VALUE))
		return BAD_FIELD_VALUE;

	enum known_field known = field_of(line, name);
	if (known != FIELD_OTHER && h->first[known] < 0)
		h->first[known] = (int8_t)h->field_count;
	else if (known != FIELD_OTHER && known_fields[known].once)
		return known == FIELD_HOST ? BAD_HOST : REPEATED_FIELD;
	h->fields[h->field_count++] = (struct head_field){
		.name = {(uint16_t)at, (uint16_t)name},
		.value = {(uint16_t)(at + from), (uint16_t)(to - from)},
		.known = known,
	};
	return NULL;
}

/* --- what the fields mean for framing (section 6) and for the connection (section 9) --- */

/* uri-host [":" port] without user information; a comma would be two hosts joined on the way (RFC 9110
 * section 7.2). */
static bool host_is_valid(const char *s, size_t len)
{
	size_t host = 0;
	if (len > 0 && s[0] == '[') {
		const char *end = memchr(s, ']', len);
		if (!end)
			return false;
		host = (size_t)(end - s) + 1;
		if (host < 4 || strspn(s + 1, "0123456789abcdefABCDEF:.") != host - 2)
			return false;
	} else {
		while (host < len && class_of[(uint8_t)s[host]] & HOST)
			host++;
	}
	if (host == 0 || host > 255)
		return false;
	if (host == len)
		return true;
	if (s[host] != ':' || len - host > 6)
		return false;
	for (size_t i = host + 1; i < len; i++)
		if (s[i] < '0' || s[i] > '9')
			return false;
	return true;
}

static err read_host(struct head *h, const char *bytes)
{
	int i = h->first[FIELD_HOST];
	if (i < 0)
		return h->minor == 0 ? NULL : BAD_HOST;
	struct span host = h->fields[i].value, wanted = h->authority;
	if (!host_is_valid(bytes + host.at, host.len))
		return BAD_HOST;
	if (wanted.len &&
	    (wanted.len != host.len || strncasecmp(bytes + host.at, bytes + wanted.at, host.len) != 0))
		return HOST_MISMATCH;
	return NULL;
}

static err read_length(struct head *h, const char *s, size_t len)
{
	if (len == 0 || len > 18 || (len > 1 && s[0] == '0'))
		return BAD_LENGTH;
	for (size_t i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return BAD_LENGTH;
		h->length = h->length * 10 + (uint64_t)(s[i] - '0');
	}
	h->has_length = true;
	return NULL;
}

static err read_framing(struct head *h, const char *bytes)
{
	int encoding = h->first[FIELD_TRANSFER_ENCODING], length = h->first[FIELD_CONTENT_LENGTH];
	if (encoding >= 0) {
		struct span v = h->fields[encoding].value;
		if (h->minor == 0 || !is_word(bytes + v.at, v.len, "chunked"))
			return BAD_TRANSFER_ENCODING;
		if (length >= 0)
			return TWO_LENGTHS;
		h->chunked = true;
	}
	if (length >= 0)
		return read_length(h, bytes + h->fields[length].value.at, h->fields[length].value.len);
	return NULL;
}

static void read_connection(struct head *h, const char *s, size_t len)
{
	for (size_t from = 0; from <= len;) {
		size_t to = from;
		while (to < len && s[to] != ',')
			to++;
		size_t end = to;
		while (from < end && (s[from] == ' ' || s[from] == '\t'))
			from++;
		while (end > from && (s[end - 1] == ' ' || s[end - 1] == '\t'))
			end--;
		if (is_word(s + from, end - from, "close"))
			h->keep_alive = false;
		else if (h->minor == 0 && is_word(s + from, end - from, "keep-alive"))
			h->keep_alive = true;
		from = to + 1;
	}
}

static err read_meaning(struct head *h, const char *bytes)
{
	TRY(read_host(h, bytes));
	TRY(read_framing(h, bytes));
	h->keep_alive = h->minor == 1;
	for (int i = head_next(h, FIELD_CONNECTION, -1); i >= 0; i = head_next(h, FIELD_CONNECTION, i))
		read_connection(h, bytes + h->fields[i].value.at, h->fields[i].value.len);

	int expect = h->first[FIELD_EXPECT];
	if (expect < 0 || h->minor == 0) /* an expectation in HTTP/1.0 is ignored (RFC 9110 section 10.1.1) */
		return NULL;
	if (!is_word(bytes + h->fields[expect].value.at, h->fields[expect].value.len, "100-continue"))
		return BAD_EXPECTATION;
	h->expects_continue = true;
	return NULL;
}

/* --- the lines --- */

/* No line end within the bytes that a head may have. */
static err too_long(const struct head *h, const char *bytes)
{
	size_t left = HEAD_MAX - h->line;
	if (h->method.len)
		return HEAD_TOO_LARGE;
	bool has_method = memchr(bytes + h->line, ' ', left <= METHOD_MAX ? left : METHOD_MAX + 1) != NULL;
	return has_method ? TARGET_TOO_LONG : BAD_REQUEST_LINE;
}

static err read_line(struct head *h, const char *bytes, size_t at, size_t len, bool *last)
{
	if (len == 0) {
		/* Empty lines before a request are skipped (RFC 9112 section 2.2). */
		*last = h->method.len > 0;
		return *last ? read_meaning(h, bytes) : NULL;
	}
	return h->method.len ? read_field(h, bytes, at, len) : read_request_line(h, bytes, at, len);
}

enum reading head_read(struct head *h, const char *bytes, size_t len, size_t *used, err *fault)
{
	size_t end = len < HEAD_MAX ? len : HEAD_MAX;
	bool last = false;

	while (!last) {
		const char *lf = memchr(bytes + h->scanned, '\n', end - h->scanned);
		if (!lf) {
			h->scanned = (uint32_t)end;
			if (end < HEAD_MAX)
				return READ_MORE;
			*fault = too_long(h, bytes);
			return READ_FAULT;
		}
		size_t at = h->line, line = (size_t)(lf - bytes) - at;
		h->line = h->scanned = (uint32_t)(lf - bytes) + 1;
		*fault = line > 0 && lf[-1] == '\r' ? read_line(h, bytes, at, line - 1, &last) : BAD_LINE_END;
		if (*fault)
			return READ_FAULT;
	}
	*used = h->line;
	return READ_DONE;
}
