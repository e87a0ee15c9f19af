/* What other modules get of content: cards, documents, scans, counts, the import; and what content hears. */
#include "modules/content/scene.h"
#include "support/test.h"

/* --- cards and documents --- */

struct card_call {
	struct viewer viewer;
	struct uuid id;
	struct post_card card;
	struct post_document doc;
	const char *title, *username, *first_artist, *tag;
};

/* As it is remembered, or read; and as it is remembered then. Before anybody reads the card. */
static err ask_standing(struct ctx *cx, struct uuid id, struct post_standing *standing)
{
	for (int times = 0; times < 2; times++) {
		content_cards_service()->post_standing_ahead(cx, id);
		TRY(content_cards_service()->post_standing(cx, id, &standing[times]));
	}
	return NULL;
}

static err all_fields_call(struct ctx *cx, void *arg)
{
	struct card_call *call = arg;
	struct post_standing standing[2];
	cx->viewer = call->viewer;
	TRY(ask_standing(cx, call->id, standing));
	TRY(content_cards_service()->post_cards(cx, &call->id, 1, &call->card));
	for (int times = 0; times < 2; times++) {
		ck_assert(standing[times].exists == call->card.exists);
		ck_assert(standing[times].comments_open == call->card.comments_open);
	}
	TRY(content_documents_service()->post_documents(cx, &call->id, 1, &call->doc));
	if (call->doc.exists) {
		ck_assert_str_eq(call->doc.title, "t");
		ck_assert_str_eq(call->doc.content, "text of t");
		ck_assert_str_eq(call->doc.author_username, "ann");
		ck_assert_int_eq(call->doc.artist_ids.count, fake.kino_is_deleted ? 1 : 2);
		ck_assert(uuid_equal(call->doc.artist_ids.at[call->doc.artist_ids.count - 1],
				     uuid_from(ZEMFIRA)));
		ck_assert_str_eq(call->doc.tags.at[0], "rock");
		ck_assert_int_eq(call->doc.comments_count, 5);
	}
	return NULL;
}

static struct card_call ask(const char *id, enum role role, const char *as)
{
	struct card_call call = {.id = uuid_from(id), .viewer = {.role = role}};
	if (as)
		call.viewer.user_id = uuid_from(as);
	ck_assert_ptr_null(scene_call(all_fields_call, &call));
	return call;
}

SCENE(open_scene, scene_stop);

TEST(cards_and_documents_follow_the_state)
{
	fake.comments = 5;
	const char *id = post_by(ANN, "t",
				 ",\"tags\":[\"rock\"],\"primary_artist_id\":\"" KINO
				 "\",\"featured_artist_ids\":[\"" ZEMFIRA "\"]");
	ck_assert(!ask(id, ROLE_GUEST, NULL).card.exists);
	ck_assert(!ask(id, ROLE_USER, BOB_ID).card.exists);
	ck_assert(ask(id, ROLE_USER, ANN_ID).card.exists);
	ck_assert(!ask(id, ROLE_USER, ANN_ID).card.comments_open);
	ck_assert(!ask(id, ROLE_SUPERUSER, BOB_ID).doc.exists);
	patch(ANN, id, "{\"status\":\"published\"}");
	struct card_call open = ask(id, ROLE_GUEST, NULL);
	ck_assert(open.card.exists && open.card.comments_open && open.doc.exists);
	ck_assert(uuid_equal(open.card.author_id, uuid_from(ANN_ID)));
	ck_assert_int_eq(open.doc.version, 2);
	fake.kino_is_deleted = true;
	ck_assert(ask(id, ROLE_GUEST, NULL).doc.exists);
	patch(ANN, id, "{\"comments_enabled\":false}");
	ck_assert(!ask(id, ROLE_GUEST, NULL).card.comments_open);
	patch(ANN, id, "{\"comments_enabled\":true,\"status\":\"archived\"}");
	struct card_call archived = ask(id, ROLE_GUEST, NULL);
	ck_assert(archived.card.exists && !archived.card.comments_open && !archived.doc.exists);
	patch(ANN, id, "{\"status\":\"published\"}");
	api("DELETE", text(API "/posts/%s", id), ANN, NULL);
	ck_assert(!ask(id, ROLE_USER, ANN_ID).card.exists);
	ck_assert(!ask(id, ROLE_MODERATOR, BOB_ID).card.exists);
	ck_assert(!ask(id, ROLE_GUEST, NULL).doc.exists);
	ck_assert(!ask(NOBODY, ROLE_SUPERUSER, ANN_ID).card.exists);
}

