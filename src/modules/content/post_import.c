/* Posts from a file: by the rules of the API, many in one change, with the faults of each row. */
#include "modules/content/post_edit.h"
#include "modules/content/post_enrich.h"
#include "modules/content/post_rows.h"
#include "modules/content/post_store.h"
#include "modules/content/service.h"

#include <stdlib.h>
#include <string.h>

enum { IMPORT_TRIES = 3 }; /* against others who take the same slugs at the same moment */

struct intake {
	struct ctx *cx;
	const struct import_batch *batch;
	struct post *rows;
	struct import_outcome *outcomes;
	struct arrival *arrivals; /* those that are to be added, in order of id */
	int count;
};

static void refuse(struct intake *in, int i, const char *pointer, const char *code, const char *detail)
{
	fault_add(in->cx->arena, &in->outcomes[i].faults, pointer, code, "%s", detail);
	in->outcomes[i].fate = IMPORT_REFUSED;
}

static void refuse_for(struct intake *in, int i, err why)
{
	for (int f = 0; f < why->fault_count; f++)
		refuse(in, i, why->faults[f].pointer, why->faults[f].code, why->faults[f].detail);
	if (!why->fault_count)
		refuse(in, i, problem_is(why, SLUG_TAKEN) ? "/slug" : "", why->code, why->detail);
}

static bool gave(const struct intake *in, int i, int field)
{
	return HAS(in->batch->given[i], field);
}

/* --- what a line does not say --- */

/* A representation of the API says `artists`, a body primary_artist_id and featured_artist_ids. */
static void complete_artists(struct intake *in, int i)
{
	struct post *it = &in->rows[i];
	const struct post_credit *credits = it->artists.at;
	struct uuid *featured = ARENA_ARRAY(in->cx->arena, struct uuid, it->artists.count + 1);
	int count = 0;

	for (int n = 0; n < it->artists.count; n++) {
		const bool is_primary = credits[n].role && !strcmp(credits[n].role, "primary");
		if (!is_primary)
			featured[count++] = credits[n].id;
		else if (!gave(in, i, post_primary_artist_id_field))
			it->primary_artist_id = credits[n].id;
	}
	if (count && !gave(in, i, post_featured_artist_ids_field))
		it->featured_artist_ids = (struct uuids){featured, count};
}

/* Nobody reads before its time what is to be published later, and nothing that may be a draft. */
static void complete_status(struct intake *in, int i)
{
	struct post *it = &in->rows[i];
	struct import_notes *notes = &in->outcomes[i].notes;
	const bool may_be_draft = gave(in, i, post_published_at_field) && it->published_at == TIME_NULL;

	if (!gave(in, i, post_status_field))
		it->status = may_be_draft ? DRAFT : PUBLISHED;
	if (may_be_draft && !gave(in, i, post_status_field))
		import_note(notes, "published_at: null, so it becomes a draft");
	if (it->published_at != TIME_NULL && it->published_at > clock_now()) {
		it->status = DRAFT;
		it->published_at = TIME_NULL;
		import_note(notes, "published_at: in the future, so it becomes a draft");
	}
}

/* Without a time of its own a post was written when it was published, or now. */
static void complete_times(struct post *it)
{
	const bool is_draft = post_has_status(it, DRAFT);

	if (it->created_at == TIME_NULL)
		it->created_at = it->published_at == TIME_NULL ? clock_now() : it->published_at;
	if (it->published_at == TIME_NULL && !is_draft)
		it->published_at = it->created_at;
	if (it->updated_at == TIME_NULL)
		it->updated_at = it->created_at;
	if (it->is_deleted && it->deleted_at == TIME_NULL)
		it->deleted_at = clock_now();
}

static void complete(struct intake *in, int i)
{
	struct post *it = &in->rows[i];

	in->outcomes[i] = (struct import_outcome){.fate = IMPORT_ADDED};
	complete_artists(in, i);
	complete_status(in, i);
	complete_times(it);
	it->views_count = it->comments_count = 0;
	it->version = 1;
	if (uuid_is_nil(it->author_id))
		refuse(in, i, "/author_id", "required", "Required: who wrote it.");
}

