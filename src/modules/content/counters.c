/* Numbers of posts: what is counted for operators, and whether what is kept beside posts and tags agrees with
 * them. */
#include "modules/content/post_enrich.h"
#include "modules/content/post_store.h"

#include "vobe/counter.h"
#include "vobe/figures.h"

#define CONTENT_FIGURES(F, T)                                                      \
	F(T, INT, posts, 0, "Published posts")                                     \
	F(T, INT, posts_today, 0, "Of these, published in the last 24 hours")      \
	F(T, INT, drafts, 0, "Drafts")                                             \
	F(T, INT, posts_archived, 0, "Archived posts")                             \
	F(T, INT, posts_deleted, 0, "Posts in the trash")                          \
	F(T, INT, tags, 0, "Tags that a published post has")
STRUCT(content_figures, CONTENT_FIGURES);
SCHEMA(content_figures, CONTENT_FIGURES, "What content counts");
FIGURES(content_figures, "SELECT count(*) FILTER (WHERE status = 'published' AND NOT is_deleted) AS posts,"
			 " count(*) FILTER (WHERE status = 'published' AND NOT is_deleted"
			 " AND published_at > now() - interval '1 day') AS posts_today,"
			 " count(*) FILTER (WHERE status = 'draft' AND NOT is_deleted) AS drafts,"
			 " count(*) FILTER (WHERE status = 'archived' AND NOT is_deleted) AS posts_archived,"
			 " count(*) FILTER (WHERE is_deleted) AS posts_deleted,"
			 " (SELECT count(*) FROM tags WHERE posts_count > 0) AS tags"
			 " FROM posts");

/* --- tags.posts_count --- */

#define TAGGED                                                                                      \
	"(SELECT g.id, count(p.post_id) AS truth FROM tags g"                                       \
	" LEFT JOIN post_tags p ON p.tag_id = g.id AND p.published_at IS NOT NULL GROUP BY g.id) t"

COUNTER(tagged, "tags.posts_count", "tags",
	"SELECT count(*) AS differing FROM tags g JOIN " TAGGED " USING (id) WHERE g.posts_count <> t.truth",
	"UPDATE tags g SET posts_count = t.truth FROM " TAGGED
	" WHERE g.id = t.id AND g.posts_count <> t.truth");

/* --- viewed_posts.views_count --- */

COUNTER(viewed, "viewed_posts.views_count", "posts",
	"SELECT count(*) AS differing FROM posts p JOIN viewed_posts v ON v.post_id = p.id"
	" WHERE v.views_count <> p.views_count",
	"UPDATE viewed_posts v SET views_count = p.views_count FROM posts p"
	" WHERE p.id = v.post_id AND v.views_count <> p.views_count");

/* --- discussed_posts.comments_count, which only comment knows --- */

#define POST_TALLY_FIELDS(F, T)                \
	F(T, UUID, id, 0, "The post")          \
	F(T, INT, comments_count, 0, "As kept")
STRUCT(post_tally, POST_TALLY_FIELDS);
SCHEMA(post_tally, POST_TALLY_FIELDS, "A post's number of comments");

static QUERY(tallies_after, by_id, post_tally,
	     "SELECT post_id AS id, comments_count FROM discussed_posts"
	     " WHERE $id::uuid IS NULL OR post_id > $id ORDER BY post_id LIMIT 500",
	     .lane = LANE_SLOW);

/* The posts of a batch whose number is not the true one. */
static err tallies_compare(struct ctx *cx, const struct post_tally *rows, int count, struct tally *wrong)
{
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, count);
	int64_t *truth = ARENA_ARRAY(cx->arena, int64_t, count);
	int n = 0;

	for (int i = 0; i < count; i++)
		ids[i] = rows[i].id;
	TRY(comments_count_exactly(cx, (struct uuids){ids, count}, truth));
	for (int i = 0; i < count; i++)
		if (rows[i].comments_count != truth[i]) {
			ids[n] = ids[i];
			truth[n++] = truth[i];
		}
	*wrong = (struct tally){{ids, n}, {truth, n}};
	return NULL;
}

/* One batch behind `*after`, which it moves on; nil at the end. Mends what differs, or only counts it. */
static err tallies_step(struct ctx *cx, bool mends, struct by_id *after, int64_t *differing)
{
	struct tally wrong = {0};
	struct post_tally *rows;
	int count;

	TRY(tallies_after(cx, after, &rows, &count));
	*after = (struct by_id){{{0}}};
	if (count)
		after->id = rows[count - 1].id;
	if (count)
		TRY(tallies_compare(cx, rows, count, &wrong));
	*differing += wrong.ids.count;
	if (!mends || !wrong.ids.count)
		return NULL;
	struct change *ch = change_begin(cx);
	posts_copy_comments_counts(ch, &wrong);
	return change_commit(cx, ch);
}

/* Each batch in an arena of its own. */
static err tallies_walk(struct ctx *cx, bool mends, int64_t *differing)
{
	struct by_id after = {{{0}}};
	*differing = 0;
	do {
		struct ctx step = *cx;
		step.arena = arena_new();
		err e = tallies_step(&step, mends, &after, differing);
		e = problem_keep(cx, e);
		arena_free(step.arena);
		TRY(e);
	} while (!uuid_is_nil(after.id));
	return NULL;
}

static err comments_differing(struct ctx *cx, int64_t *count)
{
	return tallies_walk(cx, false, count);
}

static err comments_mend(struct ctx *cx)
{
	int64_t mended;
	return tallies_walk(cx, true, &mended);
}

COUNTER_ROW(comments, "discussed_posts.comments_count", comments_differing, comments_mend);
