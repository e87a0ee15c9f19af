/* What is suggested while somebody types. */
#include "modules/search/scene.h"

#include "support/test.h"

static const char *suggested(const char *q, const char *more)
{
	struct answer a = search("suggest", q, more);
	const char *all = "", *name;
	for (int i = 0; (name = at(&a, text("items.%d.text", i))); i++)
		all = text("%s%s%s", all, *all ? " | " : "", name);
	return all;
}

#define expect_suggested(q_, names_)                                                               \
	do {                                                                                       \
		const char *got_ = suggested(q_, "");                                              \
		ck_assert_msg(!strcmp(got_, names_), "for `%s` are suggested [%s], not [%s]", q_, got_,    \
			      names_);                                                             \
	} while (0)

static bool is_suggested(const char *q, const char *name)
{
	return strstr(text(" | %s | ", suggested(q, "&limit=5")), text(" | %s | ", name)) != NULL;
}

#define expect_among(q_, name_) \
	ck_assert_msg(is_suggested(q_, name_), "for `%s` are suggested [%s], not %s", q_,          \
		      suggested(q_, ""), name_)

SCENE(open_scene, scene_stop);

TEST(suggestions_begin_as_typed_and_the_popular_come_first)
{
	artist_add((struct fake_artist){.name = "Blur", .followers = 5});
	artist_add((struct fake_artist){.name = "Blue", .followers = 50});
	int band = artist_add((struct fake_artist){.name = "The Blues", .followers = 20});
	album_add((struct fake_album){.title = "Blues album", .artist = band});
	post_publish((struct fake_post){.title = "Blown away"});
	expect_suggested("bl", "Blue | The Blues | Blur | Blues album | Blown away");
	expect_suggested("BLU", "Blue | The Blues | Blur | Blues album");
	expect_suggested("the b", "The Blues");
	expect_suggested("!", "");
	expect_suggested("", "");
	expect_suggested("  ", "");
	ck_assert_int_eq(api("GET", "/api/v1/search/suggest", NULL, NULL).status, 200);
	struct answer a = search("suggest", "blu", "&limit=1");
	expect_at(a, "items.0.type", "artists");
	expect_at(a, "items.0.id", id_text(ARTIST, 1));
	ck_assert_ptr_null(at(&a, "items.1"));
}

TEST(followers_decide_and_then_what_there_is_of_an_artist)
{
	artist_add((struct fake_artist){.name = "Filler"});
	artist_add((struct fake_artist){.name = "Bobby"});
	int dylan = artist_add((struct fake_artist){.name = "Bob Dylan the singer"});
	artist_add((struct fake_artist){.name = "Bob Marley of Jamaica", .followers = 3});
	for (int i = 0; i < 3; i++)
		album_add((struct fake_album){.title = text("Album %d", i), .artist = dylan});
	ck_assert_ptr_null(scene_job("statistics"));
	expect_suggested("bob", "Bob Marley of Jamaica | Bob Dylan the singer | Bobby");
}

TEST(what_is_no_more_than_what_was_typed_comes_first)
{
	artist_add((struct fake_artist){.name = "SH"});
	artist_add((struct fake_artist){.name = "The Sh"});
	for (int i = 0; i < 12; i++)
		artist_add((struct fake_artist){.name = text("Shania %c", 'a' + i), .followers = 900});
	expect_among("sh", "SH");
	expect_among("sh", "The Sh");
	expect_among("sh ", "SH");
	expect_suggested("the s", "The Sh");
}