static err documents_call(struct ctx *cx, void *arg)
{
	struct post_document doc;
	return content_documents_service()->post_documents(cx, arg, 1, &doc);
}

TEST(a_document_without_names_is_not_given)
{
	struct uuid id = uuid_from(published_by(ANN, "t", ",\"primary_artist_id\":\"" KINO "\""));
	fake.comments_fail = true;
	ck_assert_ptr_null(scene_call(documents_call, &id));
	fake.auth_fails = true;
	ck_assert(problem_is(scene_call(documents_call, &id), UNAVAILABLE));
	fake.auth_fails = false;
	fake.artist_fails = true;
	ck_assert(problem_is(scene_call(documents_call, &id), UNAVAILABLE));
}

/* --- texts --- */

struct text_call {
	struct viewer viewer;
	struct uuid ids[2];
	char said[64]; /* of the first */
	int64_t fits[2];
};

static err text_call(struct ctx *cx, void *arg)
{
	struct text_call *call = arg;
	const char *said[2], *patterns[] = {"TEXT", "of (t|u)$", "texts"};

	cx->viewer = call->viewer;
	TRY(content_documents_service()->post_texts(cx, call->ids, 2, said));
	snprintf(call->said, sizeof call->said, "%s", said[0] ? said[0] : "hidden");
	ck_assert_ptr_null(said[1]);
	return content_documents_service()->texts_fitting(cx, call->ids, 2, (struct texts){patterns, 3},
							  call->fits);
}

static void check_text(const char *id, const char *said, int64_t fits)
{
	struct text_call call = {.ids = {uuid_from(id), uuid_from(NOBODY)},
				 .viewer = {.role = ROLE_SUPERUSER}};

	ck_assert_ptr_null(scene_call(text_call, &call));
	ck_assert_str_eq(call.said, said);
	ck_assert_int_eq(call.fits[0], fits);
	ck_assert_int_eq(call.fits[1], TEXT_HIDDEN);
}

TEST(texts_are_given_and_compared_while_everybody_may_read_them)
{
	const char *id = post_by(ANN, "t", "");
	check_text(id, "hidden", TEXT_HIDDEN);
	patch(ANN, id, "{\"status\":\"published\"}");
	check_text(id, "text of t", 3);
	patch(ANN, id, "{\"content\":\"Texts\"}");
	check_text(id, "Texts", 5);
	patch(ANN, id, "{\"status\":\"archived\"}");
	check_text(id, "hidden", TEXT_HIDDEN);
	patch(ANN, id, "{\"status\":\"published\"}");
	api("DELETE", text(API "/posts/%s", id), ANN, NULL);
	check_text(id, "hidden", TEXT_HIDDEN);
}

/* --- scans and counts --- */

struct scan_call {
	struct uuid author_id, artist_id;
	bool of;
	char found[2000];
};

static err scan_call(struct ctx *cx, void *arg)
{
	struct scan_call *call = arg;
	struct uuid after = {{0}}, *ids;
	char text[UUID_TEXT];
	int count;

	call->found[0] = '\0';
	do {
		if (call->of)
			TRY(content_documents_service()->scan_of(cx, call->author_id, call->artist_id, after,
								 2, &ids, &count));
		else
			TRY(content_documents_service()->scan(cx, after, 2, &ids, &count));
		for (int i = 0; i < count; i++) {
			uuid_text(after = ids[i], text);
			strcat(strcat(call->found, text), ",");
		}
	} while (count);
	return NULL;
}

static void check_scan(struct scan_call call, const char *where)
{
	const char *expected = sql("SELECT coalesce(string_agg(id::text, ',' ORDER BY id) || ',', '') FROM "
				   "posts WHERE status = 'published'"
				   " AND NOT is_deleted AND %s",
				   where);
	ck_assert_ptr_null(scene_call(scan_call, &call));
	ck_assert_str_eq(call.found, expected);
}

