/* Routes of single albums, and the order of their tracks. */
#include "modules/artist/api.h"

/* With its tracks, and the fields that only those see who could restore it. */
static err complete_album(struct req *rq, struct album *it)
{
	show_deletion(rq, it->deleted_by);
	return album_load_tracks(&rq->cx, it);
}

HANDLER(get_album, by_id, none, album);
static err get_album(struct req *rq, const struct by_id *in, struct album_reply *re)
{
	struct album found;
	TRY(album_find(&rq->cx, in->id, &found));
	TRY(complete_album(rq, &found));
	return reply(re, &found);
}

/* The artist that a new album is to be of, if the viewer may add to it. */
static err find_artist_of(struct ctx *cx, const struct album *new, const struct artist **of)
{
	TRY(artists_load(cx, &new->artist_id, 1, of));
	if (!*of || (*of)->is_deleted)
		return problem_fault(cx, "/artist_id", "artist_unknown",
				     "There is no such artist. GET /api/v1/artists finds the id.");
	return artist_edit_allowed(cx, (*of)->verified, (*of)->created_by);
}

/* Of date and precision as a pair, where each by itself is sound. */
static void find_in_date(struct req *rq, const struct album *before, struct album *it, struct faults *fs)
{
	if (!faults_at(fs, "/release_date") && !faults_at(fs, "/release_date_precision"))
		faults_take(rq->cx.arena, fs, album_settle_date(&rq->cx, before, rq->present, it));
}

FINDER(find_new_album_faults, none, album);
static err find_new_album_faults(struct req *rq, const struct album *body, struct faults *fs)
{
	struct album it = *body;
	const struct artist *of;

	find_in_date(rq, NULL, &it, fs);
	if (!uuid_is_nil(body->artist_id))
		faults_take(rq->cx.arena, fs, find_artist_of(&rq->cx, body, &of));
	return NULL;
}

HANDLER(create_album, none, album, album);
static err create_album(struct req *rq, struct album *new, struct album_reply *re)
{
	struct ctx *cx = &rq->cx;
	const struct artist *of;

	TRY(find_artist_of(cx, new, &of));
	new->id = uuid_new();
	new->artist_name = of->name;
	new->created_at = new->updated_at = clock_now();
	new->created_by = cx->viewer.user_id;
	new->total_tracks = 0;
	new->version = 1;
	TRY(album_settle_date(cx, NULL, rq->present, new));
	album_derive(cx->arena, new);
	show_deletion(rq, new->deleted_by);
	struct change *ch = change_begin(cx);
	album_add(ch, new);
	note_act(rq, ch, &album_created.event, new->id, of->created_by);
	return reply_commit(re, ch, new);
}

static err artist_stays(struct req *rq, const struct album *body, const struct album *it)
{
	if (!HAS(rq->present, album_artist_id_field) || uuid_equal(body->artist_id, it->artist_id))
		return NULL;
	return problem_fault(&rq->cx, "/artist_id", "immutable",
			     "An album stays with its artist: delete it and add it to the other.");
}

FINDER(find_album_faults, by_id, album);
static err find_album_faults(struct req *rq, const struct by_id *in, const struct album *body,
			     struct faults *fs)
{
	struct album it;

	TRY(album_find_editable(&rq->cx, in->id, &it));
	TRY(require_match(rq, it.version));
	faults_take(rq->cx.arena, fs, artist_stays(rq, body, &it));
	const struct album before = it;
	TRY(merge_body(rq, body, &it));
	find_in_date(rq, &before, &it, fs);
	return NULL;
}

HANDLER(update_album, by_id, album, album);
static err update_album(struct req *rq, const struct by_id *in, struct album *body, struct album_reply *re)
{
	struct ctx *cx = &rq->cx;
	struct album it;

	TRY(album_find_editable(cx, in->id, &it));
	TRY(require_match(rq, it.version));
	TRY(artist_stays(rq, body, &it));
	const struct album before = it;
	TRY(merge_body(rq, body, &it));
	TRY(album_settle_date(cx, &before, rq->present, &it));
	album_derive(cx->arena, &it);
	const bool is_changed = !schema_equal(&album_schema, &before, &it);
	TRY(complete_album(rq, &it));
	if (!is_changed)
		return reply(re, &it);
	it.updated_at = clock_now();
	struct change *ch = change_begin(cx);
	album_save(ch, &it, tell_album_updated, strcmp(before.title, it.title) != 0 ? before.title : NULL);
	note_act(rq, ch, &album_updated.event, it.id, it.created_by);
	return reply_commit(re, ch, &it);
}

HANDLER(delete_album, by_id, none, none);
static err delete_album(struct req *rq, const struct by_id *in)
{
	struct album it;

	TRY(album_find_deletable(&rq->cx, in->id, &it));
	if (it.is_deleted)
		return reply_empty(rq);
	TRY(require_match(rq, it.version));
	struct change *ch = change_begin(&rq->cx);
	MARK_DELETED(&rq->cx, &it);
	album_save(ch, &it, tell_album_deleted, NULL);
	note_act(rq, ch, &album_deleted.event, it.id, it.created_by);
	return reply_commit_empty(rq, ch);
}

HANDLER(restore_album, by_id, none, album);
static err restore_album(struct req *rq, const struct by_id *in, struct album_reply *re)
{
	struct album it;

	TRY(album_find_restorable(&rq->cx, in->id, &it));
	if (it.artist_is_deleted)
		return PARENT_DELETED;
	const bool was_deleted = it.is_deleted;
	if (was_deleted) {
		TRY(require_match(rq, it.version));
		MARK_RESTORED(&it);
	}
	TRY(complete_album(rq, &it));
	if (!was_deleted)
		return reply(re, &it);
	struct change *ch = change_begin(&rq->cx);
	album_save(ch, &it, tell_album_restored, NULL);
	note_act(rq, ch, &album_restored.event, it.id, it.created_by);
	return reply_commit(re, ch, &it);
}

