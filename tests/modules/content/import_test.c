/* Imports of posts: good lines once, the faults of others, what is not public, corrections. */
#include "modules/content/scene.h"
#include "support/import_lines.h"
#include "vobe/clock.h"

SCENE(open_scene, scene_stop);

enum { MANY = 3000, LINES_MOST = 500 };

struct loading {
	const char *const *lines;
	int count;
	enum import_mode mode;
	struct import_outcome outcomes[LINES_MOST];
};

/* What outlives the task: fates, and whether there were faults. */
static err run_job(struct ctx *cx, void *arg)
{
	struct loading *job = arg;
	TRY(import_lines(cx, &content_import_service()->posts, job->lines, job->count, job->mode,
			 job->outcomes));
	for (int i = 0; i < job->count; i++)
		for (int f = 0; f < job->outcomes[i].faults.count; f++) {
			struct fault *fault = &job->outcomes[i].faults.at[f];
			*fault = (struct fault){text("%s", fault->pointer), text("%s", fault->code),
						text("%s", fault->detail)};
		}
	return NULL;
}

static void import(const char *const *lines, const char *fates, enum import_mode mode)
{
	struct loading job = {.lines = lines, .count = (int)strlen(fates), .mode = mode};
	err e = scene_call(run_job, &job);
	ck_assert_msg(!e, "%s", e ? e->detail : "");
	ck_assert(import_fates_are(job.outcomes, fates));
}

#define ID(n)  "\"id\":\"0190dddd-0000-7000-8000-00000000000" #n "\""
#define BY_ANN ",\"author_id\":\"" ANN_ID "\",\"content\":\"c\""

static const char *const some_posts[] = {
	"{" ID(1) BY_ANN ",\"title\":\"Альбом\",\"description\":\"d\",\"primary_artist_id\":\"" KINO
			 "\",\"featured_artist_ids\":[\"" ZEMFIRA "\",\"" KINO
			 "\"],\"tags\":[\"Rock\",\"Джаз\",\"rock\"],"
			 "\"published_at\":\"2023-11-14T22:13:20.123456Z\"}",
	"{" ID(2) BY_ANN ",\"title\":\"Альбом\",\"tags\":[\"Rock\"]}",
	"{" ID(3) BY_ANN ",\"title\":\"third\",\"slug\":\"album\"}",
	"{" ID(4) BY_ANN ",\"title\":\" \"}",
	"{" ID(5) ",\"author_id\":\"" ANN_ID "\",\"title\":\"no content\"}",
	"{" ID(6) BY_ANN ",\"title\":\"no artist\",\"primary_artist_id\":\"" NOBODY "\"}",
	"{" ID(7) ",\"title\":\"no author\",\"content\":\"c\"}",
	"{" ID(8) BY_ANN ",\"title\":\"twice\"}",
	"{" ID(8) BY_ANN ",\"title\":\"twice\"}",
};

TEST(an_import_takes_good_lines_once_and_says_what_is_wrong_with_others)
{
	published_by(ANN, "Album", ",\"slug\":\"albom\"");
	import(some_posts, "AAARRRRAP", IMPORT_KEEPS);
	ck_assert_int_eq(scene_told("post.created"), 5);
	ck_assert_int_eq(scene_told("post.published"), 5);
	struct answer first = get(NULL, "/posts/slug/albom-2"), second = get(NULL, "/posts/slug/albom-3");
	ck_assert_int_ne(strcmp(at(&first, "id"), at(&second, "id")), 0);
	expect_status(get(NULL, "/posts/slug/album"), 200);
	expect_at(get(NULL, "/tags/rock"), "posts_count", "2");
	expect_at(get(NULL, "/tags/dzhaz"), "name", "Джаз");
	expect_at(get(NULL, "/artists/" ZEMFIRA "/posts"), "items.0.published_at",
		  "2023-11-14T22:13:20.123Z");
	expect_at(get(NULL, "/artists/" ZEMFIRA "/posts"), "items.0.artists.1.id", ZEMFIRA);
	import(some_posts, "PPPRRRRPP", IMPORT_KEEPS);
	ck_assert_int_eq(scene_told("post.created"), 5);
	ck_assert_str_eq(sql("SELECT count(*) FROM posts"), "5");
}

