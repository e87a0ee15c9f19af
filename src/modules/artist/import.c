/*
 * Imports: rows by the rules of the API, a batch a transaction, with the events of creation. What is there
 * already stays. Another import of the same rows may run: what it adds first shows as a conflict, and the
 * batch is looked at again.
 */
#include "modules/artist/service.h"

#include <stdlib.h>

enum { IMPORT_ATTEMPTS = 5 };

#define STORED_FIELDS(F, T) F(T, BOOL, is_stored, 0, "")
STRUCT(stored, STORED_FIELDS);
SCHEMA(stored, STORED_FIELDS, "Whether a row is there already");

/* For each of the ids, in their order. */
#define STORED(name, table)                                                                        \
	QUERY_OF(name, "SELECT EXISTS (SELECT FROM " table " WHERE id = w.id) AS is_stored"        \
		       " FROM unnest($ids::uuid[]) WITH ORDINALITY AS w (id, place) ORDER BY w.place")
/* clang-format off */
static QUERIES(stored_rows, by_ids, stored,
	[CATALOGUE_ARTISTS] = STORED("artists_stored", "artists"),
	[CATALOGUE_ALBUMS] = STORED("albums_stored", "albums"),
	[CATALOGUE_TRACKS] = STORED("tracks_stored", "tracks"));
/* clang-format on */

/* One batch of one kind. */
struct intake {
	struct ctx *cx;
	const void *rows; /* of the contract */
	void *entities;   /* what becomes of them, good or not */
	int count, attempt;
	struct import_outcome *outcomes;
};

struct kind {
	enum catalogue_kind kind;
	const struct schema *schema;
	const char *(*fill)(struct ctx *cx, const void *rows, int i, void *entity); /* a fault, or NULL */
	err (*prepare)(struct intake *in); /* what needs the database: parents, slugs, numbers. Sets faults */
	void (*add)(struct change *ch, const void *entity);
};

static bool is_good(const struct intake *in, int i)
{
	return in->outcomes[i].added && !in->outcomes[i].fault;
}

/* --- what all kinds go through --- */

static struct uuid entity_id(const struct kind *kind, const struct intake *in, int i)
{
	/* `id` is the first field of each. */
	return *(const struct uuid *)((const char *)in->entities + (size_t)i * kind->schema->size);
}

static const char *first_fault(struct arena *a, err e)
{
	return e->fault_count ? arena_fmt(a, "%s: %s", e->faults[0].pointer, e->faults[0].detail) : e->detail;
}

static void fill_and_validate(const struct kind *kind, struct intake *in)
{
	for (int i = 0; i < in->count; i++) {
		void *entity = (char *)in->entities + (size_t)i * kind->schema->size;
		schema_clear(kind->schema, entity);
		const char *fault = kind->fill(in->cx, in->rows, i, entity);
		in->outcomes[i] = (struct import_outcome){.added = true, .fault = fault};
		err e = schema_validate(in->cx->arena, kind->schema, entity);
		if (uuid_is_nil(entity_id(kind, in, i)))
			in->outcomes[i].fault = "/id: Required.";
		else if (e)
			in->outcomes[i].fault = first_fault(in->cx->arena, e);
	}
}

struct numbered {
	struct uuid id;
	int i;
};

static int compare_numbered(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;
	const int order = memcmp(&x->id, &y->id, sizeof x->id);
	return order ? order : x->i - y->i;
}

/* Rows that are stored, or come twice in the batch, are not added. */
static err leave_out_stored(const struct kind *kind, struct intake *in)
{
	struct numbered *sorted = ARENA_ARRAY(in->cx->arena, struct numbered, in->count);
	struct uuid *ids = ARENA_ARRAY(in->cx->arena, struct uuid, in->count);
	const struct by_ids wanted = {.ids = {ids, in->count}};
	struct stored *stored;
	int stored_count;

	for (int i = 0; i < in->count; i++)
		sorted[i] = (struct numbered){ids[i] = entity_id(kind, in, i), i};
	TRY(stored_rows(in->cx, kind->kind, &wanted, &stored, &stored_count));
	qsort(sorted, in->count, sizeof *sorted, compare_numbered);
	for (int i = 0; i < in->count; i++) {
		if (stored[i].is_stored)
			in->outcomes[i].added = false;
		if (i && uuid_equal(sorted[i].id, sorted[i - 1].id))
			in->outcomes[sorted[i].i].added = false;
	}
	return NULL;
}

