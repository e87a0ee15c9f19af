/* What content tells and hears. */
#include "contracts/comment.h"
#include "modules/content/post.h"

void tell_post(struct change *ch, post_event_teller *tell, const struct post *post)
{
	const struct post_event payload = {
		.post_id = post->id,
		.title = post->title,
		.slug = post->slug,
		.author_id = post->author_id,
		.primary_artist_id = post->primary_artist_id,
		.artist_id = post->primary_artist_id,
		.featured_artist_ids = post->featured_artist_ids,
		.tags = post->tags,
		.status = post->status,
		.published_at = post->published_at,
		.created_at = post->created_at,
	};
	tell(ch, post->id, post->version, &payload);
}

enum { COPY_COUNTS, DRAFTS_OF };

struct statement event_statements[] = {
	[COPY_COUNTS] = {.name = "posts_copy_comments_count", .in = &tally_schema,
		.sql = WITH_TALLY "UPDATE posts p SET comments_count = t.count FROM t"
				  " WHERE p.id = t.id AND p.comments_count <> t.count"},
	[DRAFTS_OF] = {.name = "post_drafts_of_author", .in = &by_id_schema, .out = &post_schema, .lane = LANE_SLOW,
		.sql = "SELECT $p.*, p.content FROM posts p WHERE p.author_id = $id AND p.status = 'draft'"
		       " AND p.status <> 'published' AND NOT p.is_deleted"},
	{0},
};

/*
 * comment.*: the copy that lists are sorted by. The counts are asked for when it is heard: the last event of a post leaves
 * the true one, whatever was repeated before.
 */
HEARER(copy_comments_counts, comment_event);
static err copy_comments_counts(struct ctx *cx, struct change *ch, const struct comment_event_delivery *batch,
				int count)
{
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, count);
	int64_t *counts = ARENA_ARRAY(cx->arena, int64_t, count);
	int n = 0;

	for (int i = 0; i < count; i++) {
		struct uuid post_id = batch[i].payload->post_id;
		bool known = false;
		for (int j = 0; j < n && !known; j++)
			known = uuid_equal(ids[j], post_id);
		if (!known)
			ids[n++] = post_id;
	}
	TRY(comments_count_exactly(cx, (struct uuids){ids, n}, counts));
	change_add(ch, &event_statements[COPY_COUNTS], &(struct tally){{ids, n}, {counts, n}});
	return NULL;
}

/*
 * user.deleted: nobody is left who may read or publish the drafts, so they are deleted. Published posts stay; their
 * author_username becomes null by itself, because content keeps no names.
 */
HEARER(delete_drafts, user_event);
static err delete_drafts(struct ctx *cx, struct change *ch, const struct user_event_delivery *batch, int count)
{
	for (int i = 0; i < count; i++) {
		struct by_id author = {.id = batch[i].payload->user_id};
		struct post *drafts;
		int n;
		TRY(db_rows(cx, &event_statements[DRAFTS_OF], &author, &drafts, &n));
		for (int j = 0; j < n; j++)
			post_delete(ch, cx->arena, &drafts[j], author.id);
	}
	return NULL;
}

/* Our own events, for the caches of other instances. */
HEARER(forget, none);
static err forget(struct ctx *cx, struct change *ch, const struct delivery *batch, int count)
{
	(void)cx;
	(void)ch;
	for (int i = 0; i < count; i++)
		post_forget(batch[i].aggregate_id);
	return NULL;
}

const struct subscription post_hears[] = {
	{.name = "content.comment", .source = "comment", .hearing = DURABLE, .supersedes = true,
	 HEARS(copy_comments_counts, &comment_created, &comment_deleted, &comment_restored)},
	{.name = "content.auth", .source = "auth", .hearing = DURABLE, HEARS(delete_drafts, &user_deleted)},
	{.name = "content.cache", .source = "content", .hearing = IN_MEMORY,
	 HEARS(forget, CONTENT_EVENTS(ANY_EVENT) NULL)},
	{0},
};
