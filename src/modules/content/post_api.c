/* Routes of one post. */
#include "modules/content/post_edit.h"
#include "modules/content/post_enrich.h"
#include "modules/content/post_store.h"
#include "modules/content/post_views.h"

#include <string.h>

enum { WRITE_TRIES = 16 }; /* against others who write at the same moment: each round one of them wins */

/* With what other modules know; those who may edit it also see whether it is deleted. */
static void complete(struct req *rq, struct post *post)
{
	posts_complete(rq, post, 1);
	if (post_may_be_edited(&rq->cx, post))
		rq->view |= VIEW_OWN;
}

static err show(struct req *rq, struct post *post, struct post_reply *re)
{
	complete(rq, post);
	return reply(re, post);
}

static err show_to_reader(struct req *rq, struct post *post, struct post_reply *re)
{
	complete(rq, post);
	uint64_t viewing = post_viewing(&rq->cx, req_address(rq), post);
	err e = reply(re, post);
	post_viewed(viewing, post->id);
	return e;
}

/* The answer is made before the commit: it is stored with the Idempotency-Key. */
static err commit_and_show(struct req *rq, struct change *ch, struct post *post, struct post_reply *re)
{
	complete(rq, post);
	return reply_commit(re, ch, post);
}

static void note_act(struct req *rq, struct change *ch, const struct event *done, const struct post *it)
{
	staff_act_note(rq, ch, tell_post_moderated, done, it->id, it->author_id);
}

/* A slug that was wished is taken as it is, or refused; one made from the title gets a number. */
static err choose_slug(struct ctx *cx, struct post *post, bool is_wished, int tries)
{
	const char *base = post->slug;
	if (is_wished)
		return NULL;
	return post_slugs_choose(cx, (struct uuids){&post->id, 1}, &base, tries, &post->slug);
}

/* `after` is what the body would make of `before` (NULL: a new post). Others know of artists and slugs. */
static void find_in_others(struct ctx *cx, const struct post *before, const struct post *after,
			   const struct post *body, struct faults *fs)
{
	faults_take(cx->arena, fs,
		    post_artists_exist(cx, before, after->primary_artist_id, &body->featured_artist_ids));
	if (body->slug)
		faults_take(cx->arena, fs, post_slug_is_free(cx, after));
}

FINDER(find_new_post_faults, none, post);
static err find_new_post_faults(struct req *rq, const struct post *body, struct faults *fs)
{
	faults_take(rq->cx.arena, fs, post_may_begin(&rq->cx, body));
	find_in_others(&rq->cx, NULL, body, body, fs);
	return NULL;
}

HANDLER(create_post, none, post, post);
static err create_post(struct req *rq, struct post *post, struct post_reply *re)
{
	const bool is_wished = post->slug != NULL;
	const char *base;
	err e = NULL;

	const struct uuids sent = post->featured_artist_ids;
	TRY(post_may_begin(&rq->cx, post));
	post_draft(&rq->cx, post);
	TRY(post_artists_exist(&rq->cx, NULL, post->primary_artist_id, &sent));
	base = post->slug;
	for (int tries = 0; tries < WRITE_TRIES; tries++) {
		post->slug = base;
		TRY(choose_slug(&rq->cx, post, is_wished, tries));
		struct change *ch = change_begin(&rq->cx);
		post_add(ch, rq->cx.arena, post);
		post_tell(ch, tell_post_created, post);
		if (post_is_listed(post))
			post_tell(ch, tell_post_published, post);
		e = commit_and_show(rq, ch, post, re);
		if (is_wished || !problem_is(e, SLUG_TAKEN))
			break;
	}
	return is_wished && problem_is(e, SLUG_TAKEN) ? problem_at(&rq->cx, e, "/slug") : e;
}

HANDLER(get_post, by_id, none, post);
static err get_post(struct req *rq, const struct by_id *in, struct post_reply *re)
{
	struct post post;

	TRY(post_load(&rq->cx, in->id, &post));
	return show_to_reader(rq, &post, re);
}

HANDLER(get_post_by_slug, by_slug, none, post);
static err get_post_by_slug(struct req *rq, const struct by_slug *in, struct post_reply *re)
{
	struct post post;

	TRY(post_load_by_slug(&rq->cx, in, &post));
	if (strcmp(post.slug, in->slug) != 0)
		return reply_redirect(rq, 301, arena_fmt(rq->cx.arena, "/api/v1/posts/slug/%s", post.slug));
	return show_to_reader(rq, &post, re);
}

/* Whether the body wishes for a slug. */
static bool wishes_slug(const struct req *rq, const struct post *body)
{
	return HAS(rq->present, post_slug_field) && body->slug;
}

/* The post, and what the body would make of it. */
static err load_merged(struct req *rq, const struct by_id *in, const struct post *body, struct post *before,
		       struct post *after)
{
	TRY(post_load_to_edit(&rq->cx, in->id, before));
	TRY(require_match(rq, before->version));
	*after = *before;
	return merge_body(rq, body, after);
}

FINDER(find_post_faults, by_id, post);
static err find_post_faults(struct req *rq, const struct by_id *in, const struct post *body,
			    struct faults *fs)
{
	struct post before, after;

