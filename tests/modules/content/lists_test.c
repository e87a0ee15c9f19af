/* Lists of posts: order and paging over ties, filters and their mixtures, cursors, totals, bulk reads, trash,
 * tags, the feed. */
#include "modules/content/scene.h"
#include "support/test.h"

#include <unistd.h>

#define DISCUSSED "(SELECT comments_count FROM discussed_posts WHERE post_id = p.id)"
#define EVERY "p.status = 'published' AND NOT p.is_deleted"

/*
 * 40 posts whose times, counts and titles repeat: of two authors, about two artists (primary, featured or
 * not), with tags a, b or both, some archived, drafts or deleted.
 */
static void posts_with_ties(void)
{
	sql("INSERT INTO posts (id, title, slug, content, status, author_id, primary_artist_id, "
	    "featured_artist_ids, tags, views_count,"
	    " created_at, updated_at, published_at, is_deleted, deleted_at) SELECT"
	    " ('00000000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, (ARRAY['Ёлка', 'apple', "
	    "'Banana', 'Арбуз', 'ёлка'])[i %% 5 + 1],"
	    " 'post-' || i, 'text', CASE i %% 10 WHEN 8 THEN 'draft' WHEN 9 THEN 'archived' ELSE 'published' "
	    "END,"
	    " CASE WHEN i %% 3 = 0 THEN '" BOB_ID "' ELSE '" ANN_ID
	    "' END::uuid, CASE WHEN i %% 4 = 0 THEN '" KINO "' END::uuid,"
	    " CASE WHEN i %% 4 = 1 THEN ARRAY['" KINO "', '" ZEMFIRA "']::uuid[] ELSE '{}' END,"
	    " (ARRAY['{a}', '{b}', '{a,b}', '{}'])[i %% 4 + 1]::text[], i %% 4,"
	    " timestamptz '2026-01-01' + i / 6 * interval '1 day', now(),"
	    " CASE WHEN i %% 20 <> 8 THEN timestamptz '2026-02-01' + i / 7 * interval '1 day' END, i %% 13 = "
	    "0,"
	    " CASE WHEN i %% 13 = 0 THEN now() - i / 20 * interval '1 day' END FROM generate_series(1, 40) i;"
	    " UPDATE discussed_posts SET comments_count = right(post_id::text, 12)::bigint %% 3;"
	    " INSERT INTO tags SELECT gen_random_uuid(), t, t, (SELECT count(*) FROM posts p WHERE t = ANY "
	    "(p.tags) AND " EVERY ")"
	    " FROM unnest('{a,b}'::text[]) t;"
	    " INSERT INTO post_tags SELECT p.id, t.id, CASE WHEN " EVERY
	    " THEN published_at END FROM posts p JOIN tags t ON t.slug = ANY (p.tags);"
	    " INSERT INTO post_artists SELECT p.id, a.id, a.n, CASE WHEN " EVERY
	    " THEN published_at END FROM posts p,"
	    " unnest(p.featured_artist_ids) WITH ORDINALITY a (id, n); SELECT 1");
}

/* The ids of all pages, each followed by a comma. `path` ends in what further parameters can be added to. */
static const char *walk(const char *as, const char *path)
{
	static char ids[64 * 40];
	const char *cursor = "";
	int pages = 0;
	ids[0] = '\0';
	do {
		struct answer a = get(as, text("%slimit=3%s", path, cursor));
		expect_status(a, 200);
		for (int i = 0; at(&a, text("items.%d", i)); i++) {
			ck_assert_msg(i < 3, "page too long");
			strcat(strcat(ids, at(&a, text("items.%d.id", i))), ",");
		}
		const char *next = at(&a, "next_cursor");
		ck_assert_msg((strcmp(next, "null") != 0) == (header_of(&a, "Link") != NULL), "%s", a.head);
		cursor = strcmp(next, "null") != 0 ? text("&cursor=%s", next) : NULL;
		ck_assert(++pages < 40);
	} while (cursor);
	return ids;
}

static void check_walk(const char *as, const char *list, const char *where, const char *order)
{
	char path[512], expected[64 * 40];
	snprintf(path, sizeof path, "%s", list);
	snprintf(expected, sizeof expected, "%s",
		 sql("SELECT coalesce(string_agg(p.id::text, ',' ORDER BY %s) || ',', '') FROM posts p WHERE "
		     "%s",
		     order, where));
	const char *found = walk(as, path);
	ck_assert_msg(strcmp(found, expected) == 0, "%s as %s\nfound    %s\nexpected %s", path,
		      as ? as : "guest", found, expected);
}

