/*
 * Mail by libcurl, each message on a thread of its own: libcurl 7.88 waits for the server's word after the
 * last dot, and for its answer to QUIT, without going back to the loop (curl's TODO, "the DONE operation"),
 * and a mail server may take minutes over either.
 */
#include "vobe/smtp.h"

#include "core/loop/loop.h"
#include "core/task/task.h"
#include "transfer/easy.h"
#include "vobe/clock.h"
#include "vobe/transfer.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum {
	CONNECT_MS = 5000,
	TOTAL_MS = 60 * 1000,
	GOODBYE_MS = 2000, /* for what follows a refusal: another way of the same, or QUIT */
	AT_ONCE = 8,
	LINE_ROOM = 512
};

/* On the stack of the task, which stays until the thread has ended. */
struct sending {
	const struct smtp_plan *plan;
	CURL *easy;
	struct task *task;
	size_t sent; /* bytes of the message */
	bool is_accepted;
	char line[LINE_ROOM]; /* the last reply, its last line */
	char fault[CURL_ERROR_SIZE];
	CURLcode result;
	int64_t total_us, ends_us; /* monotonic; the latter is sooner once the server has had its say */
	atomic_bool is_cancelled;
	bool has_ended; /* set on the loop's thread */
};

static int under_way;

/* --- on the thread --- */

/* CURLOPT_READFUNCTION */
static size_t message_wanted(char *into, size_t size, size_t count, void *arg)
{
	struct sending *s = arg;
	size_t left = s->plan->len - s->sent, len = size * count < left ? size * count : left;

	memcpy(into, (const char *)s->plan->message + s->sent, len);
	s->sent += len;
	return len;
}

static int code_of(const char *line)
{
	int code = 0;

	return sscanf(line, "%3d", &code) == 1 ? code : 0;
}

/* A reply is complete. libcurl's own time-outs leave out the goodbye, and give two minutes to it. */
static void reply_ended(struct sending *s)
{
	int64_t now = clock_mono_now();
	int code = code_of(s->line);

	s->is_accepted = s->sent == s->plan->len && code / 100 == 2;
	s->ends_us = s->total_us;
	if (s->is_accepted)
		s->ends_us = now;
	else if (code >= 400 && now + GOODBYE_MS * 1000 < s->total_us)
		s->ends_us = now + GOODBYE_MS * 1000;
}

/* The server's goodbye (221, RFC 5321 section 4.2.3) is no answer to what it refused before. */
static bool is_goodbye(const struct sending *s, const char *line)
{
	return code_of(s->line) >= 400 && code_of(line) == 221;
}

/* CURLOPT_HEADERFUNCTION: a line of a reply. "250-" goes on, "250 " is the last. What follows the acceptance
 * does not matter. */
static size_t reply_came(char *line, size_t size, size_t count, void *arg)
{
	struct sending *s = arg;
	size_t len = size * count;

	if (s->is_accepted || is_goodbye(s, line))
		return len;
	snprintf(s->line, sizeof s->line, "%.*s", (int)strcspn(line, "\r\n"), line);
	if (len > 3 && line[3] != '-')
		reply_ended(s);
	return len;
}

/* CURLOPT_XFERINFOFUNCTION, at least once a second; not 0: give up. */
static int on_progress(void *arg, curl_off_t to_get, curl_off_t got, curl_off_t to_send, curl_off_t sent)
{
	const struct sending *s = arg;

	(void)to_get, (void)got, (void)to_send, (void)sent;
	return s->is_cancelled || clock_mono_now() >= s->ends_us;
}

/* On the loop's thread. */
static void ended(void *arg)
{
	struct sending *s = arg;

	s->has_ended = true;
	task_wake(s->task);
}

static void *send_message(void *arg)
{
	struct sending *s = arg;

	s->result = curl_easy_perform(s->easy);
	loop_post(ended, s);
	return NULL;
}

/* --- on the task --- */

static CURL *easy_of(struct ctx *cx, const struct smtp_plan *plan, int total_ms)
{
	const char *hello = plan->hello ? plan->hello : "";
	const char *url = arena_fmt(cx->arena, "%s://%s:%d/%s", plan->security == SMTP_TLS ? "smtps" : "smtp",
				    plan->host, plan->port, hello);
	CURL *easy = easy_new(url, "smtp,smtps", plan->ca_file, NULL);

	easy_limits(easy, plan->connect_ms > 0 ? plan->connect_ms : CONNECT_MS, total_ms);
	if (plan->security != SMTP_PLAIN)
		curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
	if (plan->user && *plan->user) {
		curl_easy_setopt(easy, CURLOPT_USERNAME, plan->user);
		curl_easy_setopt(easy, CURLOPT_PASSWORD, plan->password ? plan->password : "");
	}
	return easy;
}

