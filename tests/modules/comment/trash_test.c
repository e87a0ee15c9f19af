/* Comments in the trash of who wrote them, and one's own comments. */
#include "modules/comment/scene.h"
#include "support/test.h"

SCENE(open_scene, scene_stop);

static err list(struct ctx *cx, void *arg)
{
	const struct trash_page page = {
		.user_id = uuid_from(A_ID), .time = TIME_END, .id = {{[0 ... 15] = 0xff}}, .limit = 2};
	struct trashed *items;
	char *out = arg;
	int count;
	TRY(lists_trash(cx, &page, &items, &count));
	*out = '\0';
	for (int i = 0; i < count; i++)
		sprintf(out + strlen(out), "%s %s,", items[i].type, items[i].title);
	return NULL;
}

TEST(what_its_writer_deleted_is_in_the_trash)
{
	char found[256];
	const char *a = say(ALICE, NULL, "a"), *b = say(ALICE, NULL, "b"), *c = say(ALICE, NULL, "c");
	say(ALICE, NULL, "d");
	expect_status(api("DELETE", comment_path(a), ALICE, NULL), 204);
	expect_status(api("DELETE", comment_path(c), MOD, NULL), 204);
	expect_status(api("DELETE", comment_path(b), ALICE, NULL), 204);
	ck_assert_ptr_null(scene_call(list, found));
	ck_assert_str_eq(found, "comments b,comments a,");
	expect_status(api("POST", text("%s/restore", comment_path(b)), ALICE, NULL), 200);
	ck_assert_ptr_null(scene_call(list, found));
	ck_assert_str_eq(found, "comments a,");
}

TEST(ones_own_comments_are_a_list)
{
	say(ALICE, NULL, "a");
	say(BOB, NULL, "b");
	struct answer mine = api("GET", "/api/v1/users/me/comments", ALICE, NULL);
	expect_at(mine, "items.0.content", "a");
	expect_absent(mine, "items.1");
	expect_status(api("GET", "/api/v1/users/me/comments", NULL, NULL), 401);
}
