/* Routes of single comments: writing, reading, editing, deleting, restoring. */
#include "modules/comment/api.h"

#include <string.h>

#define POST_PARAM_FIELDS(F, T) F(T, UUID, post_id, IN | REQ, "The post")
STRUCT(post_param, POST_PARAM_FIELDS);
SCHEMA(post_param, POST_PARAM_FIELDS, "One post");

static err parent_fits(const struct comment *parent, struct uuid post_id)
{
	if (!parent)
		return PARENT_UNKNOWN;
	if (!uuid_equal(parent->post_id, post_id))
		return WRONG_POST;
	if (parent->is_deleted)
		return COMMENT_DELETED;
	return parent->depth >= DEPTH_MAX ? TOO_DEEP : NULL;
}

/* One level under the comment that it answers; none: at the top. */
static err find_depth(struct ctx *cx, struct uuid parent_id, struct uuid post_id, int64_t *depth)
{
	const struct comment *parent;

	*depth = 0;
	if (uuid_is_nil(parent_id))
		return NULL;
	TRY(comments_load(cx, &parent_id, 1, &parent));
	err e = parent_fits(parent, post_id);
	if (e)
		return problem_at(cx, e, "/parent_id");
	*depth = parent->depth + 1;
	return NULL;
}

static void name_writer(struct req *rq, struct comment *it)
{
	name_writers(rq, &it, 1);
}

/* Tombstones have null for content, so the field list lets null pass. */
static err content_wanted(struct ctx *cx, const struct comment *body)
{
	if (body->content)
		return NULL;
	return problem_fault(cx, "/content", "null_not_allowed", "Must not be null; it must be a string.");
}

FINDER(find_new_comment_faults, post_param, comment);
static err find_new_comment_faults(struct req *rq, const struct post_param *in, const struct comment *body,
				   struct faults *fs)
{
	struct ctx *cx = &rq->cx;
	int64_t depth;

	if (HAS(rq->present, comment_content_field))
		faults_take(cx->arena, fs, content_wanted(cx, body));
	TRY(post_may_be_commented(cx, in->post_id));
	faults_take(cx->arena, fs, find_depth(cx, body->parent_id, in->post_id, &depth));
	return NULL;
}

HANDLER(create_comment, post_param, comment, comment);
static err create_comment(struct req *rq, const struct post_param *in, struct comment *new,
			  struct comment_reply *re)
{
	struct ctx *cx = &rq->cx;

	TRY(content_wanted(cx, new));
	TRY(post_may_be_commented(cx, in->post_id));
	new->id = uuid_new();
	new->post_id = in->post_id;
	new->user_id = cx->viewer.user_id;
	new->replies_count = 0;
	new->created_at = new->updated_at = clock_now();
	new->version = 1;
	TRY(find_depth(cx, new->parent_id, in->post_id, &new->depth));
	name_writer(rq, new);
	struct change *ch = change_begin(cx);
	comment_insert(ch, new);
	return reply_commit(re, ch, new);
}

#define CONTEXT_PARAM_FIELDS(F, T)                                                          \
	F(T, UUID, id, IN | REQ, "The comment")                                             \
	F(T, INT, context, IN, "How many of the comments above it to send along", .min = 0, \
	  .max = DEPTH_MAX, .otherwise = "0")
STRUCT(context_param, CONTEXT_PARAM_FIELDS);
SCHEMA(context_param, CONTEXT_PARAM_FIELDS, "One comment, with what it answers");

/* The fields of comment come first, so that one is the beginning of the other. */
#define COMMENT_DETAIL_FIELDS(F, T)                                                                    \
	COMMENT_FIELDS(F, T)                                                                           \
	F(T, MANY, context, NO_COLUMN, "Comments above it, as many as asked for, the outermost first", \
	  .of = &comment_schema, .view = VIEW_DETAIL)
STRUCT(comment_detail, COMMENT_DETAIL_FIELDS);
SCHEMA(comment_detail, COMMENT_DETAIL_FIELDS, "A comment and what it answers");
_Static_assert(offsetof(struct comment, replies) == offsetof(struct comment_detail, context),
	       "comment_detail begins as comment does");

/* The comments above `it`, and pointers to them and to `it` itself. */
static err load_context(struct ctx *cx, struct comment *it, int64_t steps, struct comment **rows, int *count)
{
	const struct thread_query q = {.parent_id = it->parent_id, .limit = steps, .time = TIME_NULL};
	*count = 0;
	if (steps == 0 || uuid_is_nil(it->parent_id))
		return NULL;
	return comments_above(cx, &q, rows, count);
}

HANDLER(get_comment, context_param, none, comment_detail);
static err get_comment(struct req *rq, const struct context_param *in, struct comment_detail_reply *re)
{
	struct ctx *cx = &rq->cx;
	struct comment it, *above, **all;
	struct comment_detail detail;
	int count;

	TRY(comment_find(cx, in->id, &it));
	if (it.is_deleted && !comment_may_restore(cx, &it)) {
		if (it.replies_count == 0)
			return NOT_FOUND;
		comment_bury(&it);
	}
	TRY(load_context(cx, &it, in->context, &above, &count));
	all = ARENA_ARRAY(cx->arena, struct comment *, count + 1);
	for (int i = 0; i < count; i++) {
		comment_bury(&above[i]);
		all[i] = &above[i];
	}
	all[count] = &it;
	name_writers(rq, all, count + 1);
	memcpy(&detail, &it, offsetof(struct comment, replies));
	detail.context = (struct many){above, count};
	rq->view |= in->context > 0 ? VIEW_DETAIL
				    : 0; /* without, it is what POST and PATCH answer, with their ETag */
	return reply(re, &detail);
}

