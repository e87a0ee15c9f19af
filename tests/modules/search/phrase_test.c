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