static err insert_good(const struct kind *kind, const struct intake *in)
{
	struct change *ch = change_begin(in->cx);
	for (int i = 0; i < in->count; i++)
		if (is_good(in, i))
			kind->add(ch, (const char *)in->entities + (size_t)i * kind->schema->size);
	return change_commit(in->cx, ch);
}

static err import(const struct kind *kind, struct ctx *cx, const void *rows, int count,
		  struct import_outcome *outcomes)
{
	struct intake in = {.cx = cx, .rows = rows, .count = count, .outcomes = outcomes};
	err e = EDIT_CONFLICT;

	in.entities = arena_array(cx->arena, count, kind->schema->size);
	for (; e && e->status == EDIT_CONFLICT->status && in.attempt < IMPORT_ATTEMPTS; in.attempt++) {
		fill_and_validate(kind, &in);
		TRY(leave_out_stored(kind, &in));
		TRY(kind->prepare(&in));
		e = insert_good(kind, &in);
	}
	TRY(e);
	for (int i = 0; i < count; i++)
		outcomes[i].added = is_good(&in, i);
	return NULL;
}

/* --- artists --- */

static const char *fill_artist(struct ctx *cx, const void *rows, int i, void *entity)
{
	const struct artist_row *row = &((const struct artist_row *)rows)[i];
	struct artist *it = entity;
	it->id = row->id;
	it->name = row->name;
	it->bio = row->bio;
	it->country = row->country;
	it->photo_url = row->photo_url;
	it->genres = row->genres;
	it->social_links = row->social_links;
	it->created_by = cx->viewer.user_id;
	it->created_at = it->updated_at = clock_now();
	it->version = 1;
	return NULL;
}

/* The good ones, packed, get their slugs. */
static err prepare_artists(struct intake *in)
{
	struct artist *all = in->entities, *good = ARENA_ARRAY(in->cx->arena, struct artist, in->count);
	int *places = ARENA_ARRAY(in->cx->arena, int, in->count), count = 0;

	for (int i = 0; i < in->count; i++)
		if (is_good(in, i)) {
			artist_derive(in->cx->arena, &all[i]);
			places[count] = i;
			good[count++] = all[i];
		}
	TRY(artist_slugs_choose(in->cx, good, count, in->attempt));
	for (int i = 0; i < count; i++)
		all[places[i]] = good[i];
	return NULL;
}

static void add_artist(struct change *ch, const void *entity)
{
	artist_add(ch, entity);
}

static const struct kind artist_kind = {CATALOGUE_ARTISTS, &artist_schema, fill_artist, prepare_artists,
					add_artist};

err import_artists(struct ctx *cx, const struct artist_row *rows, int count, struct import_outcome *outcomes)
{
	return import(&artist_kind, cx, rows, count, outcomes);
}

/* --- albums --- */

static const char *fill_album(struct ctx *cx, const void *rows, int i, void *entity)
{
	const struct album_row *row = &((const struct album_row *)rows)[i];
	struct album *it = entity;
	struct date date;

	it->id = row->id;
	it->artist_id = row->artist_id;
	it->title = row->title;
	it->description = row->description;
	it->album_type = row->album_type ? row->album_type : "album";
	it->cover_url = row->cover_url;
	it->created_by = cx->viewer.user_id;
	it->created_at = it->updated_at = clock_now();
	it->version = 1;
	if (row->release_date && !date_read(row->release_date, &date))
		return "/release_date: Must be YYYY, YYYY-MM or YYYY-MM-DD.";
	if (row->release_date)
		album_set_date(cx->arena, it, date);
	return NULL;
}

static err prepare_albums(struct intake *in)
{
	struct album *all = in->entities;
	struct uuid *ids = ARENA_ARRAY(in->cx->arena, struct uuid, in->count);
	const struct artist **parents = ARENA_ARRAY(in->cx->arena, const struct artist *, in->count);

	for (int i = 0; i < in->count; i++)
		ids[i] = all[i].artist_id;
	TRY(artists_load(in->cx, ids, in->count, parents));
	for (int i = 0; i < in->count; i++) {
		const struct artist *parent = parents[i];
		if (!is_good(in, i))
			continue;
		album_derive(in->cx->arena, &all[i]);
		if (!parent || parent->is_deleted)
			in->outcomes[i].fault = "/artist_id: There is no such artist.";
	}
	return NULL;
}

