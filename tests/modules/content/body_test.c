/* Bodies and parameters of posts: how long, what nobody reads, what is told back. */
#include "modules/content/scene.h"
#include "support/test.h"

SCENE(open_scene, scene_stop);

/* A post whose content is `count` times `letter`, as it stands in JSON. */
static char *post_of(const char *letter, int count)
{
	static const char head[] = "{\"title\":\"long\",\"content\":\"", tail[] = "\"}";
	size_t len = strlen(letter), at = sizeof head - 1;
	char *body = malloc(at + len * (size_t)count + sizeof tail);

	ck_assert_ptr_nonnull(body);
	memcpy(body, head, at);
	for (int i = 0; i < count; i++, at += len)
		memcpy(body + at, letter, len);
	memcpy(body + at, tail, sizeof tail);
	return body;
}

TEST(the_longest_content_fits_however_it_is_written)
{
	static const char *const letters[] = {"\\u0416", "\\ud83c\\udfb8", "x", "Ж"};
	for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
		char *body = post_of(letters[i], 200000), *longer = post_of(letters[i], 200001);
		expect_status(api("POST", API "/posts", ANN, body), 201);
		expect_at(api("POST", API "/posts", ANN, longer), "errors.0.code", "too_long");
		free(body);
		free(longer);
	}
	ck_assert_str_eq(sql("SELECT min(char_length(content)) FROM posts"), "200000");
}

TEST(a_body_that_is_too_large_is_told_its_limit)
{
	char *body = post_of("\\ud83c\\udfb8", 300000);
	struct answer a = api("POST", API "/posts", ANN, body);
	expect_code(a, 413, "payload_too_large");
	ck_assert_ptr_nonnull(strstr(at(&a, "detail"), "3145728 bytes"));
	free(body);
}

TEST(what_nobody_reads_is_refused)
{
	const char *id = post_by(ANN, "t", ""), *path = text(API "/posts/%s", id);
	expect_status(api("DELETE", path, ANN, NULL), 204);
	struct answer a = api("POST", text("%s/restore", path), ANN, "{\"x\":1}");
	expect_at(a, "errors.0.code", "unknown_field");
	expect_status(api_with("POST", text("%s/restore", path), ANN,
			       "Content-Type: application/x-www-form-urlencoded\r\n", "x=1"),
		      415);
	expect_at(get(ANN, text("/posts/%s", id)), "is_deleted", "true");
	expect_status(api("GET", API "/posts", NULL, "{\"status\":\"draft\"}"), 422);
}

TEST(what_is_not_the_clients_to_say_is_not_passed_over)
{
	struct answer a =
		api("POST", API "/posts", ANN,
		    "{\"title\":\"t\",\"content\":\"c\",\"views_count\":99,\"author_id\":\"" BOB_ID "\"}");
	expect_status(a, 422);
	expect_at(a, "errors.0.pointer", "/views_count");
	expect_at(a, "errors.0.code", "read_only");
	expect_at(a, "errors.1.pointer", "/author_id");
	ck_assert_int_eq(scene_told("post.created"), 0);
	expect_status(api("POST", API "/posts", ANN,
			  "{\"title\":\"t\",\"content\":\"c\",\"views_count\":0,\"author_id\":\"" ANN_ID
			  "\"}"),
		      201);
}

TEST(no_ids_ask_for_no_posts)
{
	const char *a = published_by(ANN, "a", ""), *b = published_by(ANN, "b", "");
	expect_at(get(NULL, "/posts?ids="), "items", "[]");
	struct answer both = get(NULL, text("/posts?ids=%s&ids=%s", b, a));
	expect_at(both, "items.0.id", b);
	expect_at(both, "items.1.id", a);
}

TEST(a_plus_that_was_not_escaped_is_explained)
{
	struct answer a = get(NULL, "/posts?published_after=2026-01-02T03:04:05+03:00");
	expect_status(a, 400);
	ck_assert_ptr_nonnull(strstr(at(&a, "errors.0.detail"), "%2B"));
	expect_status(get(NULL, "/posts?published_after=2026-01-02T03:04:05%2B03:00"), 200);
	struct answer b = get(NULL, "/posts?published_after=soon");
	ck_assert_ptr_null(strstr(at(&b, "errors.0.detail"), "%2B"));
}

TEST(a_path_that_is_not_there_says_the_nearest)
{
	static const struct {
		const char *path, *nearest;
	} paths[] = {
		{"/api/v1/posts/", "/api/v1/posts?"},
		{"/api/v1/post", "/api/v1/posts?"},
		{"/api/v1/tag", "/api/v1/tags?"},
		{"/api/v1/posts/" NOBODY "/restor", "/api/v1/posts/{id}/restore?"},
		{"/api/v1", "/api/v1/"},
	};
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		struct answer a = api("GET", paths[i].path, NULL, NULL);
		expect_code(a, 404, "not_found");
		ck_assert_msg(strstr(at(&a, "detail"), paths[i].nearest) != NULL, "%s", a.body);
	}
	struct answer far = api("GET", "/wp-login.php", NULL, NULL);
	ck_assert_ptr_null(strstr(at(&far, "detail"), "mean"));
}