/* --- what is there --- */

static int compare_arrivals(const void *a, const void *b)
{
	const struct arrival *one = a, *other = b;
	const int order = memcmp(&one->post.id, &other->post.id, sizeof(struct uuid));
	return order ? order : one->row - other->row;
}

static void gather(struct intake *in)
{
	in->count = 0;
	for (int i = 0; i < in->batch->count; i++) {
		struct arrival *a = &in->arrivals[in->count];
		if (in->outcomes[i].fate != IMPORT_ADDED)
			continue;
		*a = (struct arrival){.post = in->rows[i], .row = i};
		post_lists_normal(in->cx->arena, &a->post);
		a->slug_base = post_slug_base(in->cx->arena, a->post.slug, a->post.title, a->post.id);
		a->post.is_deleted = false; /* its deletion comes behind it */
		a->post.deleted_at = TIME_NULL;
		in->count++;
	}
	qsort(in->arrivals, (size_t)in->count, sizeof *in->arrivals, compare_arrivals);
}

/* Leaves out what is there already, and what the rows hold twice. */
static void leave_known_out(struct intake *in, const struct post *const *stored)
{
	int n = 0;

	for (int i = 0; i < in->count; i++) {
		const struct arrival a = in->arrivals[i];
		const bool is_twin = n && uuid_equal(in->arrivals[n - 1].post.id, a.post.id);
		if (is_twin || stored[a.row])
			in->outcomes[a.row].fate = IMPORT_PRESENT;
		else
			in->arrivals[n++] = a;
	}
	in->count = n;
}

/* Refuses those that name an unknown artist, with each that is, and leaves them out. */
static err leave_artistless_out(struct intake *in)
{
	int room = 0, n = 0, good = 0;
	for (int i = 0; i < in->count; i++)
		room += 1 + in->arrivals[i].post.featured_artist_ids.count;
	struct uuid *ids = ARENA_ARRAY(in->cx->arena, struct uuid, room + 1);
	struct artist_card *cards = ARENA_ARRAY(in->cx->arena, struct artist_card, room + 1);

	for (int i = 0; i < in->count; i++) {
		const struct post *post = &in->arrivals[i].post;
		ids[n++] = post->primary_artist_id;
		for (int j = 0; j < post->featured_artist_ids.count; j++)
			ids[n++] = post->featured_artist_ids.at[j];
	}
	if (n)
		TRY(artist->artist_cards(in->cx, ids, n, cards));
	for (int i = n = 0; i < in->count; i++) {
		const struct arrival a = in->arrivals[i];
		const int begin = n, end = n + 1 + a.post.featured_artist_ids.count;
		for (; n < end; n++)
			if (!cards[n].name && !uuid_is_nil(ids[n]))
				refuse(in, a.row, n == begin ? "/primary_artist_id" : "/featured_artist_ids",
				       "artist_unknown", "It names an artist that does not exist.");
		if (in->outcomes[a.row].fate == IMPORT_ADDED)
			in->arrivals[good++] = a;
	}
	in->count = good;
	return NULL;
}

/* --- adding --- */

static err choose_slugs(struct intake *in)
{
	struct uuid *ids = ARENA_ARRAY(in->cx->arena, struct uuid, in->count);
	const char **bases = ARENA_ARRAY(in->cx->arena, const char *, in->count);
	const char **slugs = ARENA_ARRAY(in->cx->arena, const char *, in->count);

	for (int i = 0; i < in->count; i++) {
		ids[i] = in->arrivals[i].post.id;
		bases[i] = in->arrivals[i].slug_base;
	}
	TRY(post_slugs_choose(in->cx, (struct uuids){ids, in->count}, bases, 0, slugs));
	for (int i = 0; i < in->count; i++)
		in->arrivals[i].post.slug = slugs[i];
	return NULL;
}

