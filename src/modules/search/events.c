/*
 * What search hears. Every event only says "this changed": the document is made anew from the source's current state, so that
 * late, repeated and reordered events cannot write old data.
 */
#include "index.h"

#include "contracts/auth.h"

#include <string.h>

enum { CASCADE_BATCH = 500 };

/* The aggregate ids of a batch, each once. */
static int distinct_ids(struct ctx *cx, const struct delivery *batch, int count, struct uuid **ids)
{
	int n = 0;
	*ids = ARENA_ARRAY(cx->arena, struct uuid, count);
	for (int i = 0; i < count; i++) {
		int j = 0;
		while (j < n && !uuid_equal((*ids)[j], batch[i].aggregate_id))
			j++;
		if (j == n)
			(*ids)[n++] = batch[i].aggregate_id;
	}
	return n;
}

/* The last INDEX_BATCH in the delivery's own change; what is more before it, in changes of its own (it may be repeated). */
static err refresh(struct ctx *cx, struct change *ch, enum kind kind, const struct delivery *batch, int count)
{
	struct uuid *ids;
	int n = distinct_ids(cx, batch, count, &ids), first = n > INDEX_BATCH ? n - INDEX_BATCH : 0;
	TRY(index_refresh_all(cx, kind, ids, first));
	return index_refresh(cx, ch, kind, ids + first, n - first);
}

/* Posts that carry the name of an author or artist. Not kept in one change: ten thousand of them would hold it too long. */
static err posts_follow(struct ctx *cx, struct uuid author_id, struct uuid artist_id)
{
	struct uuid after = {{0}}, *ids;
	int count;
	do {
		TRY(content->scan_of(cx, author_id, artist_id, after, CASCADE_BATCH, &ids, &count));
		TRY(index_refresh_all(cx, KIND_POSTS, ids, count));
		if (count)
			after = ids[count - 1];
	} while (count);
	return NULL;
}

static err catalogue_follows(struct ctx *cx, enum kind kind, struct uuid parent)
{
	struct uuid after = {{0}}, *ids;
	int count;
	do {
		TRY(artist->scan_of(cx, (enum catalogue_kind)(CATALOGUE_ARTISTS + kind - KIND_ARTISTS), parent, after, CASCADE_BATCH,
				    &ids, &count));
		TRY(index_refresh_all(cx, kind, ids, count));
		for (int i = 0; kind == KIND_ALBUMS && i < count; i++)
			TRY(catalogue_follows(cx, KIND_TRACKS, ids[i]));
		if (count)
			after = ids[count - 1];
	} while (count);
	return NULL;
}

static err hear_posts(struct ctx *cx, struct change *ch, const struct delivery *batch, int count)
{
	return refresh(cx, ch, KIND_POSTS, batch, count);
}

static bool is_topic(const struct delivery *d, const struct event *ev)
{
	return !strcmp(d->event->topic, ev->topic);
}

/* A new name, a deletion and a restoration change what is derived from the artist too. */
static bool artist_carries_on(const struct delivery *d)
{
	if (is_topic(d, &artist_updated))
		return ((const struct artist_event *)d->payload)->old_name != NULL;
	return is_topic(d, &artist_deleted) || is_topic(d, &artist_restored);
}

static err hear_artists(struct ctx *cx, struct change *ch, const struct delivery *batch, int count)
{
	for (int i = 0; i < count; i++)
		if (artist_carries_on(&batch[i])) {
			TRY(posts_follow(cx, (struct uuid){{0}}, batch[i].aggregate_id));
			TRY(catalogue_follows(cx, KIND_ALBUMS, batch[i].aggregate_id));
		}
	return refresh(cx, ch, KIND_ARTISTS, batch, count);
}

static bool album_carries_on(const struct delivery *d)
{
	if (is_topic(d, &album_updated))
		return ((const struct album_event *)d->payload)->old_title != NULL;
	return is_topic(d, &album_deleted) || is_topic(d, &album_restored);
}

static err hear_albums(struct ctx *cx, struct change *ch, const struct delivery *batch, int count)
{
	for (int i = 0; i < count; i++)
		if (album_carries_on(&batch[i]))
			TRY(catalogue_follows(cx, KIND_TRACKS, batch[i].aggregate_id));
	return refresh(cx, ch, KIND_ALBUMS, batch, count);
}

static err hear_tracks(struct ctx *cx, struct change *ch, const struct delivery *batch, int count)
{
	return refresh(cx, ch, KIND_TRACKS, batch, count);
}

static err hear_users(struct ctx *cx, struct change *ch, const struct delivery *batch, int count)
{
	(void)ch;
	for (int i = 0; i < count; i++) {
		const struct user_event *user = batch[i].payload;
		if (is_topic(&batch[i], &user_deleted) || user->old_username)
			TRY(posts_follow(cx, batch[i].aggregate_id, (struct uuid){{0}}));
	}
	return NULL;
}

const struct subscription search_hears[] = {
	{"search.posts", "content", (const struct event *const[]){&post_created, &post_updated, &post_published, &post_unpublished,
		&post_archived, &post_deleted, &post_restored, NULL}, DURABLE, true, hear_posts},
	{"search.artists", "artist", (const struct event *const[]){&artist_created, &artist_updated, &artist_verified, &artist_deleted,
		&artist_restored, &artist_followed, &artist_unfollowed, NULL}, DURABLE, true, hear_artists},
	{"search.albums", "artist", (const struct event *const[]){&album_created, &album_updated, &album_deleted, &album_restored, NULL},
		DURABLE, true, hear_albums},
	{"search.tracks", "artist", (const struct event *const[]){&track_created, &track_updated, &track_deleted, &track_restored, NULL},
		DURABLE, true, hear_tracks},
	{"search.users", "auth", (const struct event *const[]){&user_updated, &user_deleted, NULL}, DURABLE, true, hear_users},
	{0},
};
