/* Artists: writing, editing, names and slugs, lists, deletion, who may do what. */
#include "modules/artist/scene.h"
#include "support/test.h"

SCENE(open_scene, scene_stop);

TEST(an_artist_is_written_and_read_back)
{
	struct answer a = api("POST", "/api/v1/artists", ALICE,
			      "{\"name\":\"Кино\",\"bio\":\"Ленинград\",\"country\":\"USSR\",\"genres\":["
			      "\"Rock\",\"Post-punk\",\"rock\"],"
			      "\"photo_url\":\"https://example.com/"
			      "a.jpg\",\"social_links\":{\"site\":\"https://example.com/kino\"}}");
	expect_status(a, 201);
	expect_at(a, "name", "Кино");
	expect_at(a, "slug", "kino");
	expect_at(a, "genres", "[\"Rock\",\"Post-punk\"]");
	expect_at(a, "social_links.site", "https://example.com/kino");
	expect_at(a, "verified", "false");
	expect_at(a, "followers_count", "0");
	expect_at(a, "created_by", A_ID);
	ck_assert_ptr_null(at(&a, "is_deleted"));
	ck_assert_ptr_null(at(&a, "version"));
	ck_assert_ptr_null(at(&a, "name_key"));
	struct answer b = api("GET", text("/api/v1/artists/%s", at(&a, "id")), NULL, NULL);
	expect_status(b, 200);
	expect_at(b, "bio", "Ленинград");
	expect_at(b, "social_links.site", "https://example.com/kino");
	expect_at(b, "created_at", at(&a, "created_at"));
	struct answer c = api("GET", "/api/v1/artists/slug/kino", NULL, NULL);
	ck_assert_str_eq(c.body, b.body);
	ck_assert_str_eq(header_of(&c, "ETag"), header_of(&b, "ETag"));
	ck_assert_int_eq(scene_told("artist.created"), 1);
}

TEST(all_faults_of_a_body_are_named)
{
	struct answer a =
		api("POST", "/api/v1/artists", ALICE,
		    "{\"name\":\"   \",\"bio\":1,\"photo_url\":\"javascript:alert(1)\",\"genres\":[\"\"],"
		    "\"social_links\":{\"x\":\"javascript:alert(1)\"},\"colour\":\"red\"}");
	expect_status(a, 422);
	for (int i = 0; i < 6; i++)
		ck_assert_msg(at(&a, text("errors.%d.pointer", i)) != NULL, "fault %d of 6 in %s", i, a.body);
	expect_status(api("POST", "/api/v1/artists", ALICE, "{}"), 422);
	expect_status(api("POST", "/api/v1/artists", ALICE, "{\"name\":\"a\\nb\"}"), 422);
	expect_status(api("POST", "/api/v1/artists", NULL, "{\"name\":\"a\"}"), 401);
	ck_assert_int_eq(scene_told("artist.created"), 0);
}

TEST(one_key_makes_one_artist)
{
	const char *key = "Idempotency-Key: first\r\n";
	struct answer a = api_with("POST", "/api/v1/artists", ALICE, key, "{\"name\":\"Once\"}");
	struct answer b = api_with("POST", "/api/v1/artists", ALICE, key, "{\"name\":\"Once\"}");
	expect_status(a, 201);
	expect_status(b, 201);
	ck_assert_str_eq(a.body, b.body);
	ck_assert_ptr_nonnull(header_of(&b, "Idempotency-Replayed"));
	expect_status(api_with("POST", "/api/v1/artists", ALICE, key, "{\"name\":\"Other\"}"), 422);
	ck_assert_int_eq(scene_told("artist.created"), 1);
}

