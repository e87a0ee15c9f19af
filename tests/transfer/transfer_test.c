/* HTTP transfers against servers that stall, break off, drip and lie. */
#include "vobe/transfer.h"

#include "transfer/scene.h"
#include "vobe/buf.h"
#include "vobe/clock.h"

#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Word:  said \r\n"

/* What a test asks, and what came of it. */
struct asking {
	struct transfer_plan plan;
	struct buf body; /* on the heap: survives an error */
	int pieces, status, pause_ms, patience_ms, quiet;
	char word[64];
};

/* Names that begin so are never resolved within the life of a test. */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **res)
{
	typedef int resolver(const char *, const char *, const struct addrinfo *, struct addrinfo **);
	static resolver *real;

	if (node && !strncmp(node, "stuck", 5))
		sleep(3);
	if (!real)
		real = (resolver *)dlsym(RTLD_NEXT, "getaddrinfo");
	return real(node, service, hints, res);
}

static err read_all(struct ctx *cx, void *arg)
{
	struct asking *a = arg;
	struct transfer *t = transfer_begin(cx, &a->plan);
	struct piece piece;

	TRY(transfer_head(cx, t, &a->status));
	const char *word = transfer_header(t, "x-word");
	snprintf(a->word, sizeof a->word, "%s", word ? word : "none");
	do {
		if (a->pause_ms)
			TRY(wait_ms(cx, a->pause_ms));
		TRY(transfer_next(cx, t, a->patience_ms, &piece));
		a->quiet += !piece.len && !piece.is_last;
		a->pieces += piece.len > 0;
		if (piece.len)
			buf_add(&a->body, piece.at, piece.len);
	} while (!piece.is_last);
	return NULL;
}

static err read_whole(struct ctx *cx, void *arg)
{
	struct asking *a = arg;
	struct transfer_answer answer;

	TRY(transfer_whole(cx, &a->plan, 1000, &answer));
	a->status = answer.status;
	buf_add(&a->body, answer.body, answer.len);
	return NULL;
}

static struct server *server;

static struct asking asking_of(const struct step *script)
{
	server = server_start(script);
	return (struct asking){
		.plan = {.url = text("http://127.0.0.1:%d/v1/things?key=secret", server_port(server))}};
}

static void end_asking(struct asking *a)
{
	buf_free(&a->body);
	server_end(server);
}

static void expect_body(struct asking *a, const char *wanted)
{
	ck_assert_str_eq(buf_text(&a->body), wanted);
}

SCENE(open_transfers, close_transfers);

TEST(an_answer_comes_with_status_head_and_body)
{
	struct asking a = asking_of((const struct step[]){
		{HEAR_HEAD}, {SAY, HEAD "Content-Length: 5\r\n\r\nhello"}, {AWAIT_END}, END});

	a.plan.headers = (const char *const[]){"Authorization: Bearer word", NULL};
	expect_fine(run_cancelled(read_all, &a, 0));
	ck_assert_int_eq(a.status, 200);
	ck_assert_str_eq(a.word, "said");
	expect_body(&a, "hello");
	ck_assert_ptr_nonnull(strstr(server_heard(server), "Authorization: Bearer word\r\n"));
	end_asking(&a);
}

TEST(a_body_is_sent_without_waiting_for_100_continue)
{
	struct asking a =
		asking_of((const struct step[]){{HEAR_UNTIL, "{\"a\":1}"},
						{SAY, "HTTP/1.1 100 Continue\r\n\r\n"},
						{SAY, "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok"},
						END});

	a.plan.body = "{\"a\":1}";
	a.plan.body_len = 7;
	expect_fine(run_cancelled(read_whole, &a, 0));
	ck_assert_int_eq(a.status, 201);
	expect_body(&a, "ok");
	ck_assert_ptr_nonnull(strstr(server_heard(server), "POST /v1/things"));
	ck_assert_ptr_null(strstr(server_heard(server), "Expect:"));
	end_asking(&a);
}

TEST(pieces_come_as_the_server_says_them)
{
	struct asking a = asking_of((const struct step[]){
		{HEAR_HEAD}, {SAY, HEAD "\r\none"}, {PAUSE, .times = 150}, {SAY, "two"}, END});

	a.patience_ms = 40;
	expect_fine(run_cancelled(read_all, &a, 0));
	ck_assert_int_eq(a.pieces, 2);
	ck_assert_int_ge(a.quiet, 1); /* patience came to an end between them */
	expect_body(&a, "onetwo");
	end_asking(&a);
}

TEST(a_head_that_does_not_come_is_a_time_out)
{
	struct asking a = asking_of((const struct step[]){{HEAR_HEAD}, {AWAIT_END}, END});

	a.plan.first_byte_ms = 150;
	expect_problem(run_cancelled(read_all, &a, 0), TRANSFER_TIMEOUT);
	server_left_us(server);
	end_asking(&a);
}

