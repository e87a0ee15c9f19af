/*
 * Log lines, one write each: JSON for machines, text for a terminal. Nothing here allocates or blocks, so
 * that the log can tell of a lack of memory, and a full pipe costs lines instead of time. Safe from every
 * thread.
 */
#include "core/log/logging.h"

#include "core/for_tests.h"
#include "core/value/utf8.h"
#include "vobe/clock.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* clang-format off */
enum {
	LINE_MOST = 4096, /* PIPE_BUF: a line is written whole or not at all, and a pipe that polls writable
			     takes it */
	MESSAGE_MOST = 2048,
	SITE_MAX = 10 /* lines a second of one place in the code */
};
/* clang-format on */

struct line {
	char at[LINE_MOST];
	size_t len;
};

static int log_fd = STDERR_FILENO;
static enum log_level log_least = LOG_INFO_;
static bool log_json = true;
static pthread_mutex_t write_mutex = PTHREAD_MUTEX_INITIALIZER;
static uint64_t lost;
static _Thread_local const char *context;

static const char *const level_names[] = {"debug", "info", "warn", "error"};

void log_open(int fd, enum log_level least, enum log_format format)
{
	log_fd = fd;
	log_least = least;
	log_json = format == LOG_JSON || (format == LOG_AUTO && !isatty(fd));
}

void log_target(int *fd, bool *json)
{
	*fd = log_fd;
	*json = log_json;
}

bool log_wants(enum log_level level)
{
	return level >= log_least;
}

void log_context(const char *request_id)
{
	context = request_id;
}

const char *log_context_now(void)
{
	return context;
}

uint64_t log_lost(void)
{
	return __atomic_load_n(&lost, __ATOMIC_RELAXED);
}

/* --- a line --- */

/* Into the first `limit` bytes of the line; what does not fit is left out. */
static void put(struct line *l, size_t limit, const char *bytes, size_t len)
{
	if (l->len + len > limit)
		return;
	memcpy(l->at + l->len, bytes, len);
	l->len += len;
}

static void put_str(struct line *l, size_t limit, const char *s)
{
	put(l, limit, s, strlen(s));
}

/* A character that is not shown as it is: a control (C0, DEL, C1), a quote or backslash, a byte that is no
 * UTF-8. */
static void put_escaped(struct line *l, size_t limit, unsigned code)
{
	char text[] = "\\u0000";

	if (code == '"' || code == '\\') {
		put(l, limit, (char[]){'\\', (char)code}, 2);
		return;
	}
	if (code == '\n') {
		put(l, limit, "\\n", 2);
		return;
	}
	for (int i = 5; i > 1; i--, code >>= 4)
		text[i] = "0123456789abcdef"[code & 15];
	put(l, limit, text, 6);
}

enum { NOT_UTF8 = 0xfffd };

/* The code to escape the sequence at `s` with, or 0 if it may be shown. */
static unsigned code_to_escape(const char *s, size_t len)
{
	unsigned char c = (unsigned char)s[0], second = (unsigned char)s[1];

	if (len == 0)
		return NOT_UTF8;
	if (c < 0x20 || c == 0x7f || (log_json && (c == '"' || c == '\\')))
		return c;
	return c == 0xc2 && second < 0xa0 ? second : 0;
}

static void put_safely(struct line *l, size_t limit, const char *s)
{
	const char *end = s + strlen(s);

	for (size_t len; s < end; s += len ? len : 1) {
		unsigned code = code_to_escape(s, len = utf8_sequence(s, end));

		if (code)
			put_escaped(l, limit, code);
		else
			put(l, limit, s, len);
	}
}

static void put_count(struct line *l, const char *before, unsigned n, const char *after)
{
	char digits[16];

	snprintf(digits, sizeof digits, "%u", n);
	put_str(l, LINE_MOST, before);
	put_str(l, LINE_MOST, digits);
	put_str(l, LINE_MOST, after);
}

enum {
	LIMIT_MESSAGE = LINE_MOST - 1024, /* leaves room for what comes after it */
	LIMIT_FACTS = LINE_MOST - 512,
	LIMIT_REQUEST = LINE_MOST - 64,
	FACT_MOST = 256, /* bytes of a value */
};

static void put_number(struct line *l, int64_t n)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%lld", (long long)n);
	put_str(l, LINE_MOST, digits);
}

/* Whole or not at all: half a member is no JSON. */
static void put_facts(struct line *l, const struct log_fact *facts)
{
	for (const struct log_fact *f = facts; f && f->name; f++) {
		size_t start = l->len, room = start + strlen(f->name) + FACT_MOST;

		if (room > LIMIT_FACTS)
			return;
		put_str(l, LINE_MOST, log_json ? ",\"" : " ");
		put_str(l, LINE_MOST, f->name);
		put_str(l, LINE_MOST, log_json ? "\":" : "=");
		if (!f->text) {
			put_number(l, f->number);
			continue;
		}
		put_str(l, LINE_MOST, log_json ? "\"" : "");
		put_safely(l, room, f->text);
		put_str(l, LINE_MOST, log_json ? "\"" : "");
	}
}

