/* What the server spends on a stranger: judged by the head, before a body has memory or the loop's time. */
#include "core/json/json.h"
#include "http/doors.h"
#include "vobe/clock.h"

#include <time.h>

static char *of_units(const char *unit, size_t size)
{
	size_t len = strlen(unit);
	char *text = malloc(size + 1);
	text[0] = '[';
	for (size_t i = 1; i < size; i++)
		text[i] = unit[(i - 1) % len];
	text[size] = '\0';
	return text;
}

/* --- before a body is read --- */

SCENE(open_doors, serve_end);

TEST(body_of_a_guest_is_refused_by_its_head)
{
	int fd = begin_post("/api/v1/essays", "", MIB, 0); /* not a byte of it has come */
	struct got g = hear(fd);
	ck_assert_int_eq(g.status, 401);
	ck_assert_str_eq(got_header(&g, "Connection"), "close");
	ck_assert_ptr_nonnull(got_header(&g, "WWW-Authenticate"));
	close(fd);

	fd = dial();
	send_text(fd, "POST /api/v1/essays HTTP/1.1\r\n" H JSON "Transfer-Encoding: chunked\r\n\r\n");
	ck_assert_int_eq(hear(fd).status, 401);
}

TEST(expectation_of_a_guest_is_not_met)
{
	int fd = dial();
	send_text(fd, "POST /api/v1/essays HTTP/1.1\r\n" H JSON
		      "Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n");
	const char *all = hear_all(fd, 500);
	ck_assert_ptr_null(strstr(all, "100 Continue"));
	ck_assert_int_eq(strncmp(all, "HTTP/1.1 401", 12), 0);
}

TEST(wrong_token_and_role_are_refused_by_the_head_too)
{
	int fd = begin_post("/api/v1/essays", AS("old"), MIB, 0);
	struct got g = hear(fd);
	ck_assert_int_eq(g.status, 401);
	ck_assert_ptr_nonnull(strstr(g.body, "expired"));
	fd = begin_post("/api/v1/moderators", AS("user1"), MIB, 0);
	ck_assert_int_eq(hear(fd).status, 403);
	fd = begin_post("/api/v1/notes", AS("user1"), 65 * 1024, 0); /* its fields cannot hold as much */
	ck_assert_int_eq(hear(fd).status, 413);
	fd = begin_post("/api/v1/notes", "", 65 * 1024, 0); /* who asks comes first */
	ck_assert_int_eq(hear(fd).status, 401);
	ck_assert_int_eq(handler_runs, 0);
}

TEST(judged_once_and_served_when_the_body_has_come)
{
	static const char body[] = "{\"text\":\"abc\"}";
	for (size_t cut = 0; cut < sizeof body - 1; cut++) {
		int fd = dial();
		send_text(fd,
			  "POST /api/v1/notes HTTP/1.1\r\n" H JSON AS("user1") "Content-Length: 14\r\n\r\n");
		send_bytes(fd, body, cut);
		pass_ms(cut % 3);
		send_bytes(fd, body + cut, sizeof body - 1 - cut);
		send_text(fd, "GET /api/v1/static HTTP/1.1\r\n" H "\r\n"); /* sent ahead */
		ck_assert_int_eq(hear(fd).status, 204);
		ck_assert_int_eq(hear(fd).status, 200);
		close(fd);
	}
	ck_assert_int_eq(handler_runs, (int)sizeof body - 1);
	ck_assert_int_eq(tokens_read, handler_runs);
}

TEST(client_may_leave_while_it_is_judged)
{
	for (int ms = 0; ms < 4; ms++) {
		int fd = dial();
		send_text(fd,
			  "POST /api/v1/notes HTTP/1.1\r\n" H JSON AS("user1") "Content-Length: 14\r\n\r\n{");
		pass_ms(ms);
		close(fd);
	}
	struct http_stats s;
	for (int i = 0; i < 100; i++) {
		pass_ms(5);
		http_read_stats(&s);
		if (!s.connections)
			break;
	}
	ck_assert_int_eq(s.connections, 0);
	ck_assert_int_eq(handler_runs, 0);
}

/* --- memory of bodies --- */

TEST(one_address_cannot_fill_the_room_of_others)
{
	enum { SLOW = 40 };
	int fds[SLOW], refused = 0;
	for (int i = 0; i < SLOW; i++)
		fds[i] = begin_post("/api/v1/letters", FROM("203.0.113.7"), MIB, 200 * 1024);
	pass_ms(20);
	for (int i = 0; i < SLOW; i++)
		refused += strstr(hear_all(fds[i], 1), "HTTP/1.1 503") != NULL;
	ck_assert_int_ge(refused, SLOW - 10); /* two mebibytes hold ten such beginnings at most */
	ck_assert_int_lt(refused, SLOW);

	int fd = begin_post("/api/v1/letters", FROM("203.0.113.8"), 20000, 100);
	char rest[20000];
	memset(rest, ' ', sizeof rest);
	memcpy(rest + sizeof rest - 12, "{\"text\":\"a\"}", 12);
	send_bytes(fd, rest + 100, sizeof rest - 100);
	ck_assert_int_eq(hear(fd).status, 204);
	for (int i = 0; i < SLOW; i++)
		close(fds[i]);
	pass_ms(20);
	fd = begin_post("/api/v1/letters", FROM("203.0.113.7"), 20000, 100); /* all has been given back */
	send_bytes(fd, rest + 100, sizeof rest - 100);
	ck_assert_int_eq(hear(fd).status, 204);
}

