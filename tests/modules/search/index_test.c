/* How the index follows the sources: by events in any order and number, by several writers at once, by a
 * reindex. */
#include "modules/search/scene.h"

#include "modules/search/index.h"
#include "support/test.h"

static const char *title_in_index(int n)
{
	char *title = sql("SELECT title FROM posts_index WHERE post_id = '%s'", id_text(POST, n));
	const char *copy = title ? text("%s", title) : "";
	free(title);
	return copy;
}

static void check_value(char *got, const char *expected)
{
	ck_assert_msg(got && !strcmp(got, expected), "%s, not %s", got, expected);
	free(got);
}
#define check_sql(expected_, ...) check_value(sql(__VA_ARGS__), expected_)

SCENE(open_scene, scene_stop);

TEST(a_post_is_found_once_it_is_heard_of_and_gone_when_it_is_gone)
{
	int n = post_put((struct fake_post){.title = "Dawn chorus", .content = "Birds before the sun"});
	expect_found("posts", "dawn", "");
	hear_post(&post_published, n);
	expect_found("posts", "dawn", "Dawn chorus");
	expect_found("posts", "birds", "Dawn chorus");
	world.posts[n].gone = true;
	hear_post(&post_unpublished, n);
	expect_found("posts", "dawn", "");
	world.posts[n].gone = false;
	hear_post(&post_restored, n);
	expect_found("posts", "dawn", "Dawn chorus");
}

TEST(every_event_means_the_current_state)
{
	int n = post_publish((struct fake_post){.title = "First words", .content = "x"});
	world.posts[n].title = "Second words";
	/* Late, repeated and out of order: what they say is not looked at. */
	const struct post_event_topic *const events[] = {&post_updated, &post_created,  &post_published,
							 &post_updated, &post_archived, &post_deleted};
	for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
		hear_post(events[i], n);
		ck_assert_str_eq(title_in_index(n), "Second words");
	}
	world.posts[n].gone = true;
	hear_post(&post_created, n);
	hear_post(&post_updated, n);
	ck_assert_str_eq(title_in_index(n), "");
}

TEST(what_the_source_does_not_know_is_removed_and_a_failing_source_changes_nothing)
{
	int n = post_publish((struct fake_post){.title = "Keeps standing"});
	world.content_fails = true;
	ck_assert_ptr_nonnull(scene_hear(&post_deleted, id_of(POST, n), 1,
					 &(struct post_event){.post_id = id_of(POST, n)}));
	world.content_fails = false;
	ck_assert_str_eq(title_in_index(n), "Keeps standing");
	hear_post(&post_updated, 77); /* nobody's */
}

TEST(a_word_of_what_is_gone_repairs_nothing)
{
	int n = post_publish((struct fake_post){.title = "Confidential matters"});
	expect_at(search("posts", "confidentail", ""), "repaired", "confidential");
	world.posts[n].title = "Other matters";
	hear_post(&post_updated, n);
	check_sql("1", "SELECT count(*) FROM vocabulary WHERE word = 'confidential'");
	expect_at(search("posts", "confidentail", ""), "repaired", "null");
	world.posts[n].gone = true;
	hear_post(&post_deleted, n);
	expect_at(search("posts", "mattres", ""), "repaired", "null");
}

struct writer {
	int post, wait;
};

static err hear_later(struct ctx *cx, void *arg)
{
	const struct writer *h = arg;
	const struct delivery d = {.event = &post_updated.event,
				   .aggregate_id = id_of(POST, h->post),
				   .correlation_id = "test",
				   .payload_ = &(struct post_event){.post_id = id_of(POST, h->post)}};
	if (h->wait)
		TRY(wait_ms(cx, h->wait));
	struct change *ch = change_begin(cx);
	TRY(search_hears[0].apply(cx, ch, &d, 1));
	if (h->wait)
		world.posts[h->post].version++;
	return change_commit(cx, ch);
}

static err hear_both(struct ctx *cx, void *arg)
{
	struct writer slow = {*(int *)arg, 0}, quick = {*(int *)arg, 100};
	struct branch branches[] = {{.run = hear_later, .arg = &slow}, {.run = hear_later, .arg = &quick}};
	together(cx, branches, 2);
	TRY(branches[0].result);
	return branches[1].result;
}

static err rename_soon(struct ctx *cx, void *arg)
{
	TRY(wait_ms(cx, 50));
	world.posts[*(int *)arg].title = "New title";
	world.posts[*(int *)arg].gone = world.posts[*(int *)arg].comments < 0;
	return NULL;
}

static err hear_while_renamed(struct ctx *cx, void *arg)
{
	struct branch branches[] = {{.run = hear_both, .arg = arg}, {.run = rename_soon, .arg = arg}};
	together(cx, branches, 2);
	return branches[0].result;
}

