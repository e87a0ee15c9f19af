/* Imports of comments: threads in any order, tombstones, the faults of lines, corrections. */
#include "modules/comment/scene.h"
#include "support/import_lines.h"

SCENE(open_scene, scene_stop);

enum { RACERS = 3, DEEP = 52 };

struct loading {
	const char *const *lines;
	const char *fates;
	enum import_mode mode;
};

static err run_job(struct ctx *cx, void *arg)
{
	const struct loading *job = arg;
	const int count = (int)strlen(job->fates);
	struct import_outcome *o = ARENA_ARRAY(cx->arena, struct import_outcome, count);

	TRY(import_lines(cx, &comment_import_service()->comments, job->lines, count, job->mode, o));
	ck_assert(import_fates_are(o, job->fates));
	return NULL;
}

static void import(const char *const *lines, const char *fates, enum import_mode mode)
{
	struct loading job = {lines, fates, mode};
	err e = scene_call(run_job, &job);
	ck_assert_msg(!e, "%s", e ? e->detail : "");
}

/* Comment n of Alice's, under comment `parent` or, with 0, under the post. */
static const char *line_of(int n, int parent, const char *more)
{
	const char *under = parent ? text(",\"parent_id\":\"0190eeee-0000-7000-8000-%012d\"", parent) : "";
	return text("{\"id\":\"0190eeee-0000-7000-8000-%012d\",\"post_id\":\"" POST_ID
		    "\",\"user_id\":\"" A_ID "\"%s%s}",
		    n, under, more);
}

TEST(imports_obey_the_rules_and_can_be_repeated)
{
	const char *const lines[] = {
		line_of(1, 0, ",\"content\":\"a\""),
		line_of(2, 1, ",\"content\":\"b\""),
		line_of(3, 2, ",\"content\":\"c\""),
		line_of(4, 0, ",\"content\":\"d\",\"created_at\":\"1970-01-12T13:46:40Z\""),
		line_of(1, 0, ",\"content\":\"a\""),
		line_of(5, 0, ",\"content\":\"\""),
		line_of(6, 9, ",\"content\":\"orphan\""),
		line_of(7, 8, ",\"content\":\"before its parent\""),
		line_of(8, 0, ",\"content\":\"parent\""),
		"{\"id\":\"" NOBODY "\",\"post_id\":\"" NOBODY "\",\"user_id\":\"" A_ID
		"\",\"content\":\"x\"}",
		"{\"id\":\"" NOBODY "\",\"post_id\":\"" POST_ID "\",\"user_id\":\"" GONE_ID
		"\",\"content\":\"x\"}",
		"{\"id\":\"" NOBODY "\",\"post_id\":\"" CLOSED_ID "\",\"user_id\":\"" A_ID
		"\",\"content\":\"x\"}",
		"{\"id\":\"" NOBODY "\",\"post_id\":\"" OTHER_POST_ID "\",\"user_id\":\"" A_ID
		"\",\"content\":\"x\",\"parent_id\":\"0190eeee-0000-7000-8000-000000000001\"}",
	};
	import(lines, "AAAAPRWAARPPP", IMPORT_KEEPS);
	ck_assert_int_eq(counted(), 6);
	expect_counts_hold();
	struct answer a = api("GET", COMMENTS, NULL, NULL);
	expect_at(a, "items.0.content", "d");
	expect_at(a, "items.0.created_at", "1970-01-12T13:46:40.000Z");
	expect_at(a, "items.1.replies.0.replies.0.content", "c");
	ck_assert_int_eq(scene_told("comment.created"), 6);
	import(lines, "PPPPPRWPPRPPP", IMPORT_KEEPS);
	ck_assert_int_eq(counted(), 6);
}

TEST(parents_may_stand_anywhere_and_must_be_right)
{
	const char *const reversed[] = {line_of(3, 2, ",\"content\":\"c\""),
					line_of(2, 1, ",\"content\":\"b\""),
					line_of(1, 0, ",\"content\":\"a\"")};
	const char *const circle[] = {line_of(11, 12, ",\"content\":\"x\""),
				      line_of(12, 11, ",\"content\":\"x\""),
				      line_of(13, 13, ",\"content\":\"x\"")};
	const char *const elsewhere[] = {
		"{\"id\":\"" NOBODY "\",\"post_id\":\"" OTHER_POST_ID "\",\"user_id\":\"" A_ID
		"\",\"content\":\"x\",\"parent_id\":\"0190eeee-0000-7000-8000-000000000001\"}"};

	import(reversed, "AAA", IMPORT_KEEPS);
	char *depths = test_sql(scene_conninfo(),
				"SELECT string_agg(depth::text, '' ORDER BY id) FROM comment.comments");
	ck_assert_str_eq(depths, "012");
	free(depths);
	import(circle, "WWW", IMPORT_KEEPS);
	import(elsewhere, "R", IMPORT_KEEPS);
	expect_counts_hold();
}

