/*
 * What search hears. Every event only says "this changed": the document is made anew from the source's
 * current state, so that late, repeated and reordered events cannot write old data.
 */
#include "modules/search/index.h"
#include "modules/search/source.h"

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

/* The last INDEX_BATCH in the delivery's own change; what is more before it, in changes of its own (it may be
 * repeated). */
static err refresh(struct ctx *cx, struct change *ch, enum kind kind, const struct delivery *batch, int count)
{
	struct uuid *ids;
	int n = distinct_ids(cx, batch, count, &ids), first = n > INDEX_BATCH ? n - INDEX_BATCH : 0;
	TRY(index_refresh_all(cx, kind, ids, first));
	return index_refresh(cx, ch, kind, ids + first, n - first);
}

/* Posts of an author or an artist, albums of an artist, tracks of an album: the other parent is nil. */
static err children_scan(struct ctx *cx, enum kind kind, struct uuid author, struct uuid parent,
			 struct uuid after, struct uuid **ids, int *count)
{
	if (kind == KIND_POSTS)
		return content->scan_of(cx, author, parent, after, CASCADE_BATCH, ids, count);
	return artist->scan_of(cx, (enum catalogue_kind)(CATALOGUE_ARTISTS + kind - KIND_ARTISTS), parent,
			       after, CASCADE_BATCH, ids, count);
}

/* How far cascades that failed had come: the next try goes on there. Forgotten when the process ends. */
static struct place {
	struct uuid parent, after;
	enum kind kind;
} places[16];
static unsigned places_next;

static struct place *place_of(enum kind kind, struct uuid parent)
{
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (places[i].kind == kind && uuid_equal(places[i].parent, parent))
			return &places[i];
	return NULL;
}

static void place_keep(enum kind kind, struct uuid parent, struct uuid after)
{
	struct place *p = place_of(kind, parent);
	p = p ? p : &places[places_next++ % (sizeof places / sizeof *places)];
	*p = (struct place){.parent = parent, .after = after, .kind = kind};
}

static err children_refresh(struct ctx *cx, enum kind kind, struct uuid author, struct uuid parent,
			    struct uuid *after)
{
	struct uuid *ids;
	int count;
	do {
		TRY(children_scan(cx, kind, author, parent, *after, &ids, &count));
		TRY(index_refresh_all(cx, kind, ids, count));
		for (int i = 0; kind == KIND_ALBUMS && i < count; i++)
			TRY(children_refresh(cx, KIND_TRACKS, author, ids[i], &(struct uuid){{0}}));
		if (count)
			*after = ids[count - 1];
	} while (count);
	return NULL;
}

/* What carries the name of its parent. Not in one change: ten thousand of them would hold it too long. */
static err children_follow(struct ctx *cx, enum kind kind, struct uuid author, struct uuid parent)
{
	const struct uuid of = uuid_is_nil(author) ? parent : author;
	struct place *p = place_of(kind, of);
	struct uuid after = p ? p->after : (struct uuid){{0}};
	err e;

	index_many(true);
	e = children_refresh(cx, kind, author, parent, &after);
	index_many(false);
	if (!e && kind == KIND_POSTS && !uuid_is_nil(after))
		e = index_refresh_all(cx, kind, &after, 1); /* what waits goes into the index */
	if (e)
		place_keep(kind, of, after);
	else if (p)
		*p = (struct place){0};
	return e;
}

static COMMAND(rebuild_ask, none,
	       "INSERT INTO rebuild DEFAULT VALUES ON CONFLICT (is_only) DO UPDATE SET asked_at = now()");

static err ask_for_rebuild(struct ctx *cx, struct change *ch)
{
	(void)cx;
	rebuild_ask(ch);
	return NULL;
}

static const struct uuid nobody; /* the parent that is not the author, or the other way round */

HEARER(refresh_posts, none);
static err refresh_posts(struct ctx *cx, struct change *ch, const struct delivery *batch, int count)
{
	return refresh(cx, ch, KIND_POSTS, batch, count);
}

