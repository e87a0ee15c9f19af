/* How lines become artists and albums. */
#include "modules/artist/import.h"
#include "modules/artist/service.h"

#include <string.h>

/* --- artists --- */

static err load_artists(struct ctx *cx, const struct uuid *ids, int count, const void **rows)
{
	return artists_load(cx, ids, count, (const struct artist **)rows);
}

static void complete_artist(struct intake *in, int i)
{
	struct artist *it = &((struct artist *)in->batch->rows)[i];
	complete_times(&it->created_at, &it->updated_at, &it->deleted_at, it->is_deleted);
	it->created_by = in->cx->viewer.user_id;
	it->followers_count = 0;
	it->version = 1;
}

/* The good ones, packed, get their slugs. */
static err prepare_artists(struct intake *in)
{
	const int all_count = in->batch->count;
	struct artist *all = in->batch->rows, *good = ARENA_ARRAY(in->cx->arena, struct artist, all_count);
	int *places = ARENA_ARRAY(in->cx->arena, int, all_count), count = 0;

	for (int i = 0; i < all_count; i++)
		if (intake_adds(in, i)) {
			artist_derive(in->cx->arena, &all[i]);
			places[count] = i;
			good[count++] = all[i];
		}
	TRY(artist_slugs_choose(in->cx, good, count, in->attempt));
	for (int i = 0; i < count; i++)
		all[places[i]] = good[i];
	return NULL;
}

static void add_artist(struct change *ch, const void *row)
{
	struct artist it = *(const struct artist *)row;
	artist_add(ch, &it);
	if (it.is_deleted)
		artist_save(ch, &it, tell_artist_deleted, NULL);
}

static bool artist_is_deleted(const void *row, bool *by_staff)
{
	const struct artist *it = row;
	*by_staff = import_was_staffs(it->deleted_by, it->created_by);
	return it->is_deleted;
}

static void derive_artist(struct arena *a, const void *before, void *after)
{
	const struct artist *old = before;
	struct artist *new = after;
	artist_derive(a, new);
	artist_keep_links(old, new);
}

static artist_event_teller *artist_teller(const struct artist *before, const struct artist *after)
{
	if (after->is_deleted != before->is_deleted)
		return after->is_deleted ? tell_artist_deleted : tell_artist_restored;
	return after->verified && !before->verified ? tell_artist_verified : tell_artist_updated;
}

static err save_artist(struct ctx *cx, const void *stored, void *row)
{
	const struct artist *before = stored;
	struct artist *after = row;
	const char *old_name = strcmp(before->name, after->name) != 0 ? before->name : NULL;
	err e = SLUG_TAKEN;

	revise_times(cx, before->is_deleted, after->is_deleted, &after->updated_at, &after->deleted_at,
		     &after->deleted_by);
	for (int i = 0; problem_is(e, SLUG_TAKEN) && i < SLUG_ATTEMPTS; i++) {
		struct change *ch = change_begin(cx);
		after->version = before->version;
		TRY(artist_rename(cx, before->name, i, ch, after));
		artist_save(ch, after, artist_teller(before, after), old_name);
		e = change_commit(cx, ch);
	}
	return e;
}

static const struct import_rules artist_rules = {
	.schema = &artist_schema,
	.load = load_artists,
	.complete = complete_artist,
	.prepare = prepare_artists,
	.add = add_artist,
	.is_deleted = artist_is_deleted,
	.derive = derive_artist,
	.save = save_artist,
};

err import_artists(struct ctx *cx, const struct import_batch *batch, struct import_outcome *outcomes)
{
	return import_take(&artist_rules, cx, batch, outcomes);
}

/* --- albums --- */

static err load_albums(struct ctx *cx, const struct uuid *ids, int count, const void **rows)
{
	return albums_load(cx, ids, count, (const struct album **)rows);
}

static void complete_album(struct intake *in, int i)
{
	struct album *it = &((struct album *)in->batch->rows)[i];
	err e = album_settle_date(in->cx, NULL, in->batch->given[i], it);

	complete_times(&it->created_at, &it->updated_at, &it->deleted_at, it->is_deleted);
	it->created_by = in->cx->viewer.user_id;
	it->version = 1;
	if (e)
		intake_refuse_for(in, i, e);
}

/* Of those that are not there already. */
static err refuse_artistless(struct intake *in)
{
	const int count = in->batch->count;
	const struct album *all = in->batch->rows;
	struct uuid *ids = ARENA_ARRAY(in->cx->arena, struct uuid, count);
	const struct artist **parents = ARENA_ARRAY(in->cx->arena, const struct artist *, count);

	for (int i = 0; i < count; i++)
		ids[i] = all[i].artist_id;
	TRY(artists_load(in->cx, ids, count, parents));
	for (int i = 0; i < count; i++)
		if (in->outcomes[i].fate != IMPORT_PRESENT && !uuid_is_nil(ids[i]) &&
		    (!parents[i] || parents[i]->is_deleted))
			intake_refuse(in, i, "/artist_id", "artist_unknown", "There is no such artist.");
	return NULL;
}

static err prepare_albums(struct intake *in)
{
	struct album *all = in->batch->rows;

	TRY(refuse_artistless(in));
	for (int i = 0; i < in->batch->count; i++)
		if (intake_adds(in, i))
			album_derive(in->cx->arena, &all[i]);
	return NULL;
}

static void add_album(struct change *ch, const void *row)
{
	struct album it = *(const struct album *)row;
	album_add(ch, &it);
	if (it.is_deleted)
		album_save(ch, &it, tell_album_deleted, NULL);
}

static bool album_is_deleted(const void *row, bool *by_staff)
{
	const struct album *it = row;
	*by_staff = import_was_staffs(it->deleted_by, it->created_by);
	return it->is_deleted;
}

static void derive_album(struct arena *a, const void *before, void *after)
{
	(void)before;
	album_derive(a, after);
}

static err save_album(struct ctx *cx, const void *stored, void *row)
{
	const struct album *before = stored;
	struct album *after = row;
	const char *old_title = strcmp(before->title, after->title) != 0 ? before->title : NULL;
	album_event_teller *tell = tell_album_updated;

	if (before->is_deleted && before->artist_is_deleted)
		return PARENT_DELETED;
	if (after->is_deleted != before->is_deleted)
		tell = after->is_deleted ? tell_album_deleted : tell_album_restored;
	revise_times(cx, before->is_deleted, after->is_deleted, &after->updated_at, &after->deleted_at,
		     &after->deleted_by);
	struct change *ch = change_begin(cx);
	album_save(ch, after, tell, old_title);
	return change_commit(cx, ch);
}

static const struct import_rules album_rules = {
	.schema = &album_schema,
	.pair = UINT64_C(1) << album_release_date_field | UINT64_C(1) << album_release_date_precision_field,
	.load = load_albums,
	.complete = complete_album,
	.prepare = prepare_albums,
	.find = refuse_artistless,
	.add = add_album,
	.is_deleted = album_is_deleted,
	.derive = derive_album,
	.save = save_album,
};

err import_albums(struct ctx *cx, const struct import_batch *batch, struct import_outcome *outcomes)
{
	return import_take(&album_rules, cx, batch, outcomes);
}

err import_find_in_albums(struct ctx *cx, const struct import_batch *batch, struct import_outcome *outcomes)
{
	return import_find(&album_rules, cx, batch, outcomes);
}
