/* From the sources' current state to documents: reading in batches, writing, comparing. */
#include "modules/search/index.h"

#include "modules/search/index_store.h"
#include "modules/search/words.h"

#include <stdlib.h>
#include <string.h>

const char *const kind_names[KIND_COUNT] = {"posts", "artists", "albums", "tracks"};

/* What one source becomes: an entry to be written, or nothing. */
struct made {
	bool exists;
	const void *entry;
	struct texts words;
};

static struct texts post_words(struct arena *a, const struct post_document *d)
{
	const char **texts = ARENA_ARRAY(a, const char *, d->artist_names.count + d->tags.count + 2);
	int n = 0;
	texts[n++] = d->title;
	texts[n++] = d->author_username;
	for (int i = 0; i < d->artist_names.count; i++)
		texts[n++] = d->artist_names.at[i];
	for (int i = 0; i < d->tags.count; i++)
		texts[n++] = d->tags.at[i];
	return words_exact(a, texts, n);
}

static struct made post_make(struct arena *a, const struct post_document *d, int64_t stamp)
{
	struct post_entry *e = ARENA_NEW(a, struct post_entry);
	*e = (struct post_entry){
		.post_id = d->id, .title = d->title, .slug = d->slug, .description = d->description, .content = d->content,
		.author_id = d->author_id, .author_username = d->author_username, .primary_artist_id = d->primary_artist_id,
		.artist_ids = d->artist_ids, .artist_names = d->artist_names, .status = d->status, .tags = d->tags,
		.cover_image_url = d->cover_image_url, .published_at = d->published_at, .created_at = d->created_at,
		.version = d->version, .stamp = stamp, .words = post_words(a, d), .plain = words_plain(a, d->title)};
	return (struct made){true, e, e->words};
}

static struct made artist_make(struct arena *a, const struct artist_document *d, int64_t stamp)
{
	struct artist_entry *e = ARENA_NEW(a, struct artist_entry);
	*e = (struct artist_entry){
		.artist_id = d->id, .name = d->name, .slug = d->slug, .bio = d->bio, .genres = d->genres, .country = d->country,
		.photo_url = d->photo_url, .verified = d->verified, .followers_count = d->followers_count,
		.created_at = d->created_at, .version = d->version, .stamp = stamp, .words = words_exact(a, &d->name, 1),
		.plain = words_plain(a, d->name)};
	return (struct made){true, e, e->words};
}

static struct made album_make(struct arena *a, const struct album_document *d, int64_t stamp)
{
	const char *const texts[] = {d->title, d->artist_name};
	struct album_entry *e = ARENA_NEW(a, struct album_entry);
	*e = (struct album_entry){
		.album_id = d->id, .artist_id = d->artist_id, .title = d->title, .artist_name = d->artist_name,
		.description = d->description, .album_type = d->album_type, .release_date = d->release_date,
		.cover_url = d->cover_url, .created_at = d->created_at, .version = d->version, .stamp = stamp,
		.words = words_exact(a, texts, 2), .plain = words_plain(a, d->title)};
	return (struct made){true, e, e->words};
}

static struct made track_make(struct arena *a, const struct track_document *d, int64_t stamp)
{
	const char *const texts[] = {d->title, d->artist_name};
	struct track_entry *e = ARENA_NEW(a, struct track_entry);
	*e = (struct track_entry){
		.track_id = d->id, .album_id = d->album_id, .artist_id = d->artist_id, .title = d->title,
		.album_title = d->album_title, .artist_name = d->artist_name, .duration = d->duration,
		.created_at = d->created_at, .version = d->version, .stamp = stamp, .words = words_exact(a, texts, 2),
		.plain = words_plain(a, d->title)};
	return (struct made){true, e, e->words};
}

#define SOURCE_READER(kind, one, service)                                                          \
	static err kind##_read(struct ctx *cx, const struct uuid *ids, int count, int64_t stamp, struct made *made) \
	{                                                                                          \
		struct one##_document *docs = ARENA_ARRAY(cx->arena, struct one##_document, count); \
		TRY(service->one##_documents(cx, ids, count, docs));                               \
		for (int i = 0; i < count; i++)                                                    \
			made[i] = docs[i].exists ? one##_make(cx->arena, &docs[i], stamp) : (struct made){0}; \
		return NULL;                                                                       \
	}
SOURCE_READER(posts, post, content)
SOURCE_READER(artists, artist, artist)
SOURCE_READER(albums, album, artist)
SOURCE_READER(tracks, track, artist)

static err (*const sources_read[KIND_COUNT])(struct ctx *cx, const struct uuid *ids, int count, int64_t stamp,
					      struct made *made) = {posts_read, artists_read, albums_read, tracks_read};

static const struct schema *const entry_schemas[KIND_COUNT] = {
	&post_entry_schema, &artist_entry_schema, &album_entry_schema, &track_entry_schema};

static int by_id_order(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct uuid));
}

/* Every writer locks in the same order, documents by id and then words by text, so that two of them cannot deadlock. */
static struct uuid *ids_ordered(struct arena *a, const struct uuid *ids, int count)
{
	struct uuid *ordered = arena_copy(a, ids, (size_t)count * sizeof *ids);
	qsort(ordered, (size_t)count, sizeof *ordered, by_id_order);
	return ordered;
}