TEST(silence_within_the_answer_is_a_time_out_and_what_came_is_kept)
{
	struct asking a =
		asking_of((const struct step[]){{HEAR_HEAD}, {SAY, HEAD "\r\nhalf"}, {AWAIT_END}, END});

	a.plan.gap_ms = 150;
	a.patience_ms = 20; /* looking often does not make it longer */
	expect_problem(run_cancelled(read_all, &a, 0), TRANSFER_TIMEOUT);
	expect_body(&a, "half");
	end_asking(&a);
}

TEST(a_drip_is_no_silence_but_ends_with_the_total)
{
	struct asking a =
		asking_of((const struct step[]){{HEAR_HEAD},
						{SAY, HEAD "\r\n"},
						{DRIP, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 50},
						{AWAIT_END},
						END});

	a.plan.gap_ms = 400;
	a.plan.total_ms = 900;
	expect_problem(run_cancelled(read_all, &a, 0), TRANSFER_TIMEOUT);
	ck_assert_int_ge((int)a.body.len, 5);
	end_asking(&a);
}

TEST(a_slow_reader_is_not_the_servers_silence)
{
	struct asking a = asking_of((const struct step[]){
		{HEAR_HEAD}, {SAY, HEAD "\r\none"}, {PAUSE, .times = 100}, {SAY, "two"}, END});

	a.plan.gap_ms = 200;
	a.pause_ms = 300;
	expect_fine(run_cancelled(read_all, &a, 0));
	expect_body(&a, "onetwo");
	end_asking(&a);
}

/* What a server may do to an answer, and what came before. */
static const struct {
	const char *name;
	struct step script[8];
	const char *kept;
} broken[] = {
	{"a reset", {{HEAR_HEAD}, {SAY, HEAD "\r\nhalf"}, {PAUSE, .times = 80}, {RESET}, END}, "half"},
	{"an end too soon", {{HEAR_HEAD}, {SAY, HEAD "Content-Length: 10\r\n\r\nhalf"}, END}, "half"},
	{"no answer", {{HEAR_HEAD}, END}, ""},
	{"no HTTP", {{HEAR_HEAD}, {SAY, "garbage, and more of it\r\n\r\nhello"}, END}, ""},
	{"a chunk of no size",
	 {{HEAR_HEAD}, {SAY, HEAD "Transfer-Encoding: chunked\r\n\r\nzz\r\nhalf"}, END},
	 ""},
	{"chunks without an end",
	 {{HEAR_HEAD}, {SAY, HEAD "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"}, END},
	 "half"},
	{"half a head", {{HEAR_HEAD}, {SAY, HEAD}, END}, ""},
	{"a head without end",
	 {{HEAR_HEAD}, {SAY, HEAD}, {SAY, "X-Long: 0123456789012345678901234567890\r\n", 1000}, END},
	 ""},
};

TEST_EACH(what_breaks_off_or_makes_no_sense_is_no_answer, i, sizeof broken / sizeof *broken)
{
	struct asking a = asking_of(broken[i].script);
	err e = run_cancelled(read_all, &a, 0);

	ck_assert_msg(problem_is(e, TRANSFER_BROKEN), "%s: %s", broken[i].name, e ? e->code : "fine");
	expect_body(&a, broken[i].kept);
	end_asking(&a);
}

TEST(nobody_there_is_unreachable_and_no_secret_is_told)
{
	struct asking a = asking_of((const struct step[]){END});

	server_end(server);
	err e = run_cancelled(read_all, &a, 0);
	expect_problem(e, TRANSFER_UNREACHABLE);
	ck_assert_ptr_null(strstr(e->detail, "secret"));
	ck_assert_ptr_null(strstr(e->detail, "127.0.0.1"));
}

TEST(only_http_is_spoken)
{
	struct asking a = {.plan = {.url = "file:///etc/passwd"}};

	expect_problem(run_cancelled(read_all, &a, 0), TRANSFER_UNREACHABLE);
	a.plan.url = "gopher://127.0.0.1:70/";
	expect_problem(run_cancelled(read_all, &a, 0), TRANSFER_UNREACHABLE);
}

TEST(a_cancelled_task_closes_the_socket_within_50_ms)
{
	struct asking a =
		asking_of((const struct step[]){{HEAR_HEAD}, {SAY, HEAD "\r\nhalf"}, {AWAIT_END}, END});

	expect_problem(run_cancelled(read_all, &a, 200), CANCELLED);
	int64_t took_us = server_left_us(server) - cancelled_us();
	ck_assert_msg(took_us < 50 * 1000, "%d ms", (int)(took_us / 1000));
	end_asking(&a);
}

static struct transfer *under_way;

static err begin_and_wait(struct ctx *cx, void *arg)
{
	struct asking *a = arg;

	under_way = transfer_begin(cx, &a->plan);
	return transfer_head(cx, under_way, &a->status);
}