TEST(threads_end_at_their_depth)
{
	const char *lines[DEEP];
	char fates[DEEP + 1] = "";

	for (int i = 0; i < DEEP; i++) {
		lines[i] = arena_str(scene_arena(), line_of(i + 1, i, ",\"content\":\"x\""));
		fates[i] = i > 50 ? 'R' : 'A';
	}
	import(lines, fates, IMPORT_KEEPS);
	ck_assert_int_eq(counted(), 51);
	expect_counts_hold();
}

TEST(a_tombstone_keeps_its_place)
{
	const char *const lines[] = {line_of(1, 0, ",\"content\":null,\"is_deleted\":true"),
				     line_of(2, 1, ",\"content\":null,\"is_deleted\":true"),
				     line_of(3, 2, ",\"content\":\"still here\"")};
	const char *const alone[] = {line_of(4, 0, ",\"content\":\"gone\",\"is_deleted\":true")};

	import(lines, "AAA", IMPORT_KEEPS);
	import(alone, "A", IMPORT_KEEPS);
	ck_assert_int_eq(counted(), 1);
	expect_counts_hold();
	struct answer a = api("GET", COMMENTS, NULL, NULL);
	expect_at(a, "items.0.content", "null");
	expect_at(a, "items.0.replies.0.replies.0.content", "still here");
	import(lines, "PPP", IMPORT_KEEPS);
}

TEST(a_line_that_differs_is_written_when_that_is_wished)
{
	const char *const first[] = {line_of(1, 0, ",\"content\":\"a\""),
				     line_of(2, 0, ",\"content\":\"b\"")};
	const char *const then[] = {line_of(1, 0, ",\"content\":\"better\""),
				    line_of(2, 0, ",\"content\":\"b\",\"is_deleted\":true")};

	import(first, "AA", IMPORT_KEEPS);
	import(then, "DD", IMPORT_KEEPS);
	import(then, "UU", IMPORT_UPDATES);
	import(then, "PP", IMPORT_UPDATES);
	ck_assert_int_eq(counted(), 1);
	expect_counts_hold();
	ck_assert_int_eq(scene_told("comment.updated"), 1);
	expect_at(api("GET", COMMENTS, NULL, NULL), "items.0.content", "better");
}

TEST(what_was_deleted_here_comes_back_when_the_line_says_so)
{
	const char *const first[] = {line_of(1, 0, ",\"content\":\"a\""),
				     line_of(2, 1, ",\"content\":\"b\"")};
	const char *const live[] = {line_of(1, 0, ",\"content\":\"better\",\"is_deleted\":false"),
				    line_of(2, 1, ",\"content\":\"b\",\"is_deleted\":false")};

	import(first, "AA", IMPORT_KEEPS);
	expect_status(api("DELETE", "/api/v1/comments/0190eeee-0000-7000-8000-000000000001", ALICE, NULL),
		      204);
	expect_status(api("DELETE", "/api/v1/comments/0190eeee-0000-7000-8000-000000000002", MOD, NULL), 204);
	import(first, "GS", IMPORT_KEEPS);
	import(first, "GS", IMPORT_RESTORES);
	import(live, "DS", IMPORT_KEEPS);
	import(live, "BS", IMPORT_UPDATES);
	import(live, "PS", IMPORT_UPDATES);
	ck_assert_int_eq(counted(), 1);
	expect_counts_hold();
	expect_at(api("GET", COMMENTS, NULL, NULL), "items.0.content", "better");
	expect_at(api("GET", COMMENTS, NULL, NULL), "items.0.is_edited", "true");
	import(live, "PB", IMPORT_RESTORES);
	ck_assert_int_eq(counted(), 2);
	expect_counts_hold();
	expect_at(api("GET", COMMENTS, NULL, NULL), "items.0.replies.0.content", "b");
	ck_assert_int_eq(scene_told("comment.restored"), 2);
}

/* --- at once --- */

static err import_two(struct ctx *cx, void *arg)
{
	const char *const lines[] = {line_of(1, 0, ",\"content\":\"a\""),
				     line_of(2, 1, ",\"content\":\"b\"")};
	struct import_outcome o[2];
	int *added = arg;

	TRY(import_lines(cx, &comment_import_service()->comments, lines, 2, IMPORT_KEEPS, o));
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(o[i].faults.count, 0);
		*added += o[i].fate == IMPORT_ADDED;
	}
	return NULL;
}

static err race(struct ctx *cx, void *arg)
{
	struct branch branches[RACERS];
	for (int i = 0; i < RACERS; i++)
		branches[i] = (struct branch){.run = import_two, .arg = arg};
	together(cx, branches, RACERS);
	for (int i = 0; i < RACERS; i++)
		TRY(branches[i].result);
	return NULL;
}

TEST(imports_at_once_add_each_row_once)
{
	int added = 0;
	err e = scene_call(race, &added);
	ck_assert_msg(!e, "%s", e ? e->detail : "");
	ck_assert_int_eq(added, 2);
	ck_assert_int_eq(counted(), 2);
	ck_assert_ptr_null(scene_call(import_two, &added));
	ck_assert_int_eq(added, 2);
	expect_counts_hold();
}