	TRY(load_merged(rq, in, body, &before, &after));
	if (before.is_deleted)
		return POST_DELETED;
	faults_take(rq->cx.arena, fs, post_may_become(&rq->cx, &before, &after));
	find_in_others(&rq->cx, &before, &after, body, fs);
	return NULL;
}

static err try_update(struct req *rq, const struct by_id *in, const struct post *body, int tries,
		      struct post_reply *re)
{
	struct post before, after;

	TRY(load_merged(rq, in, body, &before, &after));
	TRY(post_may_become(&rq->cx, &before, &after));
	if (!post_revise(&rq->cx, &before, rq->present, &after))
		return show(rq, &before, re);
	TRY(post_artists_exist(&rq->cx, &before, after.primary_artist_id, &body->featured_artist_ids));
	if (strcmp(before.slug, after.slug) != 0)
		TRY(choose_slug(&rq->cx, &after, wishes_slug(rq, body), tries));

	struct change *ch = change_begin(&rq->cx);
	post_change(ch, rq->cx.arena, &before, &after);
	note_act(rq, ch, &post_updated.event, &before);
	return commit_and_show(rq, ch, &after, re);
}

HANDLER(update_post, by_id, post, post);
static err update_post(struct req *rq, const struct by_id *in, struct post *body, struct post_reply *re)
{
	err e;
	int tries = 0;

	do
		e = try_update(rq, in, body, tries, re);
	while (!wishes_slug(rq, body) && problem_is(e, SLUG_TAKEN) && ++tries < WRITE_TRIES);
	return wishes_slug(rq, body) && problem_is(e, SLUG_TAKEN) ? problem_at(&rq->cx, e, "/slug") : e;
}

HANDLER(delete_post, by_id, none, none);
static err delete_post(struct req *rq, const struct by_id *in)
{
	struct post post;

	TRY(post_load_to_edit(&rq->cx, in->id, &post));
	if (post.is_deleted) /* as was asked */
		return reply_empty(rq);
	TRY(require_match(rq, post.version));
	struct change *ch = change_begin(&rq->cx);
	post_delete(ch, rq->cx.arena, &post, rq->cx.viewer.user_id);
	note_act(rq, ch, &post_deleted.event, &post);
	return reply_commit_empty(rq, ch);
}

HANDLER(restore_post, by_id, none, post);
static err restore_post(struct req *rq, const struct by_id *in, struct post_reply *re)
{
	struct post before, after;

	TRY(post_load_to_edit(&rq->cx, in->id, &before));
	TRY(require_match(rq, before.version));
	if (!before.is_deleted)
		return show(rq, &before, re);
	if (!post_may_be_restored(&rq->cx, &before))
		return DELETED_BY_STAFF;
	struct change *ch = change_begin(&rq->cx);
	post_restore(ch, rq->cx.arena, &before, &after);
	note_act(rq, ch, &post_restored.event, &before);
	return commit_and_show(rq, ch, &after, re);
}

/* As many bytes as the longest content can be in JSON: each of 200,000 characters as two \uXXXX. */
enum { POST_BODY_MOST = 3 * 1024 * 1024 };

static const err reading[] = {POST_NOT_FOUND, NULL};
static const err creating[] = {ARTIST_UNKNOWN, SLUG_TAKEN, NULL};
static const err editing[] = {POST_NOT_FOUND,     FORBIDDEN,           ARTIST_UNKNOWN,
			      INVALID_TRANSITION, POST_DELETED,        EDIT_CONFLICT,
			      SLUG_TAKEN,         PRECONDITION_FAILED, NULL};
static const err deleting[] = {POST_NOT_FOUND, FORBIDDEN, EDIT_CONFLICT, PRECONDITION_FAILED, NULL};
static const err restoring[] = {POST_NOT_FOUND, FORBIDDEN,           DELETED_BY_STAFF,
				EDIT_CONFLICT,  PRECONDITION_FAILED, NULL};

/* clang-format off */
const struct route post_routes[] = {
	ROUTE(POST, "/posts", USER, 201, create_post, "Write a post",
	      .view = VIEW_DETAIL, .body_max = POST_BODY_MOST, .problems = creating,
	      FINDS(find_new_post_faults)),
	ROUTE(GET, "/posts/{id}", ANYONE, 200, get_post, "Read a post",
	      .view = VIEW_DETAIL, .problems = reading),
	ROUTE(GET, "/posts/slug/{slug}", ANYONE, 200, get_post_by_slug,
	      "Read a post by its slug; former ones redirect", .view = VIEW_DETAIL, .redirects = true,
	      .problems = reading),
	ROUTE(PATCH, "/posts/{id}", USER, 200, update_post, "Edit a post (JSON Merge Patch)",
	      .view = VIEW_DETAIL, .body_max = POST_BODY_MOST, .problems = editing,
	      FINDS(find_post_faults)),
	ROUTE(DELETE, "/posts/{id}", USER, 204, delete_post, "Move a post to the trash",
	      .problems = deleting),
	ROUTE(POST, "/posts/{id}/restore", USER, 200, restore_post, "Bring a post back from the trash",
	      .view = VIEW_DETAIL, .problems = restoring),
	{0},
};
/* clang-format on */
