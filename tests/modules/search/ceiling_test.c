/* What a search looks at has an end, and the answer says where it was reached. */
#include "modules/search/scene.h"

#include "modules/search/index.h"
#include "support/test.h"

SCENE(open_scene, scene_stop);

/* Copies of every post, straight into the index, published a second apart, and counted. */
static void copies_add(int copies)
{
	free(sql("INSERT INTO posts_index SELECT gen_random_uuid(), title, slug, description, content, "
		 "author_id, author_username, primary_artist_id, artist_ids, artist_names, status, "
		 "tags, cover_image_url, published_at - n * interval '1 second', created_at, version, "
		 "doc, exact, plain, length FROM posts_index, generate_series(1, %d) n",
		 copies));
	ck_assert_ptr_null(scene_job("statistics"));
}

/* The posts of all pages, each asked for once. */
static int paged_count(const char *q, const char *more)
{
	enum { PAGE = 100, HITS = 1000 };
	static char seen[HITS][UUID_TEXT];
	int count = 0;

	for (int offset = 0; offset < HITS; offset += PAGE) {
		struct answer a = search("posts", q, text("&limit=%d&offset=%d%s", PAGE, offset, more));
		const char *id;
		for (int n = 0; (id = at(&a, text("items.%d.post_id", n))); n++) {
			for (int i = 0; i < count; i++)
				ck_assert_msg(strcmp(seen[i], id) != 0, "`%s` shows %s twice", q, id);
			strcpy(seen[count++], id);
		}
	}
	return count;
}

TEST(pages_of_a_common_word_show_nothing_twice_however_deep)
{
	post_publish((struct fake_post){.title = "Ordinary", .content = "an album"});
	copies_add(1500);
	expect_at(search("posts", "album", ""), "approximate", "true");
	ck_assert_int_eq(paged_count("album", ""), 1000);
	ck_assert_int_eq(paged_count("album", "&sort=-published_at"), 1000);
	ck_assert_int_eq(paged_count("album", "&published_before=1971-01-01"), 1000);
}

TEST(a_common_word_of_a_time_is_found_however_many_are_newer)
{
	post_publish((struct fake_post){
		.title = "Ordinary", .content = "an album", .published_at = 8000 * 86400 * SECOND_US});
	copies_add(7000);
	post_publish((struct fake_post){
		.title = "Old", .content = "an album", .published_at = 400 * 86400 * SECOND_US});
	expect_at(search("posts", "album year:1971", ""), "approximate", "true");
	expect_found("posts", "album year:1971", "Old");
	expect_at(search("posts", "album year:1971", "&include_total=true"), "total", "1");
}

TEST(facets_of_very_many_matches_are_estimated)
{
	post_publish((struct fake_post){.title = "Bird", .tags = {"fauna"}});
	copies_add(1999);
	struct answer a = search("posts", "bird", "&facets=true");
	expect_at(a, "facets.tags.0.count", "2000");
	copies_add(2);
	a = search("posts", "bird", "&facets=true&include_total=true");
	expect_at(a, "facets.tags.0.value", "fauna");
	expect_at(a, "facets.tags.0.count", "6000");
	expect_at(a, "total", "6000");
	expect_at(a, "approximate", "true");
	expect_at(search("posts", "*", "&facets=true"), "facets.tags.0.count", "6000");
	expect_at(search("posts", "*", "&facets=true"), "approximate", "true");
	expect_at(search("posts", "*", ""), "approximate", "false");
}

TEST(a_letter_begins_names_and_no_words_of_texts_where_there_are_many)
{
	post_publish((struct fake_post){.title = "Ordinary", .content = "an album of zithers"});
	expect_found("posts", "z*", "Ordinary");
	copies_add(1500);
	expect_found("posts", "z*", "");
	expect_at(search("posts", "z*", "&include_total=true&facets=true"), "total", "0");
	post_publish((struct fake_post){.title = "Zithers", .content = "an album"});
	expect_found("posts", "z*", "Zithers");
	expect_first("posts", "zit*", "Zithers");
}

TEST(a_phrase_is_kept_out_of_what_a_common_filter_lets_pass)
{
	post_publish((struct fake_post){.title = "Bird", .content = "a night train", .tags = {"fauna"}});
	post_publish((struct fake_post){.title = "Bison", .content = "a train at night", .tags = {"fauna"}});
	expect_found("posts", "tag:fauna -\"night train\"", "Bison");
}

