/* What other modules may ask of comment: how many there are. */
#include "modules/comment/service.h"

static void take_counts(const struct post_count *const *rows, int count, int64_t *out)
{
	for (int i = 0; i < count; i++)
		out[i] = rows[i] ? rows[i]->visible_count : 0;
}

static err count_shown(struct ctx *cx, const struct uuid *post_ids, int count, int64_t *out)
{
	const struct post_count **rows = ARENA_ARRAY(cx->arena, const struct post_count *, count);
	TRY(counts_load(cx, post_ids, count, rows));
	take_counts(rows, count, out);
	return NULL;
}

static void count_shown_ahead(struct ctx *cx, const struct uuid *post_ids, int count)
{
	counts_ahead(cx, post_ids, count);
}

static err count_exactly(struct ctx *cx, const struct uuid *post_ids, int count, int64_t *out)
{
	const struct post_count **rows = ARENA_ARRAY(cx->arena, const struct post_count *, count);
	TRY(exact_counts_load(cx, post_ids, count, rows));
	take_counts(rows, count, out);
	return NULL;
}

static err count_of_users(struct ctx *cx, const struct uuid *ids, int count, int64_t *out)
{
	const struct user_count **rows = ARENA_ARRAY(cx->arena, const struct user_count *, count);
	TRY(user_counts_load(cx, ids, count, rows));
	for (int i = 0; i < count; i++)
		out[i] = rows[i] ? rows[i]->total : 0;
	return NULL;
}

void offer_counts(void)
{
	static const struct comment_counting counting = {count_shown, count_exactly, count_shown_ahead};
	content->count_comments_with(&counting);
	auth->count_comments_with(count_of_users);
}

static const struct comment_counts count_service = {.comment_counts = count_shown};
static const struct comment_import import_service = {.comments = {&comment_schema, import_comments}};

const struct service comment_services[] = {
	OFFER(comment_counts, count_service),
	OFFER(comment_import, import_service),
	{0},
};
