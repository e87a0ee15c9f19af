/* Fakes of auth and content, and comments for the tests of comment. */
#include "modules/comment/scene.h"

bool auth_is_down;
user_counter counts_users;
const struct comment_counting *counting;

static err fake_user_cards(struct ctx *cx, const struct uuid *ids, int count, struct user_card *cards)
{
	if (auth_is_down)
		return UNAVAILABLE;
	for (int i = 0; i < count; i++) {
		const bool is_known = !uuid_is_nil(ids[i]) && !uuid_equal(ids[i], uuid_from(GONE_ID));
		char id[UUID_TEXT];
		uuid_text(ids[i], id);
		cards[i] = (struct user_card){.id = ids[i],
					      .username = is_known ? arena_fmt(cx->arena, "user-%s", id + 35)
								   : NULL,
					      .is_active = is_known};
	}
	return NULL;
}

static void fake_count_users(user_counter counter)
{
	counts_users = counter;
}

static err fake_post_cards(struct ctx *cx, const struct uuid *ids, int count, struct post_card *cards)
{
	for (int i = 0; i < count; i++) {
		const bool is_draft = uuid_equal(ids[i], uuid_from(DRAFT_ID)),
			   is_closed = uuid_equal(ids[i], uuid_from(CLOSED_ID));
		const bool is_open = uuid_equal(ids[i], uuid_from(POST_ID)) ||
				     uuid_equal(ids[i], uuid_from(OTHER_POST_ID));
		cards[i] = (struct post_card){.id = ids[i],
					      .author_id = uuid_from(A_ID),
					      .comments_open = is_open,
					      .exists = is_open || is_closed ||
							(is_draft && viewer_is(cx, uuid_from(A_ID)))};
	}
	return NULL;
}

static err fake_post_standing(struct ctx *cx, struct uuid id, struct post_standing *standing)
{
	struct post_card card;
	TRY(fake_post_cards(cx, &id, 1, &card));
	*standing = (struct post_standing){card.exists, card.comments_open};
	return NULL;
}

static void fake_standing_ahead(struct ctx *cx, struct uuid id)
{
	(void)cx;
	(void)id;
}

static err fake_posts_seen(struct ctx *cx, const struct uuid *ids, int count, bool *seen)
{
	struct post_card *cards = ARENA_ARRAY(cx->arena, struct post_card, count);
	TRY(fake_post_cards(cx, ids, count, cards));
	for (int i = 0; i < count; i++)
		seen[i] = cards[i].exists;
	return NULL;
}

static void fake_count_comments(const struct comment_counting *offered)
{
	counting = offered;
}

trash_lister *lists_trash;

static void fake_list_trash(trash_lister *lister)
{
	lists_trash = lister;
}

static const struct content_trash fake_trash = {.list_with = fake_list_trash};

static const struct auth_cards fake_auth = {.user_cards = fake_user_cards,
					    .count_comments_with = fake_count_users};
static const struct content_cards fake_content = {.post_cards = fake_post_cards,
						  .post_standing = fake_post_standing,
						  .post_standing_ahead = fake_standing_ahead,
						  .posts_seen = fake_posts_seen,
						  .count_comments_with = fake_count_comments};

void open_scene(void)
{
	static const struct service fakes[] = {OFFER(auth_cards, fake_auth),
					       OFFER(content_cards, fake_content),
					       OFFER(content_trash, fake_trash),
					       {0}};
	static const char *const settings[] = {"http.request_timeout=60s", NULL};
	auth_is_down = false;
	scene_start(&comment_module, fakes, settings);
}

const char *comment_path(const char *id)
{
	return text("/api/v1/comments/%s", id);
}

const char *say(const char *as, const char *parent, const char *words)
{
	struct answer a = api("POST", COMMENTS, as,
			      parent ? text("{\"content\":\"%s\",\"parent_id\":\"%s\"}", words, parent)
				     : text("{\"content\":\"%s\"}", words));
	expect_status(a, 201);
	return at(&a, "id");
}

static err read_counts(struct ctx *cx, void *arg)
{
	const struct uuid ids[] = {uuid_from(NOBODY), uuid_from(POST_ID)};
	int64_t shown[2], exact[2];
	TRY(counting->shown(cx, ids, 2, shown));
	TRY(counting->exact(cx, ids, 2, exact));
	ck_assert_int_eq(shown[0], 0);
	ck_assert_int_eq(exact[0], 0);
	ck_assert_int_eq(shown[1], exact[1]);
	*(int64_t *)arg = exact[1];
	return NULL;
}

int counted(void)
{
	int64_t count = -1;
	ck_assert_ptr_null(scene_call(read_counts, &count));
	return (int)count;
}

void expect_counts_hold(void)
{
	char *wrong = test_sql(scene_conninfo(), "SELECT count(*) FROM comment.comments p WHERE "
						 "replies_count <> (SELECT count(*) FROM comment.comments c"
						 " WHERE c.parent_id = p.id AND c.is_shown)");
	char *drift = test_sql(scene_conninfo(), "SELECT count(*) FROM comment.comment_counts n WHERE "
						 "visible_count <> (SELECT count(*) FROM comment.comments c"
						 " WHERE c.post_id = n.post_id AND NOT c.is_deleted)");
	ck_assert_str_eq(wrong, "0");
	ck_assert_str_eq(drift, "0");
	free(wrong);
	free(drift);
}
