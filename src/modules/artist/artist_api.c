/* Routes of single artists. */
#include "modules/artist/api.h"

#include "vobe/text.h"

void show_deletion(struct req *rq, struct uuid deleted_by)
{
	if (may_restore(&rq->cx, deleted_by))
		rq->view |= VIEW_OWN;
}

void note_act(struct req *rq, struct change *ch, const struct event *done, struct uuid id, struct uuid maker)
{
	staff_act_note(rq, ch, tell_artist_moderated, done, id, maker);
}

static err reply_artist(struct req *rq, struct artist *it, struct artist_reply *re)
{
	TRY(artists_mark_followed(&rq->cx, it, 1));
	show_deletion(rq, it->deleted_by);
	return reply(re, it);
}

HANDLER(get_artist, by_id, none, artist);
static err get_artist(struct req *rq, const struct by_id *in, struct artist_reply *re)
{
	struct artist found;
	TRY(artist_find(&rq->cx, in->id, &found));
	return reply_artist(rq, &found, re);
}

HANDLER(get_artist_by_slug, by_slug, none, artist);
static err get_artist_by_slug(struct req *rq, const struct by_slug *in, struct artist_reply *re)
{
	struct ctx *cx = &rq->cx;
	struct artist found;
	struct by_id owner;

	TRY(artist_of_slug(cx, in, &owner));
	TRY(artist_find(cx, owner.id, &found));
	if (strcmp(found.slug, in->slug) != 0)
		return reply_redirect(rq, 301, arena_fmt(cx->arena, "/api/v1/artists/slug/%s", found.slug));
	return reply_artist(rq, &found, re);
}

HANDLER(create_artist, none, artist, artist);
static err create_artist(struct req *rq, struct artist *new, struct artist_reply *re)
{
	struct ctx *cx = &rq->cx;
	err e = SLUG_TAKEN;

	if (new->verified && !viewer_is_moderator(cx))
		return problem_detail(cx, FORBIDDEN, "Only moderators may set `verified`.");
	new->id = uuid_new();
	new->created_at = new->updated_at = clock_now();
	new->created_by = cx->viewer.user_id;
	new->followers_count = 0;
	new->version = 1;
	artist_derive(cx->arena, new);
	show_deletion(rq, new->deleted_by);
	for (int i = 0; problem_is(e, SLUG_TAKEN) && i < SLUG_ATTEMPTS; i++) {
		TRY(artist_slugs_choose(cx, new, 1, i));
		struct change *ch = change_begin(cx);
		artist_add(ch, new);
		e = reply_commit(re, ch, new);
	}
	return e;
}

/* The body laid over what is stored. */
static err merge_artist(struct req *rq, const struct artist *body, const struct artist *before,
			struct artist *it)
{
	if (HAS(rq->present, artist_verified_field) && body->verified != it->verified &&
	    !viewer_is_moderator(&rq->cx))
		return problem_detail(&rq->cx, FORBIDDEN, "Only moderators may change `verified`.");
	TRY(merge_body(rq, body, it));
	artist_derive(rq->cx.arena, it);
	artist_keep_links(before, it);
	return NULL;
}

FINDER(find_artist_faults, by_id, artist);
static err find_artist_faults(struct req *rq, const struct by_id *in, const struct artist *body,
			      struct faults *fs)
{
	struct artist before;

	TRY(artist_find_editable(&rq->cx, in->id, &before));
	TRY(require_match(rq, before.version));
	struct artist after = before;
	faults_take(rq->cx.arena, fs, merge_artist(rq, body, &before, &after));
	return NULL;
}