TEST(one_account_cannot_either_from_many_addresses)
{
	enum { SLOW = 20 };
	int fds[SLOW], refused = 0;
	for (int i = 0; i < SLOW; i++) {
		char headers[128];
		snprintf(headers, sizeof headers, AS("user1") FROM("203.0.113.%d"), i);
		fds[i] = begin_post("/api/v1/essays", headers, MIB, 200 * 1024);
	}
	pass_ms(20);
	for (int i = 0; i < SLOW; i++)
		refused += strstr(hear_all(fds[i], 1), "HTTP/1.1 503") != NULL;
	ck_assert_int_ge(refused, SLOW - 10);
	ck_assert_int_lt(refused, SLOW);
}

/* --- time of the loop --- */

static struct got post_large(const char *headers, const char *body, size_t len)
{
	char head[512];
	snprintf(head, sizeof head, "POST /api/v1/essays HTTP/1.1\r\n" H JSON "%sContent-Length: %zu\r\n\r\n",
		 headers, len);
	int fd = dial();
	send_text(fd, head);
	send_bytes(fd, body, len);
	return hear(fd);
}

TEST(values_of_a_body_are_counted)
{
	static const char *const units[] = {"1e1,", "1,", "\"\",", "[],", "{\"a\":1},"};
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		char *body = of_units(units[i], 300 * 1024);
		struct got g = post_large(AS("user1"), body, 300 * 1024);
		ck_assert_msg(g.status == 413, "%s: %d %s", units[i], g.status, g.body);
		ck_assert_ptr_nonnull(strstr(g.body, "too_many_values"));
		free(body);
	}
	ck_assert_int_eq(handler_runs, 0);
}

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
enum { SLOWER = 20 };
#else
enum { SLOWER = 1 };
#endif

/* Of the processor, so that a busy machine does not matter. */
static double cpu_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* The processor's time between two rests, in ms. */
struct watch {
	double since, longest;
};

static err look_at_watch(void *arg)
{
	struct watch *w = arg;
	double now = cpu_ms();
	if (now - w->since > w->longest)
		w->longest = now - w->since;
	w->since = now;
	return NULL;
}

/* The longest of a text, in ms. */
static double stretch_of(const char *text, size_t len, err *result)
{
	struct arena *a = arena_new();
	const struct json *doc;
	struct watch w = {.since = cpu_ms()};
	*result = json_parse_by_turns(a, text, len, look_at_watch, &w, &doc);
	look_at_watch(&w);
	arena_free(a);
	return w.longest;
}

/* Of a busy machine the least counts: one undisturbed try is enough to show it. */
static double least_stretch(const char *text, size_t len, err *result)
{
	double least = 1e9;
	for (int tries = 0; tries < 50 && least >= 2.0 * SLOWER; tries++) {
		double ms = stretch_of(text, len, result);
		least = ms < least ? ms : least;
	}
	return least;
}

#define DIGITS "1234567890"

TEST(no_text_holds_the_loop_for_long)
{
	static const struct {
		const char *unit;
		size_t size;
		bool fits;
	} texts[] = {
		{"1e1,", MIB, false},
		{"{\"a\":1},", MIB, false},
		{"1e1,", 4 * JSON_VALUES_MOST - 8, true},
		{"[1e1],", 3 * JSON_VALUES_MOST - 6, true},
		{"\"\\u0416\\u0416\\u0416\\u0416\\u0416\\u0416\\u0416\\u0416\\u0416\\u0416\\u0416\\u0416\\u04"
		 "16\\u0416\\u0416\\u0416\",",
		 99 * 9990, true},
		{DIGITS DIGITS DIGITS DIGITS DIGITS DIGITS DIGITS DIGITS DIGITS DIGITS ",", 101 * 9990, true},
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		char *text = of_units(texts[i].unit, texts[i].size);
		err result = NULL;
		size_t len = (texts[i].size - 1) / strlen(texts[i].unit) * strlen(texts[i].unit);
		text[len] = ']';
		double least = least_stretch(text, len + 1, &result);
		ck_assert_msg(texts[i].fits == !result, "%s: %s", texts[i].unit,
			      result ? result->detail : "fits");
		ck_assert_msg(least < 2.0 * SLOWER, "%s: %.2f ms", texts[i].unit, least);
		free(text);
	}
}

