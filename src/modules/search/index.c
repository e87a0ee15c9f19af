/* The index's statements, and its documents: written, removed and compared in batches. */
#include "modules/search/index.h"

#include "modules/search/source.h"
#include "vobe/word_lists.h"

#include "modules/search/sql.h"

#include "vobe/log.h"
#include "vobe/sounds.h"

#include <stdlib.h>
#include <string.h>

const char *const kind_names[KIND_COUNT + 1] = {"posts", "artists", "albums", "tracks", "users"};

#define STAMP_ROW_FIELDS(F, T) F(T, INT, stamp, 0, "The next stamp")
STRUCT(stamp_row, STAMP_ROW_FIELDS);
SCHEMA(stamp_row, STAMP_ROW_FIELDS, "A stamp");

#define STAMPED_ID_FIELDS(F, T)                                                                    \
	F(T, UUID, id, 0, "The document")                                                          \
	F(T, INT, stamp, 0, "Order of reading")
STRUCT(stamped_id, STAMPED_ID_FIELDS);
SCHEMA(stamped_id, STAMPED_ID_FIELDS, "A document to remove");

#define SCAN_IN_FIELDS(F, T)                                                                       \
	F(T, TEXT, kind, 0, "Kind of document")                                                    \
	F(T, UUID, id, 0, "Behind this one")                                                       \
	F(T, INT, limit, 0, "At most so many")
STRUCT(scan_in, SCAN_IN_FIELDS);
SCHEMA(scan_in, SCAN_IN_FIELDS, "A scan in order of id");

#define WORDS_IN_FIELDS(F, T)                                                                      \
	F(T, TEXT, kind, 0, "Kind of document")                                                    \
	F(T, TEXTS, words, 0, "Sorted words")                                                      \
	F(T, TEXTS, sounds, 0, "The keys of their sounds")
STRUCT(words_in, WORDS_IN_FIELDS);
SCHEMA(words_in, WORDS_IN_FIELDS, "Words for the vocabulary");

#define OLDER_IN_FIELDS(F, T)                                                                      \
	F(T, UUIDS, ids, 0, "Documents")                                                           \
	F(T, INT, stamp, 0, "Those with an older one")
STRUCT(older_in, OLDER_IN_FIELDS);
SCHEMA(older_in, OLDER_IN_FIELDS, "Which documents were not written since");

#define LIST_LIMIT_FIELDS(F, T) F(T, INT, kb, 0, "How much may wait")
STRUCT(list_limit, LIST_LIMIT_FIELDS);
SCHEMA(list_limit, LIST_LIMIT_FIELDS, "How much of what posts say may wait to go into the index");

/* For the transaction. */
static COMMAND(list_limit, list_limit,
	       "SELECT WHERE set_config('gin_pending_list_limit', $kb::bigint::text, true) IS NULL");

static COMMAND_ROW(stamp_next, none, stamp_row, STAMP_NEXT_SQL);

static COMMAND(post_write, post_entry, POST_WRITE_SQL);
static COMMAND(artist_write, artist_entry, ARTIST_WRITE_SQL);
static COMMAND(album_write, album_entry, ALBUM_WRITE_SQL);
static COMMAND(track_write, track_entry, TRACK_WRITE_SQL);
static COMMAND(user_write, user_entry, USER_WRITE_SQL);
static COMMAND(document_remove, stamped_id, DOCUMENT_REMOVE_SQL);
static COMMAND(vocabulary_add, words_in, VOCABULARY_ADD_SQL);

static QUERY(posts_by_ids, by_ids, post_entry, POSTS_BY_IDS_SQL);
static QUERY(artists_by_ids, by_ids, artist_entry, ARTISTS_BY_IDS_SQL);
static QUERY(albums_by_ids, by_ids, album_entry, ALBUMS_BY_IDS_SQL);
static QUERY(tracks_by_ids, by_ids, track_entry, TRACKS_BY_IDS_SQL);
static QUERY(users_by_ids, by_ids, user_entry, USERS_BY_IDS_SQL);
static QUERY(documents_scan, scan_in, by_id, DOCUMENTS_SCAN_SQL);
static QUERY(documents_older, older_in, by_id, DOCUMENTS_OLDER_SQL);
static QUERY_ROW(documents_total, kind_row, count_row, DOCUMENTS_TOTAL_SQL, .lane = LANE_SLOW);

enum { REFUSED_MOST = 100, LIST_KB = 256 /* fifty posts */, LIST_LONG_KB = 4096 };

static int many_written; /* walks under way that write very many documents */