TEST(a_slow_writer_cannot_put_old_state_over_new)
{
	int n = post_publish((struct fake_post){.title = "Old title"});
	world.slow_reads =
		1; /* the first reads the old title and comes back when the second has written the new one */
	ck_assert_ptr_null(scene_call(hear_while_renamed, &n));
	ck_assert_str_eq(title_in_index(n), "New title");
}

TEST(a_slow_writer_cannot_bring_back_what_is_gone)
{
	int n = post_publish((struct fake_post){.title = "Old title"});
	world.posts[n].comments = -1; /* rename_soon takes it away as well */
	world.slow_reads = 1;
	ck_assert_ptr_null(scene_call(hear_while_renamed, &n));
	ck_assert_str_eq(title_in_index(n), "");
}

enum { AT_ONCE = 12 };

static err hear_many(struct ctx *cx, void *arg)
{
	struct writer hearings[AT_ONCE];
	struct branch branches[AT_ONCE];
	(void)arg;
	for (int i = 0; i < AT_ONCE; i++) {
		hearings[i] = (struct writer){i % 3, 1 + i % 4};
		branches[i] = (struct branch){.run = hear_later, .arg = &hearings[i]};
	}
	together(cx, branches, AT_ONCE);
	for (int i = 0; i < AT_ONCE; i++)
		TRY(branches[i].result);
	return NULL;
}

TEST(many_writers_neither_fail_nor_block_one_another)
{
	static const char *const titles[] = {"Crowded x", "Crowded y", "Crowded z"};
	for (int i = 0; i < 3; i++)
		post_publish((struct fake_post){.title = titles[i],
						.content = "the very same words in all of them"});
	for (int round = 0; round < 5; round++)
		ck_assert_ptr_null(scene_call(hear_many, NULL));
	expect_found("posts", "crowded", "Crowded z | Crowded y | Crowded x");
}

enum { BATCH = 150 };

static err hear_batch(struct ctx *cx, void *arg)
{
	struct delivery *batch = ARENA_ARRAY(cx->arena, struct delivery, 2 * BATCH);
	struct change *ch = change_begin(cx);
	(void)arg;
	for (int i = 0; i < 2 * BATCH; i++)
		batch[i] = (struct delivery){.event = &post_published.event,
					     .aggregate_id = id_of(POST, i % BATCH),
					     .correlation_id = "test"};
	TRY(search_hears[0].apply(cx, ch, batch, 2 * BATCH));
	return change_commit(cx, ch);
}

TEST(a_batch_larger_than_one_write_is_indexed_whole_and_read_once)
{
	for (int i = 0; i < BATCH; i++)
		post_put((struct fake_post){.title = "One of a batch"});
	world.reads = 0;
	ck_assert_ptr_null(scene_call(hear_batch, NULL));
	expect_at(search("posts", "batch", "&include_total=true"), "total", text("%d", BATCH));
	ck_assert_int_eq(world.reads, (BATCH + INDEX_BATCH - 1) / INDEX_BATCH);
}

enum { CARRIED = 3000 };

TEST(a_rename_is_followed_by_whatever_shows_the_name)
{
	artist_add((struct fake_artist){.name = "Filler"});
	int band = artist_add((struct fake_artist){.name = "Aquarium"});
	int album = album_add((struct fake_album){.title = "Radio Africa", .artist = band});
	track_add((struct fake_track){.title = "Vampire", .album = album});
	for (int i = 0; i < CARRIED; i++)
		post_put((struct fake_post){.title = "A note", .content = "about a band", .artist = band});
	reindex();
	expect_at(search("posts", "aquarium", "&include_total=true"), "total", text("%d", CARRIED));

	world.artists[band].name = "Terrarium";
	world.reads = 0;
	hear_artist(&artist_updated, band, "Aquarium");
	ck_assert_int_eq(world.reads, 0); /* of posts, which hold no names */
	expect_at(search("posts", "terrarium", "&include_total=true"), "total", text("%d", CARRIED));
	expect_at(search("posts", "aquarium", "&include_total=true"), "total", "0");
	expect_found("artists", "terrarium", "Terrarium");
	struct answer all = search("", "terrarium", "&type=albums,tracks");
	ck_assert_str_eq(at(&all, "albums.0.title"), "Radio Africa");
	ck_assert_str_eq(at(&all, "tracks.0.artist_name"), "Terrarium");
}

