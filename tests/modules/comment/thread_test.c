/* Threads as lists and trees, paged at every level; counts for others; imports. */
#include "modules/comment/scene.h"

#include "support/test.h"
#include "vobe/clock.h"

/* What the items of a list say, page by page, at `path`. */
static const char *words(const char *path)
{
	static char all[4096];
	const char *cursor = NULL;
	*all = '\0';
	do {
		struct answer a = api("GET",
				      text("%s%slimit=2%s%s", path, strchr(path, '?') ? "&" : "?",
					   cursor ? "&cursor=" : "", cursor ? cursor : ""),
				      NULL, NULL);
		expect_status(a, 200);
		for (int i = 0; at(&a, text("items.%d", i)); i++)
			strcat(strcat(all, at(&a, text("items.%d.content", i))), " ");
		cursor = at(&a, "next_cursor");
	} while (strcmp(cursor, "null") != 0);
	return all;
}

static const char *replies_path(const char *id)
{
	return text("/api/v1/comments/%s/replies", id);
}

SCENE(open_scene, scene_stop);

TEST(flat_and_tree_in_both_orders)
{
	const char *a = say(ALICE, NULL, "a");
	say(ALICE, NULL, "b");
	const char *c = say(BOB, a, "c");
	say(ALICE, NULL, "d");
	say(BOB, a, "e");
	say(BOB, c, "f");
	ck_assert_str_eq(words(COMMENTS "?view=flat"), "a b c d e f ");
	ck_assert_str_eq(words(COMMENTS "?view=flat&sort=new"), "f e d c b a ");
	ck_assert_str_eq(words(COMMENTS), "a b d ");
	ck_assert_str_eq(words(COMMENTS "?view=tree&sort=new"), "d b a ");
	ck_assert_str_eq(words(replies_path(a)), "c e ");
	ck_assert_str_eq(words(text("%s?sort=new", replies_path(a))), "e c ");
	struct answer flat = api("GET", COMMENTS "?view=flat&include_total=true", NULL, NULL);
	expect_at(flat, "total", "6");
	ck_assert_ptr_null(at(&flat, "items.0.replies"));
	struct answer tree = api("GET", COMMENTS "?include_total=true", NULL, NULL);
	expect_at(tree, "total", "3");
	expect_at(tree, "items.0.replies.0.content", "c");
	expect_at(tree, "items.0.replies.0.username", "user-b");
	expect_at(tree, "items.0.replies.0.replies.0.content", "f");
	expect_at(tree, "items.0.replies.1.content", "e");
	expect_at(tree, "items.1.replies", "[]");
	expect_at(tree, "items.0.replies_next_cursor", "null");
	struct answer replies =
		api("GET", text("%s?include_total=true&depth=2", replies_path(a)), NULL, NULL);
	expect_at(replies, "total", "2");
	expect_at(replies, "items.0.replies.0.content", "f");
}

TEST(pages_do_not_stumble_over_ties)
{
	for (int i = 0; i < 7; i++)
		say(ALICE, NULL, text("%d", i));
	test_sql(scene_conninfo(), "UPDATE comment.comments SET created_at = '2026-01-01'");
	ck_assert_str_eq(words(COMMENTS), "0 1 2 3 4 5 6 ");
	ck_assert_str_eq(words(COMMENTS "?sort=new"), "6 5 4 3 2 1 0 ");
	ck_assert_str_eq(words(COMMENTS "?view=flat"), "0 1 2 3 4 5 6 ");
	test_sql(scene_conninfo(), "UPDATE comment.comments SET created_at = '0850-01-01'");
	ck_assert_str_eq(words(COMMENTS), "0 1 2 3 4 5 6 ");
}

