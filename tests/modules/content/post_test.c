/* One post: its life, who sees it, slugs, tags, repeated and parallel writes, services that fail. */
#include "modules/content/scene.h"
#include "support/test.h"

SCENE(open_scene, scene_stop);

TEST(a_post_is_written_read_edited_and_deleted)
{
	struct answer a = api("POST", API "/posts", ANN,
			      "{\"title\":\"Группа крови\",\"content\":\"# Тёплое "
			      "место\",\"description\":\"1988\",\"primary_artist_id\":\"" KINO
			      "\",\"featured_artist_ids\":[\"" ZEMFIRA "\",\"" KINO
			      "\"],\"tags\":[\"Русский рок\",\"USSR\",\"ussr\"],"
			      "\"cover_image_url\":\"https://example.com/a.jpg\",\"status\":\"published\"}");
	expect_status(a, 201);
	expect_at(a, "slug", "gruppa-krovi");
	expect_at(a, "status", "published");
	expect_at(a, "author_id", ANN_ID);
	expect_at(a, "author_username", "ann");
	expect_at(a, "artist_name", "Кино");
	expect_at(a, "artists.0.role", "primary");
	expect_at(a, "artists.1.name", "Земфира");
	expect_at(a, "artists.1.role", "featured");
	expect_absent(a, "artists.2");
	expect_at(a, "tags.0", "russkiy-rok");
	expect_at(a, "tags.1", "ussr");
	expect_absent(a, "tags.2");
	expect_at(a, "views_count", "0");
	expect_at(a, "comments_count", "0");
	expect_at(a, "comments_enabled", "true");
	expect_at(a, "content", "# Тёплое место");
	expect_at(a, "is_deleted", "false");
	expect_absent(a, "featured_artist_ids");
	expect_absent(a, "version");
	ck_assert_str_eq(at(&a, "created_at"), at(&a, "published_at"));
	const char *id = at(&a, "id"), *path = text(API "/posts/%s", id);
	ck_assert_int_eq(scene_told("post.created"), 1);
	ck_assert_int_eq(scene_told("post.published"), 1);

	struct answer b = get(NULL, text("/posts/%s", id));
	expect_status(b, 200);
	expect_at(b, "content", "# Тёплое место");
	expect_absent(b, "is_deleted"); /* a guest has no business with the trash */
	expect_at(get(NULL, "/posts/slug/gruppa-krovi"), "id", id);

	struct answer c = patch(ANN, id,
				"{\"description\":null,\"tags\":[\"rock\"],\"comments_enabled\":false,"
				"\"views_count\":99,\"author_id\":\"" BOB_ID "\"}");
	expect_status(c, 200);
	expect_at(c, "description", "null");
	expect_at(c, "tags.0", "rock");
	expect_absent(c, "tags.1");
	expect_at(c, "comments_enabled", "false");
	expect_at(c, "views_count", "0");
	expect_at(c, "author_id", ANN_ID);
	expect_at(c, "title", "Группа крови");
	ck_assert_int_eq(scene_told("post.updated"), 1);

	expect_status(api("DELETE", path, ANN, NULL), 204);
	expect_status(api("GET", path, NULL, NULL), 404);
	expect_at(api("GET", path, ANN, NULL), "is_deleted", "true");
	expect_status(api("DELETE", path, ANN, NULL), 204);
	ck_assert_int_eq(scene_told("post.deleted"), 1);
	expect_at(patch(ANN, id, "{\"title\":\"x\"}"), "code", "post_deleted");
	expect_at(get(ANN, "/users/me/trash"), "items.0.id", id);
	expect_status(api("POST", text(API "/posts/%s/restore", id), BOB, NULL), 404);
	struct answer d = api("POST", text(API "/posts/%s/restore", id), ANN, NULL);
	expect_status(d, 200);
	expect_at(d, "is_deleted", "false");
	expect_at(d, "deleted_at", "null");
	expect_status(api("GET", path, NULL, NULL), 200);
	ck_assert_int_eq(scene_told("post.restored"), 1);
	expect_status(api("POST", text(API "/posts/%s/restore", id), ANN, NULL), 200);
	ck_assert_int_eq(scene_told("post.restored"), 1);
}