TEST(signs_and_the_last_blank_are_what_they_were_typed_for)
{
	static const char *const names[] = {"T. Rex", "John Lennon", "Big & Rich", "I-Real", "А. Яр"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		artist_add((struct fake_artist){.name = names[i]});
	static const char *const popular[] = {"Tom", "Johnny", "Big Tom", "Irma", "Анна"};
	for (size_t i = 0; i < sizeof popular / sizeof *popular; i++)
		for (int j = 0; j < 6; j++)
			artist_add((struct fake_artist){.name = text("%s %c", popular[i], 'a' + j),
							.followers = 900});
	static const char *const cases[][2] = {{"t.", "T. Rex"},
					       {"john ", "John Lennon"},
					       {"big &", "Big & Rich"},
					       {"i-", "I-Real"},
					       {"а.", "А. Яр"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		expect_among(cases[i][0], cases[i][1]);
	ck_assert(!is_suggested("john", "John Lennon"));
	expect_among("tom ", "Tom a");
}

TEST(of_artists_about_as_popular_the_shorter_name_comes_first)
{
	artist_add((struct fake_artist){.name = "Filler"});
	artist_add((struct fake_artist){.name = "Cabbage Orchestra", .followers = 6});
	artist_add((struct fake_artist){.name = "Cake", .followers = 5});
	artist_add((struct fake_artist){.name = "Caetano Veloso", .followers = 14});
	artist_add((struct fake_artist){.name = "Cat", .followers = 1});
	expect_suggested("ca", "Caetano Veloso | Cake | Cabbage Orchestra | Cat");
}

/* Three hundred are looked at by the alphabet, and as many in the order of the table. */
TEST(the_popular_are_found_behind_any_number_of_others)
{
	artist_add((struct fake_artist){.name = "Filler"});
	artist_add((struct fake_artist){.name = "Sabbath"});
	sql("INSERT INTO artists_index (artist_id, name, slug, genres, verified, followers_count, created_at,"
	    " version, doc, exact, plain, length, forms)"
	    " SELECT gen_random_uuid(), name || n, slug || n, genres, verified, 0, created_at,"
	    " version, doc, exact, plain || lpad(n::text, 4, '0'), length, forms"
	    " FROM artists_index, generate_series(1, 1200) n WHERE name = 'Sabbath'");
	const int much = artist_add((struct fake_artist){.name = "Szymon"});
	artist_add((struct fake_artist){.name = "Szyk", .followers = 3});
	for (int i = 0; i < 3; i++)
		album_add((struct fake_album){.title = text("Album %d", i), .artist = much});
	ck_assert_ptr_null(scene_job("statistics"));
	expect_among("s", "Szyk");
	expect_among("s", "Szymon");
	expect_among("sz", "Szymon");
}

TEST(articles_signs_and_the_word_and_count_for_nothing)
{
	static const char *const names[] = {
		"The Who", "The Beatles", "Earth, Wind & Fire", "Simon and Garfunkel",
		"AC/DC",   "!!!",         "Sigur Rós",          "Бал и Бал"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		artist_add((struct fake_artist){.name = names[i]});
	for (int i = 0; i < 12; i++)
		artist_add((struct fake_artist){.name = text("Beat number %d", i)});
	static const char *const cases[][2] = {
		{"who", "The Who"},
		{"the w", "The Who"},
		{"w", "The Who"},
		{"beatl", "The Beatles"},
		{"earth wind and fi", "Earth, Wind & Fire"},
		{"earth wind & f", "Earth, Wind & Fire"},
		{"earth, wind f", "Earth, Wind & Fire"},
		{"simon & gar", "Simon and Garfunkel"},
		{"acd", "AC/DC"},
		{"ac d", "AC/DC"},
		{"!!", "!!!"},
		{"sigur ro", "Sigur Rós"},
		{"бал & б", "Бал и Бал"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		expect_among(cases[i][0], cases[i][1]);
}

TEST(words_inside_names_slips_layouts_and_scripts_are_seen)
{
	static const char *const names[] = {"Bob Dylan", "Madonna",     "The Beatles",
					    "Земфира",   "Tchaikovsky", "Sigur Rós"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		artist_add((struct fake_artist){.name = names[i], .followers = (int64_t)i + 1});
	for (int i = 0; i < 12; i++)
		artist_add((struct fake_artist){.name = text("Dylan %d", i)});
	static const char *const cases[][2] = {
		{"dylan", "Bob Dylan"},      {"dy", "Bob Dylan"},    {"madona", "Madonna"},
		{"beattles", "The Beatles"}, {"ptvabhf", "Земфира"}, {"ptva", "Земфира"},
		{"zemf", "Земфира"},         {"tc", "Tchaikovsky"},  {"tch", "Tchaikovsky"},
		{"ros", "Sigur Rós"},        {"мадо", "Madonna"},    {"ьфвщттф", "Madonna"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		expect_among(cases[i][0], cases[i][1]);
}

TEST(equal_titles_are_told_apart_or_merged)
{
	artist_add((struct fake_artist){.name = "Filler"});
	int beatles = artist_add((struct fake_artist){.name = "The Beatles", .followers = 9}),
	    boyz = artist_add((struct fake_artist){.name = "Boyz II Men"}),
	    help = album_add(
		    (struct fake_album){.title = "Help!", .artist = beatles, .release_date = "1965-08-06"}),
	    again = album_add((struct fake_album){.title = "Love songs", .artist = beatles}),
	    boys = album_add((struct fake_album){.title = "Boys", .artist = boyz});
	track_add((struct fake_track){.title = "Yesterday", .album = boys});
	track_add((struct fake_track){.title = "Yesterday", .album = help});
	track_add((struct fake_track){.title = "Yesterday", .album = again});
	post_publish((struct fake_post){.title = "Yesterday"});
	struct answer a = search("suggest", "yesterday", "");
	expect_at(a, "items.0.artist_name", "The Beatles");
	expect_at(a, "items.1.artist_name", "Boyz II Men");
	expect_at(a, "items.2.type", "posts");
	expect_at(a, "items.2.author_username", "ann");
	ck_assert_ptr_null(at(&a, "items.3.text"));
	expect_at(search("suggest", "help", ""), "items.0.year", "1965");
}

TEST(users_and_tags_are_suggested_too)
{
	world.authors[2] = "Rocky";
	hear_user(&user_registered, 2);
	int n = post_publish((struct fake_post){.title = "News", .tags = {"rock", "rock-n-roll", "jazz"}});
	struct answer a = search("suggest", "roc", "");
	expect_at(a, "items.0.type", "users");
	expect_at(a, "items.0.text", "Rocky");
	expect_at(a, "items.1.type", "tags");
	expect_at(a, "items.1.slug", "rock");
	expect_at(a, "items.1.id", "null");
	expect_at(a, "items.2.text", "rock-n-roll");
	world.posts[n].gone = true;
	hear_post(&post_deleted, n);
	expect_suggested("roc", "Rocky");
}
