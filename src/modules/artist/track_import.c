/* How lines become tracks, and which numbers they get. */
#include "modules/artist/import.h"

#include <stdlib.h>
#include <string.h>

static err load_tracks(struct ctx *cx, const struct uuid *ids, int count, const void **rows)
{
	return tracks_load(cx, ids, count, (const struct track **)rows);
}

static void complete_track(struct intake *in, int i)
{
	struct track *it = &((struct track *)in->batch->rows)[i];
	complete_times(&it->created_at, &it->updated_at, &it->deleted_at, it->is_deleted);
	it->version = 1;
}

/* --- numbers --- */

/* A number in use (i is -1), or wanted by row i. */
struct claim {
	struct place place;
	bool is_wish; /* another number serves as well */
	int i;
};

static int compare_discs(const struct place *x, const struct place *y)
{
	const int album = memcmp(&x->album_id, &y->album_id, sizeof x->album_id);
	return album ? album : (x->disc_number > y->disc_number) - (x->disc_number < y->disc_number);
}

static int compare_places(const struct place *x, const struct place *y)
{
	const int disc = compare_discs(x, y);
	return disc ? disc : (x->track_number > y->track_number) - (x->track_number < y->track_number);
}

/* Wishes stand last: they give way. */
static int compare_claims(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;
	const int place = compare_places(&x->place, &y->place);
	if (place)
		return place;
	return x->is_wish != y->is_wish ? x->is_wish - y->is_wish : x->i - y->i;
}

static err claims_gather(struct intake *in, const struct uuid *album_ids, struct claim **claims, int *count)
{
	const struct track *all = in->batch->rows;
	struct place *used;
	int used_count;

	TRY(track_places(in->cx, &(struct by_ids){.ids = {album_ids, in->batch->count}}, &used, &used_count));
	*claims = ARENA_ARRAY(in->cx->arena, struct claim, in->batch->count + used_count);
	for (*count = 0; *count < used_count; ++*count)
		(*claims)[*count] = (struct claim){used[*count], false, -1};
	for (int i = 0; i < in->batch->count; i++)
		if (intake_adds(in, i) && !all[i].is_deleted && all[i].track_number != INT_NULL)
			(*claims)[(*count)++] =
				(struct claim){{all[i].album_id, all[i].disc_number, all[i].track_number},
					       HAS(in->batch->wishes[i], track_track_number_field),
					       i};
	qsort(*claims, (size_t)*count, sizeof **claims, compare_claims);
	return NULL;
}

/* The claim with the greatest number of the disc of claims[at]. */
static struct claim *last_of_disc(struct claim *claims, int count, int at)
{
	while (at + 1 < count && compare_discs(&claims[at].place, &claims[at + 1].place) == 0)
		at++;
	return &claims[at];
}

/* A number that was guessed (the side of a record) and is taken: behind the greatest of the disc. */
static void place_behind(struct intake *in, int i, struct claim *last)
{
	struct track *it = &((struct track *)in->batch->rows)[i];

	it->track_number = ++last->place.track_number;
	import_note(&in->outcomes[i].notes,
		    arena_fmt(in->cx->arena, "track_number: taken on its disc; it becomes %lld",
			      (long long)it->track_number));
}

static int compare_rows(const void *a, const void *b)
{
	const int x = **(const int *const *)a, y = **(const int *const *)b;
	return (x > y) - (x < y);
}

/* Who comes second to a number is at fault, or goes behind the others, in the order of the file. */
static err refuse_taken_numbers(struct intake *in, const struct uuid *album_ids)
{
	struct claim *claims;
	int count, late = 0;

	TRY(claims_gather(in, album_ids, &claims, &count));
	const int **rows = ARENA_ARRAY(in->cx->arena, const int *, count + 1);
	for (int c = 1; c < count; c++) {
		if (claims[c].i < 0 || compare_places(&claims[c].place, &claims[c - 1].place) != 0)
			continue;
		if (claims[c].is_wish)
			rows[late++] = &claims[c].i;
		else
			intake_refuse(in, claims[c].i, "/track_number", "track_number_taken",
				      "Another track of the album has it.");
	}
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are sorted */
	qsort(rows, (size_t)late, sizeof *rows, compare_rows);
	for (int n = 0; n < late; n++) {
		const struct claim *claim =
			(const struct claim *)((const char *)rows[n] - offsetof(struct claim, i));
		place_behind(in, claim->i, last_of_disc(claims, count, (int)(claim - claims)));
	}
	return NULL;
}

static bool album_is_there(const struct album *album)
{
	return album && !album->is_deleted && !album->artist_is_deleted;
}