static void end_it(void *arg)
{
	(void)arg;
	transfer_end(under_way);
}

TEST(an_end_from_elsewhere_wakes_who_waits_for_the_head)
{
	struct asking a = asking_of((const struct step[]){{HEAR_HEAD}, {AWAIT_END}, END});
	struct loop_timer *soon = loop_after_ms(200, end_it, NULL);
	int64_t begun = clock_mono_now();

	expect_problem(run_cancelled(begin_and_wait, &a, 0), TRANSFER_BROKEN);
	ck_assert_int_lt((int)((clock_mono_now() - begun) / 1000), 2000); /* the first byte has a minute */
	loop_timer_stop(soon);
	end_asking(&a);
}

TEST(a_redirect_is_an_answer_and_is_not_followed)
{
	struct server *elsewhere =
		server_start((const struct step[]){{HEAR_HEAD}, {SAY, HEAD "\r\nelsewhere"}, END});
	struct asking a = asking_of((const struct step[]){
		{HEAR_HEAD},
		{SAY,
		 text("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d/\r\nContent-Length: 0\r\n\r\n",
		      server_port(elsewhere))},
		END});

	expect_fine(run_cancelled(read_all, &a, 0));
	ck_assert_int_eq(a.status, 302);
	ck_assert(!server_was_asked(elsewhere));
	server_end(elsewhere);
	end_asking(&a);
}

TEST(proxies_of_the_environment_are_ignored_and_one_of_the_plan_is_used)
{
	static const struct step script[] = {{HEAR_HEAD}, {SAY, HEAD "Content-Length: 2\r\n\r\nok"}, END};
	struct server *proxy = server_start(script);
	struct asking a = asking_of(script);

	setenv("http_proxy", text("http://127.0.0.1:%d", server_port(proxy)), 1);
	setenv("ALL_PROXY", text("http://127.0.0.1:%d", server_port(proxy)), 1);
	expect_fine(run_cancelled(read_all, &a, 0));
	ck_assert(!server_was_asked(proxy));
	a.plan.proxy = text("http://127.0.0.1:%d", server_port(proxy));
	expect_fine(run_cancelled(read_all, &a, 0));
	ck_assert_ptr_nonnull(strstr(server_heard(proxy), "GET http://127.0.0.1:"));
	server_end(proxy);
	end_asking(&a);
}

enum { FLOOD = 20000 };

/* Reads nothing for a while, then all. */
static err read_late(struct ctx *cx, void *arg)
{
	struct asking *a = arg;
	struct transfer *t = transfer_begin(cx, &a->plan);
	struct piece piece;
	size_t before = 0;

	TRY(transfer_head(cx, t, &a->status));
	for (size_t now; (now = server_said(server)) != before || !now; before = now)
		TRY(wait_ms(cx, 100));
	a->pieces = (int)(before / 1024); /* KiB that the server could send to nobody */
	do {
		TRY(transfer_next(cx, t, 0, &piece));
		ck_assert_int_le((int)piece.len, 64 * 1024);
		a->body.len += piece.len;
	} while (!piece.is_last);
	return NULL;
}

TEST(upstream_is_read_no_further_ahead_than_the_reader_needs)
{
	char kilobyte[1025];

	memset(kilobyte, 'a', 1024);
	kilobyte[1024] = '\0';
	struct asking a = asking_of(
		(const struct step[]){{HEAR_HEAD}, {SAY, HEAD "\r\n"}, {SAY, kilobyte, FLOOD}, END});
	expect_fine(run_cancelled(read_late, &a, 0));
	ck_assert_int_lt(a.pieces, 10000); /* the kernel's buffers and 64 KiB; all would be 20,000 */
	ck_assert_int_eq((int)a.body.len, FLOOD * 1024);
	a.body.len = 0;
	end_asking(&a);
}

TEST(an_answer_larger_than_expected_is_refused)
{
	struct asking a = asking_of((const struct step[]){
		{HEAR_HEAD}, {SAY, HEAD "\r\n"}, {SAY, "0123456789", 101}, {AWAIT_END}, END});

	expect_problem(run_cancelled(read_whole, &a, 0), TRANSFER_TOO_LARGE);
	server_left_us(server);
	end_asking(&a);
}

TEST(a_name_that_is_not_resolved_holds_nobody)
{
	struct asking a = {.plan = {.url = "http://stuck.example.org/", .connect_ms = 300}};

	watch_loop();
	int64_t begun = clock_mono_now();
	expect_problem(run_cancelled(read_all, &a, 0), TRANSFER_UNREACHABLE);
	expect_problem(run_cancelled(read_all, &a, 100), CANCELLED);
	ck_assert_int_lt((int)((clock_mono_now() - begun) / 1000),
			 2000); /* the resolver takes three seconds */
	ck_assert_int_lt(loop_held_ms(), 500);
}
