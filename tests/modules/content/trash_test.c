/* The trash: of every type, the latest first, page by page. */
#include "modules/content/scene.h"
#include "support/test.h"

SCENE(open_scene, scene_stop);

static struct trashed others[5];

/* Five things of artist, deleted a second apart, the latest a minute from now. */
static void delete_others(void)
{
	for (int i = 0; i < 5; i++)
		others[i] = (struct trashed){.type = i % 2 ? "albums" : "tracks",
					     .id = uuid_new(),
					     .title = text("other%d", i),
					     .deleted_at = clock_now() + (60 - i) * SECOND_US};
	fake.trashed = others;
	fake.trashed_count = 5;
}

TEST(the_trash_tells_every_type)
{
	const char *id = post_by(ANN, "mine", "");
	expect_at(get(ANN, "/users/me/trash"), "items", "[]");
	expect_status(api("DELETE", text(API "/posts/%s", id), ANN, NULL), 204);
	delete_others();
	struct answer all = get(ANN, "/users/me/trash");
	expect_at(all, "items.0.title", "other0");
	expect_at(all, "items.0.type", "tracks");
	expect_at(all, "items.5.type", "posts");
	expect_at(all, "items.5.id", id);
	expect_at(all, "items.5.is_deleted", "true");
	expect_absent(all, "items.6");
	expect_status(get(ANN, "/users/me/trash?type=poems"), 400);
	expect_status(get(NULL, "/users/me/trash"), 401);
	fake.trashed_count = 0;
	expect_at(get(ANN, "/users/me/trash?type=posts"), "items.0.id", id);
	expect_at(get(ANN, "/users/me/trash?type=comments&type=albums"), "items", "[]");
	expect_at(get(ANN, "/users/me/trash?type="), "items", "[]"); /* a list of nothing asks for nothing */
	expect_at(get(BOB, "/users/me/trash"), "items", "[]");
}

TEST(pages_of_the_trash_go_on_over_all_modules)
{
	for (int i = 0; i < 4; i++)
		expect_status(
			api("DELETE", text(API "/posts/%s", post_by(ANN, text("p%d", i), "")), ANN, NULL),
			204);
	delete_others();
	char seen[256] = "";
	const char *cursor = "";
	while (cursor) {
		struct answer a = get(ANN, text("/users/me/trash?limit=2%s", cursor));
		expect_status(a, 200);
		for (int i = 0; at(&a, text("items.%d", i)); i++)
			strcat(strcat(seen, at(&a, text("items.%d.title", i))), ",");
		const char *next = at(&a, "next_cursor");
		cursor = strcmp(next, "null") ? text("&cursor=%s", next) : NULL;
	}
	ck_assert_str_eq(seen, "other0,other1,other2,other3,other4,p3,p2,p1,p0,");
}
