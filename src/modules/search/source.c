/* From the current state of a source to its document. */
#include "modules/search/source.h"

#include "vobe/facts.h"
#include "vobe/fnv.h"
#include "vobe/vectors.h"

#include <string.h>

const struct content_documents *content;
const struct artist_documents *artist;
const struct auth_documents *auth;

/* What is derived from the texts of an entry, in its own members. */
#define DERIVE(a, e, parts, count) \
	derive(a, parts, count, &(e)->doc, &(e)->exact, &(e)->forms, &(e)->plain, &(e)->length)

static struct texts derive(struct arena *a, const struct part *parts, int count, const char **doc,
			   const char **exact, const char **forms, const char **plain, int64_t *length)
{
	const struct vectors v = vectors_make(a, parts, count);

	*doc = v.doc;
	*exact = v.exact;
	*forms = v.forms;
	*plain = v.plain;
	*length = v.length;
	return v.words;
}

/* Its artists' names are added to it when it is looked for, as they are then. */
static struct texts post_derive(struct arena *a, const struct post_document *d, struct post_entry *e)
{
	struct part *parts = ARENA_ARRAY(a, struct part, d->tags.count + 4);
	int n = 0;

	parts[n++] = (struct part){d->title, 'A', true};
	parts[n++] = (struct part){d->description, 'B', false};
	parts[n++] = (struct part){d->author_username, 'B', true};
	for (int i = 0; i < d->tags.count; i++)
		parts[n++] = (struct part){d->tags.at[i], 'B', true};
	parts[n++] = (struct part){d->content, 'D', false};
	return DERIVE(a, e, parts, n);
}

static struct texts artist_derive(struct arena *a, const struct artist_document *d, struct artist_entry *e)
{
	struct part *parts = ARENA_ARRAY(a, struct part, d->genres.count + 3);
	int n = 0;

	parts[n++] = (struct part){d->name, 'A', true};
	for (int i = 0; i < d->genres.count; i++)
		parts[n++] = (struct part){d->genres.at[i], 'B', false};
	parts[n++] = (struct part){d->country, 'B', false};
	parts[n++] = (struct part){d->bio, 'D', false};
	return DERIVE(a, e, parts, n);
}

/* What the name adds to posts of the artist, which are not called so. */
static void name_derive(struct arena *a, struct artist_entry *e)
{
	const struct part parts[] = {{"", 'A', false}, {e->name, 'B', true}};
	const struct vectors v = vectors_make(a, parts, 2);

	e->name_words = v.exact;
	e->name_stems = v.doc;
	e->credit = artist_id_tsquery(a, e->artist_id);
}

/* The vocabulary knows tags by their facts, for suggestions. */
static struct texts words_and_tags(struct arena *a, struct texts words, struct texts facts)
{
	const char **all = ARENA_ARRAY(a, const char *, words.count + facts.count + 1);
	int n = 0;

	for (int i = 0; i < words.count; i++)
		all[n++] = words.at[i];
	for (int i = 0; i < facts.count; i++)
		if (!strncmp(facts.at[i], ":tag:", strlen(":tag:")))
			all[n++] = facts.at[i];
	return (struct texts){all, n};
}

static struct made post_make(struct arena *a, const struct post_document *d, int64_t stamp)
{
	struct post_entry *e = ARENA_NEW(a, struct post_entry);
	*e = (struct post_entry){.post_id = d->id,
				 .title = d->title,
				 .slug = d->slug,
				 .description = d->description,
				 .author_id = d->author_id,
				 .author_username = d->author_username,
				 .primary_artist_id = d->primary_artist_id,
				 .artist_ids = d->artist_ids,
				 .status = d->status,
				 .tags = d->tags,
				 .cover_image_url = d->cover_image_url,
				 .published_at = d->published_at,
				 .created_at = d->created_at,
				 .version = d->version,
				 .content_hash = (int64_t)fnv1a(FNV_BEGINS, d->content, strlen(d->content)),
				 .stamp = stamp,
				 .facts = post_facts(a, d)};
	return (struct made){true, e, words_and_tags(a, post_derive(a, d, e), e->facts)};
}

static struct made artist_make(struct arena *a, const struct artist_document *d, int64_t stamp)
{
	struct artist_entry *e = ARENA_NEW(a, struct artist_entry);
	*e = (struct artist_entry){.artist_id = d->id,
				   .name = d->name,
				   .slug = d->slug,
				   .bio = d->bio,
				   .genres = d->genres,
				   .country = d->country,
				   .photo_url = d->photo_url,
				   .verified = d->verified,
				   .followers_count = d->followers_count,
				   .created_at = d->created_at,
				   .version = d->version,
				   .stamp = stamp,
				   .facts = artist_facts(a, d)};
	name_derive(a, e);
	return (struct made){true, e, artist_derive(a, d, e)};
}

