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

/* The posts of all, one user's behind the other's. */
static struct uuids posts_of_users(struct arena *a, const struct user_count *const *rows, int count)
{
	int total = 0, n = 0;

	for (int i = 0; i < count; i++)
		total += rows[i] ? rows[i]->post_ids.count : 0;
	struct uuid *ids = ARENA_ARRAY(a, struct uuid, total);
	for (int i = 0; i < count; i++)
		for (int j = 0; rows[i] && j < rows[i]->post_ids.count; j++)
			ids[n++] = rows[i]->post_ids.at[j];
	return (struct uuids){ids, total};
}

/* As many as the list of the user's comments shows to the same viewer: those under hidden posts are not
 * there. */
static err count_of_users(struct ctx *cx, const struct uuid *ids, int count, int64_t *out)
{
	const struct user_count **rows = ARENA_ARRAY(cx->arena, const struct user_count *, count);
	TRY(user_counts_load(cx, ids, count, rows));
	const struct uuids posts = posts_of_users(cx->arena, rows, count);
	bool *seen = ARENA_ARRAY(cx->arena, bool, posts.count);
	TRY(content->posts_seen(cx, posts.at, posts.count, seen));
	for (int i = 0; i < count; i++) {
		out[i] = 0;
		for (int j = 0; rows[i] && j < rows[i]->post_ids.count; j++)
			out[i] += *seen++ ? rows[i]->counts.at[j] : 0;
	}
	return NULL;
}

void offer_counts(void)
{
	static const struct comment_counting counting = {count_shown, count_exactly, count_shown_ahead};
	content->count_comments_with(&counting);
	auth->count_comments_with(count_of_users);
}

static const struct comment_counts count_service = {.comment_counts = count_shown};
static const struct comment_import import_service = {
	.comments = {&comment_schema, import_comments, import_find_in_comments}};

const struct service comment_services[] = {
	OFFER(comment_counts, count_service),
	OFFER(comment_import, import_service),
	{0},
};
