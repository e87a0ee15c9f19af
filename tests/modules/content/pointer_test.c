/* What only the database or another module can find fault with is told as the rest is: with pointers, all at
 * once. */
#include "modules/content/scene.h"
#include "support/test.h"

SCENE(open_scene, scene_stop);

TEST(each_unknown_artist_has_a_pointer)
{
	struct answer a = api("POST", API "/posts", ANN,
			      "{\"title\":\"t\",\"content\":\"c\",\"primary_artist_id\":\"" NOBODY
			      "\",\"featured_artist_ids\":[\"" KINO
			      "\",\"eeeeeeee-0000-4000-8000-000000000001\",\"" KINO
			      "\",\"eeeeeeee-0000-4000-8000-000000000002\"]}");
	expect_code(a, 422, "artist_unknown");
	expect_at(a, "errors.0.pointer", "/primary_artist_id");
	expect_at(a, "errors.0.code", "artist_unknown");
	expect_at(a, "errors.1.pointer", "/featured_artist_ids/1");
	expect_at(a, "errors.2.pointer", "/featured_artist_ids/3");
	expect_absent(a, "errors.3");
}

/* The body's place counts, not that among those that are kept. */
TEST(a_patch_points_into_its_own_list)
{
	const char *id = post_by(ANN, "t", ",\"featured_artist_ids\":[\"" KINO "\"]");
	struct answer a =
		patch(ANN, id, "{\"featured_artist_ids\":[\"" KINO "\",\"" KINO "\",\"" NOBODY "\"]}");

	expect_code(a, 422, "artist_unknown");
	expect_at(a, "errors.0.pointer", "/featured_artist_ids/2");
	expect_absent(a, "errors.1");
	expect_at(patch(ANN, id, "{\"primary_artist_id\":\"" NOBODY "\"}"), "errors.0.pointer",
		  "/primary_artist_id");
}
