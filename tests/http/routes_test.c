/* Route tables: what is refused at start, how paths are found, how the tables are told (list, OpenAPI,
 * problems). */
#include "core/loop/loop.h"
#include "http/openapi/openapi.h"
#include "http/route/limits.h"
#include "http/route/router.h"
#include "http/server.h"
#include "support/test.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LEAF_FIELDS(F, T)                                                                          \
	F(T, TEXT, name, IN | REQ, "Name", .max = 10)
STRUCT(leaf, LEAF_FIELDS);
SCHEMA(leaf, LEAF_FIELDS, "A leaf");

#define TREE_FIELDS(F, T)                                                                          \
	F(T, UUID, id, 0, "Identifier")                                                            \
	F(T, TEXT, kind, IN | NULLABLE, "Kind", .one_of = (const char *const[]){"oak", "elm", NULL})  \
	F(T, INT, age, IN, "Years", .min = 1, .max = 900, .otherwise = "1")                        \
	F(T, TEXT, site, IN | NULLABLE, "Where", .format = FORMAT_URL)                             \
	F(T, TEXTS, tags, IN, "Tags", .max = 10, .each_max = 5)                                    \
	F(T, TEXT, secret, IN | REQ | NO_OUT, "Never shown", .min = 8, .max = 128)                 \
	F(T, TEXT, bark, IN | REQ, "Long text", .max = 1000, .view = VIEW_DETAIL)                  \
	F(T, BOOL, is_ill, 0, "For its owner", .view = VIEW_OWN)                                   \
	F(T, MANY, leaves, 0, "Leaves", .of = &leaf_schema)                                        \
	F(T, ONE, best, NULLABLE, "Best leaf", .of = &leaf_schema)                                 \
	F(T, INT, version, NO_JSON, "Version")
STRUCT(tree, TREE_FIELDS);
SCHEMA(tree, TREE_FIELDS, "A tree");

static const char *secret_rule(struct arena *a, const void *value)
{
	(void)a, (void)value;
	return NULL;
}

#define RULED_FIELDS(F, T) F(T, TEXT, name, IN, "Name", .max = 10, .rule = secret_rule)
STRUCT(ruled, RULED_FIELDS);
SCHEMA(ruled, RULED_FIELDS, "With a rule");

#define LIST_FIELDS(F, T)                                                                          \
	PAGE_FIELDS(F, T)                                                                          \
	F(T, UUIDS, ids, IN, "Some", .max = 100)
STRUCT(tree_query, LIST_FIELDS);
SCHEMA(tree_query, LIST_FIELDS, "Which trees");

/* Handlers that are never called, one for each shape of route. */
HANDLER(any, none, none, none);
static err any(struct req *rq)
{
	return reply_empty(rq);
}

#define NEVER_CALLED(NAME, PARAMS, BODY, REPLY)                                                    \
	static const struct handler NAME##_handler = {                                             \
		.run = any, .name = "any", .file = __FILE__, .line = __LINE__,                     \
		.params = SEAM_SCHEMA(PARAMS), .body = SEAM_SCHEMA(BODY), .reply = SEAM_SCHEMA(REPLY)}
NEVER_CALLED(by_query, tree_query, none, tree);
NEVER_CALLED(of_body, none, tree, tree);
NEVER_CALLED(of_id, by_id, none, tree);
NEVER_CALLED(of_both, by_id, tree, tree);
NEVER_CALLED(no_reply, by_id, none, none);
NEVER_CALLED(with_leaf, by_id, none, leaf);
NEVER_CALLED(only_reply, none, none, tree);
NEVER_CALLED(only_body, none, leaf, none);
NEVER_CALLED(with_rule, none, ruled, none);
NEVER_CALLED(of_slug, by_slug, none, none);

PROBLEM(TREE_FELLED, 410, "tree_felled", "Felled", "It was felled.");
PROBLEM(TREE_ILL, 409, "tree_ill", "Ill", "It is ill.");
static const err felling[] = {TREE_FELLED, TREE_ILL, NULL};

static const struct route trees[] = {
	ROUTE(GET, "/trees", ANYONE, 200, by_query, "List trees", .list = true),
	ROUTE(POST, "/trees", USER, 201, of_body, "Plant a tree", .view = VIEW_DETAIL),
	ROUTE(GET, "/trees/{id}", ANYONE, 200, of_id, "Get a tree", .view = VIEW_DETAIL),
	ROUTE(PATCH, "/trees/{id}", USER, 200, of_both, "Change a tree", .view = VIEW_DETAIL),
	ROUTE(DELETE, "/trees/{id}", MODERATOR, 204, no_reply, "Fell a tree", .problems = felling),
	ROUTE(GET, "/trees/{id}/leaves", ANYONE, 200, with_leaf, "List leaves", .list = true),
	ROUTE(GET, "/trees/tallest", ANYONE, 200, only_reply, "Get the tallest"),
	ROUTE(POST, "/trees/token", ANYONE, 200, only_body, "Get a token", .form = true, .oauth = true,
	      .bucket = "login"),
	ROUTE(GET, "//livez", ANYONE, 200, any, "Live", .produces = "text/plain"),
	{0},
};

