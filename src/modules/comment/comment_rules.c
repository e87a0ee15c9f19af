/* What holds for comments whatever the route: who sees them, who may do what. */
#include "modules/comment/comment.h"

const struct auth_cards *auth;
const struct content_cards *content;

err post_may_be_read(struct ctx *cx, struct uuid post_id)
{
	struct post_standing post;
	TRY(content->post_standing(cx, post_id, &post));
	return post.exists ? NULL : POST_NOT_FOUND;
}

err post_may_be_commented(struct ctx *cx, struct uuid post_id)
{
	struct post_standing post;
	TRY(content->post_standing(cx, post_id, &post));
	if (!post.exists)
		return POST_NOT_FOUND;
	return post.comments_open ? NULL : COMMENTS_CLOSED;
}

err comment_find(struct ctx *cx, struct uuid id, struct comment *out)
{
	struct post_standing post;
	const struct comment *found;

	TRY(comments_load(cx, &id, 1, &found));
	if (!found)
		return NOT_FOUND;
	TRY(content->post_standing(cx, found->post_id, &post));
	if (!post.exists)
		return NOT_FOUND;
	*out = *found;
	return NULL;
}

bool comment_may_restore(const struct ctx *cx, const struct comment *it)
{
	return viewer_is_moderator(cx) || (viewer_is(cx, it->user_id) && viewer_is(cx, it->deleted_by));
}

void comment_bury(struct comment *it)
{
	if (!it->is_deleted)
		return;
	it->content = NULL;
	it->user_id = (struct uuid){0};
}