TEST(nothing_becomes_public_that_was_not)
{
	static const char *const lines[] = {
		"{" ID(1) BY_ANN ",\"title\":\"a\",\"status\":\"draft\",\"tags\":[\"quiet\"]}",
		"{" ID(2) BY_ANN ",\"title\":\"b\",\"status\":\"archived\",\"tags\":[\"quiet\"]}",
		"{" ID(3) BY_ANN ",\"title\":\"c\",\"published_at\":\"2999-01-01T00:00:00Z\"}",
		"{" ID(4) BY_ANN ",\"title\":\"d\",\"published_at\":null}",
		"{" ID(5) BY_ANN ",\"title\":\"e\",\"is_deleted\":true,\"tags\":[\"quiet\"]}",
	};
	import(lines, "AAAAA", IMPORT_KEEPS);
	ck_assert_int_eq(scene_told("post.created"), 5);
	ck_assert_int_eq(scene_told("post.deleted"), 1);
	expect_at(get(NULL, "/posts?include_total=true"), "total", "0");
	expect_status(get(NULL, "/tags/quiet"), 404);
	ck_assert_str_eq(sql("SELECT string_agg(status, ' ' ORDER BY id) FROM posts"),
			 "draft archived draft draft published");
	ck_assert_str_eq(sql("SELECT count(*) FROM post_tags WHERE published_at IS NOT NULL"), "0");
}

TEST(a_line_that_differs_is_written_when_that_is_wished)
{
	static const char *const first[] = {"{" ID(1) BY_ANN ",\"title\":\"One\",\"tags\":[\"a\"]}",
					    "{" ID(2) BY_ANN ",\"title\":\"Two\",\"status\":\"draft\"}",
					    "{" ID(3) BY_ANN ",\"title\":\"Three\",\"slug\":\"one\"}"};
	static const char *const then[] = {
		"{" ID(1) BY_ANN ",\"title\":\"One!\",\"tags\":[\"b\"]}",
		"{" ID(2) BY_ANN ",\"title\":\"Two\",\"status\":\"archived\"}", /* no draft is archived */
		"{" ID(3) BY_ANN ",\"title\":\"Three\",\"slug\":\"one\",\"is_deleted\":true}"};

	import(first, "AAA", IMPORT_KEEPS);
	import(first, "PPP", IMPORT_UPDATES); /* one-2 is the slug that was wished */
	import(then, "DDD", IMPORT_KEEPS);
	ck_assert_int_eq(scene_told("post.updated"), 0);
	import(then, "URU", IMPORT_UPDATES);
	import(then, "PRP", IMPORT_UPDATES);
	ck_assert_int_eq(scene_told("post.updated"), 1);
	ck_assert_int_eq(scene_told("post.deleted"), 1);
	expect_at(get(NULL, "/posts/slug/one"), "title", "One!");
	expect_at(get(NULL, "/tags/b"), "posts_count", "1");
}