TEST(what_is_wrong_is_said_of_all_fields)
{
	struct answer a = api(
		"POST", API "/posts", ANN,
		"{\"title\":\" \",\"slug\":\"Not A "
		"Slug\",\"cover_image_url\":\"javascript:alert(1)\",\"tags\":[\"!!!\"],\"contant\":\"x\"}");
	expect_status(a, 422);
	for (int i = 0; i < 6; i++)
		ck_assert_msg(at(&a, text("errors.%d.detail", i)) != NULL, "only %d faults: %s", i, a.body);
	expect_at(
		api("POST", API "/posts", ANN, "{\"title\":\"x\",\"content\":\"y\",\"status\":\"archived\"}"),
		"errors.0.pointer", "/status");
	expect_at(api("POST", API "/posts", ANN,
		      "{\"title\":\"x\",\"content\":\"y\",\"primary_artist_id\":\"" NOBODY "\"}"),
		  "code", "artist_unknown");
	expect_at(api("POST", API "/posts", ANN,
		      "{\"title\":\"x\",\"content\":\"y\",\"featured_artist_ids\":[\"" NOBODY "\"]}"),
		  "code", "artist_unknown");
	expect_status(api("POST", API "/posts", NULL, "{\"title\":\"x\",\"content\":\"y\"}"), 401);
	expect_status(get(NULL, "/posts/slug/none"), 404);
	ck_assert_int_eq(scene_told("post.created"), 0);
	ck_assert_str_eq(sql("SELECT count(*) FROM posts"), "0");
}

/* Brings a new post into a status. */
static const char *post_in(const char *status)
{
	const char *id = post_by(ANN, "t", "");
	if (strcmp(status, "draft") != 0)
		expect_status(patch(ANN, id, "{\"status\":\"published\"}"), 200);
	if (strcmp(status, "archived") == 0)
		expect_status(patch(ANN, id, "{\"status\":\"archived\"}"), 200);
	return id;
}

TEST(only_some_statuses_follow_each_other)
{
	static const struct {
		const char *from, *to, *event, *allowed;
	} moves[] = {
		{"draft", "published", "post.published", NULL},
		{"draft", "archived", NULL, "[\"published\"]"},
		{"published", "draft", "post.unpublished", NULL},
		{"published", "archived", "post.archived", NULL},
		{"archived", "published", "post.published", NULL},
		{"archived", "draft", "post.unpublished", NULL},
	};
	for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
		const char *id = post_in(moves[i].from);
		int told = moves[i].event ? scene_told(moves[i].event) : 0,
		    updated = scene_told("post.updated");
		struct answer a = patch(ANN, id, text("{\"status\":\"%s\"}", moves[i].to));
		if (moves[i].allowed) {
			expect_status(a, 409);
			expect_at(a, "code", "invalid_transition");
			expect_at(a, "allowed", moves[i].allowed);
			continue;
		}
		expect_status(a, 200);
		expect_at(a, "status", moves[i].to);
		ck_assert_int_eq(scene_told(moves[i].event), told + 1);
		ck_assert_int_eq(scene_told("post.updated"), updated); /* nothing but its status changed */
	}
}

TEST(publishing_sets_the_time_once_and_fixes_the_slug)
{
	const char *id = post_by(ANN, "First title", "");
	expect_at(patch(ANN, id, "{\"title\":\"Second title\"}"), "slug", "second-title");
	struct answer a = patch(ANN, id, "{\"status\":\"published\"}");
	const char *published = at(&a, "published_at");
	expect_at(patch(ANN, id, "{\"title\":\"Third title\"}"), "slug", "second-title");
	patch(ANN, id, "{\"status\":\"draft\"}");
	expect_at(patch(ANN, id, "{\"status\":\"published\"}"), "published_at", published);

	expect_at(patch(ANN, id, "{\"slug\":\"chosen\"}"), "slug", "chosen");
	struct answer moved = get(NULL, "/posts/slug/second-title");
	expect_status(moved, 301);
	ck_assert_str_eq(header_of(&moved, "Location"), API "/posts/slug/chosen");
	expect_status(get(NULL, "/posts/slug/chosen"), 200);
	expect_at(patch(ANN, id, "{\"slug\":null}"), "slug", "third-title");
	expect_at(patch(ANN, id, "{\"slug\":\"second-title\"}"), "slug",
		  "second-title"); /* its own former one */
	expect_status(get(NULL, "/posts/slug/second-title"), 200);
}

