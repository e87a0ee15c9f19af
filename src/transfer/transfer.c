/* HTTP transfers as tasks see them: the head, the body piece by piece, or the whole of a bounded answer. */
#include "vobe/transfer.h"

#include "core/memory/memory.h"
#include "core/task/task.h"
#include "transfer/multi.h"
#include "vobe/clock.h"

#include <string.h>
#include <strings.h>

enum { CONNECT_MS = 5000, FIRST_BYTE_MS = 60 * 1000, GAP_MS = 30 * 1000, TOTAL_MS = 300 * 1000 };

/* --- what libcurl says, on the loop's stack --- */

static void wake_reader(const struct transfer *t)
{
	if (t->reader)
		task_wake(t->reader);
}

static int status_of(const char *line, size_t len)
{
	const char *blank = memchr(line, ' ', len);
	int status = 0;

	for (size_t i = blank ? (size_t)(blank - line) + 1 : len; i < len && line[i] >= '0' && line[i] <= '9';
	     i++)
		status = status * 10 + line[i] - '0';
	return status;
}

/* CURLOPT_HEADERFUNCTION, a line at a time. An interim head (1xx) is forgotten when the next begins. */
static size_t head_came(char *line, size_t size, size_t count, void *arg)
{
	struct transfer *t = arg;
	size_t len = size * count;

	t->heard_us = clock_mono_now();
	if (len >= 5 && memcmp(line, "HTTP/", 5) == 0) {
		t->head.len = 0;
		t->status = status_of(line, len);
	}
	if (t->head.len + len > HEAD_MAX)
		return 0;
	buf_add(&t->head, line, len);
	if (t->status >= 200 && (*line == '\r' || *line == '\n')) {
		t->has_head = true;
		wake_reader(t);
	}
	return len;
}

/* CURLOPT_WRITEFUNCTION; libcurl gives at most 16 KiB at once, and gives it again after a pause. */
static size_t body_came(char *bytes, size_t size, size_t count, void *arg)
{
	struct transfer *t = arg;
	size_t len = size * count;

	t->heard_us = clock_mono_now();
	if (t->coming.len && t->coming.len + len > AHEAD_MAX) {
		t->is_paused = true;
		return CURL_WRITEFUNC_PAUSE;
	}
	buf_add(&t->coming, bytes, len);
	wake_reader(t);
	return len;
}

/* --- beginning and ending --- */

static void add_lines(struct transfer *t, const char *const *headers)
{
	t->lines = curl_slist_append(t->lines, "Expect:"); /* never wait for 100 Continue */
	for (; headers && *headers; headers++)
		t->lines = curl_slist_append(t->lines, *headers);
	curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->lines);
}

static void set_request(struct transfer *t, const struct transfer_plan *plan)
{
	if (plan->body) {
		curl_easy_setopt(t->easy, CURLOPT_POST, 1L);
		curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, plan->body);
		curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)plan->body_len);
	}
	if (plan->method)
		curl_easy_setopt(t->easy, CURLOPT_CUSTOMREQUEST, plan->method);
	curl_easy_setopt(t->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, head_came);
	curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, body_came);
	curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
	add_lines(t, plan->headers);
}

static int ms_or(int ms, int otherwise)
{
	return ms > 0 ? ms : otherwise;
}

static void arena_has_gone(void *arg)
{
	struct transfer *t = arg;

	t->is_over = true;
	t->reader = NULL;
	multi_touch(t);
}

static struct transfer *transfer_new(struct ctx *cx, const struct transfer_plan *plan)
{
	struct transfer *t = memory_take(sizeof *t);

	*t = (struct transfer){.arena = cx->arena};
	t->begun_us = t->heard_us = clock_mono_now();
	t->first_byte_us = (int64_t)ms_or(plan->first_byte_ms, FIRST_BYTE_MS) * 1000;
	t->gap_us = (int64_t)ms_or(plan->gap_ms, GAP_MS) * 1000;
	t->easy = easy_new(plan->url, "http,https", plan->ca_file, plan->proxy);
	easy_limits(t->easy, ms_or(plan->connect_ms, CONNECT_MS), ms_or(plan->total_ms, TOTAL_MS));
	curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
	curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->fault);
	return t;
}

struct transfer *transfer_begin(struct ctx *cx, const struct transfer_plan *plan)
{
	struct transfer *t = transfer_new(cx, plan);

	set_request(t, plan);
	arena_on_free(cx->arena, arena_has_gone, t);
	multi_touch(t);
	return t;
}