TEST(what_was_deleted_here_comes_back_when_the_line_says_so)
{
	static const char *const first[] = {"{" ID(1) BY_ANN ",\"title\":\"One\",\"tags\":[\"a\"]}",
					    "{" ID(2) BY_ANN ",\"title\":\"Two\",\"tags\":[\"a\"]}",
					    "{" ID(3) BY_ANN ",\"title\":\"Three\",\"is_deleted\":true}"};
	static const char *const live[] = {"{" ID(1) BY_ANN
					   ",\"title\":\"One!\",\"tags\":[\"a\"],\"is_deleted\":false}",
					   "{" ID(2) BY_ANN ",\"title\":\"Two!\",\"is_deleted\":false}",
					   "{" ID(3) BY_ANN ",\"title\":\"Three\",\"is_deleted\":false}"};
	static const char *const unknown[] = {
		"{" ID(1) BY_ANN ",\"title\":\"One\",\"is_deleted\":false"
				 ",\"primary_artist_id\":\"0190ffff-0000-7000-8000-000000000001\"}"};
	static const char *const undone[] = {
		"{" ID(1) BY_ANN ",\"title\":\"One\",\"status\":\"archived\",\"is_deleted\":false}"};

	import(first, "AAA", IMPORT_KEEPS);
	expect_status(api("DELETE", API "/posts/0190dddd-0000-7000-8000-000000000001", ANN, NULL), 204);
	expect_status(api("DELETE", API "/posts/0190dddd-0000-7000-8000-000000000002", MOD, NULL), 204);
	import(first, "GSP", IMPORT_KEEPS);
	import(first, "GSP", IMPORT_RESTORES);
	import(live, "DSD", IMPORT_KEEPS);
	ck_assert_int_eq(scene_told("post.restored"), 0);
	import(live, "BSB", IMPORT_UPDATES);
	import(live, "PSP", IMPORT_UPDATES);
	ck_assert_int_eq(scene_told("post.restored"), 2);
	expect_at(get(NULL, "/posts/0190dddd-0000-7000-8000-000000000001"), "title", "One!");
	expect_at(get(NULL, "/posts/0190dddd-0000-7000-8000-000000000003"), "title", "Three");
	expect_status(get(NULL, "/posts/0190dddd-0000-7000-8000-000000000002"), 404);
	expect_at(get(NULL, "/tags/a"), "posts_count", "1");
	import(live, "PBP", IMPORT_RESTORES);
	expect_at(get(NULL, "/posts/0190dddd-0000-7000-8000-000000000002"), "title", "Two!");
	expect_at(get(NULL, "/tags/a"), "posts_count", "2");
	expect_status(api("DELETE", API "/posts/0190dddd-0000-7000-8000-000000000001", ANN, NULL), 204);
	sql("UPDATE posts SET status = 'draft' WHERE id = '0190dddd-0000-7000-8000-000000000001'");
	import(undone, "R", IMPORT_UPDATES); /* what cannot be written does not come back either */
	import(unknown, "R", IMPORT_UPDATES);
	ck_assert_int_eq(scene_told("post.restored"), 3);
}

TEST(an_import_is_quick)
{
	static const char *const tags[] = {"[\"rock\"]", "[\"rock\",\"pop\"]", "[\"rock\",\"pop\",\"jazz\"]"};
	const char **lines = calloc(MANY, sizeof *lines);
	char id[UUID_TEXT];

	for (int i = 0; i < MANY; i++) {
		uuid_text(uuid_new(), id);
		lines[i] =
			arena_fmt(scene_arena(),
				  "{\"id\":\"%s\"" BY_ANN
				  ",\"title\":\"One title\",\"primary_artist_id\":\"" KINO "\",\"tags\":%s}",
				  id, tags[i % 3]);
	}
	int64_t start = clock_mono_now();
	for (int i = 0; i < MANY; i += LINES_MOST) {
		struct loading job = {.lines = lines + i, .count = LINES_MOST};
		ck_assert_ptr_null(scene_call(run_job, &job));
	}
	double seconds = (double)(clock_mono_now() - start) / SECOND_US;
	printf("import: %.0f rows/s\n", MANY / seconds);
	ck_assert_str_eq(sql("SELECT count(*) FROM posts"), text("%d", MANY));
	ck_assert_str_eq(sql("SELECT count(*) FROM posts WHERE slug = 'one-title-%d'", MANY), "1");
	expect_at(get(NULL, "/tags/rock"), "posts_count", text("%d", MANY));
	free(lines);
}
