/* What is found, in what order, and what the answer says about it: queries through the API, on real
 * PostgreSQL. */
#include "modules/search/scene.h"

#include "modules/search/index.h"
#include "support/test.h"

#define YEAR(y) (((y) - 1970) * INT64_C(31556952) * SECOND_US + 100 * 24 * 3600 * SECOND_US)

/* The same posts many times over, straight into the index: `copies` of every row, published a second apart.
 */
static void multiply(int copies)
{
	free(sql("INSERT INTO posts_index SELECT gen_random_uuid(), title, slug, description, content, "
		 "author_id, author_username, "
		 "primary_artist_id, artist_ids, artist_names, status, tags, cover_image_url, published_at - "
		 "n * interval '1 second', "
		 "created_at, version, doc, exact, plain, length FROM posts_index, generate_series(1, %d) n",
		 copies - 1));
}

static void count_words(void)
{
	ck_assert_ptr_null(scene_job("statistics"));
}

#define check_with(kind_, q_, more_, titles_)                                                      \
	do {                                                                                       \
		const char *got_ = found(kind_, q_, more_);                                        \
		ck_assert_msg(!strcmp(got_, titles_), "%s for `%s`%s found [%s], not [%s]", kind_, q_, \
		  more_, got_, titles_); \
	} while (0)

static bool is_among(const char *kind, const char *q, const char *title)
{
	return strstr(text(" | %s | ", found(kind, q, "&limit=100")), text(" | %s | ", title)) != NULL;
}

#define check_among(kind_, q_, title_) \
	ck_assert_msg(is_among(kind_, q_, title_), "%s for `%s` found [%s], not %s", kind_, q_, \
	  found(kind_, q_, ""), title_)
#define check_not_among(kind_, q_, title_) \
	ck_assert_msg(!is_among(kind_, q_, title_), "%s for `%s` found %s", kind_, q_, title_)

/* --- filters, facets, totals --- */

/* Three bands, two authors, three years. */
static void add_library(void)
{
	world.authors[2] = "Boris";
	artist_add((struct fake_artist){.name = "Filler"});
	int kino = artist_add((struct fake_artist){.name = "Кино"}),
	    doors = artist_add((struct fake_artist){.name = "The Doors"});
	post_publish((struct fake_post){.title = "Blood type",
					.artist = kino,
					.tags = {"rock", "leningrad"},
					.published_at = YEAR(1988)});
	post_publish((struct fake_post){.title = "Black album",
					.artist = kino,
					.tags = {"rock"},
					.author = 2,
					.published_at = YEAR(1990)});
	post_publish((struct fake_post){
		.title = "Strange days", .artist = doors, .tags = {"rock"}, .published_at = YEAR(1999)});
	post_publish((struct fake_post){.title = "About cinema",
					.content = "The word кино and a rock in it",
					.author = 2,
					.published_at = YEAR(2001)});
}

SCENE(open_scene, scene_stop);

TEST(filters_in_the_query_narrow_and_list_the_newest_first)
{
	add_library();
	expect_found("posts", "artist:кино", "Black album | Blood type");
	expect_found("posts", "artist:КИНО black", "Black album");
	expect_found("posts", "artist:\"the doors\"", "Strange days");
	expect_found("posts", "artist:doors", "");
	expect_found("posts", "author:boris", "About cinema | Black album");
	expect_found("posts", "author:BORIS rock", "Black album | About cinema");
	expect_found("posts", "tag:rock", "Strange days | Black album | Blood type");
	expect_found("posts", "tag:rock tag:leningrad", "Blood type");
	expect_found("posts", "tag:roc", "");
	expect_found("posts", "tag:ROCK year:1999", "Strange days");
	expect_found("posts", "year:1990..1999", "Strange days | Black album");
	expect_found("posts", "year:1990", "Black album");
	expect_found("posts", "year:..1989", "Blood type");
	expect_found("posts", "year:1999..", "About cinema | Strange days");
	expect_found("posts", "tag:rock artist:кино year:1989..", "Black album");
	expect_found("posts", "tag:rock -leningrad", "Strange days | Black album");
	expect_found("posts", "-leningrad", "Blood type"); /* alone a minus narrows nothing */
	expect_found("posts", "* -rock -leningrad", "");
	expect_found("posts", "* -leningrad", "About cinema | Strange days | Black album");
}

