/* Phrases in texts. */
#include "modules/search/scene.h"

SCENE(open_scene, scene_stop);

TEST(phrases_of_stop_words_alone_are_found_in_texts)
{
	post_publish((struct fake_post){.title = "Hamlet",
					.content = "He says: To be, or not to be, that is the question."});
	post_publish((struct fake_post){.title = "Parts",
					.content = "not to be, or to be. A question to be or not."});
	post_publish((struct fake_post){.title = "Apart",
					.content = "To be or. Not rock to be or not jazz to be"});
	post_publish((struct fake_post){.title = "Письмо", .content = "Он был такой же, как и я, рокер"});
	post_publish((struct fake_post){.title = "Кот", .content = "как кот и я"});
	post_publish((struct fake_post){.title = "The The", .content = "a band"});
	artist_add((struct fake_artist){.name = "Filler"});
	artist_add((struct fake_artist){.name = "Nobody", .bio = "who am i, and who are you"});
	expect_found("posts", "\"to be or not to be\"", "Hamlet");
	expect_found("posts", "\"not to be\"", "Parts | Hamlet");
	expect_found("posts", "\"как и я\"", "Письмо");
	expect_found("posts", "\"the the\"", "The The");
	expect_found("posts", "\"to be or not to be\" question", "Hamlet");
	expect_found("posts", "question -\"to be or not to be\"", "Parts");
	expect_found("artists", "\"who am i\"", "Nobody");
	expect_found("posts", "\"or not to be to be\"", "");
}

TEST(phrases_stand_in_one_field_each_wherever_its_text_is_kept)
{
	artist_add((struct fake_artist){.name = "Filler"});
	const int band = artist_add((struct fake_artist){.name = "Night Bus"});
	post_publish((struct fake_post){.title = "Night train", .content = "a slow road"});
	post_publish((struct fake_post){.title = "Night", .content = "train on a slow road"});
	post_publish((struct fake_post){
		.title = "Sleeper", .description = "the night train", .content = "on a Slow-Road"});
	post_publish((struct fake_post){.title = "Night bus", .content = "no night train, no slow road"});
	post_publish((struct fake_post){.title = "Fan", .content = "a slow road", .artist = band});
	expect_found("posts", "\"night train\" \"slow road\"", "Night train | Night bus | Sleeper");
	expect_found("posts", "\"train on\"", "Night");
	expect_found("posts", "\"night bus\"", "Night bus | Fan");
	expect_found("posts", "\"slow road\" -\"night train\"", "Fan | Night");
	expect_found("posts", "\"slow road\" -\"night train\" -\"night bus\"", "Night");
	expect_found("posts", "road -\"night bus\" -\"slow road\"", "");
	expect_found("posts", "* -\"slow road\"", "");
	expect_found("posts", "* -\"night bus\"", "Sleeper | Night | Night train");
	expect_found("posts", "\"no such phrase\"", "");
}

TEST(phrases_are_counted_listed_and_paged_like_everything)
{
	for (int i = 0; i < 9; i++)
		post_publish((struct fake_post){.title = text("Part %d", i),
						.content = i % 3 ? "the night train" : "a train at night",
						.tags = {i % 2 ? "odd" : "even"}});
	struct answer a = search("posts", "\"night train\"", "&include_total=true&facets=true&limit=4");
	expect_at(a, "total", "6");
	expect_at(a, "facets.tags.0.count", "3");
	expect_at(a, "approximate", "false");
	ck_assert_ptr_nonnull(at(&a, "next_cursor"));
	a = search("posts", "* -\"night train\"", "&include_total=true&facets=true");
	expect_at(a, "total", "3");
	expect_at(a, "items.0.title", "Part 6");
	ck_assert_str_eq(found("posts", "\"night train\"", "&sort=-published_at&limit=2&offset=3"),
			 "Part 4 | Part 2");
	ck_assert_str_eq(found("posts", "\"night train\" tag:odd", ""), "Part 7 | Part 5 | Part 1");
	ck_assert_str_eq(found("posts", "\"night train\"", "&offset=6"), "");
}

/* Nobody has heard yet that it is gone. */
TEST(what_was_hidden_since_it_was_indexed_is_no_hit)
{
	for (int i = 0; i < 3; i++)
		post_publish((struct fake_post){.title = text("Night %d", i), .content = "the night train"});
	world.posts[1].gone = true;
	expect_found("posts", "night", "Night 2 | Night 0");
	expect_found("posts", "\"night train\"", "Night 2 | Night 0");
	expect_at(search("posts", "\"night train\"", "&include_total=true"), "total", "2");
	expect_found("posts", "* -\"day train\"", "Night 2 | Night 0");
	struct answer a = search("posts", "night", "&limit=1&offset=1");
	expect_absent(a, "items.0");
	ck_assert_ptr_nonnull(at(&a, "next_cursor"));
	a = search("posts", "night", "&limit=1&offset=1&fields=content&include_total=true");
	expect_absent(a, "items.0");
	world.posts[1].gone = false;
	expect_found("posts", "\"night train\"", "Night 2 | Night 1 | Night 0");
	world.content_fails = true;
	for (const char *const *q = (const char *const[]){"night", "%22night+train%22", NULL}; *q; q++)
		ck_assert_int_eq(api("GET", text("/api/v1/search/posts?q=%s", *q), NULL, NULL).status, 503);
}

TEST(what_posts_say_is_shown_and_marked_as_it_is_now_and_not_kept)
{
	post_publish((struct fake_post){.title = "Night", .content = "the night train"});
	world.posts[0].content = "the last night train";
	struct answer a = search("posts", "night", "&fields=content");
	expect_at(a, "items.0.content", "the last night train");
	expect_at(a, "items.0.highlight.text", "the last <mark>night</mark> train");
	expect_absent(search("posts", "night", ""), "items.0.content");
	expect_found("posts", "\"last night\"", "");
	hear_post(&post_updated, 0);
	expect_found("posts", "\"last night\"", "Night");
	char *kept = sql("SELECT count(*) FROM posts_index d WHERE d::text LIKE '%%night train%%'");
	ck_assert_str_eq(kept, "0");
	free(kept);
}