/* clang-format off */
static const struct { const char *sort, *order; } sorts[] = {
	{"-published_at", "published_at DESC, id DESC"},     {"published_at", "published_at, id"},
	{"-created_at", "created_at DESC, id DESC"},         {"created_at", "created_at, id"},
	{"-views_count", "views_count DESC, id DESC"},       {"views_count", "views_count, id"},
	{"-comments_count", DISCUSSED " DESC, id DESC"},     {"comments_count", DISCUSSED ", id"},
	{"title", "title, id"},                              {"-title", "title DESC, id DESC"},
};
/* clang-format on */

SCENE(open_scene, scene_stop);

TEST(every_order_pages_over_ties_in_every_list)
{
	static const struct {
		const char *path, *where;
	} lists[] = {
		{"/posts?", EVERY},
		{"/posts?published_after=2026-02-02&published_before=2026-02-05&",
		 EVERY " AND published_at >= '2026-02-02' AND published_at < '2026-02-05'"},
		{"/posts?author_id=" ANN_ID "&", EVERY " AND author_id = '" ANN_ID "'"},
		{"/users/" BOB_ID "/posts?", EVERY " AND author_id = '" BOB_ID "'"},
		{"/posts?tag=a&", EVERY " AND 'a' = ANY (tags)"},
		{"/posts?tag=A&author_id=" ANN_ID "&published_after=2026-02-03&",
		 EVERY " AND 'a' = ANY (tags) AND author_id = '" ANN_ID "' AND published_at >= '2026-02-03'"},
		{"/posts?artist_id=" KINO "&",
		 EVERY " AND (primary_artist_id = '" KINO "' OR '" KINO "' = ANY (featured_artist_ids))"},
		{"/artists/" ZEMFIRA "/posts?tag=b&",
		 EVERY " AND '" ZEMFIRA "' = ANY (featured_artist_ids) AND 'b' = ANY (tags)"},
		{"/posts?artist_id=" KINO "&author_id=" BOB_ID "&",
		 EVERY " AND author_id = '" BOB_ID "' AND (primary_artist_id = '" KINO "' OR '" KINO
		       "' = ANY (featured_artist_ids))"},
		{"/posts?tag=a&published_before=2026-02-04&",
		 EVERY " AND 'a' = ANY (tags) AND published_at < '2026-02-04'"},
	};
	posts_with_ties();
	for (size_t s = 0; s < sizeof sorts / sizeof *sorts; s++)
		for (size_t l = 0; l < sizeof lists / sizeof *lists; l++)
			check_walk(NULL, text("%ssort=%s&", lists[l].path, sorts[s].sort), lists[l].where,
				   sorts[s].order);
}

/*
 * A sum over the tables behind lists. A backend reports what it read when a statement ends a second or more
 * after its last report: one is run on each lane.
 */
static int table_sum(const char *column)
{
	usleep(1100 * 1000);
	get(NULL, "/posts?limit=1");
	get(BOB, "/posts?status=draft&sort=title&limit=1");
	return atoi(sql("SELECT sum(%s) FROM pg_stat_user_tables WHERE relname IN ('posts', 'post_tags', "
			"'post_artists')",
			column));
}

