/* Requests over a real socket: routes, methods, bodies, errors, conditions, connections. */
#include "http/client.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define NOTE_FIELDS(F, T)                                                                          \
	F(T, UUID, id, 0, "Identifier")                                                            \
	F(T, TEXT, text, IN | REQ, "Text", .min = 1, .max = 20)                                    \
	F(T, INT, version, NO_JSON, "Version")
STRUCT(note, NOTE_FIELDS);
SCHEMA(note, NOTE_FIELDS, "A note");

static struct note sample(struct uuid id)
{
	return (struct note){.id = id, .text = "hello", .version = 3};
}

HANDLER(get_static)
{
	static const char json[] = "{\"hello\":\"world\"}";
	return reply_bytes(rq, "application/json", json, sizeof json - 1);
}

HANDLER(get_note)
{
	const struct by_id *in = rq->params;
	struct note n = sample(in->id);
	return reply(rq, &n);
}

HANDLER(create_note)
{
	const struct note *in = rq->body;
	struct note n = sample(uuid_named("note", "1"));
	n.text = in->text;
	return reply(rq, &n);
}

static const struct route routes[] = {
	ROUTE(GET, "/static", ANYONE, 200, get_static, "Get what never changes", .produces = "application/json"),
	ROUTE(GET, "/notes/{id}", ANYONE, 200, get_note, "Get a note", .params = &by_id_schema, .reply = &note_schema),
	ROUTE(POST, "/notes", ANYONE, 201, create_note, "Write a note", .body = &note_schema, .reply = &note_schema),
	ROUTES_END,
};

static void open_server(void)
{
	serve(routes, NULL, NULL);
}

#define GET(path, more) "GET /api/v1" path " HTTP/1.1\r\nHost: x\r\n" more "\r\n"

START_TEST(answers_a_static_route)
{
	struct got g = ask(GET("/static", ""));
	ck_assert_int_eq(g.status, 200);
	ck_assert_str_eq(g.body, "{\"hello\":\"world\"}");
	ck_assert_str_eq(got_header(&g, "Content-Type"), "application/json");
}
END_TEST

START_TEST(answers_a_resource_with_its_etag)
{
	struct got g = ask(GET("/notes/0190f000-0000-7000-8000-000000000001", ""));
	ck_assert_int_eq(g.status, 200);
	ck_assert_str_eq(g.body, "{\"id\":\"0190f000-0000-7000-8000-000000000001\",\"text\":\"hello\"}");
	ck_assert_int_eq(strncmp(got_header(&g, "ETag"), "\"v3-", 4), 0);
}
END_TEST

START_TEST(creates)
{
	struct got g = ask("POST /api/v1/notes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{\"text\":\"abc\"}");
	ck_assert_int_eq(g.status, 201);
	g = ask("POST /api/v1/notes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{\"tex\":\"abcd\"}");
	ck_assert_int_eq(g.status, 422);
	g = ask(GET("/nots", ""));
	ck_assert_int_eq(g.status, 404);
	g = ask("GET / HTTP/1.1\r\n\r\n");
	ck_assert_int_eq(g.status, 400);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("server");
	TCase *tc = tcase_create("requests");
	tcase_add_checked_fixture(tc, open_server, serve_end);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, answers_a_static_route);
	tcase_add_test(tc, answers_a_resource_with_its_etag);
	tcase_add_test(tc, creates);
	suite_add_tcase(suite, tc);
	SRunner *sr = srunner_create(suite);
	srunner_run_all(sr, CK_ENV);
	int failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
