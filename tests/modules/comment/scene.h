/* What the tests of comment share: the module on a fresh database, fakes of auth and content, and the people who ask. */
#ifndef COMMENT_SCENE_H
#define COMMENT_SCENE_H

#include "contracts/auth.h"
#include "contracts/comment.h"
#include "contracts/content.h"
#include "contracts/import/comment.h"
#include "support/expect.h"
#include "support/harness.h"
#include "support/pg.h"
#include "support/test.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct module comment_module;

#define A_ID "0190aaaa-0000-7000-8000-00000000000a"
#define B_ID "0190aaaa-0000-7000-8000-00000000000b"
#define M_ID "0190aaaa-0000-7000-8000-00000000000c"
#define GONE_ID "0190aaaa-0000-7000-8000-00000000000d" /* an account that was deleted */
#define ALICE "user:" A_ID
#define BOB "user:" B_ID
#define MOD "moderator:" M_ID

#define POST_ID "0190dddd-0000-7000-8000-000000000001"
#define OTHER_POST_ID "0190dddd-0000-7000-8000-000000000002"
#define CLOSED_ID "0190dddd-0000-7000-8000-000000000003"
#define DRAFT_ID "0190dddd-0000-7000-8000-000000000004" /* Alice's: nobody else sees it */
#define NOBODY "0190dddd-0000-7000-8000-0000000000ff"
#define COMMENTS "/api/v1/posts/" POST_ID "/comments"

/* --- fakes --- */

static bool auth_is_down;
static user_counter counts_users;
static const struct comment_counting *counting;

static inline struct uuid uuid_of(const char *s)
{
	struct uuid id = {0};
	uuid_read(s, strlen(s), &id);
	return id;
}

static err fake_user_cards(struct ctx *cx, const struct uuid *ids, int count, struct user_card *cards)
{
	if (auth_is_down)
		return UNAVAILABLE;
	for (int i = 0; i < count; i++) {
		const bool is_known = !uuid_is_nil(ids[i]) && !uuid_equal(ids[i], uuid_of(GONE_ID));
		char id[UUID_TEXT];
		uuid_text(ids[i], id);
		cards[i] = (struct user_card){.id = ids[i], .username = is_known ? arena_fmt(cx->arena, "user-%s", id + 35) : NULL,
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
		const bool is_draft = uuid_equal(ids[i], uuid_of(DRAFT_ID)), is_closed = uuid_equal(ids[i], uuid_of(CLOSED_ID));
		const bool is_open = uuid_equal(ids[i], uuid_of(POST_ID)) || uuid_equal(ids[i], uuid_of(OTHER_POST_ID));
		cards[i] = (struct post_card){.id = ids[i], .author_id = uuid_of(A_ID), .comments_open = is_open,
					      .exists = is_open || is_closed || (is_draft && viewer_is(cx, uuid_of(A_ID)))};
	}
	return NULL;
}

static void fake_count_comments(const struct comment_counting *offered)
{
	counting = offered;
}

static const struct auth_cards fake_auth = {.user_cards = fake_user_cards,
					    .count_comments_with = fake_count_users};
static const struct content_cards fake_content = {.post_cards = fake_post_cards,
						  .count_comments_with = fake_count_comments};

static inline void scene_open(void)
{
	static const struct service fakes[] = {
		OFFER(auth_cards, fake_auth), OFFER(content_cards, fake_content), {0}};
	static const char *const settings[] = {"http.request_timeout=60s", NULL};
	auth_is_down = false;
	harness_start(&comment_module, fakes, settings);
}

static inline void scene_close(void)
{
	harness_stop();
}

/* printf to a static ring: paths and bodies of requests. */
__attribute__((format(printf, 1, 2))) static inline const char *text(const char *fmt, ...)
{
	static char ring[64][4096];
	static int next;
	char *room = ring[next++ % 64];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(room, sizeof ring[0], fmt, ap);
	va_end(ap);
	return room;
}

static inline const char *comment_path(const char *id)
{
	return text("/api/v1/comments/%s", id);
}

/* The id of a new comment of POST_ID; `parent` may be NULL. */
static inline const char *say(const char *as, const char *parent, const char *words)
{
	struct answer a = api("POST", COMMENTS, as, parent ? text("{\"content\":\"%s\",\"parent_id\":\"%s\"}", words, parent)
							   : text("{\"content\":\"%s\"}", words));
	expect_status(a, 201);
	return at(&a, "id");
}

/* Visible comments of POST_ID, as the cache and as the database know it; fails if they differ. */
static err read_counts(struct ctx *cx, void *arg)
{
	const struct uuid ids[] = {uuid_of(NOBODY), uuid_of(POST_ID)};
	int64_t shown[2], exact[2];
	TRY(counting->shown(cx, ids, 2, shown));
	TRY(counting->exact(cx, ids, 2, exact));
	ck_assert_int_eq(shown[0], 0);
	ck_assert_int_eq(exact[0], 0);
	ck_assert_int_eq(shown[1], exact[1]);
	*(int64_t *)arg = exact[1];
	return NULL;
}

static inline int counted(void)
{
	int64_t count = -1;
	ck_assert_ptr_null(harness_call(read_counts, &count));
	return (int)count;
}

/* Counts kept by arithmetic are those that counting gives. */
static inline void expect_counts_hold(void)
{
	char *wrong = test_sql(harness_conninfo(),
		"SELECT count(*) FROM comment.comments p WHERE replies_count <> (SELECT count(*) FROM comment.comments c"
		" WHERE c.parent_id = p.id AND c.is_shown)");
	char *drift = test_sql(harness_conninfo(),
		"SELECT count(*) FROM comment.comment_counts n WHERE visible_count <> (SELECT count(*) FROM comment.comments c"
		" WHERE c.post_id = n.post_id AND NOT c.is_deleted)");
	ck_assert_str_eq(wrong, "0");
	ck_assert_str_eq(drift, "0");
	free(wrong);
	free(drift);
}

#endif
