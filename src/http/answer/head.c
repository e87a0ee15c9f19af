/* The heads of answers: constant parts prebuilt, the rest appended; no printf on the way. */
#include "core/value/digits.h"
#include "http/answer/cors.h"
#include "http/answer/head.h"
#include "http/state.h"
#include "vobe/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
	FIXED_ROOM = 2048, /* bytes that all parts of bounded length need together */
	STATUS_FIRST = 200,
	STATUS_END = 600,
};

#define LINE(text) text "\r\n"

static const char security[] = LINE("X-Content-Type-Options: nosniff") LINE("X-Frame-Options: DENY")
	LINE("Referrer-Policy: no-referrer");
static const char vary[] = LINE("Vary: Accept-Encoding, Authorization");
static const char vary_origin[] = LINE("Vary: Accept-Encoding, Authorization, Origin");
static const char csp[] = LINE("Content-Security-Policy: default-src 'none'; frame-ancestors 'none'");
static const char transport[] = LINE("Strict-Transport-Security: max-age=31536000");
static const char exposed[] = LINE("Access-Control-Expose-Headers: ETag, Idempotency-Replayed, Link, "
				   "Location, RateLimit, RateLimit-Policy, "
				   "Retry-After, WWW-Authenticate, X-Partial, X-RateLimit-Limit, "
				   "X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id");

static const struct {
	int status;
	const char *reason;
} reasons[] = {
	{200, "OK"},
	{201, "Created"},
	{202, "Accepted"},
	{204, "No Content"},
	{206, "Partial Content"},
	{301, "Moved Permanently"},
	{302, "Found"},
	{303, "See Other"},
	{304, "Not Modified"},
	{307, "Temporary Redirect"},
	{308, "Permanent Redirect"},
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{402, "Payment Required"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{406, "Not Acceptable"},
	{408, "Request Timeout"},
	{409, "Conflict"},
	{410, "Gone"},
	{412, "Precondition Failed"},
	{413, "Content Too Large"},
	{414, "URI Too Long"},
	{415, "Unsupported Media Type"},
	{417, "Expectation Failed"},
	{422, "Unprocessable Content"},
	{423, "Locked"},
	{428, "Precondition Required"},
	{429, "Too Many Requests"},
	{431, "Request Header Fields Too Large"},
	{500, "Internal Server Error"},
	{501, "Not Implemented"},
	{502, "Bad Gateway"},
	{503, "Service Unavailable"},
	{504, "Gateway Timeout"},
	{505, "HTTP Version Not Supported"},
};

/* "HTTP/1.1 200 OK\r\n" and the date line of the current second. */
struct line {
	char text[56];
	uint8_t len;
};
static struct line status_lines[STATUS_END - STATUS_FIRST];
static struct line date;
static int64_t date_second, date_ends; /* wall clock, and monotonic us */

static void set_line(struct line *l, int len)
{
	l->len = (uint8_t)(len < (int)sizeof l->text ? len : (int)sizeof l->text - 1);
}

void heads_open(void)
{
	for (int s = STATUS_FIRST; s < STATUS_END; s++) {
		struct line *l = &status_lines[s - STATUS_FIRST];
		set_line(l, snprintf(l->text, sizeof l->text, "HTTP/1.1 %d \r\n", s));
	}
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
		struct line *l = &status_lines[reasons[i].status - STATUS_FIRST];
		set_line(l, snprintf(l->text, sizeof l->text, "HTTP/1.1 %d %s\r\n", reasons[i].status,
				     reasons[i].reason));
	}
	date_ends = 0;
}

size_t http_date(int64_t wall, char out[HTTP_DATE])
{
	static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t s = (time_t)(wall / SECOND_US);
	struct tm t;
	gmtime_r(&s, &t);
	return (size_t)snprintf(out, HTTP_DATE, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT",
				days + 3 * t.tm_wday, t.tm_mday, months + 3 * t.tm_mon, t.tm_year + 1900,
				t.tm_hour, t.tm_min, t.tm_sec);
}

/* Written once a second. */
static void renew_date(int64_t now)
{
	int64_t wall = clock_now_us();
	char text[HTTP_DATE];
	http_date(wall, text);
	set_line(&date, snprintf(date.text, sizeof date.text, "Date: %s\r\n", text));
	date_second = wall / SECOND_US;
	date_ends = now + SECOND_US - wall % SECOND_US;
}

/* --- appending --- */

static char *put(char *to, const void *bytes, size_t len)
{
	return len ? (char *)memcpy(to, bytes, len) + len : to;
}

static char *put_text(char *to, const char *s)
{
	return put(to, s, strlen(s));
}

#define PUT(to, literal) put((to), (literal), sizeof(literal) - 1)

static char *put_number(char *to, uint64_t n)
{
	char digits[DIGITS_MOST], *end = digits + sizeof digits, *from = digits_before(end, n);
	return put(to, from, (size_t)(end - from));
}

static char *put_line(char *to, const struct line *l)
{
	return put(to, l->text, l->len);
}

/* The tightest limit in detail, all as policies (draft-ietf-httpapi-ratelimit-headers-10; X- as GitHub has
 * them). */