TEST(parameters_narrow_too)
{
	add_library();
	check_with("posts", "rock", "&tag=leningrad", "Blood type");
	check_with("posts", "rock", "&author_username=boris", "Black album | About cinema");
	check_with("posts", "rock", text("&artist_id=%s&sort=-published_at", id_text(ARTIST, 1)),
		   "Black album | Blood type");
	check_with("posts", "rock", "&published_after=1999-01-01T00:00:00Z&sort=-published_at",
		   "About cinema | Strange days");
	check_with("posts", "rock", "&published_after=1989-01-01&published_before=1991-01-01", "Black album");
	check_with("posts", "artist:кино", "&tag=leningrad", "Blood type");
}

TEST(artists_are_narrowed_by_genre_country_and_verification)
{
	artist_add((struct fake_artist){
		.name = "Blue Note", .genre = "jazz", .country = "Latvia", .verified = true});
	artist_add((struct fake_artist){.name = "Blue Wave", .genre = "surf", .country = "Latvia"});
	artist_add((struct fake_artist){.name = "Blue Moon", .genre = "jazz", .country = "Chad"});
	check_with("artists", "blue", "&genre=jazz&country=latvia", "Blue Note");
	check_with("artists", "blue", "&country=Chad", "Blue Moon");
	check_with("artists", "blue", "&verified=true", "Blue Note");
	check_with("artists", "blue tag:surf", "", "Blue Wave");
	check_with("artists", "tag:Surf", "", "Blue Wave");
	check_with("artists", "tag:jazz", "", "Blue Moon | Blue Note");
	check_with("artists", "tag:jazz -moon", "&include_total=true", "Blue Note");
	check_with("artists", "year:1990", "", "");
	check_with("artists", "author:ann", "", "");
	check_with("artists", "blue", "&verified=false&genre=jazz", "Blue Moon");
	check_with("artists", "artist:\"blue moon\"", "", "Blue Moon");
	check_with("artists", "blue -note -wave", "", "Blue Moon");
}

TEST(facets_count_values_of_all_matches_when_asked)
{
	add_library();
	struct answer a = search("posts", "rock", "&facets=true&limit=1");
	expect_at(a, "facets.tags.0.value", "rock");
	expect_at(a, "facets.tags.0.count", "3");
	expect_at(a, "facets.tags.1.value", "leningrad");
	expect_at(a, "facets.tags.1.count", "1");
	expect_at(a, "facets.author_username.0.value", "Boris");
	expect_at(a, "facets.author_username.0.count", "2");
	expect_at(a, "facets.author_username.1.value", "ann");
	expect_at(search("posts", "year:1990..", "&facets=true"), "facets.tags.0.count", "2");
	expect_at(search("posts", "rock", "&facets=true&tag=leningrad"), "facets.tags.0.count", "1");
	a = search("posts", "rock", "");
	ck_assert_ptr_null(at(&a, "facets"));

	artist_add((struct fake_artist){
		.name = "Blue Note", .genre = "jazz", .country = "Latvia", .verified = true});
	artist_add((struct fake_artist){.name = "Blue Wave", .genre = "surf", .country = "Latvia"});
	a = search("artists", "blue", "&facets=true");
	expect_at(a, "facets.genres.0.count", "1");
	expect_at(a, "facets.country.0.value", "Latvia");
	expect_at(a, "facets.country.0.count", "2");
	expect_at(a, "facets.verified.0.value", "false");
}

TEST(totals_are_exact_to_ten_thousand_and_say_when_there_is_more)
{
	post_publish((struct fake_post){.title = "Rare bird", .tags = {"fauna"}});
	expect_at(search("posts", "bird", "&include_total=true"), "total", "1");
	struct answer a = search("posts", "bird", "");
	ck_assert_ptr_null(at(&a, "total"));
	expect_at(search("posts", "nothingatall", "&include_total=true"), "total", "0");
	multiply(10000);
	static const char *const queries[] = {"bird", "tag:fauna", "* -nothingatall"};
	for (int i = 0; i < 3; i++) {
		expect_at(search("posts", queries[i], "&include_total=true"), "total", "10000");
		expect_at(search("posts", queries[i], "&include_total=true"), "total_is_lower_bound",
			  "false");
	}
	post_publish((struct fake_post){.title = "Bird again", .tags = {"fauna"}});
	for (int i = 0; i < 3; i++) {
		expect_at(search("posts", queries[i], "&include_total=true"), "total", "10000");
		expect_at(search("posts", queries[i], "&include_total=true"), "total_is_lower_bound", "true");
	}
	expect_at(search("posts", "tag:fauna", "&facets=true"), "facets.tags.0.count", "10000");
}