#define TRACK_ORDER_FIELDS(F, T)                                                                   \
	F(T, UUIDS, track_ids, IN | REQ,                                                           \
	  "Every track of the album once; numbered in this order, each disc from 1",               \
	  .min = 1, .max = 1000)
STRUCT(track_order, TRACK_ORDER_FIELDS);
SCHEMA(track_order, TRACK_ORDER_FIELDS, "A new order");

static const struct album_track *track_of(const struct album *it, struct uuid id)
{
	const struct album_track *t = it->tracks.at;
	for (int i = 0; i < it->tracks.count; i++)
		if (uuid_equal(t[i].id, id))
			return &t[i];
	return NULL;
}

/*
 * The number each track gets: how many of its disc come up to it. A track missing or named twice is a fault.
 */
static err number_tracks(struct ctx *cx, const struct album *it, struct uuids ids, int64_t *numbers)
{
	int64_t on_disc[DISCS_MAX + 1] = {0};
	uint64_t *named = ARENA_ARRAY(cx->arena, uint64_t, it->tracks.count / 64 + 1);
	int good = 0;

	for (int i = 0; i < ids.count; i++) {
		const struct album_track *t = track_of(it, ids.at[i]);
		const ptrdiff_t at = t ? t - (const struct album_track *)it->tracks.at : 0;
		if (!t || HAS(named[at / 64], at % 64))
			break;
		named[at / 64] |= UINT64_C(1) << at % 64;
		numbers[i] = ++on_disc[t->disc_number];
		good++;
	}
	if (good == ids.count && good == it->tracks.count)
		return NULL;
	return problem_fault(cx, "/track_ids", "incomplete", "Must name each of the album's %d tracks once.",
			     it->tracks.count);
}

FINDER(find_order_faults, by_id, track_order);
static err find_order_faults(struct req *rq, const struct by_id *in, const struct track_order *body,
			     struct faults *fs)
{
	int64_t *numbers = ARENA_ARRAY(rq->cx.arena, int64_t, body->track_ids.count);
	struct album it;

	for (int i = 0; i < body->track_ids.count; i++)
		if (uuid_is_nil(body->track_ids.at[i]))
			return NULL; /* who knows which was meant? */
	if (!HAS(rq->present, track_order_track_ids_field))
		return NULL;
	TRY(album_find_editable(&rq->cx, in->id, &it));
	TRY(require_match(rq, it.version));
	TRY(album_load_tracks(&rq->cx, &it));
	faults_take(rq->cx.arena, fs, number_tracks(&rq->cx, &it, body->track_ids, numbers));
	return NULL;
}

HANDLER(order_tracks, by_id, track_order, album);
static err order_tracks(struct req *rq, const struct by_id *in, struct track_order *body,
			struct album_reply *re)
{
	struct ctx *cx = &rq->cx;
	int64_t *numbers = ARENA_ARRAY(cx->arena, int64_t, body->track_ids.count);
	struct album it;

	TRY(album_find_editable(cx, in->id, &it));
	TRY(require_match(rq, it.version));
	TRY(complete_album(rq, &it));
	TRY(number_tracks(cx, &it, body->track_ids, numbers));
	struct change *ch = change_begin(cx);
	const struct album_order order = {.album_id = it.id,
					  .version = it.version,
					  .updated_at = clock_now(),
					  .track_ids = body->track_ids,
					  .numbers = {numbers, body->track_ids.count}};
	album_reorder(ch, &order, &it);
	note_act(rq, ch, &album_updated.event, it.id, it.created_by);
	TRY(change_commit(cx, ch));
	TRY(album_find(cx, in->id, &it));
	TRY(complete_album(rq, &it));
	return reply(re, &it);
}

static const err edit_problems[] = {VERIFIED_ARTIST, EDIT_CONFLICT, NULL};
static const err create_problems[] = {VERIFIED_ARTIST, ARTIST_UNKNOWN, NULL};
static const err restore_problems[] = {VERIFIED_ARTIST, PARENT_DELETED, DELETED_BY_STAFF, EDIT_CONFLICT,
				       NULL};

/* clang-format off */
const struct route album_routes[] = {
	ROUTE(POST, "/albums", USER, 201, create_album, "Add an album",
	      .view = VIEW_DETAIL, .problems = create_problems, FINDS(find_new_album_faults)),
	ROUTE(GET, "/albums/{id}", ANYONE, 200, get_album, "Read an album with its tracks",
	      .view = VIEW_DETAIL),
	ROUTE(PATCH, "/albums/{id}", USER, 200, update_album, "Edit an album",
	      .view = VIEW_DETAIL, .problems = edit_problems, FINDS(find_album_faults)),
	ROUTE(DELETE, "/albums/{id}", USER, 204, delete_album, "Delete an album, hiding its tracks",
	      .problems = edit_problems),
	ROUTE(POST, "/albums/{id}/restore", USER, 200, restore_album, "Undo the deletion of an album",
	      .view = VIEW_DETAIL, .problems = restore_problems),
	ROUTE(PUT, "/albums/{id}/tracks/order", USER, 200, order_tracks, "Put an album's tracks in order",
	      .view = VIEW_DETAIL, .problems = edit_problems, FINDS(find_order_faults)),
	{0},
};
/* clang-format on */
