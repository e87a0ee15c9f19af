/* The faked neighbours of content, and posts. */
#include "modules/content/scene.h"

struct fakes fake;

static bool is_id(struct uuid id, const char *text)
{
	return uuid_equal(id, uuid_from(text));
}

static err fake_user_cards(struct ctx *cx, const struct uuid *ids, int count, struct user_card *cards)
{
	(void)cx;
	fake.user_calls++;
	if (fake.auth_fails)
		return UNAVAILABLE;
	for (int i = 0; i < count; i++)
		cards[i] = (struct user_card){.id = ids[i],
					      .is_active = true,
					      .username = is_id(ids[i], ANN_ID)   ? "ann"
							  : is_id(ids[i], BOB_ID) ? "bob"
										  : NULL};
	return NULL;
}

static void fake_count_posts_with(user_counter counter)
{
	fake.count_posts = counter;
}

err fake_artist_cards(struct ctx *cx, const struct uuid *ids, int count, struct artist_card *cards)
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

err fake_must_exist(struct ctx *cx, const struct uuid *ids, const char *const *pointers, int count)
{
	struct artist_card *cards = ARENA_ARRAY(cx->arena, struct artist_card, count);
	struct faults fs = {0};
	TRY(fake_artist_cards(cx, ids, count, cards));
	for (int i = 0; i < count; i++)
		if (!cards[i].name)
			fault_add(cx->arena, &fs, pointers[i], "artist_unknown", "There is none.");
	return problem_with(cx->arena, ARTIST_UNKNOWN, &fs);
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

void fake_ahead(struct ctx *cx, const struct uuid *ids, int count)
{
	(void)cx, (void)ids, (void)count;
}

static const struct comment_counting fake_counting = {fake_comment_counts, fake_comment_counts, fake_ahead};

const struct auth_cards fake_auth = {.user_cards = fake_user_cards,
				     .user_cards_ahead = fake_ahead,
				     .count_posts_with = fake_count_posts_with};

static const struct artist_cards fake_artist = {
	.artist_cards = fake_artist_cards, .artist_cards_ahead = fake_ahead, .must_exist = fake_must_exist};

static err fake_list_trash(struct ctx *cx, const struct trash_page *page, struct trashed **items, int *count)
{
	*items = ARENA_ARRAY(cx->arena, struct trashed, fake.trashed_count);
	*count = 0;
	for (int i = 0; i < fake.trashed_count; i++)
		if (fake.trashed[i].deleted_at < page->time && *count < page->limit)
			(*items)[(*count)++] = fake.trashed[i];
	return fake.artist_fails ? UNAVAILABLE : NULL;
}

const struct artist_trash fake_trash = {.list_trash = fake_list_trash};

void open_scene_with(const char *const *settings)
{
	static const struct service fakes[] = {OFFER(auth_cards, fake_auth),
					       OFFER(artist_cards, fake_artist),
					       OFFER(artist_trash, fake_trash),
					       {0}};
	memset(&fake, 0, sizeof fake);
	scene_start(&content_module, fakes, settings);
	content_cards_service()->count_comments_with(&fake_counting);
}

void open_scene(void)
{
	open_scene_with(NULL);
}

const char *post_by(const char *as, const char *title, const char *more)
{
	struct answer a = api("POST", API "/posts", as,
			      text("{\"title\":\"%s\",\"content\":\"text of %s\"%s}", title, title, more));
	expect_status(a, 201);
	return at(&a, "id");
}

const char *published_by(const char *as, const char *title, const char *more)
{
	return post_by(as, title, text(",\"status\":\"published\"%s", more));
}

struct answer patch(const char *as, const char *id, const char *body)
{
	return api("PATCH", text(API "/posts/%s", id), as, body);
}

struct answer get(const char *as, const char *path)
{
	return api("GET", text(API "%s", path), as, NULL);
}

const char *kept(char *from)
{
	const char *copy = from ? text("%s", from) : NULL;
	free(from);
	return copy;
}