static void delete_added(struct intake *in, struct change *ch, const struct post *added,
			 const struct post *row)
{
	struct post gone = *added;

	gone.is_deleted = true;
	gone.deleted_at = row->deleted_at;
	gone.deleted_by = row->author_id;
	post_save(ch, in->cx->arena, added, &gone);
	post_tell(ch, tell_post_deleted, &gone);
}

static err add_all(struct intake *in)
{
	if (!in->count)
		return NULL;
	TRY(choose_slugs(in));
	struct change *ch = change_begin(in->cx);
	posts_add(ch, in->cx->arena, in->arrivals, in->count);
	for (int i = 0; i < in->count; i++) {
		const struct post *post = &in->arrivals[i].post;
		const struct post *row = &in->rows[in->arrivals[i].row];
		post_tell(ch, tell_post_created, post);
		if (post_is_listed(post))
			post_tell(ch, tell_post_published, post);
		if (row->is_deleted)
			delete_added(in, ch, post, row);
	}
	return change_commit(in->cx, ch);
}

/* --- what is there, but otherwise --- */

/* A slug is a wish: the post may have got it with a number behind it. */
static bool has_wished_slug(const struct post *stored, const char *wish)
{
	const size_t len = wish ? strlen(wish) : 0;
	if (!wish || strncmp(stored->slug, wish, len) != 0)
		return !wish;
	const char *rest = stored->slug + len;
	return !*rest || (*rest == '-' && !rest[1 + strspn(rest + 1, "0123456789")]);
}

/* What of row i is laid over what is stored: what PATCH may change. */
static uint64_t fields_to_write(const struct intake *in, int i, const struct post *stored)
{
	uint64_t fields = 0;

	for (int f = 0; f < post_field_count; f++)
		if (post_fields[f].flags & IN)
			fields |= UINT64_C(1) << f;
	fields &= in->batch->given[i] & ~in->batch->wishes[i];
	if (has_wished_slug(stored, in->rows[i].slug))
		fields &= ~(UINT64_C(1) << post_slug_field);
	if (gave(in, i, post_artists_field) && !gave(in, i, post_featured_artist_ids_field))
		fields |= UINT64_C(1) << post_featured_artist_ids_field;
	return fields;
}

static err write_over(struct intake *in, const struct post *before, struct post *after)
{
	struct change *ch;

	if (strcmp(before->slug, after->slug) != 0) {
		const char *base = after->slug;
		TRY(post_slugs_choose(in->cx, (struct uuids){&after->id, 1}, &base, 0, &after->slug));
	}
	ch = change_begin(in->cx);
	post_change(ch, in->cx->arena, before, after);
	return change_commit(in->cx, ch);
}

static err delete_stored(struct intake *in, const struct post *stored)
{
	struct change *ch = change_begin(in->cx);
	post_delete(ch, in->cx->arena, stored, stored->author_id);
	return change_commit(in->cx, ch);
}

static err restore_stored(struct intake *in, const struct post *stored, struct post *live)
{
	struct change *ch = change_begin(in->cx);
	post_restore(ch, in->cx->arena, stored, live);
	return change_commit(in->cx, ch);
}

/* A row that is deleted here, and whether it comes back: what of the line is written over then. */
static bool comes_back(struct intake *in, int i, const struct post *stored)
{
	struct import_outcome *o = &in->outcomes[i];

	o->fate =
		import_fate_of_deleted(in->batch, gave(in, i, post_is_deleted_field), in->rows[i].is_deleted,
				       import_was_staffs(stored->deleted_by, stored->author_id));
	return o->fate == IMPORT_RESTORED;
}

/* What the line says of a post that is there, or will be again: a refusal comes before anything is written.
 */
