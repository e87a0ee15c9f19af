/* Single comments: writing, editing, deleting, restoring, and what becomes of the counts. */
#include "modules/comment/scene.h"
#include "support/test.h"

SCENE(open_scene, scene_stop);

TEST(a_comment_is_written_and_read_back)
{
	struct answer a = api("POST", COMMENTS, ALICE, "{\"content\":\"привет 🎸\"}");
	expect_status(a, 201);
	expect_at(a, "post_id", POST_ID);
	expect_at(a, "user_id", A_ID);
	expect_at(a, "username", "user-a");
	expect_at(a, "parent_id", "null");
	expect_at(a, "depth", "0");
	expect_at(a, "is_edited", "false");
	expect_at(a, "is_deleted", "false");
	ck_assert_str_eq(header_of(&a, "Location"), comment_path(at(&a, "id")));
	struct answer b = api("GET", comment_path(at(&a, "id")), NULL, NULL);
	expect_status(b, 200);
	expect_at(b, "content", "привет 🎸");
	expect_at(b, "created_at", at(&a, "created_at"));
	ck_assert_ptr_null(at(&b, "context"));
	ck_assert_str_eq(header_of(&b, "ETag"), header_of(&a, "ETag"));
	struct answer edited = api("PATCH", comment_path(at(&a, "id")), ALICE, "{\"content\":\"пока\"}");
	b = api("GET", comment_path(at(&a, "id")), ALICE, NULL);
	ck_assert_str_eq(header_of(&b, "ETag"), header_of(&edited, "ETag"));
	expect_at(api("GET", text("%s?context=1", comment_path(at(&a, "id"))), NULL, NULL), "context", "[]");
	ck_assert_int_eq(counted(), 1);
	ck_assert_int_eq(scene_told("comment.created"), 1);
	ck_assert_ptr_nonnull(
		strstr(scene_told_payload("comment.created", 0), "\"post_id\": \"" POST_ID "\""));
}

TEST(faults_are_named)
{
	expect_status(api("POST", COMMENTS, NULL, "{\"content\":\"x\"}"), 401);
	expect_status(api("POST", COMMENTS, ALICE, "{}"), 422);
	expect_status(api("POST", COMMENTS, ALICE, "{\"content\":null}"), 422);
	static const char *const unseen[] = {" \\n ", "\\u200b", "\\u202e", "\\u2800", "\\u0301"};
	for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++)
		expect_at(api("POST", COMMENTS, ALICE, text("{\"content\":\"%s\"}", unseen[i])),
			  "errors.0.code", "blank");
	static char long_body[10001 + 32] = "{\"content\":\"";
	memset(long_body + strlen(long_body), 'x', 10001);
	strcat(long_body, "\"}");
	struct answer a = api("POST", COMMENTS, ALICE, long_body);
	expect_at(a, "errors.0.code", "too_long");
	struct answer none = api("POST", "/api/v1/posts/" NOBODY "/comments", ALICE, "{\"content\":\"x\"}");
	expect_status(none, 404);
	expect_at(none, "code", "not_found");
	struct answer closed =
		api("POST", "/api/v1/posts/" CLOSED_ID "/comments", ALICE, "{\"content\":\"x\"}");
	expect_status(closed, 409);
	expect_at(closed, "code", "comments_closed");
	expect_status(api("POST", "/api/v1/posts/" DRAFT_ID "/comments", BOB, "{\"content\":\"x\"}"), 404);
	ck_assert_int_eq(counted(), 0);
}

TEST(one_key_makes_one_comment)
{
	const char *key = "Idempotency-Key: k\r\n";
	struct answer a = api_with("POST", COMMENTS, ALICE, key, "{\"content\":\"once\"}");
	struct answer b = api_with("POST", COMMENTS, ALICE, key, "{\"content\":\"once\"}");
	expect_status(b, 201);
	ck_assert_str_eq(a.body, b.body);
	ck_assert_int_eq(counted(), 1);
}