TEST(a_slug_is_never_given_twice)
{
	struct answer a;
	expect_at(get(NULL, text("/posts/%s", published_by(ANN, "Звезда по имени Солнце", ""))), "slug",
		  "zvezda-po-imeni-solntse");
	expect_at(get(NULL, text("/posts/%s", published_by(BOB, "Звезда по имени Солнце!", ""))), "slug",
		  "zvezda-po-imeni-solntse-2");
	const char *third = published_by(ANN, "Звезда по имени Солнце", "");
	expect_at(get(NULL, text("/posts/%s", third)), "slug", "zvezda-po-imeni-solntse-3");
	expect_at(patch(ANN, third, "{\"slug\":\"other\"}"), "slug", "other");
	expect_at(get(NULL, text("/posts/%s", published_by(ANN, "Звезда по имени Солнце", ""))), "slug",
		  "zvezda-po-imeni-solntse-4");
	a = get(NULL, text("/posts/%s", published_by(ANN, "!!!", "")));
	ck_assert_msg(strncmp(at(&a, "slug"), "post-", 5) == 0 && strlen(at(&a, "slug")) == 13, "%s",
		      at(&a, "slug"));
	expect_at(get(ANN, text("/posts/%s", post_by(ANN, "The 1975", ""))), "slug", "the-1975");
	expect_at(get(ANN, text("/posts/%s", post_by(ANN, "The", ""))), "slug", "the");
	/* a draft's address is not for others */
	expect_status(get(NULL, "/posts/slug/the"), 404);
	expect_status(get(ANN, "/posts/slug/the"), 200);
}

TEST(who_sees_what)
{
	static const char *const viewers[] = {NULL, ANN, BOB, MOD};
	static const struct {
		const char *state;
		int status[4], edit[4];
	} rows[] = {
		{"draft", {404, 200, 404, 200}, {401, 200, 404, 200}},
		{"published", {200, 200, 200, 200}, {401, 200, 403, 200}},
		{"archived", {200, 200, 200, 200}, {401, 200, 403, 200}},
		{"deleted", {404, 200, 404, 200}, {401, 409, 404, 409}},
		{"deleted long ago", {404, 404, 404, 200}, {401, 404, 404, 409}},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		bool deleted = strncmp(rows[i].state, "deleted", 7) == 0;
		const char *id = post_in(deleted ? "published" : rows[i].state);
		if (deleted)
			expect_status(api("DELETE", text(API "/posts/%s", id), ANN, NULL), 204);
		if (strstr(rows[i].state, "long"))
			sql("UPDATE posts SET deleted_at = deleted_at - interval '31 days' WHERE id = '%s'; "
			    "SELECT 1",
			    id);
		struct answer own = get(MOD, text("/posts/%s", id));
		const char *slug = at(&own, "slug");
		for (int v = 0; v < 4; v++) {
			expect_status(get(viewers[v], text("/posts/%s", id)), rows[i].status[v]);
			expect_status(get(viewers[v], text("/posts/slug/%s", slug)), rows[i].status[v]);
			struct answer bulk = get(viewers[v], text("/posts?ids=%s", id));
			ck_assert_msg((at(&bulk, "items.0.id") != NULL) == (rows[i].status[v] == 200),
				      "%s: %s", rows[i].state, bulk.body);
			expect_status(patch(viewers[v], id, "{\"description\":\"seen\"}"), rows[i].edit[v]);
		}
	}
}