TEST(every_branch_can_be_read_on)
{
	const char *root = say(ALICE, NULL, "root"), *child = NULL, *deep;
	for (int i = 0; i < 5; i++)
		child = say(BOB, root, text("%d", i));
	deep = say(ALICE, child, "deep");
	say(ALICE, deep, "deeper");
	struct answer a = api("GET", COMMENTS "?replies_limit=2", NULL, NULL);
	expect_at(a, "items.0.replies.1.content", "1");
	ck_assert_ptr_null(at(&a, "items.0.replies.2"));
	struct answer more =
		api("GET", text("%s?cursor=%s", replies_path(root), at(&a, "items.0.replies_next_cursor")),
		    NULL, NULL);
	expect_status(more, 200);
	expect_at(more, "items.0.content", "2");
	expect_at(more, "items.2.content", "4");
	expect_at(more, "next_cursor", "null");
	/* One level only: what is below says that it can be read. */
	struct answer flat = api("GET", COMMENTS "?depth=1", NULL, NULL);
	expect_at(flat, "items.0.replies", "[]");
	struct answer all =
		api("GET", text("%s?cursor=%s", replies_path(root), at(&flat, "items.0.replies_next_cursor")),
		    NULL, NULL);
	expect_at(all, "items.0.content", "0");
	expect_at(all, "items.4.replies_count", "1");
	struct answer below = api(
		"GET",
		text("%s?cursor=%s&depth=5", replies_path(child), at(&all, "items.4.replies_next_cursor")),
		NULL, NULL);
	expect_at(below, "items.0.replies.0.content", "deeper");
	/* A cursor of one branch is none of another. */
	expect_status(api("GET",
			  text("%s?cursor=%s", replies_path(child), at(&a, "items.0.replies_next_cursor")),
			  NULL, NULL),
		      400);
	expect_status(api("GET",
			  text("%s&cursor=%s", COMMENTS "?sort=new", at(&a, "items.0.replies_next_cursor")),
			  NULL, NULL),
		      400);
}

/* Rows as the module would write them. */
static void fill_branch(const char *parent, int count)
{
	test_sql(scene_conninfo(),
		 "INSERT INTO comment.comments (id, post_id, user_id, parent_id, content, depth, created_at, "
		 "updated_at)"
		 " SELECT gen_random_uuid(), '" POST_ID "', '" A_ID
		 "', '%s', n::text, 1, '2026-01-01'::timestamptz + n * interval '1 s', now()"
		 " FROM generate_series(1, %d) n",
		 parent, count);
	test_sql(scene_conninfo(), "UPDATE comment.comments SET replies_count = %d WHERE id = '%s'", count,
		 parent);
}

/* Microseconds of the fastest of some reads. */
static int64_t fastest(const char *path)
{
	int64_t best = INT64_MAX;
	for (int i = 0; i < 20; i++) {
		const int64_t start = clock_mono_now();
		expect_status(api("GET", path, NULL, NULL), 200);
		const int64_t took = clock_mono_now() - start;
		best = took < best ? took : best;
	}
	return best;
}

TEST(a_hundred_thousand_replies_page_as_ten_do)
{
	const char *small = say(ALICE, NULL, "small"), *big = say(ALICE, NULL, "big");
	fill_branch(small, 10);
	fill_branch(big, 100000);
	test_sql(scene_conninfo(), "ANALYZE comment.comments");
	const int64_t of_ten = fastest(text("%s?limit=10", replies_path(small)));
	struct answer first = api("GET", text("%s?limit=10", replies_path(big)), NULL, NULL);
	expect_at(first, "items.9.content", "10");
	char *id =
		test_sql(scene_conninfo(),
			 "SELECT id FROM comment.comments WHERE parent_id = '%s' AND content = '90000'", big);
	ck_assert_ptr_nonnull(id);
	free(id);
	const int64_t of_many =
		fastest(text("%s?limit=10&cursor=%s", replies_path(big), at(&first, "next_cursor")));
	const int64_t newest = fastest(text("%s?limit=10&sort=new", replies_path(big)));
	const int64_t tree = fastest(COMMENTS "?replies_limit=10");
	ck_assert_msg(of_many < 3 * of_ten + 2000, "%lld us, not %lld", (long long)of_many,
		      (long long)of_ten);
	ck_assert_msg(newest < 3 * of_ten + 2000, "%lld us, not %lld", (long long)newest, (long long)of_ten);
	ck_assert_msg(tree < 4 * of_ten + 4000, "%lld us, not %lld", (long long)tree, (long long)of_ten);
}