TEST(every_list_is_a_range_of_an_index)
{
	static const char *const lists[] = {"/posts?tag=t0&",
					    "/posts?tag=t77&",
					    "/posts?author_id=" ANN_ID "&",
					    "/artists/" KINO "/posts?",
					    "/posts?published_after=2026-01-10&published_before=2026-01-12&",
					    "/posts?status=draft&"};
	sql("INSERT INTO posts (id, title, slug, content, status, author_id, primary_artist_id, tags, "
	    "created_at, updated_at, published_at) SELECT"
	    " gen_random_uuid(), md5(i::text), 'p-' || i, 'x', CASE WHEN i %% 20 = 0 THEN 'draft' ELSE "
	    "'published' END,"
	    " CASE WHEN i %% 50 = 0 THEN '" ANN_ID "'::uuid ELSE gen_random_uuid() END,"
	    " CASE WHEN i %% 70 = 0 THEN '" KINO
	    "'::uuid ELSE gen_random_uuid() END, CASE WHEN i %% 3 = 0 THEN ARRAY['t0'] ELSE"
	    " ARRAY['t' || i %% 1000] END, timestamptz '2026-01-01' + i * interval '1 minute', now(),"
	    " timestamptz '2026-01-01' + i * interval '1 minute' FROM generate_series(1, 10000) i;"
	    " INSERT INTO tags SELECT gen_random_uuid(), t, t, count(*) FROM posts, unnest(tags) t GROUP BY "
	    "t;"
	    " INSERT INTO post_tags SELECT p.id, t.id, CASE WHEN " EVERY
	    " THEN published_at END FROM posts p JOIN tags t ON t.slug = p.tags[1];"
	    " INSERT INTO post_artists SELECT id, gen_random_uuid(), 1, published_at FROM posts; ANALYZE; "
	    "SELECT 1");
	for (size_t s = 0; s < sizeof sorts / sizeof *sorts; s++) /* planning looks at the ends of indexes */
		expect_status(get(ANN, text("/posts?limit=1&sort=%s", sorts[s].sort)), 200);
	int scans = table_sum("seq_scan"), rows = table_sum("idx_tup_fetch + seq_tup_read");
	for (size_t s = 0; s < sizeof sorts / sizeof *sorts; s++)
		expect_status(get(ANN, text("/posts?limit=100&sort=%s", sorts[s].sort)), 200);
	ck_assert_int_le(table_sum("idx_tup_fetch + seq_tup_read"),
			 rows + (int)(sizeof sorts / sizeof *sorts) *
					 102); /* no row more than is sent, but one */
	for (size_t s = 0; s < sizeof sorts / sizeof *sorts; s++)
		for (size_t l = 0; l < sizeof lists / sizeof *lists; l++)
			expect_status(get(ANN, text("%ssort=%s", lists[l], sorts[s].sort)), 200);
	ck_assert_int_eq(table_sum("seq_scan"), scans);
}

TEST(common_tags_are_walked_in_order_too)
{
	posts_with_ties();
	sql("UPDATE tags SET posts_count = posts_count + 6000; SELECT 1"); /* as if there were many */
	for (size_t s = 0; s < sizeof sorts / sizeof *sorts; s++)
		check_walk(NULL, text("/posts?tag=b&sort=%s&", sorts[s].sort), EVERY " AND 'b' = ANY (tags)",
			   sorts[s].order);
}

TEST(what_is_not_published_is_listed_for_its_author_and_moderators)
{
	static const char *const unlisted[] = {"draft", "archived"};
	posts_with_ties();
	for (int i = 0; i < 2; i++)
		for (size_t s = 0; s < sizeof sorts / sizeof *sorts; s++) {
			char all[100], own[200], path[100];
			snprintf(all, sizeof all, "status = '%s' AND NOT is_deleted", unlisted[i]);
			snprintf(own, sizeof own, "%s AND author_id = '" ANN_ID "'", all);
			snprintf(path, sizeof path, "/posts?status=%s&sort=%s&", unlisted[i], sorts[s].sort);
			const char *order = strstr(sorts[s].order, "published_at DESC")
						    ? "coalesce(published_at, created_at) DESC, id DESC"
					    : strstr(sorts[s].order, "published_at")
						    ? "coalesce(published_at, created_at), id"
						    : sorts[s].order;
			check_walk(NULL, path, "false", order);
			check_walk(ANN, path, own, order);
			check_walk(MOD, path, all, order);
			check_walk(MOD, text("%sauthor_id=" ANN_ID "&", path), own, order);
			check_walk(BOB, text("%sauthor_id=" ANN_ID "&", path), "false", order);
			check_walk(ANN, text("%stag=a&artist_id=" KINO "&", path),
				   text("%s AND 'a' = ANY (tags) AND primary_artist_id = '" KINO "'", own),
				   order);
		}
	check_walk(ANN, "/users/me/trash?", "is_deleted AND author_id = '" ANN_ID "'",
		   "deleted_at DESC, id DESC");
	sql("UPDATE posts SET deleted_at = now() - interval '31 days' WHERE is_deleted AND author_id = "
	    "'" ANN_ID "'; SELECT 1");
	check_walk(ANN, "/users/me/trash?", "false", "id");
	expect_status(get(NULL, "/users/me/trash"), 401);
}