static void vocabulary_add(struct arena *a, struct change *ch, enum kind kind, const struct made *made, int count)
{
	int all = 0, n = 0;
	for (int i = 0; i < count; i++)
		all += made[i].words.count;
	const char **words = ARENA_ARRAY(a, const char *, all + 1);
	for (int i = 0; i < count; i++)
		for (int j = 0; j < made[i].words.count; j++)
			words[n++] = made[i].words.at[j];
	if (n)
		change_add(ch, &index_statements[VOCABULARY_ADD], &(struct words_in){kind_names[kind], words_ordered(words, n)});
}

/* A sequence and not a clock: two instances must agree, and clocks jump. Reading lanes may not advance one, so it is a change. */
static err stamp_take(struct ctx *cx, struct stamp_row *stamp)
{
	struct change *ch = change_begin(cx);
	change_returning(ch, &index_statements[STAMP_NEXT], NULL, stamp);
	return change_commit(cx, ch);
}

err index_refresh(struct ctx *cx, struct change *ch, enum kind kind, const struct uuid *ids, int count)
{
	struct made made[INDEX_BATCH];
	struct stamp_row stamp;
	const struct uuid *ordered = ids_ordered(cx->arena, ids, count);

	if (!count)
		return NULL;
	TRY(stamp_take(cx, &stamp));
	TRY(sources_read[kind](cx, ordered, count, stamp.stamp, made));
	for (int i = 0; i < count; i++) {
		if (made[i].exists)
			change_add(ch, &index_statements[POST_WRITE + kind], made[i].entry);
		else
			change_add(ch, &index_statements[DOCUMENT_REMOVE], &(struct stamped_id){ordered[i], stamp.stamp});
	}
	vocabulary_add(cx->arena, ch, kind, made, count);
	return NULL;
}

err index_refresh_all(struct ctx *cx, enum kind kind, const struct uuid *ids, int count)
{
	for (int done = 0; done < count; done += INDEX_BATCH) {
		struct change *ch = change_begin(cx);
		TRY(index_refresh(cx, ch, kind, ids + done, count - done < INDEX_BATCH ? count - done : INDEX_BATCH));
		TRY(change_commit(cx, ch));
	}
	return NULL;
}

err source_scan(struct ctx *cx, enum kind kind, struct uuid after, int limit, struct uuid **ids, int *count)
{
	if (kind == KIND_POSTS)
		return content->scan(cx, after, limit, ids, count);
	return artist->scan(cx, (enum catalogue_kind)(CATALOGUE_ARTISTS + kind - KIND_ARTISTS), after, limit, ids, count);
}

err entry_scan(struct ctx *cx, enum kind kind, struct uuid after, int limit, struct uuid **ids, int *count)
{
	struct by_id *rows;
	TRY(db_rows(cx, &index_statements[DOCUMENTS_SCAN], (&(struct scan_in){kind_names[kind], after, limit}), &rows, count));
	*ids = ARENA_ARRAY(cx->arena, struct uuid, *count + 1);
	for (int i = 0; i < *count; i++)
		(*ids)[i] = rows[i].id;
	return NULL;
}

err entry_count(struct ctx *cx, enum kind kind, int64_t *count)
{
	struct count_row row;
	TRY(db_row(cx, &index_statements[DOCUMENTS_TOTAL], (&(struct kind_row){kind_names[kind]}), &row));
	*count = row.count;
	return NULL;
}

/* Stored rows lack what is derived from the rest; equal columns make equal derivations. */
static bool entry_is_current(enum kind kind, const void *stored, const void *made)
{
	const struct schema *s = entry_schemas[kind];
	void *columns = memcpy((char[sizeof(struct post_entry)]){0}, made, s->size);
	for (int i = 0; i < s->count; i++)
		if (s->fields[i].flags & NO_COLUMN)
			memcpy((char *)columns + s->fields[i].offset, (const char *)stored + s->fields[i].offset,
			       s->fields[i].type == TYPE_TEXTS ? sizeof(struct texts) : sizeof(int64_t));
	return schema_equal(s, stored, columns);
}

static const void *entry_of(enum kind kind, const char *rows, int count, struct uuid id)
{
	for (int i = 0; i < count; i++) /* the id is the first member of every entry */
		if (uuid_equal(*(const struct uuid *)(rows + (size_t)i * entry_schemas[kind]->size), id))
			return rows + (size_t)i * entry_schemas[kind]->size;
	return NULL;
}

err index_compare(struct ctx *cx, enum kind kind, const struct uuid *ids, int count, struct index_status *differ)
{
	struct made made[INDEX_BATCH];
	char *rows;
	int found;

	TRY(sources_read[kind](cx, ids, count, 0, made));
	TRY(db_rows(cx, &index_statements[POSTS_BY_IDS + kind], (&(struct by_ids){{ids, count}}), &rows, &found));
	for (int i = 0; i < count; i++) {
		const void *stored = entry_of(kind, rows, found, ids[i]);
		differ->missing += made[i].exists && !stored;
		differ->extra += !made[i].exists && stored;
		differ->stale += made[i].exists && stored && !entry_is_current(kind, stored, made[i].entry);
	}
	return NULL;
}