TEST(taken_slugs_get_numbers)
{
	struct answer a = api("POST", "/api/v1/artists", ALICE, "{\"name\":\"Foo\"}");
	struct answer natural = api("POST", "/api/v1/artists", ALICE, "{\"name\":\"Foo 2\"}");
	struct answer b = api("POST", "/api/v1/artists", ALICE, "{\"name\":\"FOO!\"}");
	struct answer c = api("POST", "/api/v1/artists", ALICE, "{\"name\":\"foo\"}");
	struct answer empty = api("POST", "/api/v1/artists", ALICE, "{\"name\":\"!!!\"}");
	expect_at(a, "slug", "foo");
	expect_at(natural, "slug", "foo-2");
	expect_at(b, "slug", "foo-3");
	expect_at(c, "slug", "foo-4");
	ck_assert_int_eq(strncmp(at(&empty, "slug"), "artist-", 7), 0);
	ck_assert_str_eq(header_of(&b, "Location"), text("/api/v1/artists/%s", at(&b, "id")));
	ck_assert_ptr_null(strstr(strstr(b.head, "Location") + 1, "Location"));
}

TEST(many_of_one_name_at_once_all_get_a_slug)
{
	enum { MANY = 40 };
	struct call calls[MANY];
	struct answer answers[MANY];
	for (int i = 0; i < MANY; i++)
		calls[i] = (struct call){"POST", "/api/v1/artists", ALICE, NULL, "{\"name\":\"Same\"}"};
	api_together(calls, answers, MANY);
	for (int i = 0; i < MANY; i++)
		expect_status(answers[i], 201);
	char *n = test_sql(scene_conninfo(), "SELECT count(DISTINCT slug) FROM artist.artists");
	ck_assert_str_eq(n, text("%d", MANY));
	free(n);
}

TEST(old_slugs_redirect_and_are_never_given_again)
{
	const char *id = artist_named("Prince");
	struct answer a = api("PATCH", text("/api/v1/artists/%s", id), ALICE, "{\"name\":\"The Artist\"}");
	expect_status(a, 200);
	expect_at(a, "slug", "the-artist");
	struct answer old = api("GET", "/api/v1/artists/slug/prince", NULL, NULL);
	expect_status(old, 301);
	ck_assert_str_eq(header_of(&old, "Location"), "/api/v1/artists/slug/the-artist");
	struct answer other = api("POST", "/api/v1/artists", BOB, "{\"name\":\"Prince\"}");
	expect_at(other, "slug", "prince-2");
	struct answer back = api("PATCH", text("/api/v1/artists/%s", id), ALICE, "{\"name\":\"PRINCE\"}");
	expect_at(back, "slug", "prince");
	struct answer cosmetic =
		api("PATCH", text("/api/v1/artists/%s", id), ALICE, "{\"name\":\"Prince.\"}");
	expect_at(cosmetic, "slug", "prince");
	ck_assert_ptr_nonnull(strstr(scene_told_payload("artist.updated", 0), "\"old_name\": \"Prince\""));
	expect_status(api("GET", "/api/v1/artists/slug/nobody", NULL, NULL), 404);
}

TEST(editing_is_a_merge)
{
	struct answer a = api("POST", "/api/v1/artists", ALICE,
			      "{\"name\":\"A\",\"bio\":\"b\",\"country\":\"c\",\"genres\":[\"g\"]}");
	const char *path = text("/api/v1/artists/%s", at(&a, "id"));
	struct answer b = api("PATCH", path, ALICE, "{\"bio\":null,\"genres\":[]}");
	expect_status(b, 200);
	expect_at(b, "bio", "null");
	expect_at(b, "country", "c");
	expect_at(b, "genres", "[]");
	struct answer sent_back = api("PATCH", path, ALICE, b.body);
	expect_status(sent_back, 200);
	expect_status(api("PATCH", path, ALICE, "{\"nmae\":\"x\"}"), 422);
	expect_status(api("PATCH", path, ALICE, "{\"name\":null}"), 422);
	expect_status(api("PATCH", text("/api/v1/artists/" NOBODY), ALICE, "{\"name\":\"x\"}"), 404);
}

