/* Filters, by parameters and by prefixes in the query; pages; what a hit shows. */
#include "modules/search/scene.h"

#include "support/test.h"

#define YEAR(y) (((y) - 1970) * INT64_C(31556952) * SECOND_US + 100 * 24 * 3600 * SECOND_US)

#define expect_with(kind_, q_, more_, titles_)                                                     \
	do {                                                                                       \
		const char *got_ = found(kind_, q_, more_);                                        \
		ck_assert_msg(!strcmp(got_, titles_), "%s for `%s`%s found [%s], not [%s]", kind_, q_, \
			      more_, got_, titles_);                                               \
	} while (0)

/* Without q. */
static const char *listed(const char *kind, const char *parameters)
{
	struct answer a = api("GET", text("/api/v1/search/%s?%s", kind, parameters), NULL, NULL);
	const char *all = "", *title;

	ck_assert_msg(a.status == 200, "%s?%s: %d %s", kind, parameters, a.status, a.body);
	for (int i = 0;
	     (title = at(&a, text("items.%d.title", i))) || (title = at(&a, text("items.%d.name", i))); i++)
		all = text("%s%s%s", all, *all ? " | " : "", title);
	return all;
}

static void add_catalogue(void)
{
	world.authors[2] = "Boris";
	artist_add((struct fake_artist){.name = "Filler"});
	int queen = artist_add((struct fake_artist){.name = "Queen", .genre = "Hip Hop", .country = "Chad"}),
	    zemfira = artist_add((struct fake_artist){.name = "Земфира",
						      .genre = "Folk, World, & Country",
						      .country = "Россия",
						      .verified = true}),
	    signs = artist_add((struct fake_artist){.name = "!!!", .genre = "hip-hop"});
	int opera = album_add((struct fake_album){.title = "A Night of Love",
						  .artist = queen,
						  .type = "album",
						  .release_date = "1975-11-21"}),
	    miracle = album_add((struct fake_album){
		    .title = "Love Miracle", .artist = queen, .type = "single", .release_date = "1989"});
	album_add((struct fake_album){.title = "Love undated", .artist = zemfira});
	track_add((struct fake_track){.title = "Love of My Life", .album = opera});
	track_add((struct fake_track){.title = "Love party", .album = miracle});
	post_publish((struct fake_post){.title = "Queen of love",
					.content = "all about it",
					.artist = queen,
					.tags = {"hip-hop", "rock"},
					.published_at = YEAR(1984)});
	post_publish((struct fake_post){.title = "Signs",
					.artist = signs,
					.author = 2,
					.tags = {"rock"},
					.published_at = YEAR(1990)});
	post_publish((struct fake_post){.title = "Zemfira", .artist = zemfira, .published_at = YEAR(1991)});
}

SCENE(open_scene, scene_stop);