static void open_server(void)
{
	loop_open();
	ck_assert(http_open(
		&(struct http_config){.idle_ms = 1000, .head_ms = 1000, .body_ms = 1000, .stall_ms = 1000},
		&(struct http_hooks){0}));
}

static void open_trees(void)
{
	open_server();
	ck_assert(http_routes("forest", trees));
}

static void close_server(void)
{
	http_close();
	loop_close();
}

/* --- refused rows --- */

static const struct route refused[] = {
	{.path = "/a", .status = 200, .handler = &any_handler, .doc = "No policy"},
	ROUTE(GET, "a", ANYONE, 200, any, "No slash"),
	ROUTE(GET, "/a", ANYONE, 500, any, "Success that fails"),
	ROUTE(GET, "/a", ANYONE, 200, only_body, "Body of a GET"),
	ROUTE(GET, "/a/{id}", ANYONE, 200, any, "Parameter without schema"),
	ROUTE(GET, "/a/{name}", ANYONE, 200, no_reply, "Parameter of another name"),
	ROUTE(GET, "/a/{id", ANYONE, 200, no_reply, "Half a parameter"),
	ROUTE(GET, "/a", ANYONE, 200, any, "List of nothing", .list = true),
	ROUTE(POST, "/a", ANYONE, 200, any, "Form of nothing", .form = true),
	ROUTE(POST, "/a", ANYONE, 200, any, "Unknown limit", .bucket = "nobody"),
	ROUTE(POST, "/a", ANYONE, 200, with_rule, "A rule that nobody tells"),
	{.method = METHOD_GET, .path = "/a", .who = WHO_ANYONE, .status = 200, .doc = "No handler"},
};

static bool add_quietly(const struct route *r)
{
	int saved = dup(2);
	ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
	bool added = router_add("test", r);
	fflush(stderr);
	dup2(saved, 2);
	close(saved);
	return added;
}

SCENE(open_server, close_server);

TEST_EACH(bad_row_is_refused, i, sizeof refused / sizeof *refused)
{
	ck_assert(!add_quietly(&refused[i]));
	ck_assert_ptr_null(router_first());
}

TEST(path_is_taken_once)
{
	static const struct route same[] = {
		ROUTE(GET, "/trees/{id}", ANYONE, 200, of_id, "Get"),
		ROUTE(GET, "/trees/{slug}", ANYONE, 200, of_slug, "Get by another name"),
		ROUTE(DELETE, "/trees/{slug}", USER, 204, of_slug, "Another method"),
	};
	ck_assert(add_quietly(&same[0]));
	ck_assert(!add_quietly(&same[0]));
	ck_assert(!add_quietly(&same[1]));
	ck_assert(add_quietly(&same[2]));
}

/* --- finding --- */

static struct match find(const char *path, enum method method)
{
	struct segment segments[SEGMENTS_MAX];
	struct match m;
	int count;
	struct arena *a = arena_new();
	ck_assert_ptr_null(path_read(a, path, strlen(path), segments, &count));
	ck_assert_int_ge(count, 0);
	router_find(segments, count, method, &m);
	arena_free(a);
	return m;
}

static const char *found_path(const char *path, enum method method)
{
	struct match m = find(path, method);
	return m.endpoint ? m.endpoint->path : NULL;
}

SCENE(open_trees, close_server);

TEST(paths_are_found)
{
	ck_assert_str_eq(found_path("/api/v1/trees", METHOD_GET), "/api/v1/trees");
	ck_assert_str_eq(found_path("/api/v1/trees/7", METHOD_PATCH), "/api/v1/trees/{id}");
	ck_assert_str_eq(found_path("/api/v1/trees/tallest", METHOD_GET), "/api/v1/trees/tallest");
	ck_assert_str_eq(found_path("/api/v1/tre%65s", METHOD_GET), "/api/v1/trees");
	ck_assert_str_eq(found_path("/livez", METHOD_GET), "/livez");
	/* `tallest` leads nowhere below itself, so it is the id of another route. */
	ck_assert_str_eq(found_path("/api/v1/trees/tallest/leaves", METHOD_GET), "/api/v1/trees/{id}/leaves");
	ck_assert_ptr_null(found_path("/api/v1/trees/", METHOD_GET));
	ck_assert_ptr_null(found_path("/api/v1/trees//leaves", METHOD_GET));
	ck_assert_ptr_null(found_path("/api/v1", METHOD_GET));
	ck_assert_ptr_null(found_path("/", METHOD_GET));
	ck_assert_ptr_null(found_path("/api/v1/Trees", METHOD_GET));
	ck_assert_uint_eq(find("/api/v1/nothing", METHOD_GET).allowed, 0);
	ck_assert_uint_eq(find("/api/v1/trees", METHOD_PUT).allowed, 1u << METHOD_GET | 1u << METHOD_POST);

	struct match m = find("/api/v1/trees/a%2Fb/leaves", METHOD_GET);
	ck_assert_uint_eq(m.params[0].len, 3);
}