/* A new name, a deletion and a restoration change what is derived from an artist or an album too. Posts hold
 * no names of artists, but no ids of those who are gone. */
HEARER(refresh_artists, artist_event);
static err refresh_artists(struct ctx *cx, struct change *ch, const struct artist_event_delivery *batch,
			   int count)
{
	for (int i = 0; i < count; i++) {
		const struct artist_event_delivery *d = &batch[i];
		const bool comes_or_goes = event_is(d, artist_deleted) || event_is(d, artist_restored);
		if (comes_or_goes)
			TRY(children_follow(cx, KIND_POSTS, nobody, d->aggregate_id));
		if (comes_or_goes || d->payload->old_name)
			TRY(children_follow(cx, KIND_ALBUMS, nobody, d->aggregate_id));
	}
	return refresh(cx, ch, KIND_ARTISTS, DELIVERIES(batch), count);
}

HEARER(refresh_followed, follow_event);
static err refresh_followed(struct ctx *cx, struct change *ch, const struct follow_event_delivery *batch,
			    int count)
{
	return refresh(cx, ch, KIND_ARTISTS, DELIVERIES(batch), count);
}

/* Tracks carry their album's title and came out with it. */
HEARER(refresh_albums, album_event);
static err refresh_albums(struct ctx *cx, struct change *ch, const struct album_event_delivery *batch,
			  int count)
{
	for (int i = 0; i < count; i++) {
		const struct album_event_delivery *d = &batch[i];
		if (!event_is(d, album_created))
			TRY(children_follow(cx, KIND_TRACKS, nobody, d->aggregate_id));
	}
	return refresh(cx, ch, KIND_ALBUMS, DELIVERIES(batch), count);
}

HEARER(refresh_tracks, none);
static err refresh_tracks(struct ctx *cx, struct change *ch, const struct delivery *batch, int count)
{
	return refresh(cx, ch, KIND_TRACKS, batch, count);
}

HEARER(refresh_users, user_event);
static err refresh_users(struct ctx *cx, struct change *ch, const struct user_event_delivery *batch,
			 int count)
{
	for (int i = 0; i < count; i++)
		if (batch[i].payload->old_username || event_is(&batch[i], user_deleted))
			TRY(children_follow(cx, KIND_POSTS, batch[i].aggregate_id, nobody));
	return refresh(cx, ch, KIND_USERS, DELIVERIES(batch), count);
}

/* Each document is made of the current state: a later event that succeeds makes up for those before it. */
#define FOLLOWS_STATE .hearing = DURABLE, .supersedes = true, .restarted = ask_for_rebuild

const struct subscription search_hears[] = {
	{.name = "search.posts",
	 .source = "content",
	 FOLLOWS_STATE,
	 HEARS(refresh_posts, &post_created.event, &post_updated.event, &post_published.event,
	       &post_unpublished.event, &post_archived.event, &post_deleted.event, &post_restored.event)},
	{.name = "search.artists",
	 .source = "artist",
	 FOLLOWS_STATE,
	 HEARS(refresh_artists, &artist_created, &artist_updated, &artist_verified, &artist_deleted,
	       &artist_restored)},
	{.name = "search.followers",
	 .source = "artist",
	 FOLLOWS_STATE,
	 HEARS(refresh_followed, &artist_followed, &artist_unfollowed)},
	{.name = "search.albums",
	 .source = "artist",
	 FOLLOWS_STATE,
	 HEARS(refresh_albums, &album_created, &album_updated, &album_deleted, &album_restored)},
	{.name = "search.tracks",
	 .source = "artist",
	 FOLLOWS_STATE,
	 HEARS(refresh_tracks, &track_created.event, &track_updated.event, &track_deleted.event,
	       &track_restored.event)},
	{.name = "search.users",
	 .source = "auth",
	 FOLLOWS_STATE,
	 HEARS(refresh_users, &user_registered, &user_updated, &user_role_changed, &user_password_changed,
	       &user_deactivated, &user_reactivated, &user_deleted)},
	{0},
};