static const struct schema *const entry_schemas[KIND_COUNT] = {&post_entry_schema, &artist_entry_schema,
							       &album_entry_schema, &track_entry_schema,
							       &user_entry_schema};

static int by_id_order(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct uuid));
}

/* Every writer locks in the same order, documents by id and then words by text, so that two of them cannot
 * deadlock. */
static struct uuid *ids_ordered(struct arena *a, const struct uuid *ids, int count)
{
	struct uuid *ordered = arena_copy(a, ids, (size_t)count * sizeof *ids);
	qsort(ordered, (size_t)count, sizeof *ordered, by_id_order);
	return ordered;
}

static void words_add(struct arena *a, struct change *ch, enum kind kind, const struct made *made, int count)
{
	int all = 0, n = 0;
	for (int i = 0; i < count; i++)
		all += made[i].words.count;
	const char **words = ARENA_ARRAY(a, const char *, all + 1);
	for (int i = 0; i < count; i++)
		for (int j = 0; j < made[i].words.count; j++)
			words[n++] = made[i].words.at[j];
	if (!n)
		return;
	const struct texts ordered = words_ordered(words, n);
	const char **sounds = ARENA_ARRAY(a, const char *, ordered.count);
	for (int i = 0; i < ordered.count; i++)
		sounds[i] = sound_key(a, text_sound(a, ordered.at[i]));
	vocabulary_add(ch, &(struct words_in){kind_names[kind], ordered, {sounds, ordered.count}});
}

/* A sequence and not a clock: two instances must agree, and clocks jump. Reading lanes may not advance one,
 * so it is a change. */
static err stamp_take(struct ctx *cx, struct stamp_row *stamp)
{
	struct change *ch = change_begin(cx);
	stamp_next(ch, stamp);
	return change_commit(cx, ch);
}

static void entry_write(struct change *ch, enum kind kind, const void *entry)
{
	switch (kind) {
	case KIND_POSTS: post_write(ch, entry); break;
	case KIND_ARTISTS: artist_write(ch, entry); break;
	case KIND_ALBUMS: album_write(ch, entry); break;
	case KIND_TRACKS: track_write(ch, entry); break;
	default: user_write(ch, entry);
	}
}

err index_refresh(struct ctx *cx, struct change *ch, enum kind kind, const struct uuid *ids, int count)
{
	struct made made[INDEX_BATCH];
	struct stamp_row stamp;
	const struct uuid *ordered = ids_ordered(cx->arena, ids, count);

	if (!count)
		return NULL;
	TRY(stamp_take(cx, &stamp));
	TRY(sources_read(cx, kind, ordered, count, stamp.stamp, made));
	if (kind == KIND_POSTS)
		list_limit(ch, &(struct list_limit){many_written ? LIST_LONG_KB : LIST_KB});
	for (int i = 0; i < count; i++) {
		if (made[i].exists)
			entry_write(ch, kind, made[i].entry);
		else
			document_remove(ch, &(struct stamped_id){ordered[i], stamp.stamp});
	}
	words_add(cx->arena, ch, kind, made, count);
	return NULL;
}

static int64_t refused_count; /* documents that the database would not take, since the start */
static int refused_in_a_row;

int64_t index_refused(void)
{
	return refused_count;
}

/* What the database says of these documents, as against a lock, a deadline of the caller's, a server away. */
static bool is_refusal(err e)
{
	return e->status != 503 || (e->cause && !e->contended);
}

/* One document that cannot be written keeps no other from it. Everything refused is another matter. */
static err pass_over(enum kind kind, struct uuid id, err e)
{
	char text[UUID_TEXT];

	uuid_text(id, text);
	log_error("document_refused", "%s %s stays as it was in the index: %s", kind_names[kind], text,
		  e->cause ? e->cause : e->detail);
	refused_count++;
	return ++refused_in_a_row < REFUSED_MOST ? NULL : e;
}

/* Halves what is refused, down to the one document whose fault it is. */
static err refresh_some(struct ctx *cx, enum kind kind, const struct uuid *ids, int count)
{
	struct change *ch = change_begin(cx);
	err e = index_refresh(cx, ch, kind, ids, count);

	e = e ? e : change_commit(cx, ch);
	if (!e)
		refused_in_a_row = 0;
	if (!e || !is_refusal(e))
		return e;
	if (count == 1)
		return pass_over(kind, ids[0], e);
	TRY(refresh_some(cx, kind, ids, count / 2));
	return refresh_some(cx, kind, ids + count / 2, count - count / 2);
}