TEST(creating_post_knows_its_resource)
{
	struct match m = find("/api/v1/trees", METHOD_POST);
	ck_assert_str_eq(m.endpoint->resource->path, "/api/v1/trees/{id}");
	ck_assert(m.endpoint->creates);
	ck_assert(!find("/api/v1/trees/token", METHOD_POST).endpoint->creates);
}

TEST(bad_paths_are_faults)
{
	static const char *const bad[] = {"/%",   "/%4",       "/%zz",   "/%00", "/a/../b", "/..",       "/.",
					  "/a/.", "/%2e%2e/b", "/a/%2E", "/%ff", "/%c0%af", "/%ed%a0%80"};
	struct segment segments[SEGMENTS_MAX];
	struct arena *a = arena_new();
	int count;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_msg(path_read(a, bad[i], strlen(bad[i]), segments, &count) != NULL, "%s", bad[i]);
	ck_assert_ptr_null(path_read(a, "/...", 4, segments, &count));
	ck_assert_ptr_null(path_read(a, "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q", 34, segments, &count));
	ck_assert_int_eq(count, -1);
	arena_free(a);
}

/* --- telling --- */

TEST(openapi_is_json_with_every_reference_at_home)
{
	const char *text = http_openapi();
	cJSON *doc = cJSON_ParseWithOpts(text, NULL, true);
	ck_assert_ptr_nonnull(doc);
	ck_assert_str_eq(cJSON_GetObjectItem(doc, "openapi")->valuestring, "3.1.0");
	for (const char *at = text; (at = strstr(at, "\"$ref\":\"#/"));) {
		char part[128];
		cJSON *node = doc;
		for (at += 10; *at != '"'; at += *at == '/') {
			size_t len = strcspn(at, "/\"");
			snprintf(part, sizeof part, "%.*s", (int)len, at);
			node = cJSON_GetObjectItemCaseSensitive(node, part);
			ck_assert_msg(node != NULL, "no %s", part);
			at += len;
		}
	}
	cJSON_Delete(doc);
	const char *out = getenv("OPENAPI_OUT");
	FILE *file = out ? fopen(out, "w") : NULL;
	if (file) {
		fputs(text, file);
		fclose(file);
	}
}

TEST(openapi_has_the_right_shapes)
{
	const char *text = http_openapi();
	static const char *const parts[] = {
		"\"Tree\":{",
		"\"TreeDetail\":{",
		"\"TreeNew\":{",
		"\"TreePatch\":{",
		"\"Leaf\":{",
		"\"LeafNew\":{",
		"\"operationId\":\"any\"",
		"\"operationId\":\"any_2\"",
		"\"tags\":[\"forest\"]",
		"#/components/parameters/IdempotencyKey",
		"\"304\":",
		"\"410\":",
		"`tree_ill`: Ill",
		"application/x-www-form-urlencoded",
		"\"enum\":[\"oak\",\"elm\",null]",
		"\"required\":[\"secret\",\"bark\"]",
		"\"default\":1",
		"\"explode\":false",
	};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		ck_assert_msg(strstr(text, parts[i]) != NULL, "no %s", parts[i]);
	const char *out = strstr(text, "\"TreeDetail\":{");
	const char *end = strstr(out, "\"required\":");
	const char *secret = strstr(out, "\"secret\"");
	ck_assert(!secret || secret > end);
	ck_assert_ptr_null(strstr(text, "\"version\":{"));
}

TEST(routes_are_printed)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	http_print_routes(out, false);
	fclose(out);
	ck_assert_ptr_nonnull(strstr(text, "DELETE /api/v1/trees/{id}"));
	ck_assert_ptr_nonnull(strstr(text, "routes_test.c:"));
	free(text);

	out = open_memstream(&text, &size);
	http_print_routes(out, true);
	fclose(out);
	cJSON *doc = cJSON_Parse(text);
	ck_assert_int_eq(cJSON_GetArraySize(doc), (int)(sizeof trees / sizeof *trees) - 1);
	cJSON_Delete(doc);
	free(text);
}

TEST(problems_are_found_by_code)
{
	ck_assert_int_eq(http_problem("tree_felled")->status, 410);
	ck_assert_int_eq(http_problem("not_found")->status, 404);
	ck_assert_ptr_null(http_problem("nothing"));
}
