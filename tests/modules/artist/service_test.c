/* What other modules ask of artist: cards, existence, documents, scans, imports. */
#include "modules/artist/scene.h"
#include "support/import_lines.h"
#include "support/test.h"

/* Runs the body of a test on a task. */
static void on_task(err (*body)(struct ctx *cx, void *arg))
{
	err e = scene_call(body, NULL);
	ck_assert_msg(!e, "%s", e ? e->detail : "");
}

static struct uuid number_id(int kind, int n)
{
	return uuid_from(text("0190cccc-000%d-7000-8000-%012d", kind, n));
}

static const char *line_of(int n, const char *name)
{
	return text("{\"id\":\"0190cccc-0001-7000-8000-%012d\",\"name\":\"%s\"}", n, name);
}

static err import_artists(struct ctx *cx, const char *const *lines, int count,
			  struct import_outcome *outcomes)
{
	return import_lines(cx, &artist_import_service()->artists, lines, count, false, outcomes);
}

static err read_cards(struct ctx *cx, void *arg)
{
	(void)arg;
	const char *const rows[] = {line_of(1, "One"), line_of(2, "Two")};
	struct import_outcome outcomes[2];
	struct artist_card cards[3];
	const struct uuid ids[] = {number_id(1, 2), number_id(1, 9), number_id(1, 1)};
	const char *const places[] = {"/a", "/b", "/c"};

	TRY(artist_cards_service()->artist_cards(
		cx, ids, 3, cards)); /* what is not there must not be remembered as not there */
	ck_assert_ptr_null(cards[0].name);
	TRY(import_artists(cx, rows, 2, outcomes));
	TRY(artist_cards_service()->artist_cards(cx, ids, 3, cards));
	ck_assert_str_eq(cards[0].name, "Two");
	ck_assert_str_eq(cards[0].slug, "two");
	ck_assert_ptr_null(cards[1].name);
	ck_assert_str_eq(cards[2].name, "One");
	TRY(artist_cards_service()->must_exist(cx, (struct uuid[]){ids[0], ids[2]}, places, 2));
	err e = artist_cards_service()->must_exist(cx, ids, places, 3);
	ck_assert(problem_is(e, ARTIST_UNKNOWN) && e->fault_count == 1);
	ck_assert_str_eq(e->faults[0].pointer, "/b");
	return NULL;
}

static err expect_deleted_card(struct ctx *cx, void *arg)
{
	const struct uuid id = uuid_from(arg);
	const char *place = "/a";
	struct artist_card card;
	TRY(artist_cards_service()->artist_cards(cx, &id, 1, &card));
	ck_assert_ptr_null(card.name);
	ck_assert(problem_is(artist_cards_service()->must_exist(cx, &id, &place, 1), ARTIST_UNKNOWN));
	return NULL;
}

static err expect_card(struct ctx *cx, void *arg)
{
	const char *const *facts = arg; /* id, name */
	const struct uuid id = uuid_from(facts[0]);
	struct artist_card card;
	TRY(artist_cards_service()->artist_cards(cx, &id, 1, &card));
	ck_assert_str_eq(card.name, facts[1]);
	return NULL;
}

SCENE(open_scene, scene_stop);

TEST(cards_follow_every_change)
{
	on_task(read_cards);
	const char *id = artist_named("Before"), *path = text("/api/v1/artists/%s", id);
	scene_call(expect_card, (const char *[]){id, "Before"});
	api("PATCH", path, ALICE, "{\"name\":\"After\"}");
	scene_call(expect_card, (const char *[]){id, "After"});
	api("DELETE", path, ALICE, NULL);
	scene_call(expect_deleted_card, (void *)id);
	api("POST", text("%s/restore", path), ALICE, NULL);
	scene_call(expect_card, (const char *[]){id, "After"});
	/* Another instance's change is heard of. */
	test_sql(scene_conninfo(), "UPDATE artist.artists SET name = 'Elsewhere' WHERE id = '%s'", id);
	struct artist_event told = {.artist_id = uuid_from(id)};
	ck_assert_ptr_null(scene_hear(&artist_updated, told.artist_id, 9, &told));
	scene_call(expect_card, (const char *[]){id, "Elsewhere"});
}

struct versions {
	struct uuid artist, album, track;
	int64_t artist_version, album_version, track_version;
};

static err read_documents(struct ctx *cx, void *arg)
{
	struct versions *v = arg;
	struct artist_document a[2];
	struct album_document b[2];
	struct track_document t[2];
	const struct uuid nobody = uuid_from(NOBODY);

	TRY(artist_documents_service()->artist_documents(cx, (struct uuid[]){v->artist, nobody}, 2, a));
	TRY(artist_documents_service()->album_documents(cx, (struct uuid[]){nobody, v->album}, 2, b));
	TRY(artist_documents_service()->track_documents(cx, (struct uuid[]){v->track, v->track}, 2, t));
	ck_assert(!a[1].exists && !b[0].exists);
	ck_assert_int_eq(a[0].exists, b[1].exists);
	ck_assert_int_eq(a[0].exists, t[1].exists);
	ck_assert_str_eq(a[0].name, b[1].artist_name);
	ck_assert_str_eq(a[0].name, t[0].artist_name);
	ck_assert_str_eq(b[1].title, t[0].album_title);
	ck_assert(a[0].version > v->artist_version && b[1].version >= v->album_version &&
		  t[0].version >= v->track_version);
	v->artist_version = a[0].version;
	v->album_version = b[1].version;
	v->track_version = t[0].version;
	return NULL;
}