HANDLER(update_artist, by_id, artist, artist);
static err update_artist(struct req *rq, const struct by_id *in, struct artist *body, struct artist_reply *re)
{
	struct ctx *cx = &rq->cx;
	struct artist before;
	err e = SLUG_TAKEN;

	TRY(artist_find_editable(cx, in->id, &before));
	TRY(require_match(rq, before.version));
	struct artist after = before;
	TRY(merge_artist(rq, body, &before, &after));
	const bool is_changed = !schema_equal(&artist_schema, &before, &after);
	TRY(artists_mark_followed(cx, &after, 1));
	show_deletion(rq, after.deleted_by);
	if (!is_changed)
		return reply(re, &after);
	after.updated_at = clock_now();
	const bool is_renamed = strcmp(before.name, after.name) != 0;
	artist_event_teller *tell =
		after.verified && !before.verified ? tell_artist_verified : tell_artist_updated;
	for (int i = 0; problem_is(e, SLUG_TAKEN) && i < SLUG_ATTEMPTS; i++) {
		struct change *ch = change_begin(cx);
		after.version = before.version;
		TRY(artist_rename(cx, before.name, i, ch, &after));
		artist_save(ch, &after, tell, is_renamed ? before.name : NULL);
		note_act(rq, ch, &artist_updated.event, after.id, after.created_by);
		e = reply_commit(re, ch, &after);
	}
	return e;
}

HANDLER(delete_artist, by_id, none, none);
static err delete_artist(struct req *rq, const struct by_id *in)
{
	struct artist it;

	TRY(artist_find_deletable(&rq->cx, in->id, &it));
	if (it.is_deleted)
		return reply_empty(rq);
	TRY(require_match(rq, it.version));
	struct change *ch = change_begin(&rq->cx);
	MARK_DELETED(&rq->cx, &it);
	artist_save(ch, &it, tell_artist_deleted, NULL);
	note_act(rq, ch, &artist_deleted.event, it.id, it.created_by);
	return reply_commit_empty(rq, ch);
}

HANDLER(restore_artist, by_id, none, artist);
static err restore_artist(struct req *rq, const struct by_id *in, struct artist_reply *re)
{
	struct artist it;

	TRY(artist_find_restorable(&rq->cx, in->id, &it));
	if (!it.is_deleted)
		return reply_artist(rq, &it, re);
	TRY(require_match(rq, it.version));
	TRY(artists_mark_followed(&rq->cx, &it, 1));
	struct change *ch = change_begin(&rq->cx);
	MARK_RESTORED(&it);
	show_deletion(rq, it.deleted_by);
	artist_save(ch, &it, tell_artist_restored, NULL);
	note_act(rq, ch, &artist_restored.event, it.id, it.created_by);
	return reply_commit(re, ch, &it);
}

static const err edit_problems[] = {VERIFIED_ARTIST, EDIT_CONFLICT, NULL};
static const err restore_problems[] = {VERIFIED_ARTIST, DELETED_BY_STAFF, EDIT_CONFLICT, NULL};

/* clang-format off */
const struct route artist_routes[] = {
	ROUTE(POST, "/artists", USER, 201, create_artist, "Add an artist",
	      .view = VIEW_DETAIL),
	ROUTE(GET, "/artists/{id}", ANYONE, 200, get_artist, "Read an artist",
	      .view = VIEW_DETAIL),
	ROUTE(GET, "/artists/slug/{slug}", ANYONE, 200, get_artist_by_slug,
	      "Read an artist; old slugs redirect", .view = VIEW_DETAIL, .redirects = true),
	ROUTE(PATCH, "/artists/{id}", USER, 200, update_artist, "Edit an artist",
	      .view = VIEW_DETAIL, .problems = edit_problems, FINDS(find_artist_faults)),
	ROUTE(DELETE, "/artists/{id}", USER, 204, delete_artist,
	      "Delete an artist, hiding its albums and tracks", .problems = edit_problems),
	ROUTE(POST, "/artists/{id}/restore", USER, 200, restore_artist,
	      "Undo the deletion of an artist and all of its",
	      .view = VIEW_DETAIL, .problems = restore_problems),
	{0},
};
/* clang-format on */