static struct made album_make(struct arena *a, const struct album_document *d, int64_t stamp)
{
	const struct part parts[] = {
		{d->title, 'A', true}, {d->artist_name, 'B', true}, {d->description, 'D', false}};
	struct album_entry *e = ARENA_NEW(a, struct album_entry);
	*e = (struct album_entry){.album_id = d->id,
				  .artist_id = d->artist_id,
				  .title = d->title,
				  .artist_name = d->artist_name,
				  .description = d->description,
				  .album_type = d->album_type,
				  .release_date = d->release_date,
				  .cover_url = d->cover_url,
				  .created_at = d->created_at,
				  .version = d->version,
				  .stamp = stamp,
				  .facts = album_facts(a, d)};
	return (struct made){true, e, DERIVE(a, e, parts, 3)};
}

static struct made track_make(struct arena *a, const struct track_document *d, const char *release_date,
			      int64_t stamp)
{
	const struct part parts[] = {
		{d->title, 'A', true}, {d->artist_name, 'B', true}, {d->album_title, 'B', false}};
	struct track_entry *e = ARENA_NEW(a, struct track_entry);
	*e = (struct track_entry){.track_id = d->id,
				  .album_id = d->album_id,
				  .artist_id = d->artist_id,
				  .title = d->title,
				  .album_title = d->album_title,
				  .artist_name = d->artist_name,
				  .duration = d->duration,
				  .release_date = release_date,
				  .created_at = d->created_at,
				  .version = d->version,
				  .stamp = stamp,
				  .facts = track_facts(a, d, release_date)};
	return (struct made){true, e, DERIVE(a, e, parts, 3)};
}

static struct made user_make(struct arena *a, const struct user_document *d, int64_t stamp)
{
	const struct part name = {d->username, 'A', true};
	struct user_entry *e = ARENA_NEW(a, struct user_entry);
	*e = (struct user_entry){.user_id = d->id,
				 .username = d->username,
				 .created_at = d->created_at,
				 .version = d->version,
				 .stamp = stamp};
	return (struct made){true, e, DERIVE(a, e, &name, 1)};
}

#define SOURCE_READER(kind, one, service)                                                          \
	static err kind##_read(struct ctx *cx, const struct uuid *ids, int count, int64_t stamp, \
	  struct made *made) \
	{                                                                                          \
		struct one##_document *docs = ARENA_ARRAY(cx->arena, struct one##_document, count); \
		TRY(service->one##_documents(cx, ids, count, docs));                               \
		for (int i = 0; i < count; i++)                                                    \
			made[i] = docs[i].exists ? one##_make(cx->arena, &docs[i], \
			  stamp) : (struct made){0}; \
		return NULL;                                                                       \
	}
SOURCE_READER(posts, post, content)
SOURCE_READER(artists, artist, artist)
SOURCE_READER(albums, album, artist)

/* A track came out with its album. */
static err tracks_read(struct ctx *cx, const struct uuid *ids, int count, int64_t stamp, struct made *made)
{
	struct track_document *docs = ARENA_ARRAY(cx->arena, struct track_document, count);
	struct album_document *albums = ARENA_ARRAY(cx->arena, struct album_document, count);
	struct uuid *album_ids = ARENA_ARRAY(cx->arena, struct uuid, count);

	TRY(artist->track_documents(cx, ids, count, docs));
	for (int i = 0; i < count; i++)
		album_ids[i] = docs[i].album_id;
	TRY(artist->album_documents(cx, album_ids, count, albums));
	for (int i = 0; i < count; i++)
		made[i] = docs[i].exists ? track_make(cx->arena, &docs[i], albums[i].release_date, stamp)
					 : (struct made){0};
	return NULL;
}

SOURCE_READER(users, user, auth)

err sources_read(struct ctx *cx, enum kind kind, const struct uuid *ids, int count, int64_t stamp,
		 struct made *made)
{
	switch (kind) {
	case KIND_POSTS: return posts_read(cx, ids, count, stamp, made);
	case KIND_ARTISTS: return artists_read(cx, ids, count, stamp, made);
	case KIND_ALBUMS: return albums_read(cx, ids, count, stamp, made);
	case KIND_TRACKS: return tracks_read(cx, ids, count, stamp, made);
	default: return users_read(cx, ids, count, stamp, made);
	}
}

err source_scan(struct ctx *cx, enum kind kind, struct uuid after, int limit, struct uuid **ids, int *count)
{
	if (kind == KIND_POSTS)
		return content->scan(cx, after, limit, ids, count);
	if (kind == KIND_USERS)
		return auth->scan(cx, after, limit, ids, count);
	return artist->scan(cx, (enum catalogue_kind)(CATALOGUE_ARTISTS + kind - KIND_ARTISTS), after, limit,
			    ids, count);
}
