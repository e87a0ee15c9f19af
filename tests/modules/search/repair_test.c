/* What was typed otherwise: by ear, with blanks too few or too many, with the other keyboard. */
#include "modules/search/index.h"
#include "modules/search/scene.h"

#include "support/test.h"

SCENE(open_scene, scene_stop);

TEST(names_written_by_ear_or_with_the_other_keyboard_are_found)
{
	static const char *const names[] = {"Metallica", "The Beatles", "Beyoncé", "Björk",
					    "Nirvana",   "Rammstein",   "Queen"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		artist_add((struct fake_artist){.name = names[i]});
	static const char *const cases[][2] = {
		{"металлика", "Metallica"},
		{"vtnfkkbrf", "Metallica"},
		{"битлз", "The Beatles"},
		{"beattles", "The Beatles"},
		{"the beetles", "The Beatles"},
		{"бейонсе", "Beyoncé"},
		{"бьорк", "Björk"},
		{"ybhdfyf", "Nirvana"},
		{"раммштайн", "Rammstein"},
		{"ramstein", "Rammstein"},
		{"квин", "Queen"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		expect_first("artists", cases[i][0], cases[i][1]);
}

TEST(blanks_too_few_or_too_many_are_forgiven)
{
	artist_add((struct fake_artist){.name = "Filler"});
	int eagles = artist_add((struct fake_artist){.name = "Eagles"});
	artist_add((struct fake_artist){.name = "Radiohead"});
	artist_add((struct fake_artist){.name = "Pink Floyd"});
	artist_add((struct fake_artist){.name = "50 Cent"});
	album_add((struct fake_album){.title = "Hotel California", .artist = eagles});
	post_publish((struct fake_post){.title = "Live", .content = "hotel and california by pink floyd"});
	expect_first("artists", "radio head", "Radiohead");
	expect_first("artists", "pinkfloyd", "Pink Floyd");
	expect_first("artists", "50cent", "50 Cent");
	expect_first("albums", "hotelcalifornia", "Hotel California");
	expect_first("posts", "hotelcalifornia", "Live");
}

TEST(what_is_known_is_left_alone)
{
	artist_add((struct fake_artist){.name = "Barry D"});
	artist_add((struct fake_artist){.name = "Utada Hikaru"});
	artist_add((struct fake_artist){.name = "BP"});
	post_publish((struct fake_post){.title = "Moby Dick", .content = "a whale"});
	post_publish((struct fake_post){.title = "Mody", .content = "в лесу и в поле"});
	expect_at(search("artists", "в и с из", ""), "repaired", "null");
	expect_at(search("posts", "в и с из", ""), "repaired", "null");
	expect_at(search("", "moby dick", ""), "repaired", "null");
	expect_at(search("", "utada hikaru", ""), "repaired", "null");
	expect_at(search("posts", "mobi whale", ""), "repaired", "null"); /* whale is found as typed */
	expect_at(search("posts", "mobby", ""), "repaired", "moby");
	expect_at(search("artists", "utado hikary", ""), "repaired", "utada hikaru");
}

static void expect_sql(char *found, const char *wanted)
{
	ck_assert_str_eq(found, wanted);
	free(found);
}

#define KNOWN "SELECT count(*) FROM vocabulary WHERE word IN "

TEST(what_is_gone_is_forgotten_word_by_word)
{
	int n = post_publish((struct fake_post){.title = "Secretprojectname launch", .tags = {"hush"}});
	post_publish((struct fake_post){.title = "A launch of a balloon"});
	ck_assert_ptr_null(scene_job("statistics"));
	expect_sql(sql(KNOWN "('secretprojectname', ':tag:hush')"), "2");
	world.posts[n].gone = true;
	hear_post(&post_deleted, n);
	index_many(true); /* a cascade is under way, and this can wait */
	ck_assert_ptr_null(scene_job("sweep"));
	expect_sql(sql(KNOWN "('secretprojectname', ':tag:hush')"), "2");
	index_many(false);
	ck_assert_ptr_null(scene_job("sweep"));
	expect_sql(sql(KNOWN "('secretprojectname', ':tag:hush')"), "0");
	expect_sql(sql(KNOWN "('launch', 'balloon')"), "2");
	expect_at(search("posts", "secretprojectnam", ""), "repaired", "null");
	free(sql("UPDATE statistics SET bytes = 0"));
	index_many(true);
	ck_assert_ptr_null(scene_job("statistics"));
	expect_sql(sql("SELECT count(*) FROM statistics WHERE bytes > 0"), "0");
	index_many(false);
	ck_assert_ptr_null(scene_job("statistics"));
	expect_sql(sql("SELECT count(*) FROM lexemes WHERE lexeme LIKE 'secretproj%%'"), "0");
	expect_sql(sql("SELECT count(*) FROM stamps"), "2");
	free(sql("UPDATE sweep SET swept_at = now() - interval '2 days'"));
	ck_assert_ptr_null(scene_job("sweep"));
	expect_sql(sql("SELECT count(*) FROM stamps"), "1");
}