/* --- paging and order --- */

enum { PAGED = 300, PAGE = 7 };

/* Walks all pages; every post must come exactly once. */
static void check_paging(const char *q, const char *more, int expected)
{
	static bool seen[POSTS_MAX];
	int count = 0;
	memset(seen, 0, sizeof seen);
	for (int offset = 0;; offset += PAGE) {
		struct answer a = search("posts", q, text("&limit=%d&offset=%d%s", PAGE, offset, more));
		const char *slug;
		int n = 0;
		for (; (slug = at(&a, text("items.%d.slug", n))); n++) {
			int post = atoi(slug + strlen("post-"));
			ck_assert_msg(!seen[post], "`%s`%s shows %s twice", q, more, slug);
			seen[post] = true;
			count++;
		}
		if (n < PAGE)
			break;
	}
	ck_assert_msg(count == expected, "`%s`%s shows %d of %d", q, more, count, expected);
}

TEST(pages_show_everything_once)
{
	for (int i = 0; i < PAGED; i++)
		post_put((struct fake_post){.title = i % 3 ? "Night train" : "Night train to nowhere",
					    .content = i % 2 ? "slow night" : "quick",
					    .published_at = SECOND_US * (1000 + i % 10),
					    .tags = {"rail"}});
	reindex();
	check_paging("night", "", PAGED);
	check_paging("night", "&sort=-published_at", PAGED);
	check_paging("tag:rail", "", PAGED);
	check_paging("\"night train\"", "", PAGED);
	check_paging("slow night", "", PAGED);
	count_words();
	check_paging("night", "", PAGED);
	expect_code(api("GET", "/api/v1/search/posts?q=night&limit=100&offset=901", NULL, NULL), 400,
		    "search_too_deep");
	ck_assert_int_eq(api("GET", "/api/v1/search/posts?q=night&limit=100&offset=900", NULL, NULL).status,
			 200);
	expect_code(api("GET", "/api/v1/search/artists?q=night&limit=100&offset=901", NULL, NULL), 400,
		    "search_too_deep");
}

TEST(the_best_comes_first_and_the_newest_where_that_is_asked)
{
	post_publish((struct fake_post){.title = "Harvest moon", .content = "songs"});
	post_publish((struct fake_post){
		.title = "Autumn", .content = "harvest of the year and much more about many other things"});
	post_publish((struct fake_post){.title = "Songs",
					.content = "a harvest moon, songs of the moon, harvest again"});
	expect_first("posts", "harvest moon", "Harvest moon");
	expect_found("posts", "harvest", "Harvest moon | Songs | Autumn");
	check_with("posts", "harvest", "&sort=-published_at", "Songs | Autumn | Harvest moon");
	check_with("posts", "harvest", "&sort=relevance&offset=1&limit=1", "Songs");
	ck_assert_int_eq(api("GET", "/api/v1/search/posts?q=x&sort=best", NULL, NULL).status, 400);
}

TEST(a_rare_word_counts_more_than_common_ones)
{
	for (int i = 0; i < 30; i++)
		post_put((struct fake_post){.title = "Report", .content = "what a band played on the stage"});
	post_put((struct fake_post){.title = "Note", .content = "theremin"});
	reindex();
	count_words();
	expect_first("posts", "what band played theremin on the stage", "Note");
}

/* --- words that are not quite those --- */

TEST(typos_are_repaired_by_the_length_of_the_word)
{
	artist_add((struct fake_artist){.name = "Sepultura"});
	artist_add((struct fake_artist){.name = "Muse"});
	artist_add((struct fake_artist){.name = "Би"});
	artist_add((struct fake_artist){.name = "Земфира"});
	expect_found("artists", "sepultera", "Sepultura"); /* one */
	expect_found("artists", "sepulutra", "Sepultura"); /* swapped */
	expect_found("artists", "separtura", "Sepultura"); /* two */
	expect_found("artists", "земфера", "Земфира");
	expect_found("artists", "зимфера", "Земфира"); /* two that leave hardly a trigram */
	expect_found("artists", "muze", "Muse");
	expect_at(search("artists", "muze", ""), "repaired", "muse");
	expect_at(search("artists", "muse", ""), "repaired", "null");
	post_publish((struct fake_post){.title = "Muse in Sepultura", .content = "vw"});
	expect_found("posts", "mxxe", "");      /* two in four letters */
	expect_found("posts", "vx", "");        /* one in two */
	expect_found("posts", "sepxxxura", ""); /* three */
	expect_found("posts", "sepultera muze", "Muse in Sepultura");
	expect_at(search("posts", "sepultera muze", ""), "repaired", "sepultura muse");
	expect_found("posts", "\"sepultera\"", "Muse in Sepultura");
}