TEST(answers_stand_under_their_parent)
{
	const char *root = say(ALICE, NULL, "root"), *child = say(BOB, root, "child");
	struct answer a = api("GET", comment_path(child), NULL, NULL);
	expect_at(a, "parent_id", root);
	expect_at(a, "depth", "1");
	struct answer b = api("GET", comment_path(root), NULL, NULL);
	expect_at(b, "replies_count", "1");
	struct answer wrong = api("POST", "/api/v1/posts/" OTHER_POST_ID "/comments", BOB,
				  text("{\"content\":\"x\",\"parent_id\":\"%s\"}", root));
	expect_status(wrong, 422);
	expect_at(wrong, "code", "wrong_post");
	expect_at(wrong, "errors.0.pointer", "/parent_id");
	struct answer unknown =
		api("POST", COMMENTS, BOB, "{\"content\":\"x\",\"parent_id\":\"" NOBODY "\"}");
	expect_status(unknown, 422);
	expect_status(api("DELETE", comment_path(root), ALICE, NULL), 204);
	struct answer buried =
		api("POST", COMMENTS, BOB, text("{\"content\":\"x\",\"parent_id\":\"%s\"}", root));
	expect_status(buried, 409);
	expect_at(buried, "code", "comment_deleted");
	expect_counts_hold();
}

TEST(threads_go_fifty_levels_deep)
{
	const char *id = say(ALICE, NULL, "0");
	for (int i = 1; i <= 50; i++)
		id = say(i % 2 ? BOB : ALICE, id, text("%d", i));
	struct answer a = api("POST", COMMENTS, ALICE, text("{\"content\":\"x\",\"parent_id\":\"%s\"}", id));
	expect_status(a, 422);
	expect_at(a, "code", "too_deep");
	struct answer b = api("GET", text("%s?context=50", comment_path(id)), NULL, NULL);
	expect_at(b, "context.0.content", "0");
	expect_at(b, "context.49.content", "49");
	struct answer c = api("GET", text("%s?context=2", comment_path(id)), NULL, NULL);
	expect_at(c, "context.0.content", "48");
	expect_at(c, "context.1.username", "user-b");
	ck_assert_ptr_null(at(&c, "context.2"));
	expect_status(api("GET", text("%s?context=51", comment_path(id)), NULL, NULL), 400);
}

TEST(only_writers_edit)
{
	const char *path = comment_path(say(ALICE, NULL, "before"));
	expect_status(api("PATCH", path, NULL, "{\"content\":\"x\"}"), 401);
	expect_status(api("PATCH", path, BOB, "{\"content\":\"x\"}"), 403);
	expect_status(api("PATCH", path, MOD, "{\"content\":\"x\"}"), 403);
	struct answer same = api("PATCH", path, ALICE, "{\"content\":\"before\"}");
	expect_status(same, 200);
	expect_at(same, "is_edited", "false");
	ck_assert_int_eq(scene_told("comment.updated"), 0);
	struct answer edited = api("PATCH", path, ALICE, "{\"content\":\"after\"}");
	expect_status(edited, 200);
	expect_at(edited, "content", "after");
	expect_at(edited, "is_edited", "true");
	expect_at(edited, "username", "user-a");
	expect_status(api("PATCH", path, ALICE, edited.body), 200);
	expect_status(api("PATCH", path, ALICE, "{\"content\":null}"), 422);
	expect_status(api("PATCH", path, ALICE, "{\"content\":\"\"}"), 422);
	expect_status(api("PATCH", path, ALICE, "{\"parent_id\":\"" NOBODY "\"}"), 422);
	expect_status(api("PATCH", path, ALICE, "{\"user_id\":\"" B_ID "\",\"is_deleted\":true,\"depth\":7}"),
		      200);
	struct answer now = api("GET", path, NULL, NULL);
	expect_at(now, "user_id", A_ID);
	expect_at(now, "depth", "0");
	expect_status(api_with("PATCH", path, ALICE, "If-Match: \"v1-0000000000000000\"\r\n",
			       "{\"content\":\"x\"}"),
		      412);
	ck_assert_int_eq(scene_told("comment.updated"), 1);
}