TEST(if_match_guards_edits)
{
	struct answer a = api("POST", "/api/v1/artists", ALICE, "{\"name\":\"A\"}");
	const char *path = text("/api/v1/artists/%s", at(&a, "id"));
	const char *match = text("If-Match: %s\r\n", header_of(&a, "ETag"));
	expect_status(
		api_with("GET", path, ALICE, text("If-None-Match: %s\r\n", header_of(&a, "ETag")), NULL),
		304);
	expect_status(api("PUT", text("%s/follow", path), BOB, NULL), 204);
	expect_status(api_with("PATCH", path, ALICE, match, "{\"bio\":\"1\"}"),
		      200); /* a follow is no edit */
	expect_status(api_with("PATCH", path, ALICE, match, "{\"bio\":\"2\"}"), 412);
	expect_status(api_with("DELETE", path, ALICE, match, NULL), 412);
}

TEST(an_edit_that_comes_too_late_is_refused)
{
	const char *path = text("/api/v1/artists/%s", artist_named("A"));
	const char *gone = text("/api/v1/artists/%s", artist_named("Gone"));
	expect_status(api("DELETE", gone, ALICE, NULL), 204);
	scene_lose("UPDATE", "artists");
	expect_code(api("PATCH", path, ALICE, "{\"bio\":\"late\"}"), 409, "edit_conflict");
	expect_code(api("DELETE", path, ALICE, NULL), 409, "edit_conflict");
	expect_code(api("POST", text("%s/restore", gone), ALICE, NULL), 409, "edit_conflict");
	struct answer still = api("GET", path, NULL, NULL);
	expect_at(still, "bio", "null");
	ck_assert_int_eq(scene_told("artist.updated"), 0);
}

TEST(creators_and_moderators_edit)
{
	const char *path = text("/api/v1/artists/%s", artist_named("A"));
	expect_status(api("PATCH", path, NULL, "{\"bio\":\"x\"}"), 401);
	expect_status(api("PATCH", path, BOB, "{\"bio\":\"x\"}"), 403);
	expect_status(api("DELETE", path, BOB, NULL), 403);
	expect_status(api("PATCH", path, ALICE, "{\"verified\":true}"), 403);
	expect_status(api("PATCH", path, ALICE, "{\"verified\":false,\"bio\":\"mine\"}"), 200);
	expect_status(api("POST", "/api/v1/artists", ALICE, "{\"name\":\"V\",\"verified\":true}"), 403);
	expect_status(api("PATCH", path, MOD, "{\"verified\":true}"), 200);
	ck_assert_int_eq(scene_told("artist.verified"), 1);
	struct answer mine = api("PATCH", path, ALICE, "{\"bio\":\"x\"}");
	expect_status(mine, 403);
	expect_at(mine, "code", "verified_artist");
	expect_status(api("DELETE", path, ALICE, NULL), 403);
	expect_status(api("PATCH", path, MOD, "{\"bio\":\"x\"}"), 200);
}

