/* Routes of single tracks, and of adding many. */
#include "modules/artist/api.h"

#define TRACK_BULK_FIELDS(F, T)                                                                    \
	F(T, MANY, tracks, IN | REQ, "All are added, or none", .of = &track_schema, .min = 1, .max = 200)
STRUCT(track_bulk, TRACK_BULK_FIELDS);
SCHEMA(track_bulk, TRACK_BULK_FIELDS, "Tracks to add");

#define TRACKS_ADDED_FIELDS(F, T) F(T, MANY, items, 0, "The tracks", .of = &track_schema)
STRUCT(tracks_added, TRACKS_ADDED_FIELDS);
SCHEMA(tracks_added, TRACKS_ADDED_FIELDS, "Tracks that were added");

/* How often a number that others took meanwhile is chosen anew, after a pause that keeps them apart. */
enum { NUMBER_ATTEMPTS = 30, PAUSE_MS_MAX = 16 };

static err reply_track(struct req *rq, const struct track *it, struct track_reply *re)
{
	show_deletion(rq, it->deleted_by);
	return reply(re, it);
}

HANDLER(get_track, by_id, none, track);
static err get_track(struct req *rq, const struct by_id *in, struct track_reply *re)
{
	struct track found;
	TRY(track_find(&rq->cx, in->id, &found));
	return reply_track(rq, &found, re);
}

/* A new track of the album, as the answer shows it. */
static void place_on_album(struct track *new, const struct album *on)
{
	new->id = uuid_new();
	new->album_id = on->id;
	new->album_title = on->title;
	new->artist_id = on->artist_id;
	new->artist_name = on->artist_name;
	new->created_at = new->updated_at = clock_now();
	new->plays_count = 0;
	new->version = 1;
}

/* Numbers behind the greatest of the disc for those without one. */
static err number_new(struct ctx *cx, struct uuid album_id, struct track *new, const bool *is_numbered,
		      int count)
{
	int64_t greatest[DISCS_MAX + 1] = {0};
	struct place *places;
	int place_count;

	TRY(track_places(cx, &(struct by_ids){.ids = {&album_id, 1}}, &places, &place_count));
	for (int i = 0; i < place_count; i++)
		if (places[i].track_number > greatest[places[i].disc_number])
			greatest[places[i].disc_number] = places[i].track_number;
	for (int i = 0; i < count; i++)
		if (is_numbered[i] && new[i].track_number > greatest[new[i].disc_number])
			greatest[new[i].disc_number] = new[i].track_number;
	for (int i = 0; i < count; i++)
		if (!is_numbered[i])
			new[i].track_number = ++greatest[new[i].disc_number];
	return NULL;
}

/*
 * Tracks that are to be added, all or none; a number of our choosing that
 * was taken meanwhile is chosen again.
 */
struct addition {
	struct track *new;
	int count, tries;
	bool *is_numbered, all_numbered; /* by the client */
	struct uuid album_id, album_made_by;
};

static err addition_begin(struct ctx *cx, struct addition *add)
{
	struct album on;

	TRY(album_find_editable(cx, add->album_id, &on));
	add->album_made_by = on.created_by;
	add->is_numbered = ARENA_ARRAY(cx->arena, bool, add->count);
	add->all_numbered = true;
	for (int i = 0; i < add->count; i++) {
		place_on_album(&add->new[i], &on);
		add->is_numbered[i] = add->new[i].track_number != INT_NULL;
		add->all_numbered = add->all_numbered && add->is_numbered[i];
	}
	return NULL;
}

/* The change of one try. Numbers are chosen after a pause that keeps those apart who want the same ones. */
static err addition_try(struct req *rq, struct addition *add, struct change **ch)
{
	struct ctx *cx = &rq->cx;

	if (add->tries++)
		TRY(wait_ms(cx, uuid_new().b[15] % PAUSE_MS_MAX));
	TRY(number_new(cx, add->album_id, add->new, add->is_numbered, add->count));
	*ch = change_begin(cx);
	for (int i = 0; i < add->count; i++)
		track_add(*ch, &add->new[i]);
	note_act(rq, *ch, &track_created.event, add->album_id, add->album_made_by);
	return NULL;
}

static bool addition_goes_on(const struct addition *add, err e)
{
	return problem_is(e, NUMBER_TAKEN) && !add->all_numbered && add->tries < NUMBER_ATTEMPTS;
}

