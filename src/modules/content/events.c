/* What content hears. */
#include "contracts/auth.h"
#include "contracts/comment.h"
#include "modules/content/post_enrich.h"
#include "modules/content/post_store.h"

/* Only lists that sort by it read the copy, so it may follow in sets. */
enum { COPY_MS = 200 };

/* Rows are locked in order of id: two that write many never wait in a circle. */
COMMAND(posts_copy_comments_counts, tally,
	"WITH t AS MATERIALIZED (SELECT d.post_id, t.count"
	" FROM unnest($ids::uuid[], $counts::bigint[]) AS t (id, count)"
	" JOIN discussed_posts d ON d.post_id = t.id ORDER BY d.post_id FOR NO KEY UPDATE OF d)"
	" UPDATE discussed_posts d SET comments_count = t.count FROM t"
	" WHERE d.post_id = t.post_id AND d.comments_count <> t.count");

static QUERY(
	drafts_of_author, by_id, post,
	"SELECT $p.*, p.content FROM posts p"
	" WHERE p.author_id = $id AND p.status = 'draft' AND p.status <> 'published' AND NOT p.is_deleted",
	.lane = LANE_SLOW);

/*
 * comment.*: the copy that lists are sorted by. The counts are asked for when it is heard: the last event of
 * a post leaves the true one, whatever was repeated before.
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
	posts_copy_comments_counts(ch, &(struct tally){{ids, n}, {counts, n}});
	return NULL;
}

/*
 * user.deleted: nobody is left who may read or publish the drafts, so they are deleted. Published posts stay;
 * their author_username becomes null by itself, because content keeps no names.
 */
HEARER(delete_drafts, user_event);
static err delete_drafts(struct ctx *cx, struct change *ch, const struct user_event_delivery *batch,
			 int count)
{
	for (int i = 0; i < count; i++) {
		const struct by_id author = {.id = batch[i].payload->user_id};
		struct post *drafts;
		int n;
		TRY(drafts_of_author(cx, &author, &drafts, &n));
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

const struct subscription content_hears[] = {
	{.name = "content.comment",
	 .source = "comment",
	 .hearing = DURABLE,
	 .supersedes = true,
	 .pace_ms = COPY_MS,
	 HEARS(copy_comments_counts, &comment_created, &comment_deleted, &comment_restored)},
	{.name = "content.auth", .source = "auth", .hearing = DURABLE, HEARS(delete_drafts, &user_deleted)},
	{.name = "content.cache",
	 .source = "content",
	 .hearing = IN_MEMORY,
	 HEARS(forget, CONTENT_EVENTS(ANY_EVENT) NULL)},
	{0},
};