TEST(names_that_only_look_alike_are_counted_too)
{
	artist_add((struct fake_artist){.name = "Einstürzende Neubauten", .genre = "industrial"});
	struct answer a = search("artists", "einsturzenden neubautn", "&include_total=true&facets=true");
	expect_at(a, "items.0.name", "Einstürzende Neubauten");
	expect_at(a, "total", "1");
	expect_at(a, "facets.genres.0.value", "industrial");
	a = search("artists", "ainstyrzend",
		   "&include_total=true&facets=true"); /* no word of it is near enough, the whole is */
	expect_at(a, "total", at(&a, "items.0.name") ? "1" : "0");
}

TEST(the_wrong_keyboard_and_other_letters_find_the_same)
{
	artist_add((struct fake_artist){.name = "Земфира"});
	artist_add((struct fake_artist){.name = "Pink Floyd"});
	artist_add((struct fake_artist){.name = "Нирвана Трибьют"});
	artist_add((struct fake_artist){.name = "Nirvana"});
	artist_add((struct fake_artist){.name = "Ёлка"});
	artist_add((struct fake_artist){.name = "Королева Елена"});
	expect_found("artists", "ptvabhf", "Земфира");
	expect_found("artists", "зштл адщнв", "Pink Floyd");
	expect_at(search("artists", "ptvabhf", ""), "repaired", "земфира");
	expect_found("artists", "zemfira", "Земфира");
	expect_found("artists", "нирвана", "Nirvana | Нирвана Трибьют");
	expect_first("artists", "nirvana", "Nirvana");
	check_among("artists", "nirvana", "Нирвана Трибьют");
	expect_found("artists", "елка", "Ёлка");
	expect_found("artists", "ёлка", "Ёлка");
	expect_found("artists", "Ёлена", "Королева Елена");
	post_publish((struct fake_post){.title = "Ещё", .content = "Зелёный чай"});
	expect_found("posts", "зеленый", "Ещё");
	expect_found("posts", "зелёного", "Ещё");
}