TEST(totals_count_what_the_filters_leave)
{
	posts_with_ties();
	static const struct {
		const char *query, *where;
	} rows[] = {
		{"", EVERY},
		{"&tag=a", EVERY " AND 'a' = ANY (tags)"},
		{"&author_id=" BOB_ID, EVERY " AND author_id = '" BOB_ID "'"},
		{"&tag=a&author_id=" BOB_ID, EVERY " AND author_id = '" BOB_ID "' AND 'a' = ANY (tags)"},
		{"&artist_id=" KINO,
		 EVERY " AND (primary_artist_id = '" KINO "' OR '" KINO "' = ANY (featured_artist_ids))"},
		{"&published_after=2026-02-04", EVERY " AND published_at >= '2026-02-04'"},
		{"&tag=b&published_after=2026-02-04",
		 EVERY " AND published_at >= '2026-02-04' AND 'b' = ANY (tags)"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *expected = sql("SELECT count(*) FROM posts p WHERE %s", rows[i].where);
		expect_at(get(NULL, text("/posts?limit=1&include_total=true&sort=title%s", rows[i].query)),
			  "total", expected);
	}
	expect_at(get(ANN, "/posts?status=draft&include_total=true"), "total", "3");
	expect_at(get(NULL, "/posts?status=draft&include_total=true"), "total", "0");
	expect_absent(get(NULL, "/posts"), "total");
	expect_at(get(NULL, "/tags?include_total=true"), "total", "2");
}

TEST(totals_above_ten_thousand_are_a_lower_bound)
{
	sql("INSERT INTO posts (id, title, slug, content, status, author_id, created_at, updated_at, "
	    "published_at) SELECT gen_random_uuid(), 't',"
	    " 'p-' || i, 'x', 'published', '" ANN_ID
	    "', now(), now(), now() FROM generate_series(1, 10001) i; SELECT 1");
	struct answer a = get(NULL, "/posts?include_total=true&limit=1");
	expect_at(a, "total", "10000");
	expect_at(a, "total_is_lower_bound", "true");
}

TEST(a_cursor_belongs_to_its_list)
{
	posts_with_ties();
	struct answer a = get(NULL, "/posts?limit=2");
	const char *cursor = at(&a, "next_cursor");
	expect_status(get(NULL, text("/posts?limit=5&cursor=%s", cursor)), 200);
	expect_at(get(NULL, text("/posts?sort=title&cursor=%s", cursor)), "code", "invalid_cursor");
	expect_at(get(NULL, text("/posts?tag=a&cursor=%s", cursor)), "code", "invalid_cursor");
	expect_at(get(NULL, text("/posts?author_id=" ANN_ID "&cursor=%s", cursor)), "code", "invalid_cursor");
	expect_at(get(NULL, text("/posts?published_after=2020-01-01&cursor=%s", cursor)), "code",
		  "invalid_cursor");
	expect_at(get(NULL, text("/tags?cursor=%s", cursor)), "code", "invalid_cursor");
	expect_at(get(NULL, text("/users/" ANN_ID "/posts?cursor=%s", cursor)), "code", "invalid_cursor");
	expect_at(get(NULL, text("/artists/" KINO "/posts?cursor=%s", cursor)), "code", "invalid_cursor");
	expect_at(get(ANN, text("/users/me/trash?cursor=%s", cursor)), "code", "invalid_cursor");
	expect_at(get(NULL, "/posts?cursor=garbage"), "code", "invalid_cursor");
	expect_status(get(NULL, "/posts?sort=content"), 400);
	expect_status(get(NULL, "/posts?limit=101"), 400);
	expect_status(get(NULL, "/posts?status=deleted"), 400);
	expect_status(get(NULL, "/posts?autor_id=" ANN_ID), 400);
}

TEST(long_titles_page_too)
{
	char title[1021];
	for (int i = 0; i < 255; i++)
		memcpy(title + 4 * i, "𝄞", 5);
	for (int i = 0; i < 5; i++)
		published_by(ANN, title, "");
	check_walk(NULL, "/posts?sort=title&", EVERY, "title, id");
}

TEST(bulk_reads_keep_their_order_and_ask_other_modules_once)
{
	const char *one = published_by(ANN, "one", ",\"primary_artist_id\":\"" KINO "\""),
		   *two = published_by(BOB, "two", "");
	const char *draft = post_by(BOB, "three", "");
	fake.user_calls = fake.artist_calls = fake.comment_calls = 0;
	struct answer a = get(NULL, text("/posts?ids=%s,%s," NOBODY ",%s", two, draft, one));
	expect_at(a, "items.0.id", two);
	expect_at(a, "items.1.id", one);
	expect_at(a, "items.1.artist_name", "Кино");
	expect_at(a, "items.1.author_username", "ann");
	expect_absent(a, "items.2");
	expect_absent(a, "items.0.content");
	expect_absent(a, "items.0.is_deleted");
	ck_assert_int_eq(fake.user_calls, 1);
	ck_assert_int_eq(fake.artist_calls, 1);
	ck_assert_int_eq(fake.comment_calls, 1);
	expect_at(get(BOB, text("/posts?ids=%s", draft)), "items.0.id", draft);
	expect_status(get(NULL, text("/posts?ids=%s&tag=a", one)), 400);
	get(NULL, "/posts");
	ck_assert_int_eq(fake.user_calls, 3);
}

TEST(lists_of_nobody_are_not_found)
{
	expect_status(get(NULL, "/users/" NOBODY "/posts"), 404);
	expect_status(get(NULL, "/artists/" NOBODY "/posts"), 404);
	expect_at(get(NULL, "/users/" ANN_ID "/posts"), "items", "[]");
	expect_at(get(NULL, "/artists/" KINO "/posts"), "items", "[]");
	expect_at(get(NULL, "/posts?tag=nothing"), "items", "[]");
	expect_at(get(NULL, "/posts"), "items", "[]");
}

TEST(tags_are_listed_by_use_and_by_name)
{
	published_by(ANN, "1", ",\"tags\":[\"Юла\",\"rock\",\"pop\"]");
	published_by(ANN, "2", ",\"tags\":[\"rock\",\"pop\"]");
	published_by(ANN, "3", ",\"tags\":[\"rock\"]");
	post_by(ANN, "4", ",\"tags\":[\"secret\"]");
	struct answer a = get(NULL, "/tags?limit=2"),
		      b = get(NULL, text("/tags?limit=2&cursor=%s", at(&a, "next_cursor")));
	expect_at(a, "items.0.slug", "rock");
	expect_at(a, "items.0.posts_count", "3");
	expect_at(a, "items.1.slug", "pop");
	expect_at(b, "items.0.slug", "yula");
	expect_at(b, "next_cursor", "null");
	a = get(NULL, "/tags?sort=name&limit=2");
	b = get(NULL, text("/tags?sort=name&limit=2&cursor=%s", at(&a, "next_cursor")));
	expect_at(a, "items.0.slug", "pop");
	expect_at(a, "items.1.slug", "rock");
	expect_at(b, "items.0.name", "Юла");
	expect_absent(b, "items.1");
	expect_status(get(NULL, "/tags/secret"), 404);
}

TEST(the_feed_is_well_formed)
{
	struct answer empty = get(NULL, "/feeds/posts.atom");
	expect_status(empty, 200);
	ck_assert_ptr_nonnull(strstr(empty.body, "<updated>1970-01-01T00:00:00.000Z</updated>"));
	published_by(ANN, "<b> & \\\"q\\\" 'a' \\u0001 \\uffff",
		     ",\"tags\":[\"rock\"],\"description\":\"Ёлка ]]> &amp;\"");
	published_by("user:" NOBODY, "second", "");
	post_by(ANN, "draft", "");
	struct answer a = get(NULL, "/feeds/posts.atom");
	ck_assert_int_eq(strncmp(header_of(&a, "Content-Type"), "application/atom+xml", 20), 0);
	ck_assert_msg(
		strstr(a.body,
		       "<title>&lt;b&gt; &amp; &quot;q&quot; &#39;a&#39; \xef\xbf\xbd \xef\xbf\xbd</title>"),
		"%s", a.body);
	ck_assert_ptr_nonnull(strstr(a.body, "<summary>Ёлка ]]&gt; &amp;amp;</summary>"));
	ck_assert_ptr_nonnull(strstr(a.body, "<category term=\"rock\"/>"));
	ck_assert_ptr_nonnull(strstr(a.body, "<author><name>ann</name>"));
	ck_assert_ptr_nonnull(strstr(a.body, "/api/v1/posts/slug/second\"/>"));
	ck_assert_ptr_null(strstr(a.body, "draft"));
	ck_assert_ptr_null(strchr(a.body, '\x01'));

	char path[512];
	snprintf(path, sizeof path, "%s/feed.xml", getenv("VOBE_TEST_DIR"));
	FILE *out = fopen(path, "w");
	fwrite(a.body, 1, a.body_len, out);
	fclose(out);
	ck_assert_int_eq(system(text("python3 -c 'import sys,xml.dom.minidom as m; d=m.parse(sys.argv[1]);"
				     " assert len(d.getElementsByTagName(\"entry\"))==2' %s",
				     path)),
			 0);
}
