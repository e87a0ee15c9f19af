/* One's own posts, tags as they were given, titles that many choose at once. */
#include "modules/content/scene.h"
#include "support/test.h"

SCENE(open_scene, scene_stop);

/* The titles of a list, in order. */
static const char *titles(const char *as, const char *path)
{
	struct answer a = get(as, path);
	char all[256] = "";

	expect_status(a, 200);
	for (int i = 0; at(&a, text("items.%d.title", i)); i++)
		strcat(strcat(all, i ? "," : ""), at(&a, text("items.%d.title", i)));
	return text("%s", all);
}

TEST(ones_own_posts_are_listed_whatever_their_status)
{
	post_by(ANN, "draft", "");
	published_by(ANN, "shown", "");
	const char *old = published_by(ANN, "old", "");
	expect_status(patch(ANN, old, "{\"status\":\"archived\"}"), 200);
	published_by(BOB, "other", "");
	ck_assert_str_eq(titles(ANN, "/users/me/posts?sort=title"), "draft,old,shown");
	ck_assert_str_eq(titles(ANN, "/users/me/posts?sort=-title"), "shown,old,draft");
	ck_assert_str_eq(titles(ANN, "/users/me/posts"), "old,shown,draft");
	ck_assert_str_eq(titles(ANN, "/users/me/posts?status=draft"), "draft");
	expect_at(get(ANN, "/users/me/posts?cursor=x"), "code", "invalid_cursor");
	ck_assert_str_eq(titles(ANN, "/users/me/posts?status=published"), "shown");
	ck_assert_str_eq(titles(ANN, "/posts?status=any&sort=created_at"), "draft,shown,old");
	ck_assert_str_eq(titles(ANN, "/users/" ANN_ID "/posts?status=any&sort=title"), "draft,old,shown");
	expect_at(get(ANN, "/users/me/posts?include_total=1"), "total", "3");
	expect_status(get(NULL, "/users/me/posts"), 401);
}

TEST(of_others_any_status_means_what_is_published)
{
	post_by(ANN, "draft", "");
	published_by(ANN, "shown", "");
	published_by(BOB, "other", "");
	ck_assert_str_eq(titles(BOB, "/users/" ANN_ID "/posts?status=any"), "shown");
	ck_assert_str_eq(titles(NULL, "/posts?status=any&sort=title"), "other,shown");
	ck_assert_str_eq(titles(MOD, "/posts?status=any&sort=title"), "draft,other,shown");
	ck_assert_str_eq(titles(MOD, "/users/" ANN_ID "/posts?status=any&sort=title"), "draft,shown");
}

TEST(ones_own_posts_page_over_ties)
{
	for (int i = 0; i < 7; i++)
		if (i % 2)
			published_by(ANN, text("t%d", i), "");
		else
			post_by(ANN, text("t%d", i), "");
	static const char *const sorts[] = {"published_at",   "-published_at", "created_at", "-views_count",
					    "comments_count", "title",         "-title"};
	for (size_t s = 0; s < sizeof sorts / sizeof *sorts; s++) {
		const char *cursor = "";
		int count = 0;
		while (cursor) {
			struct answer a =
				get(ANN, text("/users/me/posts?limit=2&sort=%s%s", sorts[s], cursor));
			expect_status(a, 200);
			for (int i = 0; at(&a, text("items.%d", i)); i++)
				count++;
			const char *next = at(&a, "next_cursor");
			cursor = strcmp(next, "null") ? text("&cursor=%s", next) : NULL;
		}
		ck_assert_int_eq(count, 7);
	}
}

TEST(tags_keep_their_order_and_their_signs)
{
	const char *id =
		published_by(ANN, "t", ",\"tags\":[\"zydeco\",\"C++\",\"Acid Jazz\",\"C\",\"C#\",\"c\"]");
	struct answer a = get(NULL, text("/posts/%s", id));
	expect_at(a, "tags", "[\"zydeco\",\"c-plus-plus\",\"acid-jazz\",\"c\",\"c-sharp\"]");
	expect_at(get(NULL, "/tags/c-plus-plus"), "name", "C++");
	expect_at(get(NULL, "/tags/C%23"), "slug", "c-sharp");
	expect_at(get(NULL, "/tags/acid-jazz"), "name", "Acid Jazz");
	expect_at(get(NULL, "/posts?tag=C%2B%2B"), "items.0.id", id);
	expect_at(patch(ANN, id, "{\"tags\":[\"c\",\"zydeco\"]}"), "tags", "[\"c\",\"zydeco\"]");
	expect_at(patch(ANN, id, "{\"tags\":[\"zydeco\",\"c\"]}"), "tags", "[\"zydeco\",\"c\"]");
	struct answer fault = patch(ANN, id, "{\"tags\":[\"\xf0\x9f\x8e\xb8\"]}");
	expect_at(fault, "errors.0.pointer", "/tags/0");
}

TEST(a_slug_that_was_wished_is_given_or_refused)
{
	const char *id = published_by(ANN, "one", ""), *other = published_by(ANN, "two", "");
	struct answer refused =
		api("POST", API "/posts", ANN, "{\"title\":\"x\",\"content\":\"x\",\"slug\":\"one\"}");
	expect_code(refused, 409, "slug_taken");
	expect_at(refused, "errors.0.pointer", "/slug");
	expect_code(patch(ANN, other, "{\"slug\":\"one\"}"), 409, "slug_taken");
	expect_at(patch(ANN, other, "{\"slug\":\"two\"}"), "slug", "two");
	expect_at(patch(ANN, id, "{\"slug\":\"three\"}"), "slug", "three");
	expect_code(patch(ANN, other, "{\"slug\":\"one\"}"), 409,
		    "slug_taken"); /* it still leads to the first */
	expect_at(patch(ANN, id, "{\"slug\":\"one\"}"), "slug", "one");
}

TEST(a_title_that_many_choose_at_once_gets_numbers)
{
	enum { CLIENTS = 12, ROUNDS = 2 };
	struct call calls[CLIENTS];
	struct answer answers[CLIENTS];

	for (int i = 0; i < CLIENTS; i++)
		calls[i] = (struct call){"POST", API "/posts", i % 2 ? ANN : BOB, NULL,
					 "{\"title\":\"Same\",\"content\":\"x\"}"};
	for (int round = 0; round < ROUNDS; round++) {
		api_together(calls, answers, CLIENTS);
		for (int i = 0; i < CLIENTS; i++)
			expect_status(answers[i], 201);
	}
	ck_assert_str_eq(sql("SELECT count(DISTINCT slug) FROM posts WHERE slug ~ '^same(-[0-9]+)?$'"), "24");
}
