/* The description of the API: each rule that is checked is said, whichever way a row states it. */
#include "core/loop/loop.h"
#include "http/server.h"
#include "support/test.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

static const char *no_shouting(struct arena *a, const void *value)
{
	(void)a, (void)value;
	return NULL;
}

static const char *const keys[] = {"major", "minor", NULL}, *const clefs[] = {"G", "F", NULL};

#define SONG_FIELDS(F, T)                                                                          \
	F(T, UUID, id, 0, "Identifier")                                                            \
	F(T, TEXT, title, IN | REQ, "Title", .min = 1, .max = 20, .format = FORMAT_LINE)           \
	F(T, TEXT, motto, IN | NULLABLE, "Motto", .max = 20, .rule = no_shouting,                  \
	  .says = "\"pattern\":\"^[^!]*$\"", .example = "quietly")                                 \
	F(T, TEXT, mode, IN | NULLABLE, "Mode", .one_of = keys, .any_case = true)                  \
	F(T, TEXTS, clefs, IN, "Clefs", .max = 2, .one_of = clefs)                                 \
	F(T, TEXTS, tags, IN, "Tags", .max = 5, .each_max = 9, .rule = no_shouting,                \
	  .says = "\"pattern\":\"[a-z]\"")                                                         \
	F(T, INT, rests, IN, "Rests", .min = 0, .max = 9)                                          \
	F(T, TEXT, score_url, IN | NULLABLE, "Score", .format = FORMAT_URL)                        \
	F(T, JSON, links, IN | NULLABLE, "Links", .max = 3, \
	  .says = "\"additionalProperties\":{\"type\":\"string\"}") \
	F(T, TEXT, words, 0, "Words", .view = VIEW_DETAIL)                                         \
	F(T, INT, version, NO_JSON, "Version")
STRUCT(song, SONG_FIELDS);
SCHEMA(song, SONG_FIELDS, "A song");

#define BESIDE_FIELDS(F, T) F(T, BOOL, guessed, 0, "Whether it was guessed")
STRUCT(beside, BESIDE_FIELDS);
SCHEMA(beside, BESIDE_FIELDS, "Beside");

#define SINCE_FIELDS(F, T) F(T, TIME, since, IN | NULLABLE, "Since")
STRUCT(since, SINCE_FIELDS);
SCHEMA(since, SINCE_FIELDS, "Since when");

#define LOGIN_FIELDS(F, T)                                                                         \
	F(T, TEXT, kind, IN | NULLABLE, "Kind", .max = 9)                                          \
	F(T, TEXT, name, IN | NULLABLE | NO_OUT, "Name", .max = 9)                                 \
	F(T, TEXT, ticket, IN | NULLABLE | NO_OUT, "Ticket", .max = 9)
STRUCT(login, LOGIN_FIELDS);
SCHEMA(login, LOGIN_FIELDS, "A login");

HANDLER(any, none, none, none);
static err any(struct req *rq)
{
	return reply_empty(rq);
}

#define NEVER_CALLED(NAME, PARAMS, BODY, REPLY)                                                    \
	static const struct handler NAME##_handler = {                                             \
		.run = any_run, .name = #NAME, .file = __FILE__, .line = __LINE__,                 \
		.params = SEAM_SCHEMA(PARAMS), .body = SEAM_SCHEMA(BODY), .reply = SEAM_SCHEMA(REPLY)}
NEVER_CALLED(list_songs, since, none, song);
NEVER_CALLED(make_song, none, song, song);
NEVER_CALLED(get_song, by_id, none, song);
NEVER_CALLED(edit_song, by_id, song, song);
NEVER_CALLED(drop_song, by_id, none, none);
NEVER_CALLED(log_in, none, login, none);

static const struct variant logins[] = {
	{"name_login", "kind", "name", (const char *const[]){"name", NULL}},
	{"ticket_login", "kind", "ticket", (const char *const[]){"ticket", NULL}},
	{0},
};