/* --- whose number another has --- */

static bool is_in_use(const struct track *it, const struct place *places, int count)
{
	for (int i = 0; i < count; i++)
		if (places[i].disc_number == it->disc_number && places[i].track_number == it->track_number)
			return true;
	return false;
}

enum body_of { ONE_TRACK, SEVERAL };

static const char *number_pointer(struct arena *a, enum body_of body, int i)
{
	return body == ONE_TRACK ? "/track_number" : arena_fmt(a, "/tracks/%d/track_number", i);
}

/* Of new tracks: on the album, or before it in the body. */
static err find_taken(struct ctx *cx, struct uuid album_id, const struct track *new, int count,
		      enum body_of body, struct faults *fs)
{
	struct place *on_album, *named = ARENA_ARRAY(cx->arena, struct place, count);
	int on_album_count;

	TRY(track_places(cx, &(struct by_ids){.ids = {&album_id, 1}}, &on_album, &on_album_count));
	for (int i = 0; i < count; i++) {
		const struct track *it = &new[i];
		named[i] = (struct place){.disc_number = it->disc_number, .track_number = it->track_number};
		if (it->track_number == INT_NULL || it->disc_number == INT_NULL)
			continue;
		if (is_in_use(it, on_album, on_album_count) || is_in_use(it, named, i))
			faults_take(cx->arena, fs,
				    problem_at(cx, NUMBER_TAKEN, number_pointer(cx->arena, body, i)));
	}
	return NULL;
}

FINDER(find_new_track_faults, by_id, track);
static err find_new_track_faults(struct req *rq, const struct by_id *in, const struct track *body,
				 struct faults *fs)
{
	struct album on;

	TRY(album_find_editable(&rq->cx, in->id, &on));
	return find_taken(&rq->cx, on.id, body, 1, ONE_TRACK, fs);
}

HANDLER(add_track, by_id, track, track);
static err add_track(struct req *rq, const struct by_id *in, struct track *body, struct track_reply *re)
{
	struct addition add = {.new = body, .count = 1, .album_id = in->id};
	struct change *ch;
	err e;

	TRY(addition_begin(&rq->cx, &add));
	show_deletion(rq, body->deleted_by);
	do {
		TRY(addition_try(rq, &add, &ch));
		e = reply_commit(re, ch, body);
	} while (addition_goes_on(&add, e));
	return e;
}

FINDER(find_new_tracks_faults, by_id, track_bulk);
static err find_new_tracks_faults(struct req *rq, const struct by_id *in, const struct track_bulk *body,
				  struct faults *fs)
{
	struct album on;

	TRY(album_find_editable(&rq->cx, in->id, &on));
	return find_taken(&rq->cx, on.id, body->tracks.at, body->tracks.count, SEVERAL, fs);
}

/* NUMBER_TAKEN with each of the tracks that have one; none, if it has become free since. */
static err numbers_taken(struct ctx *cx, const struct addition *add)
{
	struct faults taken = {0};

	TRY(find_taken(cx, add->album_id, add->new, add->count, SEVERAL, &taken));
	return taken.count ? problem_with(cx->arena, NUMBER_TAKEN, &taken) : NUMBER_TAKEN;
}

HANDLER(add_tracks_bulk, by_id, track_bulk, tracks_added);
static err add_tracks_bulk(struct req *rq, const struct by_id *in, struct track_bulk *body,
			   struct tracks_added_reply *re)
{
	const struct tracks_added added = {.items = body->tracks};
	struct addition add = {
		.new = (struct track *)body->tracks.at, .count = body->tracks.count, .album_id = in->id};
	struct change *ch;
	err e;

	TRY(addition_begin(&rq->cx, &add));
	do {
		TRY(addition_try(rq, &add, &ch));
		e = reply_commit(re, ch, &added);
	} while (addition_goes_on(&add, e));
	return problem_is(e, NUMBER_TAKEN) ? numbers_taken(&rq->cx, &add) : e;
}

FINDER(find_track_faults, by_id, track);
static err find_track_faults(struct req *rq, const struct by_id *in, const struct track *body,
			     struct faults *fs)
{
	struct track it;