TEST(deletion_hides_and_restoring_shows)
{
	const char *id = artist_named("Gone"), *path = text("/api/v1/artists/%s", id);
	expect_status(api("POST", text("%s/restore", path), ALICE, NULL), 200);
	expect_status(api("POST", text("%s/restore", path), BOB, NULL), 403);
	expect_status(api("DELETE", path, ALICE, NULL), 204);
	expect_status(api("GET", path, NULL, NULL), 404);
	expect_status(api("GET", path, BOB, NULL), 404);
	expect_status(api("GET", "/api/v1/artists/slug/gone", NULL, NULL), 404);
	expect_status(api("PATCH", path, ALICE, "{\"bio\":\"x\"}"), 404);
	expect_status(api("DELETE", path, ALICE, NULL), 204);
	expect_status(api("DELETE", path, BOB, NULL), 404);
	expect_status(api("PUT", text("%s/follow", path), BOB, NULL), 404);
	struct answer mine = api("GET", path, ALICE, NULL);
	expect_status(mine, 200);
	expect_at(mine, "is_deleted", "true");
	struct answer list = api("GET", text("/api/v1/artists?ids=%s", id), ALICE, NULL);
	expect_at(list, "items", "[]");
	expect_status(api("POST", text("%s/restore", path), BOB, NULL), 404);
	expect_status(api("POST", text("%s/restore", path), ALICE, NULL), 200);
	expect_status(api("GET", path, NULL, NULL), 200);
	expect_status(api("DELETE", path, MOD, NULL), 204);
	expect_code(api("POST", text("%s/restore", path), ALICE, NULL), 403, "deleted_by_staff");
	expect_status(api("POST", text("%s/restore", path), MOD, NULL), 200);
	ck_assert_int_eq(scene_told("artist.deleted"), 2);
	ck_assert_int_eq(scene_told("artist.restored"), 2);
}

/* All ids of a list, page by page; fails if one comes twice. Returns how many, and their names in order. */
static int walk(const char *path, int limit, char *names)
{
	char cursor[1024] = "", seen[4096] = "";
	int count = 0;
	*names = '\0';
	for (int pages = 0; pages < 200; pages++) {
		struct answer a = api("GET",
				      text("%s%slimit=%d%s%s", path, strchr(path, '?') ? "&" : "?", limit,
					   *cursor ? "&cursor=" : "", cursor),
				      NULL, NULL);
		expect_status(a, 200);
		for (int i = 0; at(&a, text("items.%d.id", i)); i++, count++) {
			const char *id = at(&a, text("items.%d.id", i));
			ck_assert_ptr_null(strstr(seen, id + 24));
			strcat(strcat(seen, id + 24), " ");
			strcat(names, at(&a, text("items.%d.name", i)));
		}
		if (strcmp(at(&a, "next_cursor"), "null") == 0)
			return count;
		ck_assert_ptr_nonnull(header_of(&a, "Link"));
		strcpy(cursor, at(&a, "next_cursor"));
	}
	ck_abort_msg("no end of pages");
}

TEST(lists_page_over_ties)
{
	char names[256];
	for (int i = 0; i < 7; i++)
		artist_named(i < 3 ? "b" : i < 6 ? "A" : "c");
	test_sql(scene_conninfo(),
		 "UPDATE artist.artists SET created_at = '2026-01-01', followers_count = (name = 'A')::int");
	ck_assert_int_eq(walk("/api/v1/artists", 2, names), 7);
	ck_assert_str_eq(names, "AAAbbbc");
	ck_assert_int_eq(walk("/api/v1/artists?sort=-followers_count", 2, names), 7);
	ck_assert_int_eq(strncmp(names, "AAA", 3), 0);
	ck_assert_int_eq(walk("/api/v1/artists?sort=-created_at", 3, names), 7);
	ck_assert_int_eq(walk("/api/v1/artists?name=B", 1, names), 3);
	ck_assert_int_eq(walk("/api/v1/artists?name=B&sort=-created_at", 1, names), 3);
	ck_assert_int_eq(walk("/api/v1/artists?name=B&sort=-followers_count", 2, names), 3);
}