static const struct route songs[] = {
	ROUTE(GET, "/songs", ANYONE, 200, list_songs, "List songs", .list = true, .beside = &beside_schema,
	      .may_view = VIEW_DETAIL),
	ROUTE(POST, "/songs", USER, 201, make_song, "Make a song", .view = VIEW_DETAIL),
	ROUTE(GET, "/songs/{id}", ANYONE, 200, get_song, "Get a song", .view = VIEW_DETAIL,
	      .redirects = true),
	ROUTE(PATCH, "/songs/{id}", USER, 200, edit_song, "Edit a song", .view = VIEW_DETAIL),
	ROUTE(DELETE, "/songs/{id}", USER, 204, drop_song, "Drop a song"),
	ROUTE(DELETE, "/places/{id}", USER, 204, drop_song, "Drop what has no version"),
	ROUTE(POST, "/login", ANYONE, 204, log_in, "Log in", .form = true, .oauth = true, .variants = logins,
	      .no_idempotency = true),
	ROUTE(POST, "/songs/{id}/takes", USER, 201, drop_song, "Ask for a take", .own_idempotency = true),
	ROUTE(GET, "/songs/{id}/stream", USER, 200, drop_song, "Listen", .produces = "text/event-stream"),
	ROUTE(GET, "//livez", ANYONE, 200, any, "Live", .unlimited = true, .produces = "text/plain"),
	{0},
};

static cJSON *doc;

static void open_songs(void)
{
	loop_open();
	ck_assert(http_open(
		&(struct http_config){.idle_ms = 1000, .head_ms = 1000, .body_ms = 1000, .stall_ms = 1000},
		&(struct http_hooks){0}));
	ck_assert(http_routes("songs", songs));
	doc = cJSON_Parse(http_openapi());
	ck_assert_ptr_nonnull(doc);
}

static void close_songs(void)
{
	cJSON_Delete(doc);
	http_close();
	loop_close();
}

/* What stands at a path of names parted by blanks, with references followed; NULL: nothing. */
static cJSON *found(const char *path)
{
	char steps[256], *rest = NULL;
	cJSON *node = doc, *ref;
	snprintf(steps, sizeof steps, "%s", path);
	for (char *step = strtok_r(steps, " ", &rest); step && node; step = strtok_r(NULL, " ", &rest)) {
		node = cJSON_IsArray(node) ? cJSON_GetArrayItem(node, atoi(step))
					   : cJSON_GetObjectItemCaseSensitive(node, step);
		while ((ref = cJSON_GetObjectItemCaseSensitive(node, "$ref"))) {
			char part[128], *at = ref->valuestring + 2, *more = NULL;
			snprintf(part, sizeof part, "%s", at);
			node = doc;
			for (char *name = strtok_r(part, "/", &more); name; name = strtok_r(NULL, "/", &more))
				node = cJSON_GetObjectItemCaseSensitive(node, name);
		}
	}
	return node;
}

static void expect_json(const char *path, const char *json)
{
	char *is = cJSON_PrintUnformatted(found(path));
	ck_assert_msg(is && !strcmp(is, json), "%s is %s, not %s", path, is ? is : "absent", json);
	cJSON_free(is);
}

#define BREAKS "\\\\n-\\\\r\\\\u0085\\\\u2028\\\\u2029"
#define NEW   "paths /api/v1/songs post requestBody content application/json schema "
#define PATCH "paths /api/v1/songs/{id} patch requestBody content application/merge-patch+json schema "
#define LOGIN "paths /api/v1/login post requestBody content application/json "
#define LIST  "paths /api/v1/songs get responses 200 content application/json schema properties "

SCENE(open_songs, close_songs);

TEST(limits_and_allowed_values_are_said)
{
	expect_json(NEW "properties rests minimum", "0");
	expect_json(NEW "properties rests maximum", "9");
	expect_json(NEW "properties title minLength", "1");
	expect_json(NEW "properties title pattern", "\"^[^" BREAKS "]*\\\\S[^" BREAKS "]*$\"");
	expect_json(NEW "properties clefs items enum", "[\"G\",\"F\"]");
	expect_json(NEW "properties clefs minItems", "0");
	expect_json(NEW "properties mode pattern", "\"^([mM][aA][jJ][oO][rR]|[mM][iI][nN][oO][rR])$\"");
	expect_json("components schemas SongDetail properties mode enum", "[\"major\",\"minor\",null]");
	expect_json(NEW "properties score_url maxLength", "500");
	expect_json(NEW "properties links maxProperties", "3");
	expect_json(NEW "properties links additionalProperties", "{\"type\":\"string\"}");
	expect_json(NEW "properties links type", "[\"object\",\"null\"]");
}