TEST(authors_and_moderators_delete_and_what_moderators_delete_stays_so)
{
	const char *id = published_by(ANN, "t", "");
	expect_status(api("DELETE", text(API "/posts/%s", id), BOB, NULL), 403);
	expect_status(api("DELETE", text(API "/posts/%s", id), NULL, NULL), 401);
	expect_at(api("POST", text(API "/posts/%s/restore", id), BOB, NULL), "code", "forbidden");
	expect_at(api_with("POST", text(API "/posts/%s/restore", id), ANN,
			   "If-Match: \"v99-0000000000000000\"\r\n", NULL),
		  "code", "precondition_failed");
	expect_at(api("DELETE", API "/posts/" NOBODY, ANN, NULL), "code", "not_found");
	expect_status(api("DELETE", text(API "/posts/%s", id), MOD, NULL), 204);
	expect_at(get(ANN, "/users/me/trash"), "items.0.id", id);
	expect_at(api("POST", text(API "/posts/%s/restore", id), ANN, NULL), "code", "deleted_by_staff");
	expect_status(api("POST", text(API "/posts/%s/restore", id), MOD, NULL), 200);
	expect_status(get(NULL, text("/posts/%s", id)), 200);
}

static void check_tag_counts(void)
{
	ck_assert_str_eq(sql("SELECT count(*) FROM tags t WHERE posts_count <> (SELECT count(*) FROM posts p "
			     "WHERE t.slug = ANY (p.tags)"
			     " AND p.status = 'published' AND NOT p.is_deleted)"),
			 "0");
	ck_assert_str_eq(
		sql("SELECT count(*) FROM posts p WHERE ARRAY(SELECT unnest(tags) ORDER BY 1) <> ARRAY("
		    "SELECT t.slug FROM post_tags pt JOIN tags t ON t.id = pt.tag_id"
		    " WHERE pt.post_id = p.id ORDER BY t.slug)"),
		"0");
	ck_assert_str_eq(
		sql("SELECT count(*) FROM post_tags pt JOIN posts p ON p.id = pt.post_id WHERE "
		    "pt.published_at IS DISTINCT FROM"
		    " CASE WHEN p.status = 'published' AND NOT p.is_deleted THEN p.published_at END"),
		"0");
	ck_assert_str_eq(sql("SELECT count(*) FROM posts p WHERE featured_artist_ids <> ARRAY(SELECT "
			     "artist_id FROM post_artists pa"
			     " WHERE pa.post_id = p.id ORDER BY position)"),
			 "0");
	ck_assert_str_eq(
		sql("SELECT count(*) FROM post_artists pa JOIN posts p ON p.id = pa.post_id WHERE "
		    "pa.published_at IS DISTINCT FROM"
		    " CASE WHEN p.status = 'published' AND NOT p.is_deleted THEN p.published_at END"),
		"0");
}

TEST(tags_count_published_posts_exactly)
{
	const char *id = post_by(ANN, "t",
				 ",\"tags\":[\"Rock\",\"Джаз\"],\"featured_artist_ids\":[\"" KINO
				 "\",\"" ZEMFIRA "\"]");
	expect_status(get(NULL, "/tags/rock"), 404); /* a draft's tag */
	check_tag_counts();
	patch(ANN, id, "{\"status\":\"published\"}");
	expect_at(get(NULL, "/tags/rock"), "posts_count", "1");
	expect_at(get(NULL, "/tags/dzhaz"), "name", "Джаз");
	check_tag_counts();
	published_by(BOB, "u", ",\"tags\":[\"rock\"]");
	expect_at(get(NULL, "/tags/rock"), "posts_count", "2");
	patch(ANN, id, "{\"tags\":[\"blues\",\"rock\"],\"featured_artist_ids\":[\"" ZEMFIRA "\"]}");
	expect_status(get(NULL, "/tags/dzhaz"), 404);
	check_tag_counts();
	patch(ANN, id, "{\"status\":\"archived\",\"tags\":[\"rock\"]}");
	expect_at(get(NULL, "/tags/rock"), "posts_count", "1");
	check_tag_counts();
	patch(ANN, id, "{\"status\":\"published\"}");
	api("DELETE", text(API "/posts/%s", id), ANN, NULL);
	expect_at(get(NULL, "/tags/rock"), "posts_count", "1");
	check_tag_counts();
	api("POST", text(API "/posts/%s/restore", id), ANN, NULL);
	expect_at(get(NULL, "/tags/rock"), "posts_count", "2");
	check_tag_counts();
	expect_at(patch(ANN, id, "{\"tags\":[]}"), "tags", "[]");
	check_tag_counts();
	expect_status(
		patch(ANN, id,
		      "{\"tags\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\"]}"),
		422);
}