static void add_album(struct change *ch, const void *entity)
{
	album_add(ch, entity);
}

static const struct kind album_kind = {CATALOGUE_ALBUMS, &album_schema, fill_album, prepare_albums,
				       add_album};

err import_albums(struct ctx *cx, const struct album_row *rows, int count, struct import_outcome *outcomes)
{
	return import(&album_kind, cx, rows, count, outcomes);
}

/* --- tracks --- */

static const char *fill_track(struct ctx *cx, const void *rows, int i, void *entity)
{
	const struct track_row *row = &((const struct track_row *)rows)[i];
	struct track *it = entity;
	(void)cx;
	it->id = row->id;
	it->album_id = row->album_id;
	it->title = row->title;
	it->audio_url = row->audio_url;
	it->lyrics = row->lyrics;
	it->duration = row->duration;
	it->track_number = row->track_number;
	it->disc_number = row->disc_number == INT_NULL ? 1 : row->disc_number;
	it->created_at = it->updated_at = clock_now();
	it->version = 1;
	return NULL;
}

/* A number in use, or wanted by row i of the batch (i >= 0). */
struct claim {
	struct place place;
	int i;
};

static int compare_places(const struct place *x, const struct place *y)
{
	const int album = memcmp(&x->album_id, &y->album_id, sizeof x->album_id);
	if (album)
		return album;
	if (x->disc_number != y->disc_number)
		return x->disc_number < y->disc_number ? -1 : 1;
	return (x->track_number > y->track_number) - (x->track_number < y->track_number);
}

static int compare_claims(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;
	const int order = compare_places(&x->place, &y->place);
	return order ? order : x->i - y->i;
}

/* Who comes second to a number is at fault. */
static err refuse_taken_numbers(struct intake *in, const struct uuid *album_ids)
{
	const struct track *all = in->entities;
	struct place *used;
	int used_count, count = 0;

	TRY(track_places(in->cx, &(struct by_ids){.ids = {album_ids, in->count}}, &used, &used_count));
	struct claim *claims = ARENA_ARRAY(in->cx->arena, struct claim, in->count + used_count);
	for (int i = 0; i < used_count; i++)
		claims[count++] = (struct claim){used[i], -1};
	for (int i = 0; i < in->count; i++)
		if (is_good(in, i) && all[i].track_number != INT_NULL)
			claims[count++] =
				(struct claim){{all[i].album_id, all[i].disc_number, all[i].track_number}, i};
	qsort(claims, count, sizeof *claims, compare_claims);
	for (int i = 1; i < count; i++)
		if (claims[i].i >= 0 && compare_places(&claims[i].place, &claims[i - 1].place) == 0)
			in->outcomes[claims[i].i].fault = "/track_number: Another track of the album has it.";
	return NULL;
}

static err prepare_tracks(struct intake *in)
{
	struct track *all = in->entities;
	struct uuid *ids = ARENA_ARRAY(in->cx->arena, struct uuid, in->count);
	const struct album **parents = ARENA_ARRAY(in->cx->arena, const struct album *, in->count);

	for (int i = 0; i < in->count; i++)
		ids[i] = all[i].album_id;
	TRY(albums_load(in->cx, ids, in->count, parents));
	for (int i = 0; i < in->count; i++) {
		const struct album *parent = parents[i];
		if (!parent || parent->is_deleted || parent->artist_is_deleted)
			in->outcomes[i].fault = "/album_id: There is no such album.";
		else
			all[i].artist_id = parent->artist_id;
	}
	return refuse_taken_numbers(in, ids);
}

static void add_track(struct change *ch, const void *entity)
{
	track_add(ch, entity);
}

static const struct kind track_kind = {CATALOGUE_TRACKS, &track_schema, fill_track, prepare_tracks,
				       add_track};

err import_tracks(struct ctx *cx, const struct track_row *rows, int count, struct import_outcome *outcomes)
{
	return import(&track_kind, cx, rows, count, outcomes);
}