TEST(no_string_holds_the_loop_for_long)
{
	static const char *const units[] = {"x", "\xd0\x96", "\\n", "\\u0416", "\\ud83d\\ude00"};
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		struct arena *a = arena_new();
		struct buf text = {.arena = a};
		err result = NULL;
		buf_str(&text, "[\"");
		while (text.len < MIB)
			buf_str(&text, units[i]);
		buf_str(&text, "\"]");
		double least = least_stretch(text.at, text.len, &result);
		ck_assert_msg(!result, "%s: %s", units[i], result ? result->detail : "");
		ck_assert_msg(least < 2.0 * SLOWER, "%s: %.2f ms", units[i], least);
		arena_free(a);
	}
}

/* The parser recurses, on the task's stack. */
TEST(deepest_text_is_read_on_a_task)
{
	char body[1024] = "{\"text\":";
	for (int i = 1; i < JSON_DEPTH_MOST; i++)
		strcat(body, i % 2 ? "{\"a\":" : "[");
	strcat(body,
	       "1.2345678901234567890123456789012345678901234567890123456789012345678901234567890e-300");
	for (int i = JSON_DEPTH_MOST - 1; i >= 0; i--)
		strcat(body, i % 2 || !i ? "}" : "]");
	struct got g = post("/api/v1/notes", AS("user1"), body);
	ck_assert_int_eq(g.status, 422);
	ck_assert_ptr_nonnull(strstr(g.body, "/text"));
}

/* --- small doors --- */

TEST(content_codings_of_requests_are_refused)
{
	static const char *const refused[] = {"gzip", "br", "deflate", "x-unheard-of", "identity, gzip", ""};
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		char headers[128];
		snprintf(headers, sizeof headers, AS("user1") "Content-Encoding: %s\r\n", refused[i]);
		struct got g = post("/api/v1/notes", headers, "{\"text\":\"abc\"}");
		ck_assert_msg(g.status == 415, "%s: %d", refused[i], g.status);
		ck_assert_str_eq(got_header(&g, "Accept-Encoding"), "identity");
	}
	ck_assert_int_eq(
		post("/api/v1/notes", AS("user1") "Content-Encoding: Identity\r\n", "{\"text\":\"abc\"}")
			.status,
		204);
	struct got g = ask("POST /api/v1/notes HTTP/1.1\r\n" H AS(
		"user1") "Content-Type: text/plain\r\nContent-Length: 1\r\n\r\nx");
	ck_assert_int_eq(g.status, 415);
	ck_assert_ptr_null(got_header(&g, "Accept-Encoding"));
}

TEST(blanks_before_a_token_do_not_matter)
{
	ck_assert_int_eq(
		post("/api/v1/notes", "Authorization: Bearer   user1\r\n", "{\"text\":\"abc\"}").status, 204);
	ck_assert_int_eq(post("/api/v1/notes", "Authorization: Beareruser1\r\n", "{\"text\":\"abc\"}").status,
			 401);
	ck_assert_int_eq(post("/api/v1/notes", "Authorization: Bearer\r\n", "{\"text\":\"abc\"}").status,
			 401);
}

TEST(preflight_hides_no_fault_of_the_request)
{
	static const struct {
		const char *path, *method;
		int status;
	} asked[] = {{"/api/v1/nothing", "GET", 404},
		     {"/api/v1/static", "DELETE", 405},
		     {"/api/v1/notes", "POST", 401}};
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		char raw[512];
		snprintf(raw, sizeof raw,
			 "OPTIONS %s HTTP/1.1\r\n" H "Origin: https://a.example\r\n"
			 "Access-Control-Request-Method: %s\r\n"
			 "Access-Control-Request-Headers: tracestate, x-requested-with\r\n\r\n",
			 asked[i].path, asked[i].method);
		struct got g = ask(raw);
		ck_assert_int_eq(g.status, 204);
		ck_assert_str_eq(got_header(&g, "Access-Control-Allow-Origin"), "*");
		ck_assert_ptr_nonnull(
			strstr(got_header(&g, "Access-Control-Allow-Methods"), asked[i].method));
		ck_assert_str_eq(got_header(&g, "Access-Control-Allow-Headers"),
				 "tracestate, x-requested-with");
		snprintf(raw, sizeof raw, "%s %s HTTP/1.1\r\n" H "Origin: https://a.example\r\n\r\n",
			 asked[i].method, asked[i].path);
		g = ask(raw);
		ck_assert_int_eq(g.status, asked[i].status);
		ck_assert_ptr_nonnull(
			strstr(got_header(&g, "Access-Control-Expose-Headers"), "WWW-Authenticate"));
	}
	ck_assert_int_eq(
		ask("OPTIONS /api/v1/nothing HTTP/1.1\r\n" H "Origin: https://a.example\r\n\r\n").status,
		404);
}

TEST(public_routes_do_not_look_at_tokens)
{
	ck_assert_int_eq(get("/livez", AS("stale")).status, 200);
	ck_assert_int_eq(get("/version", "Authorization: Basic eA==\r\n").status, 200);
	ck_assert_int_eq(tokens_read, 0);
	ck_assert_int_eq(get("/api/v1/static", AS("stale")).status, 401);
}
