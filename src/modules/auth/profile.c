/* Profiles over HTTP, and the cards that other modules take. */
#include "modules/auth/profile.h"
#include "vobe/text.h"

LOADER(profiles, profile, "SELECT $* FROM users WHERE id = ANY ($ids) AND deleted_at IS NULL", .cache_s = 60);

#define NAMED_FIELDS(F, T) F(T, TEXT, username_fold, 0, "A username without letter case")
STRUCT(named, NAMED_FIELDS);
SCHEMA(named, NAMED_FIELDS, "Whose name it is");

static QUERY_ROW(user_id_by_name, named, by_id,
		 "SELECT id FROM users WHERE username_fold = $username_fold AND deleted_at IS NULL");

#define BY_USERNAME_FIELDS(F, T) \
	F(T, TEXT, username, IN | REQ, "Username, any letter case", .min = 1, .max = 50)
STRUCT(by_username, BY_USERNAME_FIELDS);
SCHEMA(by_username, BY_USERNAME_FIELDS, "A username");

static QUERY_ROW(name_now, named, by_username,
		 "SELECT u.username FROM retired_names r JOIN users u ON u.id = r.user_id"
		 " WHERE r.username_fold = $username_fold AND u.deleted_at IS NULL");

/* --- cards --- */

static err user_cards(struct ctx *cx, const struct uuid *ids, int count, struct user_card *cards)
{
	const struct profile **rows = ARENA_ARRAY(cx->arena, const struct profile *, (size_t)count);
	TRY(profiles_load(cx, ids, count, rows));
	for (int i = 0; i < count; i++) {
		const struct profile *p = rows[i];
		cards[i] = p ? (struct user_card){p->id, p->username, p->is_active}
			     : (struct user_card){.id = ids[i]};
	}
	return NULL;
}

static void user_cards_ahead(struct ctx *cx, const struct uuid *ids, int count)
{
	profiles_ahead(cx, ids, count);
}

/* *id is nil when there is none. */
static err username_find(struct ctx *cx, const char *username, struct uuid *id)
{
	const struct named named = {.username_fold = text_fold(cx->arena, username)};
	struct by_id found = {0};
	err e = user_id_by_name(cx, &named, &found);

	if (e && !problem_is(e, NOT_FOUND))
		return e;
	*id = found.id;
	return NULL;
}

static user_counter posts_counter, comments_counter;

static void count_posts_with(user_counter counter)
{
	posts_counter = counter;
}

static void count_comments_with(user_counter counter)
{
	comments_counter = counter;
}

void profiles_close(void)
{
	count_posts_with(NULL);
	count_comments_with(NULL);
}

const struct auth_cards profile_cards = {
	.user_cards = user_cards,
	.user_cards_ahead = user_cards_ahead,
	.user_by_username = username_find,
	.count_posts_with = count_posts_with,
	.count_comments_with = count_comments_with,
};

/* --- over HTTP --- */

/* What the other module cannot tell now is null, and named in the reply. */
static void count_with(struct req *rq, user_counter counter, const char *field, const struct uuids *ids,
		       int64_t *counts)
{
	if (counter && !counter(&rq->cx, ids->at, ids->count, counts))
		return;
	for (int i = 0; i < ids->count; i++)
		counts[i] = INT_NULL;
	reply_partial(rq, field);
}

/* In the order of ids; unknown ones are left out. */
static err profiles_read(struct req *rq, const struct uuids *ids, struct profile **out, int *found)
{
	const size_t n = (size_t)ids->count;
	const struct profile **rows = ARENA_ARRAY(rq->cx.arena, const struct profile *, n);
	int64_t *posts = ARENA_ARRAY(rq->cx.arena, int64_t, n),
		*comments = ARENA_ARRAY(rq->cx.arena, int64_t, n);

	TRY(profiles_load(&rq->cx, ids->at, ids->count, rows));
	count_with(rq, posts_counter, "posts_count", ids, posts);
	count_with(rq, comments_counter, "comments_count", ids, comments);
	*out = ARENA_ARRAY(rq->cx.arena, struct profile, n);
	*found = 0;
	for (int i = 0; i < ids->count; i++)
		if (rows[i]) {
			struct profile *p = &(*out)[(*found)++];
			*p = *rows[i];
			p->posts_count = posts[i];
			p->comments_count = comments[i];
		}
	return NULL;
}

static err reply_profile(struct profile_reply *re, struct uuid id)
{
	struct profile *profile;
	int found;
	TRY(profiles_read(re->rq, &(struct uuids){&id, 1}, &profile, &found));
	return found ? reply(re, profile) : NOT_FOUND;
}

HANDLER(show_user, by_id, none, profile);
static err show_user(struct req *rq, const struct by_id *in, struct profile_reply *re)
{
	(void)rq;
	return reply_profile(re, in->id);
}

/* The old name of somebody who has another now. */
static err redirect_from(struct req *rq, const char *old)
{
	struct arena *a = rq->cx.arena;
	struct by_username now;
	TRY(name_now(&rq->cx, &(struct named){text_fold(a, old)}, &now));
	return reply_redirect(rq, 301,
			      arena_fmt(a, "/api/v1/users/username/%s", text_percent(a, now.username)));
}

HANDLER(show_user_by_name, by_username, none, profile);
static err show_user_by_name(struct req *rq, const struct by_username *in, struct profile_reply *re)
{
	struct uuid id;
	TRY(username_find(&rq->cx, in->username, &id));
	return uuid_is_nil(id) ? redirect_from(rq, in->username) : reply_profile(re, id);
}

HANDLER(list_users_by_ids, by_ids, none, profile);
static err list_users_by_ids(struct req *rq, const struct by_ids *in, struct profile_reply *re)
{
	struct list list = {.total = -1};
	struct profile *profiles;

	TRY(profiles_read(rq, &in->ids, &profiles, &list.count));
	return reply_list(re, profiles, &list);
}

const struct route profile_routes[] = {
	ROUTE(GET, "/users", ANYONE, 200, list_users_by_ids, "List users by id", .list = true),
	ROUTE(GET, "/users/{id}", ANYONE, 200, show_user, "Show a user"),
	ROUTE(GET, "/users/username/{username}", ANYONE, 200, show_user_by_name, "Show a user by username",
	      .redirects = true),
	{0},
};
