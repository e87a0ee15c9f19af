/* The module content with auth and artist faked: who exists, and whether the fakes answer at all. */
#ifndef CONTENT_FIXTURE_H
#define CONTENT_FIXTURE_H

#include "contracts/artist.h"
#include "contracts/auth.h"
#include "contracts/comment.h"
#include "contracts/content.h"
#include "contracts/documents/content.h"
#include "contracts/import/content.h"
#include "support/expect.h"
#include "support/harness.h"
#include "support/pg.h"
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANN      "user:aaaaaaaa-0000-4000-8000-000000000001"
#define BOB      "user:bbbbbbbb-0000-4000-8000-000000000002"
#define MOD      "moderator:cccccccc-0000-4000-8000-000000000003"
#define ANN_ID   "aaaaaaaa-0000-4000-8000-000000000001"
#define BOB_ID   "bbbbbbbb-0000-4000-8000-000000000002"
#define KINO     "11111111-0000-4000-8000-000000000001"
#define ZEMFIRA  "22222222-0000-4000-8000-000000000002"
#define NOBODY   "eeeeeeee-0000-4000-8000-00000000000e" /* no user, no artist */
#define API      "/api/v1"

extern const struct module content_module;

static struct {
	bool auth_fails, artist_fails, comments_fail;
	bool kino_is_deleted;
	int user_calls, artist_calls, comment_calls;
	int64_t comments; /* of every post */
	user_counter count_posts;
} fake;

static struct uuid id_of(const char *text)
{
	struct uuid id;
	if (!uuid_read(text, strlen(text), &id))
		abort();
	return id;
}

static bool is_id(struct uuid id, const char *text)
{
	return uuid_equal(id, id_of(text));
}

static err fake_user_cards(struct ctx *cx, const struct uuid *ids, int count, struct user_card *cards)
{
	(void)cx;
	fake.user_calls++;
	if (fake.auth_fails)
		return UNAVAILABLE;
	for (int i = 0; i < count; i++)
		cards[i] = (struct user_card){.id = ids[i], .is_active = true, .username = is_id(ids[i], ANN_ID) ? "ann" : is_id(ids[i], BOB_ID) ? "bob" : NULL};
	return NULL;
}

static void fake_count_posts_with(user_counter counter)
{
	fake.count_posts = counter;
}

static err fake_artist_cards(struct ctx *cx, const struct uuid *ids, int count, struct artist_card *cards)
{
	(void)cx;
	fake.artist_calls++;
	if (fake.artist_fails)
		return UNAVAILABLE;
	for (int i = 0; i < count; i++) {
		cards[i] = (struct artist_card){.id = ids[i]};
		if (is_id(ids[i], KINO) && !fake.kino_is_deleted)
			cards[i] = (struct artist_card){ids[i], "Кино", "kino"};
		if (is_id(ids[i], ZEMFIRA))
			cards[i] = (struct artist_card){ids[i], "Земфира", "zemfira"};
	}
	return NULL;
}

static err fake_must_exist(struct ctx *cx, const struct uuid *ids, int count)
{
	struct artist_card *cards = ARENA_ARRAY(cx->arena, struct artist_card, count);
	TRY(fake_artist_cards(cx, ids, count, cards));
	for (int i = 0; i < count; i++)
		if (!cards[i].name)
			return ARTIST_UNKNOWN;
	return NULL;
}

static err fake_comment_counts(struct ctx *cx, const struct uuid *ids, int count, int64_t *counts)
{
	(void)cx;
	(void)ids;
	fake.comment_calls++;
	if (fake.comments_fail)
		return UNAVAILABLE;
	for (int i = 0; i < count; i++)
		counts[i] = fake.comments;
	return NULL;
}

/* Nothing to begin: the fakes answer at once. */
static void fake_ahead(struct ctx *cx, const struct uuid *ids, int count)
{
	(void)cx, (void)ids, (void)count;
}

static const struct comment_counting fake_counting = {fake_comment_counts, fake_comment_counts, fake_ahead};
static const struct auth_cards fake_auth = {.user_cards = fake_user_cards,
					    .user_cards_ahead = fake_ahead,
					    .count_posts_with = fake_count_posts_with};
static const struct artist_cards fake_artist = {
	.artist_cards = fake_artist_cards, .artist_cards_ahead = fake_ahead, .must_exist = fake_must_exist};

static void set_up(void)
{
	static const struct service fakes[] = {
		OFFER(auth_cards, fake_auth), OFFER(artist_cards, fake_artist), {0}};
	memset(&fake, 0, sizeof fake);
	harness_start(&content_module, fakes, NULL);
	content_cards_service()->count_comments_with(&fake_counting);
}

static void tear_down(void)
{
	harness_stop();
}

/* Text that lives until 64 calls later. */
__attribute__((unused, format(printf, 1, 2))) static const char *f(const char *fmt, ...)
{
	static char texts[64][4096];
	static int next;
	char *text = texts[next++ % 64];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof *texts, fmt, ap);
	va_end(ap);
	return text;
}

/* A post of `as` with further members (",..." or ""); its id. */
__attribute__((unused)) static const char *post_by(const char *as, const char *title, const char *more)
{
	struct answer a = api("POST", API "/posts", as, f("{\"title\":\"%s\",\"content\":\"text of %s\"%s}", title, title, more));
	expect_status(a, 201);
	return at(&a, "id");
}

__attribute__((unused)) static const char *published_by(const char *as, const char *title, const char *more)
{
	return post_by(as, title, f(",\"status\":\"published\"%s", more));
}

__attribute__((unused)) static struct answer patch(const char *as, const char *id, const char *body)
{
	return api("PATCH", f(API "/posts/%s", id), as, body);
}

__attribute__((unused)) static struct answer get(const char *as, const char *path)
{
	return api("GET", f(API "%s", path), as, NULL);
}

/* As f(), of a text that is then freed. */
__attribute__((unused)) static const char *kept(char *text)
{
	const char *copy = text ? f("%s", text) : NULL;
	free(text);
	return copy;
}

/* The first value of a query on the module's schema. */
#define sql(...) kept(test_sql(harness_conninfo(), "SET search_path = content, public; " __VA_ARGS__))

#endif