/* The comment, if the viewer wrote it and it is as he knows it. */
static err find_own(struct req *rq, struct uuid id, struct comment *it)
{
	TRY(comment_find(&rq->cx, id, it));
	if (it->is_deleted)
		return NOT_FOUND;
	if (!viewer_is(&rq->cx, it->user_id))
		return problem_detail(&rq->cx, FORBIDDEN,
				      "Only who wrote a comment may edit it; moderators may delete it.");
	return require_match(rq, it->version);
}

static err parent_stays(struct req *rq, const struct comment *body, const struct comment *it)
{
	if (!HAS(rq->present, comment_parent_id_field) || uuid_equal(body->parent_id, it->parent_id))
		return NULL;
	return problem_fault(&rq->cx, "/parent_id", "immutable", "A comment stays where it was written.");
}

FINDER(find_comment_faults, by_id, comment);
static err find_comment_faults(struct req *rq, const struct by_id *in, const struct comment *body,
			       struct faults *fs)
{
	struct arena *a = rq->cx.arena;
	struct comment it;

	TRY(find_own(rq, in->id, &it));
	faults_take(a, fs, parent_stays(rq, body, &it));
	if (HAS(rq->present, comment_content_field))
		faults_take(a, fs, content_wanted(&rq->cx, body));
	return NULL;
}

HANDLER(update_comment, by_id, comment, comment);
static err update_comment(struct req *rq, const struct by_id *in, struct comment *body,
			  struct comment_reply *re)
{
	struct ctx *cx = &rq->cx;
	struct comment it;

	TRY(find_own(rq, in->id, &it));
	TRY(parent_stays(rq, body, &it));
	name_writer(rq, &it);
	if (!HAS(rq->present, comment_content_field))
		return reply(re, &it);
	TRY(content_wanted(cx, body));
	if (strcmp(body->content, it.content) == 0)
		return reply(re, &it);
	it.content = body->content;
	struct change *ch = change_begin(cx);
	comment_edit(ch, &it);
	return reply_commit(re, ch, &it);
}

HANDLER(delete_comment, by_id, none, none);
static err delete_comment(struct req *rq, const struct by_id *in)
{
	struct ctx *cx = &rq->cx;
	struct comment it;

	TRY(comment_find(cx, in->id, &it));
	if (!viewer_is(cx, it.user_id) && !viewer_is_moderator(cx))
		return it.is_deleted ? NOT_FOUND : FORBIDDEN;
	if (it.is_deleted) /* as was asked */
		return reply_empty(rq);
	TRY(require_match(rq, it.version));
	struct change *ch = change_begin(cx);
	comment_delete(ch, &it, cx->viewer.user_id);
	staff_act_note(rq, ch, tell_comment_moderated, &comment_deleted.event, it.id, it.user_id);
	return reply_commit_empty(rq, ch);
}

HANDLER(restore_comment, by_id, none, comment);
static err restore_comment(struct req *rq, const struct by_id *in, struct comment_reply *re)
{
	struct ctx *cx = &rq->cx;
	struct comment it;

	TRY(comment_find(cx, in->id, &it));
	if (it.is_deleted && !comment_may_restore(cx, &it))
		return viewer_is(cx, it.user_id) ? DELETED_BY_STAFF
		       : it.replies_count > 0    ? FORBIDDEN
						 : NOT_FOUND;
	if (!it.is_deleted && !viewer_is(cx, it.user_id) && !viewer_is_moderator(cx))
		return FORBIDDEN;
	name_writer(rq, &it);
	if (!it.is_deleted)
		return reply(re, &it);
	TRY(require_match(rq, it.version));
	struct change *ch = change_begin(cx);
	comment_restore(ch, &it);
	staff_act_note(rq, ch, tell_comment_moderated, &comment_restored.event, it.id, it.user_id);
	return reply_commit(re, ch, &it);
}

static const err create_problems[] = {
	POST_NOT_FOUND, COMMENTS_CLOSED, WRONG_POST, PARENT_UNKNOWN, COMMENT_DELETED, TOO_DEEP, NULL,
};
static const err edit_problems[] = {EDIT_CONFLICT, NULL};
static const err restore_problems[] = {DELETED_BY_STAFF, EDIT_CONFLICT, NULL};

const struct route comment_routes[] = {
	ROUTE(POST, "/posts/{post_id}/comments", USER, 201, create_comment,
	      "Comment on a post, or answer a comment", .problems = create_problems,
	      FINDS(find_new_comment_faults)),
	ROUTE(GET, "/comments/{id}", ANYONE, 200, get_comment, "Read a comment", .may_view = VIEW_DETAIL),
	ROUTE(PATCH, "/comments/{id}", USER, 200, update_comment, "Edit your comment",
	      .problems = edit_problems, FINDS(find_comment_faults)),
	ROUTE(DELETE, "/comments/{id}", USER, 204, delete_comment, "Delete a comment",
	      .problems = edit_problems),
	ROUTE(POST, "/comments/{id}/restore", USER, 200, restore_comment, "Undo the deletion of a comment",
	      .problems = restore_problems),
	{0},
};