static void find_taken_number(struct intake *in, int i, const struct place *used, int count)
{
	const struct track *it = &((const struct track *)in->batch->rows)[i];
	const struct place wish = {it->album_id, it->disc_number, it->track_number};

	for (int n = 0; n < count; n++)
		if (compare_places(&used[n], &wish) == 0)
			intake_refuse(in, i, "/track_number", "track_number_taken",
				      "Another track of the album has it.");
}

/* Numbers of other lines are not looked at: who knows what becomes of those? */
static err find_in_tracks(struct intake *in)
{
	const int count = in->batch->count;
	const struct track *all = in->batch->rows;
	struct uuid *ids = ARENA_ARRAY(in->cx->arena, struct uuid, count);
	const struct album **parents = ARENA_ARRAY(in->cx->arena, const struct album *, count);
	struct place *used;
	int used_count;

	for (int i = 0; i < count; i++)
		ids[i] = all[i].album_id;
	TRY(albums_load(in->cx, ids, count, parents));
	TRY(track_places(in->cx, &(struct by_ids){.ids = {ids, count}}, &used, &used_count));
	for (int i = 0; i < count; i++) {
		if (in->outcomes[i].fate == IMPORT_PRESENT)
			continue;
		if (uuid_is_nil(ids[i]))
			intake_refuse(in, i, "/album_id", "required", "Required: the album it is on.");
		else if (!album_is_there(parents[i]))
			intake_refuse(in, i, "/album_id", "album_unknown", "There is no such album.");
		else if (!all[i].is_deleted && !HAS(in->batch->wishes[i], track_track_number_field))
			find_taken_number(in, i, used, used_count);
	}
	return NULL;
}

static err prepare_tracks(struct intake *in)
{
	const int count = in->batch->count;
	struct track *all = in->batch->rows;
	struct uuid *ids = ARENA_ARRAY(in->cx->arena, struct uuid, count);
	const struct album **parents = ARENA_ARRAY(in->cx->arena, const struct album *, count);

	for (int i = 0; i < count; i++)
		ids[i] = all[i].album_id;
	TRY(albums_load(in->cx, ids, count, parents));
	for (int i = 0; i < count; i++) {
		const struct album *parent = parents[i];
		if (!intake_adds(in, i))
			continue;
		if (uuid_is_nil(ids[i]))
			intake_refuse(in, i, "/album_id", "required", "Required: the album it is on.");
		else if (!album_is_there(parent))
			intake_refuse(in, i, "/album_id", "album_unknown", "There is no such album.");
		else
			all[i].artist_id = parent->artist_id;
	}
	return refuse_taken_numbers(in, ids);
}

/* --- writing --- */

static void add_track(struct change *ch, const void *row)
{
	struct track it = *(const struct track *)row;
	track_add(ch, &it);
	if (it.is_deleted)
		track_save(ch, &it, tell_track_deleted);
}

static bool track_is_deleted(const void *row, bool *by_staff)
{
	const struct track *it = row;
	*by_staff = import_was_staffs(it->deleted_by, it->album_created_by);
	return it->is_deleted;
}

static void derive_track(struct arena *a, const void *before, void *after)
{
	(void)a, (void)before, (void)after;
}

static err save_track(struct ctx *cx, const void *stored, void *row)
{
	const struct track *before = stored;
	struct track *after = row;
	track_event_teller *tell = tell_track_updated;

	if (before->is_deleted && before->parent_is_deleted)
		return PARENT_DELETED;
	if (after->is_deleted != before->is_deleted)
		tell = after->is_deleted ? tell_track_deleted : tell_track_restored;
	revise_times(cx, before->is_deleted, after->is_deleted, &after->updated_at, &after->deleted_at,
		     &after->deleted_by);
	struct change *ch = change_begin(cx);
	track_save(ch, after, tell);
	return change_commit(cx, ch);
}

static const struct import_rules track_rules = {
	.schema = &track_schema,
	.load = load_tracks,
	.complete = complete_track,
	.prepare = prepare_tracks,
	.find = find_in_tracks,
	.add = add_track,
	.is_deleted = track_is_deleted,
	.derive = derive_track,
	.save = save_track,
};

err import_tracks(struct ctx *cx, const struct import_batch *batch, struct import_outcome *outcomes)
{
	return import_take(&track_rules, cx, batch, outcomes);
}

err import_find_in_tracks(struct ctx *cx, const struct import_batch *batch, struct import_outcome *outcomes)
{
	return import_find(&track_rules, cx, batch, outcomes);
}