TEST(an_edit_that_comes_too_late_is_refused)
{
	const char *path = comment_path(say(ALICE, NULL, "kept")),
		   *gone = comment_path(say(ALICE, NULL, "gone"));
	expect_status(api("DELETE", gone, ALICE, NULL), 204);
	scene_lose("UPDATE", "comments");
	expect_code(api("PATCH", path, ALICE, "{\"content\":\"late\"}"), 409, "edit_conflict");
	expect_code(api("DELETE", path, ALICE, NULL), 409, "edit_conflict");
	expect_code(api("POST", text("%s/restore", gone), ALICE, NULL), 409, "edit_conflict");
	struct answer still = api("GET", path, NULL, NULL);
	expect_at(still, "content", "kept");
	ck_assert_int_eq(counted(), 1);
}

TEST(deleted_leaves_vanish_and_come_back)
{
	const char *id = say(ALICE, NULL, "x"), *path = comment_path(id);
	expect_status(api("DELETE", path, NULL, NULL), 401);
	expect_status(api("DELETE", path, BOB, NULL), 403);
	expect_at(api("POST", text("%s/restore", path), ALICE, NULL), "content", "x");
	expect_status(api("POST", text("%s/restore", path), BOB, NULL), 403);
	expect_status(api("DELETE", path, ALICE, NULL), 204);
	expect_status(api("DELETE", path, ALICE, NULL), 204);
	expect_status(api("DELETE", path, BOB, NULL), 404);
	expect_status(api("PATCH", path, ALICE, "{\"content\":\"y\"}"), 404);
	expect_status(api("GET", path, BOB, NULL), 404);
	struct answer mine = api("GET", path, ALICE, NULL);
	expect_at(mine, "content", "x");
	expect_at(mine, "is_deleted", "true");
	ck_assert_int_eq(counted(), 0);
	expect_status(api("POST", text("%s/restore", path), BOB, NULL), 404);
	struct answer back = api("POST", text("%s/restore", path), ALICE, NULL);
	expect_status(back, 200);
	expect_at(back, "is_deleted", "false");
	expect_at(back, "is_edited", "false");
	ck_assert_int_eq(counted(), 1);
	expect_status(api("DELETE", path, MOD, NULL), 204);
	expect_status(api("GET", path, ALICE, NULL), 404);
	expect_code(api("POST", text("%s/restore", path), ALICE, NULL), 403, "deleted_by_staff");
	expect_status(api("POST", text("%s/restore", path), MOD, NULL), 200);
	ck_assert_int_eq(scene_told("comment.deleted"), 2);
	ck_assert_int_eq(scene_told("comment.restored"), 2);
}

TEST(tombstones_stay_while_something_hangs_on_them)
{
	const char *root = say(ALICE, NULL, "secret"), *middle = say(BOB, root, "middle"),
		   *leaf = say(ALICE, middle, "leaf");
	api("DELETE", comment_path(root), ALICE, NULL);
	api("DELETE", comment_path(middle), MOD, NULL);
	struct answer tomb = api("GET", comment_path(root), BOB, NULL);
	expect_status(tomb, 200);
	expect_at(tomb, "content", "null");
	expect_at(tomb, "user_id", "null");
	expect_at(tomb, "username", "null");
	expect_at(tomb, "is_deleted", "true");
	expect_at(tomb, "replies_count", "1");
	struct answer list = api("GET", COMMENTS, ALICE, NULL);
	ck_assert_ptr_null(strstr(list.body, "secret"));
	expect_at(list, "items.0.replies.0.replies.0.content", "leaf");
	expect_status(api("POST", text("%s/restore", comment_path(middle)), BOB, NULL), 403);
	ck_assert_int_eq(counted(), 1);
	expect_counts_hold();

	api("DELETE", comment_path(leaf), ALICE, NULL); /* and all of them go */
	list = api("GET", COMMENTS, NULL, NULL);
	expect_at(list, "items", "[]");
	expect_status(api("GET", comment_path(root), BOB, NULL), 404);
	expect_counts_hold();

	api("POST", text("%s/restore", comment_path(leaf)), ALICE, NULL); /* and come back with it */
	list = api("GET", COMMENTS, NULL, NULL);
	expect_at(list, "items.0.is_deleted", "true");
	expect_at(list, "items.0.replies.0.replies.0.content", "leaf");
	expect_counts_hold();
	api("POST", text("%s/restore", comment_path(root)), ALICE, NULL);
	list = api("GET", COMMENTS, NULL, NULL);
	expect_at(list, "items.0.content", "secret");
	ck_assert_int_eq(counted(), 2);
	expect_counts_hold();
}