TEST(an_edit_that_changes_nothing_writes_nothing)
{
	const char *id = published_by(ANN, "t", ",\"tags\":[\"b\",\"a\"],\"primary_artist_id\":\"" KINO "\"");
	struct answer before = get(ANN, text("/posts/%s", id));
	struct answer same = patch(ANN, id, before.body); /* read, edit nothing, send back */
	expect_status(same, 200);
	ck_assert_str_eq(header_of(&before, "ETag"), header_of(&same, "ETag"));
	expect_status(
		patch(ANN, id, "{\"tags\":[\"B\",\"a\",\"b\"],\"slug\":\"t\",\"status\":\"published\"}"),
		200);
	ck_assert_int_eq(scene_told("post.updated"), 0);
	ck_assert_str_eq(sql("SELECT version FROM posts"), "1");
}

TEST(if_match_guards_edits)
{
	const char *id = published_by(ANN, "t", "");
	struct answer a = get(ANN, text("/posts/%s", id));
	const char *guard = text("If-Match: %s\r\n", header_of(&a, "ETag")),
		   *path = text(API "/posts/%s", id);
	expect_status(api_with("GET", path, ANN, text("If-None-Match: %s\r\n", header_of(&a, "ETag")), NULL),
		      304);
	expect_status(api_with("PATCH", path, ANN, guard, "{\"title\":\"u\"}"), 200);
	expect_status(api_with("PATCH", path, ANN, guard, "{\"title\":\"w\"}"), 412);
	expect_status(api_with("DELETE", path, ANN, guard, NULL), 412);
	expect_at(get(ANN, text("/posts/%s", id)), "title", "u");
}

/* An edit is made again on the new state, but not for ever. */
TEST(an_edit_that_always_comes_too_late_is_refused)
{
	const char *id = published_by(ANN, "kept", ""), *gone = published_by(ANN, "gone", "");
	expect_status(api("DELETE", text(API "/posts/%s", gone), ANN, NULL), 204);
	scene_lose("UPDATE", "posts");
	expect_at(patch(ANN, id, "{\"title\":\"late\"}"), "code", "edit_conflict");
	expect_at(api("DELETE", text(API "/posts/%s", id), ANN, NULL), "code", "edit_conflict");
	expect_at(api("POST", text(API "/posts/%s/restore", gone), ANN, NULL), "code", "edit_conflict");
	expect_at(get(NULL, text("/posts/%s", id)), "title", "kept");
}

/* Somebody else always takes the chosen slug first. */
TEST(a_slug_that_is_always_taken_first_is_refused)
{
	const char *id = post_by(ANN, "draft", "");
	sql("CREATE FUNCTION taken() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE unique_violation USING"
	    " CONSTRAINT = ''post_slugs_pkey''; END';"
	    "CREATE TRIGGER taken BEFORE INSERT ON post_slugs FOR EACH ROW EXECUTE FUNCTION taken()");
	expect_at(api("POST", API "/posts", ANN, "{\"title\":\"t\",\"content\":\"c\"}"), "code",
		  "slug_taken");
	expect_at(patch(ANN, id, "{\"title\":\"another\"}"), "code", "slug_taken");
	expect_at(get(ANN, text("/posts/%s", id)), "title", "draft");
}

TEST(a_key_makes_one_post)
{
	const char *body = "{\"title\":\"t\",\"content\":\"x\",\"tags\":[\"a\"],\"status\":\"published\"}";
	struct answer a = api_with("POST", API "/posts", ANN, "Idempotency-Key: k1\r\n", body);
	struct answer b = api_with("POST", API "/posts", ANN, "Idempotency-Key: k1\r\n", body);
	expect_status(a, 201);
	expect_status(b, 201);
	ck_assert_str_eq(a.body, b.body);
	ck_assert_str_eq(header_of(&b, "Idempotency-Replayed"), "true");
	expect_status(api_with("POST", API "/posts", ANN, "Idempotency-Key: k1\r\n",
			       "{\"title\":\"u\",\"content\":\"x\"}"),
		      422);
	expect_status(api_with("POST", API "/posts", BOB, "Idempotency-Key: k1\r\n", body), 201);
	ck_assert_str_eq(sql("SELECT count(*) FROM posts"), "2");
	ck_assert_int_eq(scene_told("post.created"), 2);
}

