/* Connections: order, keeping alive, deadlines, clients that leave or do not read, caps, streams, stopping.
 */
#include "core/for_tests.h"
#include "core/loop/loop.h"
#include "core/task/task.h"
#include "http/client.h"
#include "support/test.h"
#include "vobe/clock.h"
#include "vobe/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WAIT_FIELDS(F, T)                                                                          \
	F(T, INT, ms, IN, "Milliseconds to wait", .max = 10000, .otherwise = "0")                  \
	F(T, INT, size, IN, "Bytes to answer", .max = 4000000, .otherwise = "2")
STRUCT(waiting, WAIT_FIELDS);
SCHEMA(waiting, WAIT_FIELDS, "How to answer");

#define TEXT_FIELDS(F, T) F(T, TEXT, text, IN, "Text", .max = 1000000)
STRUCT(text, TEXT_FIELDS);
SCHEMA(text, TEXT_FIELDS, "A text");

static err waited; /* what the last wait has returned */
static int waits_ended;

static err answer_size(struct req *rq, int64_t ms, int64_t size)
{
	if (ms > 0) {
		waited = wait_ms(&rq->cx, (int)ms);
		waits_ended++;
		TRY(waited);
	}
	char *bytes = arena_alloc(rq->cx.arena, (size_t)size + 1);
	memset(bytes, 'x', (size_t)size);
	snprintf(bytes, (size_t)size + 1, "%lld", (long long)ms);
	return reply_bytes(rq, "text/plain", bytes, (size_t)size);
}

HANDLER(get_later, waiting, none, none);
static err get_later(struct req *rq, const struct waiting *in)
{
	return answer_size(rq, in->ms, in->size);
}

HANDLER(take_text, none, text, none);
static err take_text(struct req *rq, struct text *body)
{
	(void)body;
	return reply_bytes(rq, "text/plain", "ok", 2);
}

static struct stream *stream;
static int streams_closed;

static void note_closed(void *arg)
{
	ck_assert_ptr_eq(arg, &stream);
	streams_closed++;
	stream = NULL;
}

HANDLER(watch, none, none, none);
static err watch(struct req *rq)
{
	stream = stream_open(rq, note_closed, &stream);
	stream_send(stream, "hello", "1", "first\nsecond");
	return NULL;
}

static const struct route routes[] = {
	ROUTE(GET, "/later", ANYONE, 200, get_later, "Answer later", .produces = "text/plain"),
	ROUTE(POST, "/text", ANYONE, 200, take_text, "Take a text", .produces = "text/plain"),
	ROUTE(GET, "/stream", ANYONE, 200, watch, "Stream", .produces = "text/event-stream"),
	{0},
};

static void impatient(struct http_config *cfg)
{
	cfg->head_ms = cfg->body_ms = cfg->idle_ms = cfg->stall_ms = 150;
	cfg->request_ms = 300;
}

static void few_connections(struct http_config *cfg)
{
	cfg->connections_max = 8;
	cfg->connections_per_address = 5;
}

static void open_server(void)
{
	streams_closed = waits_ended = 0;
	serve(routes, NULL, NULL);
}

static void open_impatient(void)
{
	serve(routes, impatient, NULL);
}

static void open_small(void)
{
	serve(routes, few_connections, NULL);
}

#define LATER(query) "GET /api/v1/later" query " HTTP/1.1\r\nHost: x\r\n\r\n"
#define NOW LATER("")

static struct http_stats stats(void)
{
	struct http_stats s;
	http_read_stats(&s);
	return s;
}

/* --- one request after the other --- */

SCENE(open_server, serve_end);