TEST(lists_narrow)
{
	char names[256];
	api("POST", "/api/v1/artists", MOD,
	    "{\"name\":\"r\",\"genres\":[\"Rock\"],\"country\":\"Россия\",\"verified\":true}");
	api("POST", "/api/v1/artists", MOD,
	    "{\"name\":\"s\",\"genres\":[\"rock\",\"Pop\"],\"country\":\"Cuba\"}");
	api("POST", "/api/v1/artists", MOD, "{\"name\":\"t\",\"genres\":[\"Jazz\"],\"country\":\"cuba\"}");
	static const char *const sorts[] = {"name", "-followers_count", "-created_at"};
	for (int i = 0; i < 3; i++) {
		const char *sort = sorts[i];
		ck_assert_int_eq(walk(text("/api/v1/artists?sort=%s&genre=ROCK", sort), 1, names), 2);
		ck_assert_int_eq(
			walk(text("/api/v1/artists?sort=%s&genre=rock&country=CUBA", sort), 1, names), 1);
		ck_assert_str_eq(names, "s");
		ck_assert_int_eq(
			walk(text("/api/v1/"
				  "artists?sort=%s&country=%%D1%%80%%D0%%BE%%D1%%81%%D1%%81%%D0%%B8%%D1%%8F",
				  sort),
			     1, names),
			1);
		ck_assert_int_eq(walk(text("/api/v1/artists?sort=%s&verified=true", sort), 1, names), 1);
		ck_assert_str_eq(names, "r");
		ck_assert_int_eq(walk(text("/api/v1/artists?sort=%s&verified=false", sort), 1, names), 2);
		ck_assert_int_eq(walk(text("/api/v1/artists?sort=%s&genre=rock&name=S", sort), 1, names), 1);
		ck_assert_int_eq(walk(text("/api/v1/artists?sort=%s&genre=none", sort), 1, names), 0);
	}
	struct answer total = api("GET", "/api/v1/artists?genre=rock&include_total=true&limit=1", NULL, NULL);
	expect_at(total, "total", "2");
	struct answer genres = api("GET", "/api/v1/genres?limit=2", NULL, NULL);
	expect_at(genres, "items.0.name", "Jazz");
	expect_at(genres, "items.1.name", "Pop");
	struct answer rest =
		api("GET", text("/api/v1/genres?cursor=%s", at(&genres, "next_cursor")), NULL, NULL);
	expect_at(rest, "items.0.artists_count", "2");
	expect_at(rest, "next_cursor", "null");
}

TEST(cursors_belong_to_their_list)
{
	artist_named("a");
	artist_named("b");
	struct answer a = api("GET", "/api/v1/artists?limit=1", NULL, NULL);
	const char *cursor = at(&a, "next_cursor");
	expect_status(api("GET", text("/api/v1/artists?cursor=%s", cursor), NULL, NULL), 200);
	expect_status(api("GET", text("/api/v1/artists?sort=-created_at&cursor=%s", cursor), NULL, NULL),
		      400);
	expect_status(api("GET", text("/api/v1/artists?genre=x&cursor=%s", cursor), NULL, NULL), 400);
	expect_status(api("GET", "/api/v1/artists?cursor=rubbish", NULL, NULL), 400);
	expect_status(api("GET", "/api/v1/artists?sort=rubbish", NULL, NULL), 400);
	expect_status(api("GET", "/api/v1/artists?rubbish=1", NULL, NULL), 400);
	expect_status(api("GET", "/api/v1/artists?limit=101", NULL, NULL), 400);
	expect_status(api("GET", "/api/v1/artists/rubbish", NULL, NULL), 400);
}

TEST(long_names_can_be_paged)
{
	static char name[4 * 255 + 1], names[4096];
	for (int i = 0; i < 255; i++)
		strcat(name, "𝄞");
	artist_named(name);
	artist_named(name);
	ck_assert_int_eq(walk("/api/v1/artists", 1, names), 2);
}

TEST(ids_are_answered_in_their_order)
{
	const char *a = artist_named("a"), *b = artist_named("b");
	struct answer list = api("GET", text("/api/v1/artists?ids=%s,%s,%s", b, NOBODY, a), NULL, NULL);
	expect_at(list, "items.0.id", b);
	expect_at(list, "items.1.id", a);
	ck_assert_ptr_null(at(&list, "items.2.id"));
}

