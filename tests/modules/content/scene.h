/* The module content with auth and artist faked: who exists, and whether the fakes answer at all. */
#ifndef CONTENT_SCENE_H
#define CONTENT_SCENE_H

#include "contracts/artist.h"
#include "contracts/auth.h"
#include "contracts/comment.h"
#include "contracts/content.h"
#include "contracts/documents/content.h"
#include "contracts/import/content.h"
#include "support/client.h"
#include "support/expect.h"
#include "support/pg.h"
#include "support/scene.h"
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

/* What the fakes do, and how often they were called. */
extern struct fakes {
	bool auth_fails, artist_fails, comments_fail;
	bool kino_is_deleted;
	int user_calls, artist_calls, comment_calls;
	int64_t comments; /* of every post */
	user_counter count_posts;
	const struct trashed *trashed; /* of artist, latest first */
	int trashed_count;
} fake;

err fake_artist_cards(struct ctx *cx, const struct uuid *ids, int count, struct artist_card *cards);
err fake_must_exist(struct ctx *cx, const struct uuid *ids, const char *const *pointers, int count);

void fake_ahead(struct ctx *cx, const struct uuid *ids,
		int count); /* nothing to begin: the fakes answer at once */
extern const struct auth_cards fake_auth;
extern const struct artist_trash fake_trash;

void open_scene(void);
void open_scene_with(const char *const *settings); /* "http.public_url=...", NULL-terminated */

/* A post of `as` with further members (",..." or ""); its id. */
const char *post_by(const char *as, const char *title, const char *more);

const char *published_by(const char *as, const char *title, const char *more);
struct answer patch(const char *as, const char *id, const char *body);
struct answer get(const char *as, const char *path);

/* As text(), of a text that is then freed. */
const char *kept(char *from);

/* The first value of a query on the module's schema. */
#define sql(...) kept(test_sql(scene_conninfo(), "SET search_path = content, public; " __VA_ARGS__))

#endif