static void put_json(struct line *l, enum log_level level, const char *event, const char *message,
		     const struct log_fact *facts, unsigned suppressed)
{
	char now[TIME_TEXT];

	time_text(clock_now(), now);
	put_str(l, LINE_MOST, "{\"ts\":\"");
	put_str(l, LINE_MOST, now);
	put_str(l, LINE_MOST, "\",\"level\":\"");
	put_str(l, LINE_MOST, level_names[level]);
	put_str(l, LINE_MOST, "\",\"event\":\"");
	put_safely(l, LIMIT_MESSAGE, event);
	put_str(l, LINE_MOST, "\",\"msg\":\"");
	put_safely(l, LIMIT_MESSAGE, message);
	put_str(l, LINE_MOST, "\"");
	put_facts(l, facts);
	if (context) {
		put_str(l, LINE_MOST, ",\"request_id\":\"");
		put_safely(l, LIMIT_REQUEST, context);
		put_str(l, LINE_MOST, "\"");
	}
	if (suppressed)
		put_count(l, ",\"suppressed\":", suppressed, "");
	put_str(l, LINE_MOST, "}\n");
}

/* 10:31:07.123 warn  pool_lost: The server closed the connection. [request 018f...] */
static void put_text(struct line *l, enum log_level level, const char *event, const char *message,
		     const struct log_fact *facts, unsigned suppressed)
{
	char now[TIME_TEXT], head[64];

	time_text(clock_now(), now);
	snprintf(head, sizeof head, "%.12s %-5s ", now + sizeof "2026-01-02", level_names[level]);
	put_str(l, LINE_MOST, head);
	put_safely(l, LIMIT_MESSAGE, event);
	put_str(l, LINE_MOST, ": ");
	put_safely(l, LIMIT_MESSAGE, message);
	put_facts(l, facts);
	if (context) {
		put_str(l, LINE_MOST, " [");
		put_safely(l, LIMIT_REQUEST, context);
		put_str(l, LINE_MOST, "]");
	}
	if (suppressed)
		put_count(l, " (and ", suppressed, " more like it)");
	put_str(l, LINE_MOST, "\n");
}

/* --- writing --- */

/* A full pipe or terminal is not waited for. */
static bool can_take_a_line(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};

	return poll(&p, 1, 0) == 1 && p.revents & POLLOUT;
}

static void write_line(const struct line *l)
{
	bool written;

	pthread_mutex_lock(&write_mutex);
	written = can_take_a_line(log_fd) && write(log_fd, l->at, l->len) == (ssize_t)l->len;
	pthread_mutex_unlock(&write_mutex);
	if (!written)
		__atomic_fetch_add(&lost, 1, __ATOMIC_RELAXED);
}

/*
 * Whether the place may write now; *suppressed is what it kept back before. Threads may meet here: the counts
 * are then off by a line or two, which does no harm.
 */
static bool site_allows(struct log_site *site, unsigned *suppressed)
{
	int64_t now = clock_mono_now() / SECOND_US;

	*suppressed = 0;
	if (__atomic_exchange_n(&site->window_s, now, __ATOMIC_RELAXED) != now) {
		*suppressed = __atomic_exchange_n(&site->suppressed, 0, __ATOMIC_RELAXED);
		__atomic_store_n(&site->count, 0, __ATOMIC_RELAXED);
	}
	if (__atomic_add_fetch(&site->count, 1, __ATOMIC_RELAXED) <= SITE_MAX)
		return true;
	__atomic_add_fetch(&site->suppressed, 1, __ATOMIC_RELAXED);
	return false;
}

/* The caller's errno, for %m, was `saved_errno`. */
static void write_record(enum log_level level, const char *event, const struct log_fact *facts,
			 unsigned suppressed, int saved_errno, const char *fmt, va_list ap)
{
	char message[MESSAGE_MOST];
	struct line l;

	l.len = 0;
	errno = saved_errno;
	if (vsnprintf(message, sizeof message, fmt, ap) < 0)
		message[0] = '\0';
	(log_json ? put_json : put_text)(&l, level, event, message, facts, suppressed);
	write_line(&l);
	errno = saved_errno;
}

void log_write(struct log_site *site, enum log_level level, const char *event, const char *fmt, ...)
{
	int saved_errno = errno;
	unsigned suppressed;
	va_list ap;

	if (!site_allows(site, &suppressed))
		return;
	va_start(ap, fmt);
	write_record(level, event, NULL, suppressed, saved_errno, fmt, ap);
	va_end(ap);
}

void log_record(enum log_level level, const char *event, const struct log_fact *facts, const char *fmt, ...)
{
	int saved_errno = errno;
	va_list ap;

	if (!log_wants(level))
		return;
	va_start(ap, fmt);
	write_record(level, event, facts, 0, saved_errno, fmt, ap);
	va_end(ap);
}

void log_record_some(struct log_site *site, enum log_level level, const char *event,
		     const struct log_fact *facts, const char *fmt, ...)
{
	int saved_errno = errno;
	unsigned suppressed;
	va_list ap;

	if (!log_wants(level) || !site_allows(site, &suppressed))
		return;
	va_start(ap, fmt);
	write_record(level, event, facts, suppressed, saved_errno, fmt, ap);
	va_end(ap);
}