TEST(trees_are_bounded)
{
	for (int i = 0; i < 50; i++)
		fill_branch(say(ALICE, NULL, "root"), 50);
	struct answer a = api("GET", COMMENTS "?limit=100&replies_limit=50&depth=10", NULL, NULL);
	expect_status(a, 200);
	int nested = 0, promised = 0;
	for (int i = 0; i < 50; i++) {
		nested += at(&a, text("items.%d.replies.49", i)) ? 50 : 0;
		promised += strcmp(at(&a, text("items.%d.replies_next_cursor", i)), "null") != 0;
	}
	ck_assert_int_le(nested, 1000);
	ck_assert_int_gt(nested, 800);
	ck_assert_int_eq(promised, 50 - nested / 50);
}

TEST(bad_parameters_are_refused)
{
	say(ALICE, NULL, "a");
	expect_status(api("GET", COMMENTS "?view=rubbish", NULL, NULL), 400);
	expect_status(api("GET", COMMENTS "?sort=best", NULL, NULL), 400);
	expect_status(api("GET", COMMENTS "?depth=0", NULL, NULL), 400);
	expect_status(api("GET", COMMENTS "?depth=11", NULL, NULL), 400);
	expect_status(api("GET", COMMENTS "?replies_limit=51", NULL, NULL), 400);
	expect_status(api("GET", COMMENTS "?cursor=rubbish", NULL, NULL), 400);
	expect_status(api("GET", replies_path(NOBODY), NULL, NULL), 404);
}

static err count_writers(struct ctx *cx, void *arg)
{
	const struct uuid ids[] = {uuid_from(A_ID), uuid_from(GONE_ID), uuid_from(B_ID)};
	int64_t *counts = arg;
	return counts_users(cx, ids, 3, counts);
}

TEST(writers_are_counted)
{
	int64_t counts[3];
	say(ALICE, NULL, "a");
	const char *b = say(ALICE, NULL, "b");
	say(BOB, b, "c");
	api("DELETE", comment_path(b), ALICE, NULL);
	ck_assert_ptr_null(scene_call(count_writers, counts));
	ck_assert_int_eq(counts[0], 1);
	ck_assert_int_eq(counts[1], 0);
	ck_assert_int_eq(counts[2], 1);
}

TEST(what_a_user_wrote_is_listed_where_its_post_is_seen)
{
	const char *written = "/api/v1/users/" A_ID "/comments";
	for (int i = 0; i < 3; i++)
		say(ALICE, NULL, text("%d", i));
	say(BOB, NULL, "not hers");
	api("DELETE", comment_path(say(ALICE, NULL, "deleted")), ALICE, NULL);
	ck_assert_str_eq(words(written), "2 1 0 ");
	test_sql(scene_conninfo(),
		 "UPDATE comment.comments SET post_id = '" DRAFT_ID "' WHERE content = '1'");
	ck_assert_str_eq(words(written), "2 0 ");
	struct answer own = api("GET", written, ALICE, NULL);
	expect_at(own, "items.1.content", "1");
	expect_at(own, "items.1.username", "user-a");
	expect_status(api("GET", "/api/v1/users/" GONE_ID "/comments", NULL, NULL), 404);
}

TEST(counts_of_other_instances_are_heard_of)
{
	ck_assert_int_eq(counted(), 0);
	test_sql(scene_conninfo(), "INSERT INTO comment.comment_counts VALUES ('" POST_ID "', 7)");
	struct comment_event told = {.post_id = uuid_from(POST_ID), .created_at = TIME_NULL};
	ck_assert_ptr_null(scene_hear(&comment_created, told.post_id, 1, &told));
	ck_assert_int_eq(counted(), 7);
}