TEST(names_of_stop_words_and_of_punctuation_are_found)
{
	static const char *const names[] = {"The Who", "Кто Я",     "You",  "AC/DC",
					    "Би-2",    "C++",       "P!nk", "t.A.T.u.",
					    "!!!",     "Sigur Rós", "Я",    "Guns N' Roses"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		artist_add((struct fake_artist){.name = names[i]});
	static const struct {
		const char *q, *name;
	} cases[] = {
		{"the who", "The Who"},
		{"who", "The Who"},
		{"\"the who\"", "The Who"},
		{"кто я", "Кто Я"},
		{"you", "You"},
		{"я", "Я"},
		{"AC/DC", "AC/DC"},
		{"acdc", "AC/DC"},
		{"ac dc", "AC/DC"},
		{"Би-2", "Би-2"},
		{"би2", "Би-2"},
		{"bi-2", "Би-2"},
		{"C++", "C++"},
		{"P!nk", "P!nk"},
		{"pnk", "P!nk"},
		{"t.A.T.u.", "t.A.T.u."},
		{"tatu", "t.A.T.u."},
		{"guns n roses", "Guns N' Roses"},
		{"sigur rós", "Sigur Rós"},
		{"sigur ros", "Sigur Rós"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		expect_first("artists", cases[i].q, cases[i].name);
	post_publish((struct fake_post){.title = "The Who live", .content = "You and I"});
	post_publish((struct fake_post){.title = "AC/DC in Moscow", .content = "loud"});
	expect_found("posts", "the who", "The Who live");
	expect_found("posts", "acdc", "AC/DC in Moscow");
	expect_found("posts", "AC/DC", "AC/DC in Moscow");
}

/* --- syntax --- */

TEST(phrases_exclusions_prefixes_and_alternatives)
{
	post_publish((struct fake_post){.title = "One", .content = "the dark side of the moon"});
	post_publish((struct fake_post){.title = "Two", .content = "the moon has a dark side"});
	post_publish((struct fake_post){.title = "Three", .content = "guitars and drums"});
	post_publish((struct fake_post){.title = "Four", .content = "a guitarist sings"});
	expect_found("posts", "\"dark side\" -has", "Two | One"); /* a stop word of texts excludes nothing */
	expect_found("posts", "\"side of the moon\"", "One");
	expect_found("posts", "\"moon side\"", "");
	expect_found("posts", "\"dark side\" \"has a\" moon", "Two");
	expect_found("posts", "moon -\"dark side\"", "");
	expect_found("posts", "dark -moon", "");
	expect_found("posts", "guit*", "Four | Three");
	expect_found("posts", "гуит*", "");
	expect_found("posts", "guitars -guitarist", "Three");
	expect_found("posts", "drums OR sings", "Four | Three");
	expect_found("posts", "sings -drums", "Four");
	expect_found("posts", "moon -sings -guitars -drums -one", "Two");
}

TEST(no_query_is_wrong)
{
	post_publish((struct fake_post){.title = "Plain", .content = "words: a & b | c"});
	static const char *const queries[] = {
		"\"",
		"\"\"",
		"((",
		"plain & | ! ( )",
		"plain:*",
		"a:* & !b <-> 'c'",
		"'",
		"''",
		"\\",
		"plain\\",
		"tag:",
		"artist:\"",
		"year:abc",
		"year:..",
		"year:99999..99999",
		"year:0",
		"year:1..9223372036854775807",
		"year:9223372036854775807",
		"year:-5..5",
		"OR",
		"OR OR",
		"-",
		"- -",
		"--plain",
		"*",
		"**",
		"a*b*",
		"plain**",
		"<script>",
		"\xf0\x9f\x8e\xb8",
		"%",
		"_%",
		"plain%00x",
		"artist:- tag:- author:-",
		"-artist:x",
		"$1",
		"$q",
		"::tsquery",
		"NULL",
		"\xd8\xa7\xd9\x84\xd9\x85",
		"日本",
		"a'b\"c",
	};
	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
		search("posts", queries[i], "&facets=true&include_total=true");
		search("artists", queries[i], "&facets=true&include_total=true");
		search("", queries[i], "");
		search("suggest", queries[i], "");
	}
	static const char *const plain[] = {"\"plain",     "plain\"", "(plain)", "plain & words",
					    "year: plain", "plain:*", "'plain'", "plain OR"};
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		expect_found("posts", plain[i], "Plain");
	ck_assert_int_eq(api("GET", "/api/v1/search/posts?q=", NULL, NULL).status, 400);
	ck_assert_int_eq(api("GET", "/api/v1/search/posts", NULL, NULL).status, 400);
	ck_assert_int_eq(api("GET", "/api/v1/search/posts?q=%20%09", NULL, NULL).status, 400);
	expect_found("posts", "?!", "");
	expect_at(search("posts", "?!", "&include_total=true"), "total", "0");
}

TEST(a_long_query_is_answered)
{
	char q[500] = "";
	for (int i = 0; strlen(q) < 480; i++)
		sprintf(q + strlen(q), "w%d ", i);
	post_publish((struct fake_post){.title = "w3"});
	expect_found("posts", q, "w3");
	memset(q, 'x', sizeof q - 1);
	q[sizeof q - 1] = '\0';
	expect_found("posts", q, "");
}

/* --- marks, what else the answer says --- */

TEST(hits_go_without_comments_count_when_nobody_can_tell_it)
{
	int n = post_publish((struct fake_post){.title = "Discussed"});
	world.posts[n].comments = 7;
	struct answer a = search("posts", "discussed", "");
	expect_at(a, "items.0.comments_count", "7");
	ck_assert_ptr_null(header_of(&a, "X-Partial"));
	world.comments_fail = true;
	a = search("posts", "discussed", "");
	expect_at(a, "items.0.comments_count", "null");
	expect_at(a, "items.0.title", "Discussed");
	ck_assert_str_eq(header_of(&a, "X-Partial"), "comments_count");
	a = search("", "discussed", "");
	ck_assert_str_eq(header_of(&a, "X-Partial"), "comments_count");
	expect_at(a, "posts.0.comments_count", "null");
}

TEST(what_was_found_is_marked_and_safe_in_html)
{
	post_publish((struct fake_post){.title = "<b>Trumpets</b> & more",
					.content = "<script>alert(\"trumpet\")</script>"});
	struct answer a = search("posts", "trumpet", "");
	expect_at(a, "items.0.highlight.title", "&lt;b&gt;<mark>Trumpets</mark>&lt;/b&gt; &amp; more");
	expect_at(a, "items.0.highlight.text",
		  "&lt;script&gt;alert(&quot;<mark>trumpet</mark>&quot;)&lt;/script&gt;");
	artist_add((struct fake_artist){.name = "P!nk <3", .bio = "no word of it"});
	a = search("artists", "pnk", "");
	ck_assert_ptr_null(strstr(at(&a, "items.0.highlight.title"), "<3"));
	expect_at(search("posts", "trumpte", ""), "items.0.highlight.title",
		  "&lt;b&gt;<mark>Trumpets</mark>&lt;/b&gt; &amp; more");
	expect_at(search("posts", "trum*", ""), "items.0.highlight.title",
		  "&lt;b&gt;<mark>Trumpets</mark>&lt;/b&gt; &amp; more");
	expect_at(search("posts", "* -nothing", ""), "items.0.highlight.text", "null");
}

TEST(a_word_of_most_posts_ranks_the_newest_and_says_so)
{
	post_publish((struct fake_post){.title = "Ordinary", .content = "an album", .tags = {"common"}});
	expect_at(search("posts", "album", ""), "approximate", "false");
	multiply(1500);
	post_publish((struct fake_post){
		.title = "Special", .content = "an album with a zither", .published_at = SECOND_US});
	count_words();
	expect_at(search("posts", "album", ""), "approximate", "true");
	expect_at(search("posts", "album", "&sort=-published_at"), "approximate",
		  "false"); /* the newest are the newest */
	expect_at(search("posts", "album", "&tag=common"), "approximate", "true");
	expect_at(search("posts", "album", "&include_total=true"), "total", "1501");
	expect_at(search("posts", "\"an album\"", ""), "approximate", "true"); /* not all texts are read */
	expect_at(search("posts", "album zither", ""), "approximate", "false");
	expect_first("posts", "album zither", "Special");
	post_publish((struct fake_post){
		.title = "Album", .content = "the oldest of all", .published_at = SECOND_US});
	expect_first("posts", "album", "Album"); /* what is called so is never lost behind the newest */
	expect_found("posts", "album -an -ordinary", "Album | Special");
}

TEST(an_old_post_with_a_common_word_in_its_title_is_found_behind_twenty_thousand)
{
	post_publish((struct fake_post){.title = "Ordinary", .content = "an album"});
	multiply(20500);
	post_publish((struct fake_post){
		.title = "Notes on the album", .tags = {"rare"}, .published_at = SECOND_US});
	count_words();
	expect_at(search("posts", "album", ""), "approximate", "true");
	expect_first("posts", "album", "Notes on the album");
	expect_found("posts", "album tag:rare", "Notes on the album");
	expect_at(search("posts", "a* b*", "&facets=true&include_total=true"), "approximate", "true");
}

TEST(all_kinds_are_searched_at_once_or_those_asked_for)
{
	artist_add((struct fake_artist){.name = "Filler"});
	int band = artist_add((struct fake_artist){.name = "Aurora"}),
	    album = album_add((struct fake_album){.title = "Aurora rising", .artist = band});
	track_add((struct fake_track){.title = "First light", .album = album});
	post_publish((struct fake_post){.title = "Seeing the aurora"});
	struct answer a = search("", "aurora", "");
	expect_at(a, "posts.0.title", "Seeing the aurora");
	expect_at(a, "artists.0.name", "Aurora");
	expect_at(a, "albums.0.title", "Aurora rising");
	expect_at(a, "tracks.0.title", "First light");
	a = search("", "aurorra", "&type=artists,tracks");
	expect_at(a, "artists.0.name", "Aurora");
	expect_at(a, "repaired", "aurora");
	ck_assert_ptr_null(at(&a, "posts.0"));
	ck_assert_ptr_null(at(&a, "albums.0"));
	expect_at(search("", "artist:aurora", ""), "albums.0.title", "Aurora rising");
	ck_assert_int_eq(api("GET", "/api/v1/search?q=x&type=artists,songs", NULL, NULL).status, 400);
	ck_assert_int_eq(api("GET", "/api/v1/search?q=x&limit=0", NULL, NULL).status, 400);
}