err index_refresh_all(struct ctx *cx, enum kind kind, const struct uuid *ids, int count)
{
	for (int done = 0; done < count; done += INDEX_BATCH) {
		struct ctx batch = *cx;
		batch.arena = arena_new(); /* ten thousand documents may follow one another */
		err e = refresh_some(&batch, kind, ids + done,
				     count - done < INDEX_BATCH ? count - done : INDEX_BATCH);
		e = problem_keep(cx, e);
		arena_free(batch.arena);
		TRY(e);
		apply_gets_on(cx);
	}
	return NULL;
}

void index_many(bool begun)
{
	many_written += begun ? 1 : -1;
}

bool index_writes_many(void)
{
	return many_written > 0;
}

err index_stamp(struct ctx *cx, int64_t *stamp)
{
	struct stamp_row row;
	TRY(stamp_take(cx, &row));
	*stamp = row.stamp;
	return NULL;
}

err entries_older(struct ctx *cx, struct uuids ids, int64_t stamp, struct uuids *older)
{
	struct by_id *rows;
	TRY(documents_older(cx, &(struct older_in){ids, stamp}, &rows, &older->count));
	older->at = (struct uuid *)rows; /* a list of by_id is a list of ids */
	return NULL;
}

err entry_scan(struct ctx *cx, enum kind kind, struct uuid after, int limit, struct uuid **ids, int *count)
{
	struct by_id *rows;
	TRY(documents_scan(cx, &(struct scan_in){kind_names[kind], after, limit}, &rows, count));
	*ids = ARENA_ARRAY(cx->arena, struct uuid, *count + 1);
	for (int i = 0; i < *count; i++)
		(*ids)[i] = rows[i].id;
	return NULL;
}

err entry_count(struct ctx *cx, enum kind kind, int64_t *count)
{
	struct count_row row;
	TRY(documents_total(cx, &(struct kind_row){kind_names[kind]}, &row));
	*count = row.count;
	return NULL;
}

/*
 * Stored rows lack what is derived from the rest; equal columns make equal derivations. A source may have got
 * a newer version by what no document shows (an album's counts its artist's); an older one has been restored.
 */
static bool entry_is_current(enum kind kind, const void *stored, const void *made)
{
	const struct schema *s = entry_schemas[kind];
	void *columns = memcpy((char[sizeof(struct post_entry)]){0}, made, s->size);
	for (int i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];
		char *to = (char *)columns + f->offset;
		const char *from = (const char *)stored + f->offset;
		const bool grew = !strcmp(f->name, "version") && *(const int64_t *)from < *(int64_t *)to;
		if (grew || (f->flags & NO_COLUMN))
			memcpy(to, from, f->type == TYPE_TEXTS ? sizeof(struct texts) : sizeof(int64_t));
	}
	return schema_equal(s, stored, columns);
}

/* An array of the entries of a kind. */
union entries {
	struct post_entry *posts;
	struct artist_entry *artists;
	struct album_entry *albums;
	struct track_entry *tracks;
	struct user_entry *users;
	const char *any;
};

static err entries_read(struct ctx *cx, enum kind kind, const struct by_ids *in, union entries *out,
			int *count)
{
	switch (kind) {
	case KIND_POSTS: return posts_by_ids(cx, in, &out->posts, count);
	case KIND_ARTISTS: return artists_by_ids(cx, in, &out->artists, count);
	case KIND_ALBUMS: return albums_by_ids(cx, in, &out->albums, count);
	case KIND_TRACKS: return tracks_by_ids(cx, in, &out->tracks, count);
	default: return users_by_ids(cx, in, &out->users, count);
	}
}

static const void *entry_of(enum kind kind, union entries entries, int count, struct uuid id)
{
	const char *entry = entries.any;
	for (int i = 0; i < count; i++, entry += entry_schemas[kind]->size)
		if (uuid_equal(*(const struct uuid *)entry, id)) /* the first member of every entry */
			return entry;
	return NULL;
}

err index_compare(struct ctx *cx, enum kind kind, const struct uuid *ids, int count,
		  struct index_status *differ)
{
	struct made made[INDEX_BATCH];
	union entries entries;
	int found;

	TRY(sources_read(cx, kind, ids, count, 0, made));
	TRY(entries_read(cx, kind, &(struct by_ids){{ids, count}}, &entries, &found));
	for (int i = 0; i < count; i++) {
		const void *stored = entry_of(kind, entries, found, ids[i]);
		differ->missing += made[i].exists && !stored;
		differ->extra += !made[i].exists && stored;
		differ->stale += made[i].exists && stored && !entry_is_current(kind, stored, made[i].entry);
	}
	return NULL;
}