TEST(a_new_username_and_a_deleted_account_are_followed)
{
	post_publish((struct fake_post){.title = "By somebody"});
	world.authors[AUTHOR] = "anna";
	ck_assert_ptr_null(scene_hear(&user_updated, id_of(PERSON, AUTHOR), 2,
				      &(struct user_event){.user_id = id_of(PERSON, AUTHOR),
							   .username = "anna",
							   .old_username = "ann"}));
	expect_found("posts", "author:anna", "By somebody");
	expect_found("posts", "author:ann", "");
	world.authors[AUTHOR] = NULL;
	ck_assert_ptr_null(scene_hear(&user_deleted, id_of(PERSON, AUTHOR), 3,
				      &(struct user_event){.user_id = id_of(PERSON, AUTHOR)}));
	expect_found("posts", "author:anna", "");
	expect_at(search("posts", "somebody", ""), "items.0.author_username", "null");
}

TEST(a_deleted_artist_takes_albums_and_tracks_along_and_brings_them_back)
{
	artist_add((struct fake_artist){.name = "Filler"});
	int band = artist_add((struct fake_artist){.name = "Nautilus"});
	int album = album_add((struct fake_album){.title = "Wings", .artist = band});
	track_add((struct fake_track){.title = "Tutankhamun", .album = album});
	world.artists[band].gone = true;
	hear_artist(&artist_deleted, band, NULL);
	check_sql("1", "SELECT (SELECT count(*) FROM artists_index) + (SELECT count(*) FROM albums_index) + "
		       "(SELECT count(*) FROM tracks_index)");
	world.artists[band].gone = false;
	hear_artist(&artist_restored, band, NULL);
	check_sql("4", "SELECT (SELECT count(*) FROM artists_index) + (SELECT count(*) FROM albums_index) + "
		       "(SELECT count(*) FROM tracks_index)");
	world.albums[album].title = "Chains";
	ck_assert_ptr_null(
		scene_hear(&album_updated, id_of(ALBUM, album), 2,
			   &(struct album_event){.album_id = id_of(ALBUM, album), .old_title = "Wings"}));
	struct answer all = search("", "tutankhamun", "");
	ck_assert_str_eq(at(&all, "tracks.0.album_title"), "Chains");
}

TEST(followers_count_for_the_rank)
{
	artist_add((struct fake_artist){.name = "Filler"});
	artist_add((struct fake_artist){.name = "Morning Glory"});
	int known = artist_add((struct fake_artist){.name = "Morning Frost"});
	world.artists[known].followers = 100000;
	ck_assert_ptr_null(scene_hear(&artist_followed, id_of(ARTIST, known), 1,
				      &(struct follow_event){.artist_id = id_of(ARTIST, known)}));
	expect_found("artists", "morning", "Morning Frost | Morning Glory");
	expect_at(search("artists", "morning", ""), "items.0.followers_count", "100000");
}

/* --- verify and reindex --- */

static struct index_status statuses[KIND_COUNT];

static err verify_body(struct ctx *cx, void *arg)
{
	struct index_status *kinds;
	int count;
	(void)arg;
	TRY(search_operator_service()->verify(cx, &kinds, &count));
	ck_assert_int_eq(count, KIND_COUNT);
	memcpy(statuses, kinds, sizeof statuses);
	return NULL;
}

#define expect_kind(kind_, missing_, stale_, extra_)                                                         \
	ck_assert_msg(statuses[kind_].missing == (missing_) && statuses[kind_].stale == (stale_) && \
			      statuses[kind_].extra == (extra_), \
		      "%s: %d missing, %d stale, %d extra", kind_names[kind_], (int)statuses[kind_].missing, \
		      (int)statuses[kind_].stale, (int)statuses[kind_].extra)

TEST(verify_sees_what_is_missing_stale_and_extra_and_reindex_repairs_it)
{
	artist_add((struct fake_artist){.name = "Filler", .genre = "rock"});
	int album = album_add((struct fake_album){.title = "One", .artist = 0});
	track_add((struct fake_track){.title = "Two", .album = album});
	for (int i = 0; i < 200; i++)
		post_put((struct fake_post){
			.title = "Verified", .content = "text", .tags = {"a", "b"}, .description = "d"});
	reindex();
	ck_assert_ptr_null(scene_call(verify_body, NULL));
	for (int k = 0; k < KIND_COUNT; k++)
		expect_kind(k, 0, 0, 0);
	ck_assert_int_eq(statuses[KIND_POSTS].documents, 200);
	ck_assert_int_eq(statuses[KIND_POSTS].source, 200);
	free(sql("DELETE FROM posts_index WHERE post_id IN ('%s', '%s')", id_text(POST, 3),
		 id_text(POST, 199)));
	world.posts[10].tags[1] = "c";
	world.posts[11].description = NULL;
	world.posts[12].content = "another text";
	world.posts[13].version = 2; /* by what no document shows */
	free(sql("UPDATE posts_index SET version = 5 WHERE post_id = '%s'", id_text(POST, 14)));
	world.posts[20].gone = true;
	world.posts[21].gone = true;
	world.artists[0].country = "Iceland";
	world.tracks[0].gone = true;
	ck_assert_ptr_null(scene_call(verify_body, NULL));
	expect_kind(KIND_POSTS, 2, 4, 2);
	expect_kind(KIND_ARTISTS, 0, 1, 0);
	expect_kind(KIND_ALBUMS, 0, 0, 0);
	expect_kind(KIND_TRACKS, 0, 0, 1);
	reindex();
	ck_assert_ptr_null(scene_call(verify_body, NULL));
	for (int k = 0; k < KIND_COUNT; k++)
		expect_kind(k, 0, 0, 0);
	ck_assert_int_eq(statuses[KIND_POSTS].documents, 198);
	ck_assert_int_eq(statuses[KIND_POSTS].source, 198);
}