static struct answer payload_of(const char *topic, int index)
{
	const char *payload = scene_told_payload(topic, index);
	return (struct answer){.body = payload, .body_len = strlen(payload)};
}

/* The six data fields of the first design's event, null where there is nothing to say. */
TEST(post_created_tells_who_wrote_what_about_whom)
{
	struct answer a = api("POST", API "/posts", ANN,
			      "{\"title\":\"t\",\"content\":\"x\",\"status\":\"published\","
			      "\"primary_artist_id\":\"" KINO "\"}");
	struct answer b = api("POST", API "/posts", ANN, "{\"title\":\"u\",\"content\":\"x\"}");
	struct answer told = payload_of("post.created", 0), draft = payload_of("post.created", 1);
	expect_at(told, "post_id", at(&a, "id"));
	expect_at(told, "title", "t");
	expect_at(told, "author_id", ANN_ID);
	expect_at(told, "artist_id", KINO);
	expect_at(told, "slug", "t");
	expect_at(told, "published_at", at(&a, "published_at"));
	expect_at(draft, "post_id", at(&b, "id"));
	expect_at(draft, "artist_id", "null");
	expect_at(draft, "published_at", "null");
}

TEST(an_artist_deleted_later_is_null)
{
	const char *id = published_by(
		ANN, "t", ",\"primary_artist_id\":\"" KINO "\",\"featured_artist_ids\":[\"" ZEMFIRA "\"]");
	fake.kino_is_deleted = true;
	struct answer a = get(NULL, text("/posts/%s", id));
	expect_at(a, "artist_name", "null");
	expect_at(a, "primary_artist_id", KINO);
	expect_at(a, "artists.0.name", "null");
	expect_at(a, "artists.1.name", "Земфира");
	expect_status(patch(ANN, id, "{\"title\":\"u\"}"), 200); /* it may stay */
	expect_status(patch(ANN, id, "{\"primary_artist_id\":\"" ZEMFIRA "\"}"), 200);
	expect_status(patch(ANN, id, "{\"primary_artist_id\":\"" KINO "\"}"), 422);
}

TEST(a_post_is_shown_without_the_services_that_fail)
{
	const char *id = published_by(ANN, "t", ",\"primary_artist_id\":\"" KINO "\"");
	fake.comments = 7;
	fake.user_calls = fake.artist_calls = fake.comment_calls = 0;
	expect_at(get(NULL, text("/posts/%s", id)), "comments_count", "7");
	ck_assert_int_eq(fake.user_calls + fake.artist_calls + fake.comment_calls, 3);
	fake.auth_fails = fake.artist_fails = fake.comments_fail = true;
	struct answer a = get(NULL, text("/posts/%s", id));
	expect_status(a, 200);
	expect_at(a, "author_username", "null");
	expect_at(a, "artist_name", "null");
	expect_at(a, "comments_count", "null");
	ck_assert_msg(strstr(header_of(&a, "X-Partial"), "author_username") &&
			      strstr(header_of(&a, "X-Partial"), "comments_count"),
		      "%s", a.head);
	expect_status(get(NULL, "/posts"), 200);
	expect_status(patch(ANN, id, "{\"title\":\"u\"}"), 200);
	expect_status(api("POST", API "/posts", ANN, "{\"title\":\"x\",\"content\":\"y\"}"), 201);
	expect_status(api("POST", API "/posts", ANN,
			  "{\"title\":\"x\",\"content\":\"y\",\"primary_artist_id\":\"" KINO "\"}"),
		      503);
	content_cards_service()->count_comments_with(NULL);
	a = get(NULL, text("/posts/%s", id));
	expect_at(a, "comments_count", "null");
	ck_assert(!strstr(header_of(&a, "X-Partial"), "comments_count"));
}