static void set_message(struct ctx *cx, struct sending *s, struct curl_slist *to)
{
	curl_easy_setopt(s->easy, CURLOPT_MAIL_FROM, arena_fmt(cx->arena, "<%s>", s->plan->from));
	curl_easy_setopt(s->easy, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(s->easy, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(s->easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)s->plan->len);
	curl_easy_setopt(s->easy, CURLOPT_READFUNCTION, message_wanted);
	curl_easy_setopt(s->easy, CURLOPT_READDATA, s);
	curl_easy_setopt(s->easy, CURLOPT_HEADERFUNCTION, reply_came);
	curl_easy_setopt(s->easy, CURLOPT_HEADERDATA, s);
	curl_easy_setopt(s->easy, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(s->easy, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(s->easy, CURLOPT_XFERINFODATA, s);
	curl_easy_setopt(s->easy, CURLOPT_ERRORBUFFER, s->fault);
}

/* Signals are the loop's thread's. */
static bool thread_start(struct sending *s, pthread_t *thread)
{
	sigset_t all, before;
	int fault;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	fault = pthread_create(thread, NULL, send_message, s);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return !fault;
}

/* Until the thread has ended, which is within a second or so of being cancelled. */
static err wait_for_thread(struct ctx *cx, struct sending *s)
{
	err given_up = NULL;

	while (!s->has_ended && !given_up)
		given_up = task_wait(cx);
	s->is_cancelled = !s->has_ended;
	while (!s->has_ended)
		task_wait_certain(cx);
	return s->is_accepted ? NULL : given_up;
}

static err outcome(struct ctx *cx, const struct sending *s)
{
	int code = code_of(s->line);

	if (s->is_accepted)
		return NULL;
	if (code / 100 == 4)
		return problem_detail(cx, SMTP_DEFERRED, "%s It says: %s", SMTP_DEFERRED->detail, s->line);
	if (code / 100 == 5)
		return problem_detail(cx, SMTP_REFUSED, "%s It says: %s", SMTP_REFUSED->detail, s->line);
	if (s->result == CURLE_ABORTED_BY_CALLBACK) /* by our own clock */
		return TRANSFER_TIMEOUT;
	err e = easy_fault(cx, s->easy, s->result, s->fault);
	return e ? e : TRANSFER_BROKEN;
}

static err run_sending(struct ctx *cx, struct sending *s)
{
	pthread_t thread;

	if (under_way == AT_ONCE || !thread_start(s, &thread))
		return UNAVAILABLE;
	under_way++;
	err given_up = wait_for_thread(cx, s);
	pthread_join(thread, NULL);
	under_way--;
	return given_up ? given_up : outcome(cx, s);
}

static bool is_one_line(const char *s)
{
	return !s || !strpbrk(s, "\r\n");
}

static bool is_address(const char *s)
{
	return is_one_line(s) && !strpbrk(s, "<> ");
}

/* What would become a command of its own, or another address, is refused here. */
static bool is_sendable(const struct smtp_plan *plan)
{
	bool fine = plan->len && plan->to[0] && is_address(plan->from) && is_one_line(plan->user) &&
		    is_one_line(plan->password) && is_one_line(plan->hello);

	for (const char *const *to = plan->to; fine && *to; to++)
		fine = is_address(*to);
	return fine;
}

err smtp_send(struct ctx *cx, const struct smtp_plan *plan, struct smtp_answer *answer)
{
	struct sending s = {.plan = plan, .task = cx->task};
	int total_ms = plan->total_ms > 0 ? plan->total_ms : TOTAL_MS;
	struct curl_slist *to = NULL;
	err e;

	*answer = (struct smtp_answer){.text = ""};
	if (!is_sendable(plan))
		return TRANSFER_BROKEN;
	for (const char *const *each = plan->to; *each; each++)
		to = curl_slist_append(to, arena_fmt(cx->arena, "<%s>", *each));
	s.total_us = s.ends_us = clock_mono_now() + (int64_t)total_ms * 1000;
	s.easy = easy_of(cx, plan, total_ms);
	set_message(cx, &s, to);
	e = run_sending(cx, &s);
	*answer = (struct smtp_answer){.code = code_of(s.line), .text = arena_str(cx->arena, s.line)};
	curl_easy_cleanup(s.easy);
	curl_slist_free_all(to);
	return e;
}
