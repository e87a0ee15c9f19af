/*
 * What the tests of search share: the module on a fresh database, and a world of posts, artists, albums and
 * tracks that its faked neighbours show. The world changes at once; the index follows when an event is heard.
 */
#ifndef SEARCH_SCENE_H
#define SEARCH_SCENE_H

#include "contracts/artist.h"
#include "contracts/auth.h"
#include "contracts/comment.h"
#include "contracts/content.h"
#include "contracts/documents/artist.h"
#include "contracts/documents/auth.h"
#include "contracts/documents/content.h"
#include "contracts/operator/search.h"
#include "support/client.h"
#include "support/expect.h"
#include "support/pg.h"
#include "support/scene.h"
#include "support/test.h"
#include "vobe/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct module search_module;

#define ADMIN "superuser:0190aaaa-0000-7000-8000-00000000000a"
#define USER "user:0190aaaa-0000-7000-8000-00000000000b"

enum { POSTS_MAX = 4096, THINGS_MAX = 64, AUTHOR = 1, NO_ARTIST = -1 };
enum thing { POST, ARTIST, ALBUM, TRACK, PERSON };

struct fake_post {
	const char *title, *content, *description, *tags[4];
	int author, artist,
		comments; /* author: of world.authors; artist: of world.artists, NO_ARTIST for none */
	int64_t published_at, version;
	bool gone;
};
struct fake_artist {
	const char *name, *bio, *genre, *country;
	bool verified, gone;
	int64_t followers;
};
struct fake_album {
	const char *title, *description, *type, *release_date;
	int artist;
	bool gone;
};
struct fake_track {
	const char *title;
	int album;
	bool gone;
};

extern struct world {
	struct fake_post posts[POSTS_MAX];
	struct fake_artist artists[THINGS_MAX];
	struct fake_album albums[THINGS_MAX];
	struct fake_track tracks[THINGS_MAX];
	int post_count, artist_count, album_count, track_count;
	const char *authors[4]; /* NULL: a deleted user */
	bool content_fails, comments_fail;
	const char *strangers_say; /* whose rows are in the index only (tests multiply them); NULL: hidden */
	int slow_reads; /* so many coming reads of posts show the state at their start and take 300 ms */
	int reads;      /* of posts, by batches */
} world;

struct uuid id_of(enum thing kind, int n);
const char *id_text(enum thing kind, int n);
int number_of(struct uuid id);

/* texts.c: two doors of the faked content. */
err fake_post_texts(struct ctx *cx, const struct uuid *ids, int count, const char **texts);
err fake_texts_fitting(struct ctx *cx, const struct uuid *ids, int count, struct texts patterns,
		       int64_t *fits);

void open_scene(void);

/* --- changing the world --- */

void hear_post(const struct post_event_topic *ev, int n);

/* Into the world only; the index hears of it by an event or a reindex. */
int post_put(struct fake_post p);

int post_publish(struct fake_post p);
void hear_artist(const struct artist_event_topic *ev, int n, const char *old_name);
int artist_add(struct fake_artist a);
int album_add(struct fake_album a);
int track_add(struct fake_track t);
void hear_user(const struct user_event_topic *ev, int n);
void reindex(void);

/* --- asking --- */

/* `more` is further parameters ("&limit=1"), or "". */
struct answer search(const char *kind, const char *q, const char *more);

/* Titles or names of the hits in order, joined by " | ". */
const char *found(const char *kind, const char *q, const char *more);

#define expect_found(kind_, q_, titles_)                                                            \
	do {                                                                                       \
		const char *got_ = found(kind_, q_, "");                                           \
		ck_assert_msg(!strcmp(got_, titles_), "%s for `%s` found [%.500s], not [%s]", kind_, q_,   \
			      got_, titles_);                                                      \
	} while (0)
#define expect_first(kind_, q_, title_)                                                             \
	do {                                                                                       \
		const char *got_ = found(kind_, q_, "");                                           \
		ck_assert_msg(!strncmp(got_, title_, \
		  strlen(title_)) && (!got_[strlen(title_)] || got_[strlen(title_)] == ' '), \
			      "%s for `%s` found [%.500s], first not %s", kind_, q_, got_, title_);    \
	} while (0)

/* The first value of a query on the module's schema. */
#define sql(...) test_sql(scene_conninfo(), "SET search_path = search, public; " __VA_ARGS__)

#endif