TEST(visibility_follows_the_post)
{
	struct answer a =
		api("POST", "/api/v1/posts/" OTHER_POST_ID "/comments", ALICE, "{\"content\":\"x\"}");
	const char *path = comment_path(at(&a, "id"));
	test_sql(scene_conninfo(), "UPDATE comment.comments SET post_id = '" DRAFT_ID "'");
	expect_status(api("GET", path, BOB, NULL), 404);
	expect_status(api("GET", text("%s/replies", path), NULL, NULL), 404);
	expect_status(api("PATCH", path, BOB, "{\"content\":\"y\"}"), 404);
	expect_status(api("DELETE", path, BOB, NULL), 404);
	expect_status(api("GET", "/api/v1/posts/" DRAFT_ID "/comments", BOB, NULL), 404);
	expect_status(api("GET", "/api/v1/posts/" DRAFT_ID "/comments", ALICE, NULL), 200);
	expect_status(api("GET", path, ALICE, NULL), 200);
	test_sql(scene_conninfo(), "UPDATE comment.comments SET post_id = '" CLOSED_ID "'");
	expect_status(api("GET", path, BOB, NULL), 200);
	expect_status(api("GET", "/api/v1/posts/" CLOSED_ID "/comments", NULL, NULL), 200);
	expect_status(api("GET", "/api/v1/posts/" NOBODY "/comments", NULL, NULL), 404);
	expect_status(api("GET", comment_path(NOBODY), NULL, NULL), 404);
}

TEST(without_auth_names_are_missing_and_the_answer_says_so)
{
	say(ALICE, NULL, "x");
	auth_is_down = true;
	struct answer a = api("GET", COMMENTS, NULL, NULL);
	expect_status(a, 200);
	expect_at(a, "items.0.username", "null");
	expect_at(a, "items.0.user_id", A_ID);
	ck_assert_str_eq(header_of(&a, "X-Partial"), "username");
	expect_status(api("POST", COMMENTS, BOB, "{\"content\":\"y\"}"), 201);
}

TEST(names_of_deleted_users_are_null)
{
	say("user:" GONE_ID, NULL, "x");
	struct answer a = api("GET", COMMENTS, NULL, NULL);
	expect_at(a, "items.0.username", "null");
	ck_assert_ptr_null(header_of(&a, "X-Partial"));
}

TEST(two_hundred_comment_on_one_post_at_once)
{
	enum { MANY = 200 };
	static struct call calls[MANY];
	static struct answer answers[MANY];
	const char *root = say(ALICE, NULL, "root");
	for (int i = 0; i < MANY; i++)
		calls[i] = (struct call){"POST", COMMENTS, i % 2 ? ALICE : BOB, NULL,
					 i % 4 ? "{\"content\":\"x\"}"
					       : text("{\"content\":\"y\",\"parent_id\":\"%s\"}", root)};
	api_together(calls, answers, MANY);
	for (int i = 0; i < MANY; i++)
		expect_status(answers[i], 201);
	ck_assert_int_eq(counted(), MANY + 1);
	expect_counts_hold();
}

/* Deleting, restoring and answering of one small thread in every order the server happens to choose. */
TEST(counts_hold_when_all_happens_at_once)
{
	enum { ROUNDS = 6, MANY = 24 };
	const char *ids[8];
	struct call calls[MANY];
	struct answer answers[MANY];

	for (int i = 0; i < 8; i++)
		ids[i] = say(ALICE, i ? ids[(i - 1) / 2] : NULL, text("%d", i));
	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < MANY; i++) {
			const char *id = ids[(i * 5 + round) % 8], *path = comment_path(id);
			calls[i] =
				(i + round) % 3 == 0 ? (struct call){"DELETE", path, ALICE, NULL, NULL}
				: (i + round) % 3 == 1
					? (struct call){"POST", text("%s/restore", path), ALICE, NULL, NULL}
					: (struct call){"POST", COMMENTS, BOB, NULL,
							text("{\"content\":\"x\",\"parent_id\":\"%s\"}", id)};
		}
		api_together(calls, answers, MANY);
		for (int i = 0; i < MANY; i++)
			ck_assert_msg(answers[i].status < 500, "%s", answers[i].body);
		expect_counts_hold();
	}
}