TEST(the_state_of_the_index_is_for_superusers)
{
	post_publish((struct fake_post){.title = "Counted"});
	ck_assert_int_eq(api("GET", "/api/v1/admin/search/status", NULL, NULL).status, 401);
	ck_assert_int_eq(api("GET", "/api/v1/admin/search/status", USER, NULL).status, 403);
	struct answer a = api("GET", "/api/v1/admin/search/status", ADMIN, NULL);
	expect_at(a, "items.0.kind", "posts");
	expect_at(a, "items.0.documents", "1");
	expect_at(a, "items.0.source", "1");
}

TEST(the_job_counts_words_and_learns_those_of_texts)
{
	for (int i = 0; i < 60; i++)
		post_put((struct fake_post){.title = "Counted",
					    .content = i % 2 ? "a saxophone solo" : "the trumpet",
					    .tags = {"brass"}});
	reindex();
	ck_assert_ptr_null(scene_job("statistics"));
	check_sql("60", "SELECT documents FROM statistics WHERE kind = 'posts'");
	check_sql("30", "SELECT df FROM lexemes WHERE kind = 'posts' AND lexeme = 'saxophon'");
	check_sql("60", "SELECT df FROM vocabulary WHERE kind = 'posts' AND word = 'counted'");
	check_sql("30", "SELECT df FROM vocabulary WHERE kind = 'posts' AND word = 'trumpet'");
	expect_at(search("posts", "saxofone", "&limit=1"), "repaired", "saxophone");
	expect_at(search("posts", "saxofone", "&limit=1&include_total=true"), "total", "30");
}

/* Rows straight into the table, of another size than those before it. */
static void add_rows(int count, const char *stem)
{
	free(sql("INSERT INTO posts_index SELECT gen_random_uuid(), title, slug, description, content, "
		 "author_id, author_username, "
		 "primary_artist_id, artist_ids, artist_names, status, tags, cover_image_url, published_at, "
		 "created_at, version, "
		 "'count %s'::tsvector, exact, plain, 2 FROM (SELECT * FROM posts_index LIMIT 1) p, "
		 "generate_series(1, %d) n",
		 stem, count));
}

TEST(words_are_counted_again_only_when_a_tenth_has_changed)
{
	post_publish((struct fake_post){.title = "Counted"});
	add_rows(999, "first");
	ck_assert_ptr_null(scene_job("statistics"));
	check_sql("1000", "SELECT documents FROM statistics WHERE kind = 'posts'");
	add_rows(50, "second");
	ck_assert_ptr_null(scene_job("statistics"));
	check_sql("1000", "SELECT documents FROM statistics WHERE kind = 'posts'");
	add_rows(950, "third");
	ck_assert_ptr_null(scene_job("statistics"));
	check_sql("2000", "SELECT documents FROM statistics WHERE kind = 'posts'");
	check_sql("950", "SELECT df FROM lexemes WHERE kind = 'posts' AND lexeme = 'third'");
}

TEST(of_many_documents_a_sample_is_counted_and_rare_words_when_asked_for)
{
	post_publish((struct fake_post){.title = "Counted"});
	add_rows(12000, "plenti");
	add_rows(3, "scarc");
	ck_assert_ptr_null(scene_job("statistics"));
	char *df = sql("SELECT df FROM lexemes WHERE kind = 'posts' AND lexeme = 'plenti'");
	int plenty = df ? atoi(df) : 0;
	free(df);
	ck_assert_msg(plenty > 11000 && plenty < 13000, "%d of 12000", plenty);
	check_sql("0", "SELECT count(*) FROM lexemes WHERE kind = 'posts' AND lexeme = 'scarc'");
	expect_at(search("posts", "scarce", "&include_total=true"), "total", "3");
	expect_at(search("posts", "scarce", ""), "approximate", "false");
	expect_at(search("posts", "plenty", ""), "approximate", "true");
}