TEST(connection_is_kept)
{
	int fd = dial();
	for (int i = 0; i < 100; i++) {
		send_text(fd, NOW);
		ck_assert_int_eq(hear(fd).status, 200);
	}
	ck_assert_uint_eq(stats().accepted, 1);
	ck_assert_uint_eq(stats().requests, 100);
	send_text(fd, "GET /api/v1/later HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	struct got g = hear(fd);
	ck_assert_str_eq(got_header(&g, "Connection"), "close");
	ck_assert(is_closed(fd, 1000));
}

TEST(http_1_0_is_closed_unless_it_asks)
{
	int fd = dial();
	send_text(fd, "GET /api/v1/later HTTP/1.0\r\n\r\n");
	ck_assert_int_eq(hear(fd).status, 200);
	ck_assert(is_closed(fd, 1000));
	fd = dial();
	send_text(fd, "GET /api/v1/later HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
	struct got g = hear(fd);
	ck_assert_str_eq(got_header(&g, "Connection"), "keep-alive");
	send_text(fd, "GET /api/v1/later HTTP/1.0\r\n\r\n");
	ck_assert_int_eq(hear(fd).status, 200);
}

TEST(pipelined_answers_come_in_order)
{
	int fd = dial();
	send_text(fd, LATER("?ms=40&size=20") LATER("?ms=5&size=20"));
	send_text(fd, "POST /api/v1/text HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n"
		      "Content-Type: application/json\r\n\r\n{\"text\":\"\"}\n");
	send_text(fd, LATER("?ms=1&size=20"));
	ck_assert_int_eq(strncmp(hear(fd).body, "40", 2), 0);
	ck_assert_int_eq(strncmp(hear(fd).body, "5", 1), 0);
	ck_assert_str_eq(hear(fd).body, "ok");
	ck_assert_int_eq(strncmp(hear(fd).body, "1", 1), 0);
}

TEST(many_may_be_pipelined)
{
	enum { MANY = 3000 };
	int fd = dial();
	for (int i = 0; i < MANY; i++)
		send_text(fd, i % 7 == 0 ? LATER("?ms=1") : NOW);
	for (int i = 0; i < MANY; i++)
		ck_assert_int_eq(hear(fd).status, 200);
	ck_assert_int_eq(stats().connections, 1);
}

TEST(fault_ends_the_pipeline)
{
	int fd = dial();
	send_text(fd, NOW "GET / HTTP/1.1\r\n\r\n" NOW);
	ck_assert_int_eq(hear(fd).status, 200);
	ck_assert_int_eq(hear(fd).status, 400);
	ck_assert(is_closed(fd, 1000));
	ck_assert_uint_eq(stats().requests, 2);
	ck_assert_uint_eq(stats().parse_errors, 1);
}

TEST(large_answers_arrive_whole)
{
	int fd = dial();
	send_text(fd, LATER("?size=3000000") LATER("?ms=1&size=3000000") NOW);
	ck_assert_uint_eq(hear(fd).body_len, 3000000);
	ck_assert_uint_eq(hear(fd).body_len, 3000000);
	ck_assert_uint_eq(hear(fd).body_len, 2);
}

TEST(half_closed_client_is_answered)
{
	int fd = dial();
	send_text(fd, LATER("?ms=30"));
	shutdown(fd, SHUT_WR); /* as `printf ... | nc -N` */
	ck_assert_int_eq(hear(fd).status, 200);
	ck_assert(is_closed(fd, 1000));
}

/* --- clients that leave --- */

TEST(handler_learns_that_its_client_left)
{
	int fd = dial();
	waits_ended = 0;
	send_text(fd, LATER("?ms=4000"));
	pass_ms(20);
	ck_assert_int_eq(tasks_live(), 1);
	close(fd);
	for (int i = 0; i < 100 && !waits_ended; i++)
		pass_ms(5);
	ck_assert_int_eq(waits_ended, 1);
	ck_assert(problem_is(waited, CANCELLED));
	pass_ms(5);
	ck_assert_int_eq(tasks_live(), 0);
	ck_assert_int_eq(stats().connections, 0);
	ck_assert_uint_eq(stats().clients_gone, 1);
}

TEST(reset_is_noticed_too)
{
	int fd = dial();
	waits_ended = 0;
	send_text(fd, LATER("?ms=4000"));
	pass_ms(20);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
	close(fd);
	for (int i = 0; i < 100 && !waits_ended; i++)
		pass_ms(5);
	ck_assert(problem_is(waited, CANCELLED));
}

TEST(client_may_leave_at_any_byte)
{
	static const char whole[] = "POST /api/v1/text HTTP/1.1\r\nHost: x\r\nContent-Type: "
				    "application/json\r\nContent-Length: 11\r\n\r\n"
				    "{\"text\":\"\"}" LATER("?ms=1&size=100000");
	for (size_t cut = 0; cut < sizeof whole; cut++) {
		int fd = dial();
		send_bytes(fd, whole, cut);
		pass_ms(0);
		close(fd);
		pass_ms(0);
	}
	for (int i = 0; i < 200 && stats().connections; i++)
		pass_ms(5);
	ck_assert_int_eq(stats().connections, 0);
	ck_assert_int_eq(tasks_live(), 0);
}

/* --- clients that are slow --- */

SCENE(open_impatient, serve_end);

TEST(slow_head_is_cut)
{
	int fd = dial();
	int64_t start = clock_mono_now();
	for (int i = 0; i < 100 && !stats().timeouts; i++) {
		send_text(fd, "G"); /* each byte in time, the whole never */
		pass_ms(10);
	}
	int64_t took_ms = (clock_mono_now() - start) / 1000;
	ck_assert_msg(took_ms >= 140 && took_ms < 600, "%lld ms", (long long)took_ms);
	ck_assert_int_eq(hear(fd).status, 408);
	ck_assert(is_closed(fd, 1000));
}

TEST(slow_body_is_cut)
{
	int fd = dial();
	send_text(fd, "POST /api/v1/text HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
	for (int i = 0; i < 100 && !stats().timeouts; i++) {
		send_text(fd, "x");
		pass_ms(10);
	}
	ck_assert_uint_eq(stats().timeouts, 1);
	ck_assert_int_eq(hear(fd).status, 408);
}

/* 64 KiB earn a second. */
TEST(steady_body_has_its_time)
{
	enum { SIZE = 200 * 1024 };
	int fd = dial();
	char *bytes = malloc(SIZE);
	memset(bytes, ' ', SIZE);
	memcpy(bytes, "{}", 2);
	send_text(fd, "POST /api/v1/text HTTP/1.1\r\nHost: x\r\n"
		      "Content-Type: application/json\r\nContent-Length: 204800\r\n\r\n");
	send_bytes(fd, bytes, SIZE - 1);
	pass_ms(400);
	send_text(fd, " ");
	ck_assert_int_eq(hear(fd).status, 200);
	free(bytes);
}

TEST(idle_connection_is_closed_silently)
{
	int fresh = dial(), used = dial();
	send_text(used, NOW);
	ck_assert_int_eq(hear(used).status, 200);
	pass_ms(50);
	send_text(used, NOW); /* its time begins anew */
	ck_assert_int_eq(hear(used).status, 200);
	ck_assert_int_eq(hear(fresh).status, 0);
	ck_assert(is_closed(used, 1000));
	ck_assert_uint_eq(stats().timeouts, 0);
}

TEST(reader_that_never_reads_is_closed)
{
	int fd = dial();
	for (int i = 0; i < 40; i++)
		send_text(fd, LATER("?size=3000000"));
	pass_ms(20);
	int64_t start = clock_mono_now();
	while (stats().connections && clock_mono_now() - start < 3 * SECOND_US)
		pass_ms(10);
	ck_assert_int_eq(stats().connections, 0);
	ck_assert_uint_eq(stats().timeouts, 1);
	ck_assert_uint_lt(stats().requests, 10); /* the others were not begun: the output is capped */
}

TEST(slow_reader_is_served)
{
	int fd = dial();
	send_text(fd, LATER("?size=4000000"));
	pass_ms(10);
	char bytes[20000];
	size_t got = 0;
	for (int i = 0; i < 1000 && got < 4000000;
	     i++) { /* for far longer than the stall limit, but never still */
		ssize_t n = recv(fd, bytes, sizeof bytes, 0);
		got += n > 0 ? (size_t)n : 0;
		pass_ms(5);
	}
	ck_assert_uint_gt(got, 4000000);
	ck_assert_uint_eq(stats().timeouts, 0);
}

TEST(slow_handler_is_stopped)
{
	struct got g = ask(LATER("?ms=4000"));
	ck_assert_int_eq(g.status, 503);
	ck_assert_ptr_nonnull(strstr(g.body, "deadline_passed"));
	ck_assert_ptr_nonnull(got_header(&g, "Retry-After"));
}

/* --- caps --- */

SCENE(open_small, serve_end);

TEST(connections_are_capped)
{
	int fds[8];
	for (int i = 0; i < 8; i++) {
		fds[i] = dial();
		pass_ms(1);
	}
	ck_assert_int_eq(stats().connections, 5); /* all come from one address */
	ck_assert_uint_eq(stats().refused, 3);
	struct got g = hear(fds[7]);
	ck_assert_int_eq(g.status, 503);
	ck_assert_ptr_nonnull(got_header(&g, "Retry-After"));
	ck_assert_ptr_nonnull(strstr(g.body, "\"code\":\"unavailable\""));
	send_text(fds[0], NOW);
	ck_assert_int_eq(hear(fds[0]).status, 200);
	for (int i = 0; i < 8; i++)
		close(fds[i]);
	pass_ms(5);
	ck_assert_int_eq(ask(NOW).status, 200);
}

static double cpu_seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* In a process of its own: 500 connections that are held for a while. Exit code 0: all connected. */
static pid_t crowd(int port, int hold_ms)
{
	pid_t pid = fork();
	if (pid != 0)
		return pid;
	struct rlimit plenty = {1024, 1024};
	setrlimit(RLIMIT_NOFILE, &plenty);
	(void)port;
	for (int i = 0; i < 500; i++)
		dial();
	usleep((useconds_t)hold_ms * 1000);
	_exit(0);
}

static size_t log_size(FILE *log)
{
	fseek(log, 0, SEEK_END);
	return (size_t)ftell(log);
}

SCENE(open_server, serve_end);

TEST(lack_of_descriptors_is_survived)
{
	struct rlimit few = {128, 1024};
	FILE *log = tmpfile();
	ck_assert_ptr_nonnull(log);
	pid_t pid = crowd(http_port(), 1500);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
	dup2(fileno(log), STDERR_FILENO);
	pass_ms(200);
	double before = cpu_seconds();
	pass_ms(1000);
	double used = cpu_seconds() - before;
	int status = 0;
	ck_assert_int_gt(stats().connections, 50);
	ck_assert_int_lt(stats().connections, 128);
	ck_assert_msg(used < 0.15, "%.3f s of processor in a second of waiting", used);
	ck_assert_uint_gt(log_size(log), 0); /* it did happen, and was told: a few lines, not thousands */
	ck_assert_uint_lt(log_size(log), 16 * 1024);

	waitpid(pid, &status, 0);
	ck_assert_int_eq(status, 0);
	for (int i = 0; i < 400 && stats().connections; i++)
		pass_ms(10);
	ck_assert_int_eq(ask(NOW).status, 200);
	fclose(log);
}

/* --- streams --- */

static int open_stream(void)
{
	int fd = dial();
	send_text(fd, "GET /api/v1/stream HTTP/1.1\r\nHost: x\r\n\r\n");
	for (int i = 0; i < 100 && !stream; i++)
		pass_ms(1);
	ck_assert_ptr_nonnull(stream);
	return fd;
}

TEST(stream_outlives_its_handler)
{
	int fd = open_stream();
	pass_ms(5);
	ck_assert_int_eq(tasks_live(), 0);
	stream_send(stream, NULL, NULL, "third");
	stream_send(stream, "bad\nevent", "2\r\ndata: injected", "a\rb\r\nc");
	const char *all = hear_all(fd, 50);
	ck_assert_ptr_nonnull(strstr(all, "HTTP/1.1 200 OK\r\n"));
	ck_assert_ptr_nonnull(strstr(all, "Content-Type: text/event-stream\r\n"));
	ck_assert_ptr_nonnull(strstr(all, "Cache-Control: no-store\r\n"));
	ck_assert_ptr_null(strstr(all, "Content-Length"));
	const char *events = strstr(all, "\r\n\r\n") + 4;
	ck_assert_str_eq(events, "id: 1\nevent: hello\ndata: first\ndata: second\n\ndata: third\n\ndata: "
				 "a\ndata: b\ndata: c\n\n");

	stream_send(stream, NULL, NULL, "last");
	stream_close(stream);
	stream = NULL;
	ck_assert_str_eq(hear_all(fd, 500), "data: last\n\n");
	ck_assert(is_closed(fd, 500));
	ck_assert_int_eq(streams_closed, 0);
}

TEST(stream_tells_that_its_client_left)
{
	int fd = open_stream();
	pass_ms(5);
	close(fd);
	for (int i = 0; i < 100 && !streams_closed; i++)
		pass_ms(1);
	ck_assert_int_eq(streams_closed, 1);
	ck_assert_int_eq(stats().connections, 0);
}

TEST(stream_that_is_not_read_is_closed)
{
	int fd = open_stream();
	char data[8193];
	memset(data, 'x', sizeof data - 1);
	data[sizeof data - 1] = '\0';
	for (int i = 0; i < 5000 && stream; i++) {
		stream_send(stream, NULL, NULL, data);
		if (i % 16 == 0)
			pass_ms(0);
	}
	ck_assert_int_eq(streams_closed, 1);
	close(fd);
}

TEST(head_of_a_stream_ends)
{
	int fd = dial();
	send_text(fd, "HEAD /api/v1/stream HTTP/1.1\r\nHost: x\r\n\r\n");
	const char *all = hear_all(fd, 1000);
	ck_assert_ptr_nonnull(strstr(all, "text/event-stream"));
	ck_assert_str_eq(strstr(all, "\r\n\r\n"), "\r\n\r\n");
	ck_assert_int_eq(streams_closed, 1);
}

/* --- stopping --- */

TEST(stopping_answers_what_runs)
{
	int running = dial(), idle = dial(), watching = open_stream();
	send_text(running, LATER("?ms=60"));
	send_text(idle, NOW);
	ck_assert_int_eq(hear(idle).status, 200);
	http_drain();
	ck_assert(!http_is_idle());
	struct got g = hear(running);
	ck_assert_int_eq(g.status, 200);
	ck_assert_str_eq(got_header(&g, "Connection"), "close");
	ck_assert_int_eq(streams_closed, 1);
	ck_assert(is_closed(watching, 500));
	send_text(idle, NOW); /* it could not know */
	g = hear(idle);
	ck_assert_int_eq(g.status, 200);
	ck_assert_str_eq(got_header(&g, "Connection"), "close");
	for (int i = 0; i < 200 && !http_is_idle(); i++)
		pass_ms(10);
	ck_assert(http_is_idle());
}