/* The socket goes now; what was heard, and the struct, stay until the arena goes. */
void transfer_end(struct transfer *t)
{
	if (!t || t->is_closed)
		return;
	t->is_closed = true;
	multi_touch(t);
	wake_reader(t);
}

/* --- waiting --- */

static int64_t silence_ends(const struct transfer *t)
{
	return t->has_head ? t->heard_us + t->gap_us : t->begun_us + t->first_byte_us;
}

void transfer_gap(struct transfer *t, int gap_ms)
{
	t->gap_us = (int64_t)gap_ms * 1000;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Suspends until something has come, or until `until`. */
static err wait_for_more(struct ctx *cx, struct transfer *t, int64_t until)
{
	if (clock_mono_now() >= silence_ends(t))
		return TRANSFER_TIMEOUT;
	t->reader = cx->task;
	err e = task_wait_by(cx, earlier(until, silence_ends(t)));
	t->reader = NULL;
	return e;
}

static err ended_with(struct transfer *t, err e)
{
	transfer_end(t);
	return e;
}

static err fault_of(struct ctx *cx, const struct transfer *t)
{
	return easy_fault(cx, t->easy, t->result, t->fault);
}

/* One step towards the head. Done without one: with an error, or an answer of HTTP/0.9. */
static err wait_for_head(struct ctx *cx, struct transfer *t)
{
	if (t->is_closed)
		return TRANSFER_BROKEN;
	if (!t->is_done)
		return wait_for_more(cx, t, INT64_MAX);
	TRY(fault_of(cx, t));
	return TRANSFER_BROKEN;
}

err transfer_head(struct ctx *cx, struct transfer *t, int *status)
{
	err e;

	while (!t->has_head)
		if ((e = wait_for_head(cx, t)))
			return ended_with(t, e);
	*status = t->status;
	return NULL;
}

/* What has come becomes the piece; its place is free for what comes next. */
static void give_piece(struct transfer *t, struct piece *piece)
{
	struct buf empty = t->given;

	t->given = t->coming;
	t->coming = empty;
	t->coming.len = 0;
	*piece = (struct piece){.at = t->given.at, .len = t->given.len, .is_last = !t->given.len};
	if (t->is_paused)
		multi_touch(t);
}

err transfer_next(struct ctx *cx, struct transfer *t, int patience_ms, struct piece *piece)
{
	int64_t now = clock_mono_now(), until = patience_ms ? now + (int64_t)patience_ms * 1000 : INT64_MAX;
	err e;

	if (t->given.len)
		t->heard_us = now; /* silence is upstream's from now on; before, the reader was busy */
	t->given.len = 0;
	for (; !t->coming.len && !t->is_done; now = clock_mono_now()) {
		if (t->is_closed)
			return TRANSFER_BROKEN;
		if (now >= until) {
			*piece = (struct piece){0};
			return NULL;
		}
		if ((e = wait_for_more(cx, t, until)))
			return ended_with(t, e);
	}
	if (!t->coming.len && (e = fault_of(cx, t)))
		return ended_with(t, e);
	give_piece(t, piece);
	return NULL;
}

err transfer_whole(struct ctx *cx, const struct transfer_plan *plan, size_t max,
		   struct transfer_answer *answer)
{
	struct transfer *t = transfer_begin(cx, plan);
	struct buf body = {.arena = cx->arena};
	struct piece piece;
	int status;

	TRY(transfer_head(cx, t, &status));
	do {
		TRY(transfer_next(cx, t, 0, &piece));
		if (body.len + piece.len > max)
			return ended_with(t, TRANSFER_TOO_LARGE);
		if (piece.len)
			buf_add(&body, piece.at, piece.len);
	} while (!piece.is_last);
	*answer = (struct transfer_answer){
		.status = status, .body = buf_text(&body), .len = body.len, .transfer = t};
	return NULL;
}

/* --- the head --- */

static const char *value_between(struct arena *a, const char *from, const char *to)
{
	while (from < to && (*from == ' ' || *from == '\t'))
		from++;
	while (to > from && strchr("\r\n \t", to[-1]))
		to--;
	return arena_strn(a, from, (size_t)(to - from));
}

const char *transfer_header(const struct transfer *t, const char *name)
{
	size_t len = strlen(name);
	const char *line = t->head.at, *end = t->head.at + t->head.len;

	for (const char *next; line < end; line = next) {
		next = memchr(line, '\n', (size_t)(end - line));
		next = next ? next + 1 : end;
		if ((size_t)(next - line) > len && line[len] == ':' && !strncasecmp(line, name, len))
			return value_between(t->arena, line + len + 1, next);
	}
	return NULL;
}