static char *put_limits(char *to, const struct exchange *ex)
{
	const struct allowance *least = &ex->allowances[0];
	to = PUT(to, "RateLimit-Policy: ");
	for (int i = 0; i < ex->allowance_count; i++) {
		const struct allowance *a = &ex->allowances[i];
		if (a->remaining < least->remaining || a->retry_after_s > least->retry_after_s)
			least = a;
		if (i > 0)
			to = PUT(to, ", ");
		const struct limit_policy *policy = limit_policy(a->bucket);
		to = put(to, policy->text, policy->len);
	}
	const struct limit_policy *policy = limit_policy(least->bucket);
	const uint64_t reset = (uint64_t)(least->retry_after_s ? least->retry_after_s : least->full_s);
	to = PUT(to, "\r\nRateLimit: ");
	to = put(to, policy->text, policy->name_len);
	to = PUT(to, ";r=");
	const char *remaining = to;
	to = put_number(to, (uint64_t)least->remaining);
	const size_t remaining_len = (size_t)(to - remaining);
	to = PUT(to, ";t=");
	to = put_number(to, reset);
	to = PUT(to, "\r\nX-RateLimit-Limit: ");
	to = put(to, policy->text + policy->count_at, policy->count_len);
	to = PUT(to, "\r\nX-RateLimit-Remaining: ");
	to = put(to, remaining, remaining_len);
	to = PUT(to, "\r\nX-RateLimit-Reset: ");
	to = put_number(to, (uint64_t)date_second + reset);
	return PUT(to, "\r\n");
}

static char *put_cors(char *to, const struct exchange *ex)
{
	size_t len = 0;
	const char *origin = ex->head.first[FIELD_ORIGIN] >= 0 ? cors_origin(ex, &len) : NULL;
	if (!origin)
		return to;
	to = PUT(to, "Access-Control-Allow-Origin: ");
	to = put(to, origin, len);
	to = PUT(to, "\r\n");
	return PUT(to, exposed);
}

static char *put_caching(char *to, const struct exchange *ex, int status)
{
	bool shared = ex->rq.cx.viewer.role == ROLE_GUEST && status < 400 && ex->rq.route &&
		      ex->rq.route->method == METHOD_GET;
	if (ex->own_cache_control)
		return to;
	return shared ? PUT(to, "Cache-Control: no-cache\r\n") : PUT(to, "Cache-Control: no-store\r\n");
}

static char *put_content(char *to, const struct head_facts *f)
{
	if (f->media_type) {
		to = PUT(to, "Content-Type: ");
		to = put_text(to, f->media_type);
		to = PUT(to, "\r\n");
	}
	if (f->gzip)
		to = PUT(to, "Content-Encoding: gzip\r\n");
	if (f->has_length) {
		to = PUT(to, "Content-Length: ");
		to = put_number(to, f->length);
		to = PUT(to, "\r\n");
	}
	if (f->etag) {
		to = PUT(to, "ETag: \"");
		to = put_text(to, f->etag);
		to = f->gzip ? PUT(to, "-gzip\"\r\n") : PUT(to, "\"\r\n");
	}
	return to;
}

static char *put_connection(char *to, struct exchange *ex)
{
	struct output *out = ex->out;
	if (!ex->head.keep_alive || server.draining)
		out->close_when_sent = true;
	if (out->close_when_sent)
		return PUT(to, "Connection: close\r\n");
	return ex->head.minor == 0 ? PUT(to, "Connection: keep-alive\r\n") : to;
}

static size_t room_for(const struct exchange *ex, const struct head_facts *f)
{
	size_t origin = 0;
	if (ex->head.first[FIELD_ORIGIN] >= 0)
		exchange_field(ex, FIELD_ORIGIN, &origin);
	return FIXED_ROOM + origin + ex->headers.len + ex->partial.len +
	       (f->media_type ? strlen(f->media_type) : 0) + (f->etag ? strlen(f->etag) : 0);
}

void head_write(struct exchange *ex, const struct head_facts *f)
{
	int64_t now = clock_mono();
	if (now >= date_ends)
		renew_date(now);

	char *start = output_room(ex->out, room_for(ex, f)), *to = start;
	to = put_line(to, &status_lines[f->status - STATUS_FIRST]);
	to = put_line(to, &date);
	to = put_content(to, f);
	to = put_caching(to, ex, f->status);
	to = PUT(to, "X-Request-Id: ");
	to = put_text(to, ex->request_id);
	to = PUT(to, "\r\n");
	to = PUT(to, security);
	if (!ex->own_csp)
		to = PUT(to, csp);
	to = cors_varies() ? PUT(to, vary_origin) : PUT(to, vary);
	if (ex->https)
		to = PUT(to, transport);
	to = put_cors(to, ex);
	if (ex->allowance_count)
		to = put_limits(to, ex);
	if (ex->partial.len) {
		to = PUT(to, "X-Partial: ");
		to = put(to, ex->partial.at, ex->partial.len);
		to = PUT(to, "\r\n");
	}
	to = put(to, ex->headers.at, ex->headers.len);
	to = put_connection(to, ex);
	to = PUT(to, "\r\n");
	output_wrote(ex->out, (size_t)(to - start));
}

size_t head_no_room(char to[NO_ROOM_MAX], const char *request_id)
{
	char body[512];
	int64_t now = clock_mono();
	if (now >= date_ends)
		renew_date(now);
	int len = snprintf(
		body, sizeof body,
		"{\"type\":\"/problems/unavailable\",\"title\":\"Temporarily unavailable\",\"status\":503,"
		"\"detail\":\"Too many connections. Repeat after `Retry-After` seconds.\","
		"\"code\":\"unavailable\",\"request_id\":\"%s\"}",
		request_id);
	return (size_t)snprintf(
		to, NO_ROOM_MAX,
		"HTTP/1.1 503 Service Unavailable\r\n%.*sContent-Type: application/problem+json\r\n"
		"Content-Length: %d\r\nRetry-After: 5\r\nCache-Control: no-store\r\nX-Request-Id: %s\r\n"
		"%s%s%sConnection: close\r\n\r\n%s",
		date.len, date.text, len, request_id, security, csp, cors_varies() ? vary_origin : vary,
		body);
}
