/* The texts of a post: what is trimmed, what is null, what is refused. */
#include "modules/content/scene.h"
#include "support/test.h"

SCENE(open_scene, scene_stop);

TEST(title_and_content_must_be_seen)
{
	static const char *const unseen[] = {"\\u200b", "\\u202e", " \\t ", "\\u2800", "\\u115f", "\\u0301"};
	const char *id = post_by(ANN, "t", "");
	for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++) {
		struct answer a = api("POST", API "/posts", ANN,
				      text("{\"title\":\"%s\",\"content\":\"%s\",\"tags\":[\"a\",\"%s\"]}",
					   unseen[i], unseen[i], unseen[i]));
		expect_status(a, 422);
		expect_at(a, "errors.0.pointer", "/title");
		expect_at(a, "errors.0.code", "blank");
		expect_at(a, "errors.1.pointer", "/content");
		expect_at(a, "errors.1.code", "blank");
		expect_at(a, "errors.2.pointer", "/tags/1");
		expect_at(patch(ANN, id, text("{\"title\":\"%s\"}", unseen[i])), "errors.0.code", "blank");
	}
}

TEST(a_title_loses_outer_blanks_and_content_keeps_them)
{
	struct answer a =
		api("POST", API "/posts", ANN,
		    "{\"title\":\"  Edit Me\\u3000\",\"content\":\"  code\\n\",\"tags\":[\" Rock \"]}");
	expect_at(a, "title", "Edit Me");
	expect_at(a, "slug", "edit-me");
	expect_at(a, "content", "  code\n");
	expect_at(a, "tags.0", "rock");
	expect_at(patch(ANN, at(&a, "id"), "{\"title\":\"\\u2003New\\n\"}"), "title", "New");
}

TEST(blank_text_that_may_be_null_is_null)
{
	const char *id = post_by(ANN, "t", ",\"description\":\"  \",\"cover_image_url\":\"\"");
	struct answer a = get(ANN, text("/posts/%s", id));
	expect_at(a, "description", "null");
	expect_at(a, "cover_image_url", "null");
	expect_at(patch(ANN, id, "{\"description\":\"d\"}"), "description", "d");
	expect_at(patch(ANN, id, "{\"description\":\"\\u200b\"}"), "description", "null");
}