	TRY(track_find_editable(&rq->cx, in->id, &it));
	TRY(require_match(rq, it.version));
	const struct track before = it;
	TRY(merge_body(rq, body, &it));
	const bool stays = it.disc_number == before.disc_number && it.track_number == before.track_number;
	if (stays || faults_at(fs, "/disc_number"))
		return NULL;
	return find_taken(&rq->cx, it.album_id, &it, 1, ONE_TRACK, fs);
}

HANDLER(update_track, by_id, track, track);
static err update_track(struct req *rq, const struct by_id *in, struct track *body, struct track_reply *re)
{
	struct track it;

	TRY(track_find_editable(&rq->cx, in->id, &it));
	TRY(require_match(rq, it.version));
	const struct track before = it;
	TRY(merge_body(rq, body, &it));
	show_deletion(rq, it.deleted_by);
	if (schema_equal(&track_schema, &before, &it))
		return reply_track(rq, &it, re);
	it.updated_at = clock_now();
	struct change *ch = change_begin(&rq->cx);
	track_save(ch, &it, tell_track_updated);
	note_act(rq, ch, &track_updated.event, it.id, it.album_created_by);
	return reply_commit(re, ch, &it);
}

HANDLER(delete_track, by_id, none, none);
static err delete_track(struct req *rq, const struct by_id *in)
{
	struct track it;

	TRY(track_find_deletable(&rq->cx, in->id, &it));
	if (it.is_deleted)
		return reply_empty(rq);
	TRY(require_match(rq, it.version));
	struct change *ch = change_begin(&rq->cx);
	MARK_DELETED(&rq->cx, &it);
	track_save(ch, &it, tell_track_deleted);
	note_act(rq, ch, &track_deleted.event, it.id, it.album_created_by);
	return reply_commit_empty(rq, ch);
}

HANDLER(restore_track, by_id, none, track);
static err restore_track(struct req *rq, const struct by_id *in, struct track_reply *re)
{
	struct track it;

	TRY(track_find_restorable(&rq->cx, in->id, &it));
	if (it.parent_is_deleted)
		return PARENT_DELETED;
	if (!it.is_deleted)
		return reply_track(rq, &it, re);
	TRY(require_match(rq, it.version));
	struct change *ch = change_begin(&rq->cx);
	MARK_RESTORED(&it);
	show_deletion(rq, it.deleted_by);
	track_save(ch, &it, tell_track_restored);
	note_act(rq, ch, &track_restored.event, it.id, it.album_created_by);
	err e = reply_commit(re, ch, &it);
	return problem_is(e, NUMBER_TAKEN) ? NUMBER_TAKEN : e; /* of no place: there is no body */
}

static const err edit_problems[] = {VERIFIED_ARTIST, EDIT_CONFLICT, NUMBER_TAKEN, NULL};
static const err delete_problems[] = {VERIFIED_ARTIST, EDIT_CONFLICT, NULL};
static const err add_problems[] = {VERIFIED_ARTIST, NUMBER_TAKEN, NULL};
static const err restore_problems[] = {VERIFIED_ARTIST, PARENT_DELETED, DELETED_BY_STAFF,
				       EDIT_CONFLICT,   NUMBER_TAKEN,   NULL};

/* clang-format off */
const struct route track_routes[] = {
	ROUTE(POST, "/albums/{id}/tracks", USER, 201, add_track, "Add a track to an album",
	      .view = VIEW_DETAIL, .problems = add_problems, FINDS(find_new_track_faults)),
	ROUTE(POST, "/albums/{id}/tracks/bulk", USER, 200, add_tracks_bulk,
	      "Add up to 200 tracks to an album, or none", .problems = add_problems, .creates = true,
	      FINDS(find_new_tracks_faults)),
	ROUTE(GET, "/tracks/{id}", ANYONE, 200, get_track, "Read a track",
	      .view = VIEW_DETAIL),
	ROUTE(PATCH, "/tracks/{id}", USER, 200, update_track, "Edit a track",
	      .view = VIEW_DETAIL, .problems = edit_problems, FINDS(find_track_faults)),
	ROUTE(DELETE, "/tracks/{id}", USER, 204, delete_track, "Delete a track",
	      .problems = delete_problems),
	ROUTE(POST, "/tracks/{id}/restore", USER, 200, restore_track, "Undo the deletion of a track",
	      .view = VIEW_DETAIL, .problems = restore_problems),
	{0},
};
/* clang-format on */