TEST(parameters_and_prefixes_find_the_same)
{
	add_catalogue();
	static const struct {
		const char *kind, *prefix, *parameter, *titles;
	} cases[] = {
		{"posts", "tag:\"Hip Hop\"", "tag=Hip%20Hop", "Queen of love"},
		{"posts", "tag:rock tag:hip-hop", "tag=rock,hip-hop", "Queen of love"},
		{"posts", "author:BORIS", "author_username=boris", "Signs"},
		{"posts", "author:boris author:ann", "author_username=boris,ann",
		 "Zemfira | Signs | Queen of love"},
		{"posts", "artist:queen", "artist=QUEEN", "Queen of love"},
		{"posts", "artist:!!!", "artist=!!!", "Signs"},
		{"posts", "artist:Zemfira", "artist=zemfira", "Zemfira"},
		{"posts", "year:1984", "year=1984", "Queen of love"},
		{"posts", "year:1980..1990", "year=1980..1990", "Signs | Queen of love"},
		{"posts", "year:1991..", "year=1991..", "Zemfira"},
		{"artists", "tag:hip-hop", "genre=hip%20hop", "!!! | Queen"},
		{"artists", "tag:\"Folk, World, & Country\"", "genre=Folk,%20World,%20%26%20Country",
		 "Земфира"},
		{"artists", "artist:queen", "artist=queen", "Queen"},
		{"albums", "year:1975", "year=1975", "A Night of Love"},
		{"albums", "year:1970..1989", "year=1970..1989", "Love Miracle | A Night of Love"},
		{"albums", "artist:queen", "artist=queen", "Love Miracle | A Night of Love"},
		{"albums", "artist:zemfira", "artist=zemfira", "Love undated"},
		{"tracks", "year:1975", "year=1975", "Love of My Life"},
		{"tracks", "artist:queen year:1989", "artist=queen&year=1989", "Love party"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *by_parameter = listed(cases[i].kind, cases[i].parameter);
		expect_found(cases[i].kind, cases[i].prefix, cases[i].titles);
		ck_assert_msg(!strcmp(by_parameter, cases[i].titles), "%s?%s found [%s], not [%s]",
			      cases[i].kind, cases[i].parameter, by_parameter, cases[i].titles);
		expect_with(cases[i].kind, "*", text("&%s", cases[i].parameter), cases[i].titles);
	}
}

TEST(a_filter_that_a_kind_does_not_know_finds_nothing_in_it)
{
	add_catalogue();
	static const struct {
		const char *kind, *q;
	} cases[] = {
		{"albums", "tag:rock love"},    {"tracks", "author:ann love"},
		{"albums", "tag:rock"},         {"artists", "year:1975"},
		{"artists", "queen year:1975"}, {"artists", "author:ann queen"},
		{"albums", "love author:ann"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		expect_found(cases[i].kind, cases[i].q, "");
	expect_with("posts", "queen", "&genre=Hip%20Hop", "");
	expect_with("posts", "queen", "&country=Chad", "");
	expect_with("posts", "queen", "&verified=false", "");
	expect_with("albums", "love", "&published_after=1970-01-01", "");
	struct answer a = search("", "love author:ann", "");
	expect_at(a, "posts.0.title", "Queen of love");
	ck_assert_ptr_null(at(&a, "albums.0"));
	ck_assert_ptr_null(at(&a, "tracks.0"));
}

TEST(years_are_those_of_the_release)
{
	add_catalogue();
	expect_found("albums", "year:1975 love", "A Night of Love");
	expect_found("tracks", "year:1984 love", "");
	expect_found("tracks", "love year:1975..1989", "Love party | Love of My Life");
	world.albums[1].release_date = "1991-01-01"; /* the tracks follow their album */
	ck_assert_ptr_null(scene_hear(&album_updated, id_of(ALBUM, 1), 2,
				      &(struct album_event){.album_id = id_of(ALBUM, 1)}));
	expect_found("tracks", "love year:1975..1989", "Love of My Life");
	expect_found("albums", "year:1991", "Love Miracle");
	expect_at(search("tracks", "love year:1991", ""), "items.0.release_date", "1991-01-01");
}

TEST(two_artists_are_both_meant)
{
	add_catalogue();
	expect_found("posts", "artist:queen artist:zemfira", "");
	expect_found("posts", "artist: queen", "Queen of love");
	expect_with("posts", "artist:queen", "&artist=zemfira", "");
	expect_with("posts", "artist:queen", text("&artist_id=%s", id_text(ARTIST, 1)), "Queen of love");
	expect_with("albums", "love", text("&artist_id=%s", id_text(ARTIST, 1)),
		    "Love Miracle | A Night of Love");
}

/* Posts hold ids of artists: whatever asks for a name asks for who is called so now. */
TEST(a_new_name_is_asked_for_in_every_way_and_the_old_one_in_none)
{
	artist_add((struct fake_artist){.name = "Filler"});
	const int band = artist_add((struct fake_artist){.name = "Night Bus"});
	post_publish((struct fake_post){.title = "Night walk", .content = "bus stops", .artist = band});
	post_publish((struct fake_post){.title = "A walk", .content = "no band"});
	world.artists[band].name = "Улица Грёз";
	hear_artist(&artist_updated, band, "Night Bus");
	expect_found("posts", "улица", "Night walk");
	expect_found("posts", "улицы грез", "Night walk");
	expect_found("posts", "ulitsa", "Night walk");
	expect_found("posts", "\"улица грез\"", "Night walk");
	expect_found("posts", "artist:\"улица грёз\"", "Night walk");
	expect_found("posts", "artist:\"улица грёз\" artist:queen", "");
	expect_found("posts", "walk -улица", "A walk");
	expect_found("posts", "walk -\"улица грёз\"", "A walk");
	expect_found("posts", "улиц*", "Night walk");
	expect_found("posts", "\"night bus\"", "");
	expect_found("posts", "artist:\"night bus\"", "");
	expect_at(search("posts", "улица", ""), "items.0.artist_names.0", "Улица Грёз");
	expect_at(search("posts", "улица", "&include_total=true"), "total", "1");
	world.artists[band].gone = true;
	hear_artist(&artist_deleted, band, NULL);
	expect_found("posts", "улица", "");
	expect_found("posts", "walk -улица", "A walk | Night walk");
}

/* As it stands between an upgrade and the end of the rebuild that it asks for. */
static void hold_facts_whole(const char *table, const char *named, const char *facts)
{
	sql("UPDATE %s SET (doc, exact) = (SELECT doc || whole, ts_delete(exact, numbers) || whole"
	    " FROM (SELECT array_to_tsvector(ARRAY[%s]) AS whole,"
	    " (SELECT array_agg(lexeme) FROM unnest(exact) WHERE lexeme LIKE ':#%%') AS numbers) f)"
	    " WHERE %s",
	    table, facts, named);
}

/* Artists that the rebuild has not written since posts are found by what is written of them. */
TEST(names_are_asked_for_before_the_rebuild_after_an_upgrade)
{
	add_catalogue();
	sql("UPDATE artists_index SET name_words = DEFAULT, name_stems = DEFAULT, credit = DEFAULT"
	    " WHERE name <> 'Queen'");
	sql("INSERT INTO works (artist_id, count, posts) SELECT artist_id, 9, 9 FROM artists_index"
	    " ON CONFLICT (artist_id) DO UPDATE SET posts = 9");
	sql("UPDATE posts_index SET exact = exact || array_to_tsvector(ARRAY[':artist:земфира', 'земфира'])"
	    " WHERE title = 'Zemfira'");
	expect_found("posts", "artist:земфира", "Zemfira");
	expect_found("posts", "artist:queen", "Queen of love");
	expect_found("posts", "земфира", "Zemfira");
	expect_found("posts", "love -земфира", "Queen of love");
	expect_found("posts", "\"no such\" artist:земфира", "");
	expect_found("posts", "* -\"земфира queen\"", "Zemfira | Signs | Queen of love");
}

/* Of an artist that is just gone, or new, the index may hear later than of its posts. */
TEST(names_stand_with_their_ids_though_one_is_missing)
{
	add_catalogue();
	sql("UPDATE posts_index SET artist_ids = ARRAY[gen_random_uuid()] || artist_ids"
	    " WHERE title = 'Zemfira'");
	struct answer a = search("posts", "zemfira", "");
	ck_assert_str_eq(at(&a, "items.0.artist_names.0"), "");
	ck_assert_str_eq(at(&a, "items.0.artist_names.1"), "Земфира");
	ck_assert_str_eq(at(&a, "items.0.artist_ids.1"), id_text(ARTIST, 2));
}

TEST(documents_that_hold_long_facts_whole_pass_the_filters)
{
	add_catalogue();
	const char *id = id_text(ARTIST, 2);
	hold_facts_whole("posts_index", "title = 'Zemfira'",
			 text("':artist:земфира', ':artist_id:%s', ':author:somebodylong'", id));
	hold_facts_whole("artists_index", "name = 'Земфира'",
			 "':genre:folk-world-country', ':country:россия'");
	expect_found("posts", "artist:земфира", "Zemfira");
	expect_found("posts", "author:somebodylong zemfira", "Zemfira");
	expect_with("posts", "zemfira", text("&artist_id=%s", id), "Zemfira");
	ck_assert_str_eq(listed("artists", "genre=folk-world-country"), "Земфира");
	ck_assert_str_eq(listed("artists", "country=%D0%A0%D0%BE%D1%81%D1%81%D0%B8%D1%8F"), "Земфира");
}

TEST(everything_is_listed_with_facets_and_total)
{
	add_catalogue();
	struct answer a = search("posts", "*", "&facets=true&include_total=true");
	expect_at(a, "total", "3");
	expect_at(a, "facets.tags.0.value", "rock");
	expect_at(a, "facets.tags.0.count", "2");
	expect_at(a, "items.0.title", "Zemfira");
	a = search("artists", "*", "&facets=true&include_total=true");
	expect_at(a, "total", "4");
	a = search("albums", "love", "&facets=true");
	expect_at(a, "facets.artist_name.0.value", "Queen");
	expect_at(a, "facets.artist_name.0.count", "2");
	expect_at(a, "facets.album_type.0.count", "1");
	a = search("tracks", "*", "&facets=true&artist=queen");
	expect_at(a, "facets.album_title.0.count", "1");
	a = search("artists", "*", "&verified=true&facets=true&include_total=true");
	expect_at(a, "total", "1");
	expect_at(a, "facets.country.0.value", "Россия");
	a = api("GET", "/api/v1/search?artist=queen", NULL, NULL);
	expect_at(a, "posts.0.title", "Queen of love");
	expect_at(a, "tracks.1.title", "Love of My Life");
	expect_code(api("GET", "/api/v1/search", NULL, NULL), 400, "nothing_asked");
	expect_code(api("GET", "/api/v1/search/posts", NULL, NULL), 400, "nothing_asked");
	expect_code(api("GET", "/api/v1/search/albums?q=%20", NULL, NULL), 400, "nothing_asked");
	expect_at(api("GET", "/api/v1/search?q=*&type=", NULL, NULL), "posts", "[]");
	expect_at(api("GET", "/api/v1/search?q=*&type=", NULL, NULL), "artists", "[]");
	expect_code(api("GET", "/api/v1/search?q=%E2%80%8B", NULL, NULL), 400, "nothing_asked");
	expect_code(api("GET", "/api/v1/search/users?q=%E2%80%AE%E2%A0%80", NULL, NULL), 400,
		    "nothing_asked");
	static const char *const filters[] = {"artist", "author_username", "tag", "genre", "country", NULL};
	for (const char *const *name = filters; *name; name++) {
		expect_at(api("GET", text("/api/v1/search/posts?q=a&%s=", *name), NULL, NULL),
			  "errors.0.code", "too_short");
		expect_at(api("GET", text("/api/v1/search?q=a&%s=%%E2%%80%%8B", *name), NULL, NULL),
			  "errors.0.code", "blank");
	}
	ck_assert_int_eq(api("GET", "/api/v1/search/posts?year=soon", NULL, NULL).status, 400);
	ck_assert_int_eq(api("GET", "/api/v1/search/posts?q=x&fields=slug", NULL, NULL).status, 400);
}

/* --- pages --- */

TEST(every_page_says_what_comes_next)
{
	for (int i = 0; i < 25; i++)
		post_put((struct fake_post){.title = text("Night %d", i), .content = "train"});
	reindex();
	struct answer a = search("posts", "night", "&limit=10");
	const char *cursor = at(&a, "next_cursor"), *link = header_of(&a, "Link");
	ck_assert_ptr_nonnull(cursor);
	ck_assert_msg(link && strstr(link, "rel=\"next\"") && strstr(link, "q=night"), "Link: %s", link);
	int seen = 0, pages = 0;
	for (;; pages++) {
		for (int i = 0; at(&a, text("items.%d.slug", i)); i++)
			seen++;
		cursor = at(&a, "next_cursor");
		if (!cursor || !strcmp(cursor, "null"))
			break;
		a = search("posts", "night", text("&limit=10&cursor=%s", cursor));
	}
	ck_assert_int_eq(seen, 25);
	ck_assert_int_eq(pages, 2);
	ck_assert_ptr_null(header_of(&a, "Link"));
	expect_at(search("posts", "night", "&limit=25"), "next_cursor", "null");
	expect_at(search("posts", "night", "&limit=10&offset=15"), "next_cursor", "null");
	a = search("posts", "night", "&limit=10&offset=14");
	ck_assert_str_ne(at(&a, "next_cursor"), "null");
}

TEST(a_cursor_is_good_for_its_own_search_only)
{
	for (int i = 0; i < 5; i++)
		post_put((struct fake_post){.title = text("Night %d", i), .tags = {"rail"}});
	reindex();
	struct answer a = search("posts", "night", "&limit=2");
	const char *cursor = text("%s", at(&a, "next_cursor"));
	static const char *const others[] = {"posts?q=nights", "posts?q=night&tag=rail", "albums?q=night",
					     "posts?q=night&sort=-published_at",
					     "posts?q=night&published_after=1970-01-01"};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		expect_code(api("GET", text("/api/v1/search/%s&cursor=%s", others[i], cursor), NULL, NULL),
			    400, "invalid_cursor");
	expect_code(api("GET", "/api/v1/search/posts?q=night&cursor=x", NULL, NULL), 400, "invalid_cursor");
	a = search("posts", "night", text("&limit=3&cursor=%s", cursor));
	ck_assert_ptr_nonnull(at(&a, "items.2.slug"));
}

TEST(pages_end_at_a_thousand)
{
	for (int i = 0; i < 1020; i++)
		post_put((struct fake_post){.title = text("Night %d", i), .tags = {"rail"}});
	reindex();
	struct answer a = search("posts", "tag:rail", "&limit=40&offset=955");
	const char *cursor = at(&a, "next_cursor");
	ck_assert_str_ne(cursor, "null");
	a = search("posts", "tag:rail", text("&limit=40&cursor=%s", cursor));
	ck_assert_ptr_nonnull(at(&a, "items.4.slug"));
	ck_assert_ptr_null(at(&a, "items.5.slug"));
	expect_at(a, "next_cursor", "null");
	static const char *const kinds[] = {"posts", "artists", "albums", "tracks", "users"};
	for (int i = 0; i < 5; i++) {
		const char *path = text("/api/v1/search/%s?q=night", kinds[i]);
		expect_code(api("GET", text("/api/v1/search/%s", kinds[i]), NULL, NULL), 400,
			    "nothing_asked");
		expect_code(api("GET", text("%s&cursor=bm90IG91cnM", path), NULL, NULL), 400,
			    "invalid_cursor");
		expect_code(api("GET", text("%s&limit=100&offset=901", path), NULL, NULL), 400,
			    "search_too_deep");
		ck_assert_int_eq(api("GET", text("%s&offset=1001", path), NULL, NULL).status, 400);
	}
}

/* --- users --- */

TEST(users_are_found_by_their_names_while_they_are_active)
{
	world.authors[2] = "Boris_Becker";
	hear_user(&user_registered, 1);
	hear_user(&user_registered, 2);
	struct answer a = search("users", "ann", "");
	expect_at(a, "items.0.username", "ann");
	expect_at(a, "items.0.user_id", id_text(PERSON, 1));
	expect_at(a, "items.0.highlight.title", "<mark>ann</mark>");
	expect_at(search("users", "boris becker", "&include_total=true"), "total", "1");
	expect_at(search("users", "becker", ""), "items.0.username", "Boris_Becker");
	expect_at(search("", "becker", "&type=users"), "users.0.username", "Boris_Becker");
	expect_at(search("users", "*", "&include_total=true&facets=true"), "total", "2");
	ck_assert_ptr_null(strstr(search("users", "ann", "&artist=queen").body, "user_id"));
	world.authors[2] = "Steffi";
	hear_user(&user_updated, 2);
	ck_assert_ptr_null(strstr(search("users", "becker", "").body, "user_id"));
	expect_at(search("users", "steffi", ""), "items.0.username", "Steffi");
	world.authors[2] = NULL;
	hear_user(&user_deactivated, 2);
	ck_assert_ptr_null(strstr(search("users", "steffi", "").body, "user_id"));
	world.authors[3] = "Clara";
	reindex();
	expect_at(search("users", "clara", ""), "items.0.username", "Clara");
}

/* --- cards --- */

TEST(content_is_shown_when_it_is_asked_for)
{
	add_catalogue();
	struct answer a = search("posts", "love", "");
	ck_assert_ptr_null(at(&a, "items.0.content"));
	expect_at(a, "items.0.author_username", "ann");
	expect_at(search("posts", "love", "&fields=content"), "items.0.content", "all about it");
	a = search("", "love", "");
	ck_assert_ptr_null(at(&a, "posts.0.content"));
	expect_at(search("albums", "miracle", ""), "items.0.artist_name", "Queen");
	expect_at(a, "tracks.0.artist_name", "Queen");
	expect_at(search("", "love", "&fields=content"), "posts.0.content", "all about it");
}