TEST(documents_show_the_state_and_their_versions_grow)
{
	const char *id = artist_named("A"), *album = album_of(id, "T"), *track = track_on(album, "x");
	const char *path = text("/api/v1/artists/%s", id);
	struct versions v = {uuid_from(id), uuid_from(album), uuid_from(track), 0, 0, 0};
	ck_assert_ptr_null(scene_call(read_documents, &v));
	api("PUT", text("%s/follow", path), BOB, NULL);
	ck_assert_ptr_null(scene_call(read_documents, &v));
	int64_t before = v.track_version;
	api("PATCH", path, ALICE, "{\"name\":\"B\"}");
	ck_assert_ptr_null(scene_call(read_documents, &v));
	ck_assert_int_gt(v.track_version, before);
	before = v.album_version;
	api("DELETE", path, ALICE, NULL);
	ck_assert_ptr_null(scene_call(read_documents, &v));
	ck_assert_int_gt(v.album_version, before);
}

static err scan_all(struct ctx *cx, void *arg)
{
	const char *rows[25];
	struct import_outcome outcomes[25];
	struct uuid after = {0}, *ids;
	int count, seen = 0;
	(void)arg;

	for (int i = 0; i < 25; i++)
		rows[i] = arena_str(cx->arena, line_of(i + 1, text("a%d", i)));
	TRY(import_artists(cx, rows, 25, outcomes));
	do {
		TRY(artist_documents_service()->scan(cx, CATALOGUE_ARTISTS, after, 10, &ids, &count));
		for (int i = 0; i < count; i++)
			ck_assert(uuid_equal(ids[i], number_id(1, ++seen)));
		if (count)
			after = ids[count - 1];
	} while (count);
	ck_assert_int_eq(seen, 25);
	return NULL;
}

static err scan_children(struct ctx *cx, void *arg)
{
	const char *const *names = arg; /* artist, album, track, 1 if they are seen */
	struct uuid *ids;
	int count, seen;

	TRY(artist_documents_service()->scan_of(cx, CATALOGUE_ALBUMS, uuid_from(names[0]), (struct uuid){0},
						10, &ids, &count));
	ck_assert_int_eq(count, 1);
	ck_assert(uuid_equal(ids[0], uuid_from(names[1])));
	TRY(artist_documents_service()->scan_of(cx, CATALOGUE_TRACKS, uuid_from(names[1]), (struct uuid){0},
						10, &ids, &count));
	ck_assert_int_eq(count, 1);
	ck_assert(uuid_equal(ids[0], uuid_from(names[2])));
	TRY(artist_documents_service()->scan_of(cx, CATALOGUE_TRACKS, uuid_from(names[1]), ids[0], 10, &ids,
						&count));
	ck_assert_int_eq(count, 0);
	TRY(artist_documents_service()->scan(cx, CATALOGUE_ALBUMS, (struct uuid){0}, 10, &ids, &seen));
	TRY(artist_documents_service()->scan(cx, CATALOGUE_TRACKS, (struct uuid){0}, 10, &ids, &count));
	ck_assert_int_eq(seen, atoi(names[3]));
	ck_assert_int_eq(count, atoi(names[3]));
	return NULL;
}

TEST(scans_find_everything)
{
	on_task(scan_all);
	const char *id = artist_named("A"), *album = album_of(id, "T"), *track = track_on(album, "x");
	ck_assert_ptr_null(scene_call(scan_children, (const char *[]){id, album, track, "1"}));
	api("DELETE", text("/api/v1/artists/%s", id), ALICE, NULL);
	ck_assert_ptr_null(scene_call(scan_children, (const char *[]){id, album, track, "0"}));
}

enum { RACERS = 4, RACE_ROWS = 100 };

static err import_same_rows(struct ctx *cx, void *arg)
{
	struct import_outcome outcomes[RACE_ROWS];
	int *added = arg;
	const char *rows[RACE_ROWS];

	for (int i = 0; i < RACE_ROWS; i++)
		rows[i] = arena_str(cx->arena, line_of(i + 1, "Racer"));
	TRY(import_artists(cx, rows, RACE_ROWS, outcomes));
	for (int i = 0; i < RACE_ROWS; i++)
		*added += outcomes[i].fate == IMPORT_ADDED;
	return NULL;
}

static err race(struct ctx *cx, void *arg)
{
	struct branch branches[RACERS];
	for (int i = 0; i < RACERS; i++)
		branches[i] = (struct branch){.run = import_same_rows, .arg = arg};
	together(cx, branches, RACERS);
	for (int i = 0; i < RACERS; i++)
		TRY(branches[i].result);
	return NULL;
}

TEST(imports_at_once_add_each_row_once)
{
	int added = 0;
	err e = scene_call(race, &added);
	ck_assert_msg(!e, "%s", e ? e->detail : "");
	ck_assert_int_eq(added, RACE_ROWS);
	ck_assert_int_eq(scene_told("artist.created"), RACE_ROWS);
}