TEST(rules_in_code_are_said)
{
	expect_json(NEW "properties motto pattern", "\"^[^!]*$\"");
	expect_json(NEW "properties motto examples", "[\"quietly\"]");
	expect_json(NEW "properties tags items pattern", "\"[a-z]\"");
	expect_json(NEW "properties tags items maxLength", "9");
}

TEST(bodies_are_closed_and_patches_have_their_media_type)
{
	expect_json(NEW "additionalProperties", "false");
	expect_json(NEW "required", "[\"title\"]");
	expect_json(PATCH "additionalProperties", "false");
	ck_assert_ptr_null(found(PATCH "required"));
	ck_assert_ptr_nonnull(
		found("paths /api/v1/songs/{id} patch requestBody content application/json schema"));
}

TEST(what_depends_on_the_request_is_said)
{
	expect_json(LIST "guessed type", "\"boolean\"");
	ck_assert_ptr_nonnull(found(LIST "items items properties words"));
	char *required = cJSON_PrintUnformatted(found(LIST "items items required"));
	ck_assert_ptr_null(strstr(required, "words"));
	free(required);
	expect_json("paths /api/v1/songs get parameters 0 schema anyOf 1 format", "\"date\"");
	ck_assert_ptr_nonnull(found("paths /api/v1/songs/{id} get responses 301 headers Location schema"));
	ck_assert_ptr_nonnull(found("paths /api/v1/songs/{id} get responses 304 headers ETag schema"));
}

TEST(an_event_stream_goes_on_and_is_never_unmodified)
{
	expect_json("paths /api/v1/songs/{id}/stream get parameters 1 name", "\"Last-Event-ID\"");
	ck_assert_ptr_null(found("paths /api/v1/songs/{id}/stream get responses 304"));
	ck_assert_ptr_null(found("paths /api/v1/songs/{id}/stream get responses 200 headers ETag"));
}

TEST(an_event_stream_is_described_by_its_events)
{
	expect_json("paths /api/v1/songs/{id}/stream get responses 200 content text/event-stream schema type",
		    "\"object\"");
	expect_json("paths /api/v1/songs/{id}/stream get responses 200 content text/event-stream schema "
		    "properties data type",
		    "\"string\"");
}

TEST(a_key_that_the_handler_knows_by_itself_is_described)
{
	expect_json("paths /api/v1/songs/{id}/takes post parameters 1 name", "\"Idempotency-Key\"");
	ck_assert_ptr_null(
		found("paths /api/v1/songs/{id}/takes post responses 201 headers Idempotency-Replayed"));
}

TEST(each_form_of_a_body_has_a_schema)
{
	expect_json(LOGIN "schema oneOf 0 properties kind const", "\"name\"");
	expect_json(LOGIN "schema oneOf 1 required", "[\"kind\",\"ticket\"]");
	expect_json("components schemas TicketLoginForm required", "[\"kind\",\"ticket\"]");
	ck_assert_ptr_null(found("components schemas TicketLoginForm additionalProperties"));
	expect_json(LOGIN "examples ticket_login value", "{\"kind\":\"ticket\",\"ticket\":\"Ticket\"}");
}

TEST(statuses_have_their_headers)
{
	static const char *const statuses[] = {"400", "401", "403", "408", "409", "410", "413", "414",
					       "415", "417", "422", "429", "431", "500", "503"};
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
		char path[128];
		snprintf(path, sizeof path,
			 "paths /api/v1/songs post responses %s headers X-Request-Id schema", statuses[i]);
		ck_assert_msg(found(path) != NULL, "%s", path);
	}
	ck_assert_ptr_nonnull(
		found("paths /api/v1/songs post responses 201 headers Idempotency-Replayed schema"));
	ck_assert_ptr_nonnull(found("paths /api/v1/songs post responses 201 headers Location schema"));
	ck_assert_ptr_nonnull(found("paths /api/v1/songs get responses 200 headers Link schema"));
	ck_assert_ptr_nonnull(found("paths /api/v1/songs get responses 200 headers RateLimit schema"));
	ck_assert_ptr_nonnull(found("paths /api/v1/songs get responses 429 headers Retry-After schema"));
	ck_assert_ptr_nonnull(found("paths /api/v1/songs/{id} delete responses 412"));
	ck_assert_ptr_null(found("paths /api/v1/places/{id} delete responses 412"));
	ck_assert_ptr_null(found("paths /livez get responses 429"));
}
