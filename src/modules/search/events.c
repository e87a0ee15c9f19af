/*
 * What search hears. Every event only says "this changed": the document is made anew from the source's current state, so that
 * late, repeated and reordered events cannot write old data.
 */
#include "index.h"

#include "contracts/artist.h"
#include "contracts/auth.h"
#include "contracts/content.h"

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

/* Posts of an author or an artist, albums of an artist, tracks of an album: the other parent is nil. */
static err children_scan(struct ctx *cx, enum kind kind, struct uuid author, struct uuid parent, struct uuid after, struct uuid **ids, int *count)
{
	if (kind == KIND_POSTS)
		return content->scan_of(cx, author, parent, after, CASCADE_BATCH, ids, count);
	return artist->scan_of(cx, (enum catalogue_kind)(CATALOGUE_ARTISTS + kind - KIND_ARTISTS), parent, after, CASCADE_BATCH, ids, count);
}

/* What carries the name of its parent. Not kept in one change: ten thousand of them would hold it too long. */
static err children_follow(struct ctx *cx, enum kind kind, struct uuid author, struct uuid parent)
{
	struct uuid after = {{0}}, *ids;
	int count;
	do {
		TRY(children_scan(cx, kind, author, parent, after, &ids, &count));
		TRY(index_refresh_all(cx, kind, ids, count));
		for (int i = 0; kind == KIND_ALBUMS && i < count; i++)
			TRY(children_follow(cx, KIND_TRACKS, author, ids[i]));
		if (count)
			after = ids[count - 1];
	} while (count);
	return NULL;
}

static bool is_topic(const struct delivery *d, const struct event *ev)
{
	return !strcmp(d->event->topic, ev->topic);
}

/* A new name, a deletion and a restoration change what is derived from an artist or an album too. */
static bool carries_on(const struct delivery *d)
{
	if (is_topic(d, &artist_updated))
		return ((const struct artist_event *)d->payload)->old_name != NULL;
	if (is_topic(d, &album_updated))
		return ((const struct album_event *)d->payload)->old_title != NULL;
	return is_topic(d, &artist_deleted) || is_topic(d, &artist_restored) || is_topic(d, &album_deleted) || is_topic(d, &album_restored);
}

/* A subscription's events are of one kind: "post.updated" is of posts. */
static enum kind kind_of(const struct event *ev)
{
	enum kind kind = 0;
	while (kind < KIND_TRACKS && strncmp(ev->topic, kind_names[kind], strcspn(ev->topic, ".")))
		kind++;
	return kind;
}

static err hear(struct ctx *cx, struct change *ch, const struct delivery *batch, int count)
{
	static const struct uuid no_author;
	enum kind kind = kind_of(batch->event);
	for (int i = 0; i < count; i++) {
		if (!carries_on(&batch[i]))
			continue;
		if (kind == KIND_ARTISTS)
			TRY(children_follow(cx, KIND_POSTS, no_author, batch[i].aggregate_id));
		TRY(children_follow(cx, kind == KIND_ARTISTS ? KIND_ALBUMS : KIND_TRACKS, no_author, batch[i].aggregate_id));
	}
	return refresh(cx, ch, kind, batch, count);
}

static err hear_users(struct ctx *cx, struct change *ch, const struct delivery *batch, int count)
{
	(void)ch;
	for (int i = 0; i < count; i++) {
		const struct user_event *user = batch[i].payload;
		if (is_topic(&batch[i], &user_deleted) || user->old_username)
			TRY(children_follow(cx, KIND_POSTS, batch[i].aggregate_id, (struct uuid){{0}}));
	}
	return NULL;
}

const struct subscription search_hears[] = {
	{"search.posts", "content", (const struct event *const[]){&post_created, &post_updated, &post_published, &post_unpublished,
		&post_archived, &post_deleted, &post_restored, NULL}, DURABLE, true, hear},
	{"search.artists", "artist", (const struct event *const[]){&artist_created, &artist_updated, &artist_verified, &artist_deleted,
		&artist_restored, &artist_followed, &artist_unfollowed, NULL}, DURABLE, true, hear},
	{"search.albums", "artist", (const struct event *const[]){&album_created, &album_updated, &album_deleted, &album_restored, NULL},
		DURABLE, true, hear},
	{"search.tracks", "artist", (const struct event *const[]){&track_created, &track_updated, &track_deleted, &track_restored, NULL},
		DURABLE, true, hear},
	{"search.users", "auth", (const struct event *const[]){&user_updated, &user_deleted, NULL}, DURABLE, true, hear_users},
	{0},
};