static err revise_live(struct intake *in, int i, const struct post *stored)
{
	const uint64_t fields = fields_to_write(in, i, stored);
	const bool returns = stored->is_deleted;
	struct post live = *stored, after;

	live.is_deleted = false;
	live.deleted_at = TIME_NULL;
	live.deleted_by = (struct uuid){{0}};
	after = live;
	schema_merge(&post_schema, &in->rows[i], fields, &after);
	TRY(post_may_become(in->cx, &live, &after));
	const bool changed = post_revise(in->cx, &live, fields, &after);
	if (!changed && !returns)
		return NULL;
	if (!returns)
		in->outcomes[i].fate = in->batch->mode == IMPORT_KEEPS ? IMPORT_DIFFERS : IMPORT_UPDATED;
	if (in->batch->mode == IMPORT_KEEPS)
		return NULL;
	if (changed)
		TRY(post_artists_exist(in->cx, &live, after.primary_artist_id, &after.featured_artist_ids));
	if (returns)
		TRY(restore_stored(in, stored, &live));
	return changed ? write_over(in, &live, &after) : NULL;
}

static err delete_live(struct intake *in, int i, const struct post *stored)
{
	in->outcomes[i].fate = in->batch->mode == IMPORT_KEEPS ? IMPORT_DIFFERS : IMPORT_UPDATED;
	return in->batch->mode == IMPORT_KEEPS ? NULL : delete_stored(in, stored);
}

/* Row i, which is stored: whether it differs, and if it is to be, written. A refusal is the row's. */
static err revise(struct intake *in, int i, const struct post *stored)
{
	const bool says_deleted = gave(in, i, post_is_deleted_field) && in->rows[i].is_deleted;

	if (stored->is_deleted && !comes_back(in, i, stored))
		return NULL;
	err e = says_deleted ? delete_live(in, i, stored) : revise_live(in, i, stored);
	if (e && e->status < 500) {
		if (in->batch->mode == IMPORT_KEEPS) /* what --update will say of it */
			in->outcomes[i].fate = IMPORT_DIFFERS;
		else
			refuse_for(in, i, e);
	}
	return e && e->status >= 500 ? e : NULL;
}

err import_posts(struct ctx *cx, const struct import_batch *batch, struct import_outcome *outcomes)
{
	struct intake in = {.cx = cx, .batch = batch, .rows = batch->rows, .outcomes = outcomes};
	const struct post **stored = ARENA_ARRAY(cx->arena, const struct post *, batch->count + 1);
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, batch->count + 1);
	err e = SLUG_TAKEN;

	in.arrivals = ARENA_ARRAY(cx->arena, struct arrival, batch->count + 1);
	for (int i = 0; i < batch->count; i++) {
		complete(&in, i);
		ids[i] = in.rows[i].id;
	}
	gather(&in);
	for (int tries = 0; problem_is(e, SLUG_TAKEN) && tries < IMPORT_TRIES; tries++) {
		TRY(fresh_posts_load(cx, ids, batch->count, stored));
		leave_known_out(&in, stored);
		if (tries == 0)
			TRY(leave_artistless_out(&in));
		e = add_all(&in);
	}
	TRY(e);
	for (int i = 0; i < batch->count; i++)
		if (outcomes[i].fate == IMPORT_PRESENT && stored[i])
			TRY(revise(&in, i, stored[i]));
	return NULL;
}

/* As arrivals, of which it is asked whether their artists are there; those that are stored are none. */
err import_find_in_posts(struct ctx *cx, const struct import_batch *batch, struct import_outcome *outcomes)
{
	struct intake in = {.cx = cx, .batch = batch, .rows = batch->rows, .outcomes = outcomes};
	const struct post **stored = ARENA_ARRAY(cx->arena, const struct post *, batch->count + 1);
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, batch->count + 1);

	in.arrivals = ARENA_ARRAY(cx->arena, struct arrival, batch->count + 1);
	for (int i = 0; i < batch->count; i++)
		ids[i] = in.rows[i].id;
	TRY(fresh_posts_load(cx, ids, batch->count, stored));
	for (int i = 0; i < batch->count; i++) {
		complete_artists(&in, i);
		if (!stored[i])
			in.arrivals[in.count++] = (struct arrival){.post = in.rows[i], .row = i};
	}
	return leave_artistless_out(&in);
}