/* Not in whatever of the posts with its words the index comes to first. */
TEST(a_phrase_of_common_words_is_looked_for_in_all_titles_and_the_newest_texts)
{
	const int64_t then = 1000 * SECOND_US, now = INT64_C(1000000000) * SECOND_US;

	post_publish((struct fake_post){
		.title = "Filler", .content = "slow trains on a road", .published_at = now / 2});
	copies_add(1300);
	post_publish((struct fake_post){.title = "Slow road", .content = "old", .published_at = then});
	post_publish(
		(struct fake_post){.title = "Newest", .content = "a slow road home", .published_at = now});
	post_publish((struct fake_post){
		.title = "Newer", .content = "a road, slow trains", .published_at = now - SECOND_US});
	expect_found("posts", "\"slow road\"", "Slow road | Newest");
	expect_at(search("posts", "\"slow road\"", ""), "approximate", "true");
	expect_found("posts", "\"slow road\" -home", "Slow road");
}

TEST(totals_of_words_that_are_known_to_be_common_are_not_counted)
{
	post_publish((struct fake_post){.title = "Bird", .content = "an album", .tags = {"fauna"}});
	copies_add(15500);
	struct answer a = search("posts", "album", "&include_total=true&facets=true");
	expect_at(a, "total", "10000");
	expect_at(a, "total_is_lower_bound", "true");
	expect_at(a, "facets.tags.0.count", "10000");
	a = search("posts", "album tag:fauna", "&include_total=true");
	expect_at(a, "total_is_lower_bound", "true");
	a = search("posts", "album -bird", "&include_total=true");
	expect_at(a, "total", "0");
}

TEST(totals_of_what_begins_with_a_letter_are_estimated_before_they_are_counted)
{
	post_publish((struct fake_post){.title = "Bird", .content = "an album"});
	copies_add(16500);
	post_publish((struct fake_post){.title = "Zither", .content = "an album"});
	struct answer a = search("posts", "b*", "&include_total=true");
	expect_at(a, "total", "10000");
	expect_at(a, "total_is_lower_bound", "true");
	a = search("posts", "z*", "&include_total=true");
	expect_at(a, "total", "1");
	expect_at(a, "total_is_lower_bound", "false");
}

/* Of the three large ones of posts whoever writes says how long the list may be. */
TEST(writes_of_every_text_index_wait_in_a_short_list)
{
	char *others = sql("SELECT coalesce(string_agg(c.relname, ' '), '')"
			   " FROM pg_class c JOIN pg_am a ON a.oid = c.relam"
			   " WHERE c.relnamespace = 'search'::regnamespace AND a.amname = 'gin'"
			   " AND NOT (c.reloptions @> '{fastupdate=on}'"
			   " AND (c.reloptions && '{gin_pending_list_limit=64}'"
			   " OR c.relname ~ '^idx_posts_index_(doc|exact|typos)$'))");

	ck_assert_str_eq(others, "");
	free(others);
}

/* How many posts were written with each limit. */
static void expect_limits(const char *wanted)
{
	char *limits = sql("SELECT string_agg(said || ' ' || n, ', ' ORDER BY said) FROM"
			   " (SELECT said, count(*) AS n FROM limits GROUP BY said) l");

	ck_assert_str_eq(limits, wanted);
	free(limits);
}

TEST(what_waits_is_long_only_while_very_many_posts_are_written)
{
	free(sql("CREATE TABLE limits (said text); GRANT INSERT ON limits TO PUBLIC;"
		 " CREATE FUNCTION note_limit() RETURNS trigger LANGUAGE plpgsql AS $_$"
		 " BEGIN INSERT INTO limits VALUES (current_setting('gin_pending_list_limit'));"
		 " RETURN NEW; END $_$;"
		 " CREATE TRIGGER noted AFTER INSERT OR UPDATE ON posts_index"
		 " FOR EACH ROW EXECUTE FUNCTION note_limit()"));
	for (int i = 0; i < 70; i++)
		post_put((struct fake_post){.title = "Sung", .content = "text"});
	reindex();
	post_publish((struct fake_post){.title = "One", .content = "text"});
	expect_limits("256kB 71");
	world.authors[AUTHOR] = "anna";
	ck_assert_ptr_null(scene_hear(&user_updated, id_of(PERSON, AUTHOR), 2,
				      &(struct user_event){.user_id = id_of(PERSON, AUTHOR),
							   .username = "anna",
							   .old_username = "ann"}));
	expect_limits("256kB 72, 4MB 71");
	post_publish((struct fake_post){.title = "Another", .content = "text"});
	expect_limits("256kB 73, 4MB 71");
}