TEST(scans_find_each_published_post_once)
{
	for (int i = 0; i < 9; i++)
		published_by(i % 2 ? ANN : BOB, text("p%d", i),
			     i % 3 == 0   ? ",\"primary_artist_id\":\"" KINO "\""
			     : i % 3 == 1 ? ",\"featured_artist_ids\":[\"" KINO "\",\"" ZEMFIRA "\"]"
					  : "");
	post_by(ANN, "draft",
		",\"primary_artist_id\":\"" KINO "\",\"featured_artist_ids\":[\"" ZEMFIRA "\"]");
	check_scan((struct scan_call){0}, "true");
	check_scan((struct scan_call){.of = true, .author_id = uuid_from(BOB_ID)},
		   "author_id = '" BOB_ID "'");
	check_scan((struct scan_call){.of = true, .artist_id = uuid_from(KINO)},
		   "(primary_artist_id = '" KINO "' OR '" KINO "' = ANY (featured_artist_ids))");
	check_scan((struct scan_call){.of = true, .artist_id = uuid_from(ZEMFIRA)},
		   "'" ZEMFIRA "' = ANY (featured_artist_ids)");
}

static err count_call(struct ctx *cx, void *arg)
{
	const struct uuid ids[] = {uuid_from(BOB_ID), uuid_from(NOBODY), uuid_from(ANN_ID)};
	return fake.count_posts(cx, ids, 3, arg);
}

TEST(posts_are_counted)
{
	int64_t counts[3];
	published_by(ANN, "Одна Звезда%", "");
	published_by(ANN, "Две", "");
	post_by(BOB, "Звезда% draft", "");
	ck_assert_ptr_null(scene_call(count_call, counts));
	ck_assert_int_eq(counts[0], 0);
	ck_assert_int_eq(counts[1], 0);
	ck_assert_int_eq(counts[2], 2);
}

/* --- hearing --- */

TEST(the_sort_copy_follows_comments)
{
	const char *quiet = published_by(ANN, "quiet", ""), *loud = published_by(ANN, "loud", "");
	struct comment_event event = {.post_id = uuid_from(loud)};
	expect_at(get(NULL, "/posts?sort=-comments_count"), "items.0.id", loud); /* the newer id */
	fake.comments = 3;
	event.post_id = uuid_from(quiet);
	ck_assert_ptr_null(scene_hear(&comment_created, event.post_id, 1, &event));
	ck_assert_ptr_null(scene_hear(&comment_created, event.post_id, 1, &event)); /* repeated */
	expect_at(get(NULL, "/posts?sort=-comments_count"), "items.0.id", quiet);
	ck_assert_str_eq(sql("SELECT comments_count FROM discussed_posts WHERE post_id = '%s'", quiet), "3");
	fake.comments = 0;
	ck_assert_ptr_null(scene_hear(&comment_deleted, event.post_id, 2, &event));
	ck_assert_str_eq(sql("SELECT sum(comments_count) FROM discussed_posts"), "0");
	ck_assert_str_eq(sql("SELECT max(version) FROM posts"), "1"); /* no edit conflicts by comments */
	content_cards_service()->count_comments_with(NULL);
	ck_assert(problem_is(scene_hear(&comment_created, event.post_id, 3, &event), UNAVAILABLE));
}

TEST(drafts_go_with_their_author)
{
	const char *draft = post_by(ANN, "draft", ",\"tags\":[\"a\"]"),
		   *kept = published_by(ANN, "kept", ",\"tags\":[\"a\"]");
	const char *other = post_by(BOB, "other", "");
	struct user_event event = {.user_id = uuid_from(ANN_ID), .created_at = TIME_NULL};
	ck_assert_ptr_null(scene_hear(&user_deleted, event.user_id, 2, &event));
	ck_assert_ptr_null(scene_hear(&user_deleted, event.user_id, 2, &event)); /* repeated */
	expect_at(get(MOD, text("/posts/%s", draft)), "is_deleted", "true");
	expect_at(get(NULL, text("/posts/%s", kept)), "status", "published");
	expect_at(get(BOB, text("/posts/%s", other)), "is_deleted", "false");
	ck_assert_int_eq(scene_told("post.deleted"), 1);
	expect_at(get(NULL, "/tags/a"), "posts_count", "1");
}