TEST(following_twice_counts_once)
{
	const char *path = text("/api/v1/artists/%s", artist_named("A")), *follow = text("%s/follow", path);
	expect_status(api("PUT", follow, NULL, NULL), 401);
	expect_status(api("PUT", follow, BOB, NULL), 204);
	expect_status(api("PUT", follow, BOB, NULL), 204);
	struct answer a = api("GET", path, NULL, NULL);
	expect_at(a, "followers_count", "1");
	ck_assert_int_eq(scene_told("artist.followed"), 1);
	expect_status(api("DELETE", follow, BOB, NULL), 204);
	expect_status(api("DELETE", follow, BOB, NULL), 204);
	a = api("GET", path, NULL, NULL);
	expect_at(a, "followers_count", "0");
	ck_assert_int_eq(scene_told("artist.unfollowed"), 1);
	expect_status(api("PUT", "/api/v1/artists/" NOBODY "/follow", BOB, NULL), 404);
}

TEST(a_thousand_follow_at_once)
{
	enum { USERS = 1000, AGAIN = 100, MANY = USERS + AGAIN };
	static struct call calls[MANY];
	static struct answer answers[MANY];
	static char who[MANY][64];
	const char *id = artist_named("Star"), *follow = text("/api/v1/artists/%s/follow", id);
	for (int i = 0; i < MANY; i++) {
		snprintf(who[i], sizeof who[i], "user:0190bbbb-0000-7000-8000-%012d", i % USERS + 1);
		calls[i] = (struct call){"PUT", follow, who[i], NULL, NULL};
	}
	api_together(calls, answers, MANY);
	for (int i = 0; i < MANY; i++)
		expect_status(answers[i], 204);
	struct answer a = api("GET", text("/api/v1/artists/%s", id), NULL, NULL);
	expect_at(a, "followers_count", "1000");
	ck_assert_int_eq(scene_told("artist.followed"), USERS);
}

TEST(the_followed_are_listed_latest_first)
{
	const char *ids[3] = {artist_named("a"), artist_named("b"), artist_named("c")};
	for (int i = 0; i < 3; i++)
		expect_status(api("PUT", text("/api/v1/artists/%s/follow", ids[i]), BOB, NULL), 204);
	test_sql(scene_conninfo(),
		 "UPDATE artist.artist_followers SET created_at = '2026-01-01' WHERE artist_id <> '%s'",
		 ids[2]);
	api("DELETE", text("/api/v1/artists/%s", ids[1]), ALICE, NULL);
	struct answer a = api("GET", "/api/v1/users/me/following?limit=1", BOB, NULL);
	expect_at(a, "items.0.id", ids[2]);
	struct answer b =
		api("GET", text("/api/v1/users/me/following?limit=1&cursor=%s", at(&a, "next_cursor")), BOB,
		    NULL);
	expect_at(b, "items.0.id", ids[0]);
	expect_at(b, "next_cursor", "null");
	expect_status(api("GET", "/api/v1/users/me/following", NULL, NULL), 401);
	struct answer none = api("GET", "/api/v1/users/me/following", ALICE, NULL);
	expect_at(none, "items", "[]");
}

TEST(follows_end_with_the_user)
{
	const char *a = artist_named("a"), *b = artist_named("b");
	api("PUT", text("/api/v1/artists/%s/follow", a), BOB, NULL);
	api("PUT", text("/api/v1/artists/%s/follow", b), BOB, NULL);
	api("PUT", text("/api/v1/artists/%s/follow", b), ALICE, NULL);
	struct user_event gone = {.user_id = uuid_from(B_ID), .created_at = TIME_NULL};
	for (int i = 0; i < 2; i++) /* a replay changes nothing */
		ck_assert_ptr_null(scene_hear(&user_deleted, gone.user_id, 2 + i, &gone));
	struct answer list = api("GET", text("/api/v1/artists?ids=%s,%s", a, b), NULL, NULL);
	expect_at(list, "items.0.followers_count", "0");
	expect_at(list, "items.1.followers_count", "1");
	ck_assert_int_eq(scene_told("artist.unfollowed"), 2);
}
