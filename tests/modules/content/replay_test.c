/* A request repeated under its Idempotency-Key: the whole first answer, or word of what has become of it. */
#include "modules/content/scene.h"
#include "support/test.h"

#define KEY "Idempotency-Key: k1\r\n"

static const char body[] = "{\"title\":\"t\",\"content\":\"x\",\"status\":\"published\"}";

SCENE(open_scene, scene_stop);

static struct answer create(void)
{
	return api_with("POST", API "/posts", ANN, KEY, body);
}

TEST(the_head_comes_again_too)
{
	static const char *const same[] = {"ETag", "Location", "X-Partial", "Content-Type"};
	fake.auth_fails = true; /* so that part of the answer is missing */
	struct answer first = create();
	fake.auth_fails = false;
	struct answer again = create();

	expect_status(first, 201);
	expect_status(again, 201);
	ck_assert_str_eq(header_of(&again, "Idempotency-Replayed"), "true");
	ck_assert_ptr_nonnull(header_of(&first, "X-Partial"));
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		ck_assert_str_eq(header_of(&first, same[i]), header_of(&again, same[i]));
	const char *match = text("If-Match: %s\r\n", header_of(&again, "ETag"));
	expect_status(api_with("PATCH", header_of(&again, "Location"), ANN, match, "{\"title\":\"u\"}"), 200);
}

/* The text that its author took away does not come back for a day; where it is and why not, does. */
TEST(what_was_deleted_since_is_not_given_back)
{
	struct answer first = create();
	const char *path = header_of(&first, "Location");

	expect_status(first, 201);
	expect_status(api("DELETE", path, ANN, NULL), 204);
	struct answer again = create();
	expect_code(again, 410, "deleted_since");
	expect_at(again, "location", path);
	ck_assert_ptr_null(strstr(again.body, "\"content\""));
	ck_assert_str_eq(sql("SELECT count(*) FROM posts"), "1");
	expect_status(api("POST", text("%s/restore", path), ANN, NULL), 200);
	again = create();
	expect_status(again, 201);
	ck_assert_str_eq(again.body, first.body);
}

TEST(what_was_purged_since_is_not_given_back)
{
	expect_status(create(), 201);
	expect_status(
		api("PATCH", text(API "/posts/%s", sql("SELECT id FROM posts")), MOD, "{\"title\":\"u\"}"),
		200);
	sql("UPDATE posts SET is_deleted = true, deleted_at = now() - interval '31 days'");
	expect_code(create(), 410, "deleted_since");
}
