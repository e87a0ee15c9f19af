/* Numbers of comments: what is counted for operators, and whether what is kept beside the comments agrees
 * with them. */
#include "modules/comment/comment.h"

#include "vobe/counter.h"
#include "vobe/figures.h"

#define COMMENT_FIGURES(F, T)                                           \
	F(T, INT, comments, 0, "Comments that are not deleted")         \
	F(T, INT, comments_today, 0, "Of these, written in the last 24 hours")
STRUCT(comment_figures, COMMENT_FIGURES);
SCHEMA(comment_figures, COMMENT_FIGURES, "What comment counts");
FIGURES(comment_figures, "SELECT count(*) AS comments,"
			 " count(*) FILTER (WHERE created_at > now() - interval '1 day') AS comments_today"
			 " FROM comments WHERE NOT is_deleted");

/* Every write to the comments of a post begins with its row in comment_counts. */
#define COUNTED                                                                                       \
	"(SELECT c.post_id, count(n.id) FILTER (WHERE NOT n.is_deleted) AS truth"                     \
	" FROM comment_counts c LEFT JOIN comments n ON n.post_id = c.post_id GROUP BY c.post_id) t"

COUNTER(visible, "comment_counts.visible_count", "comment_counts",
	"SELECT count(*) AS differing FROM comment_counts c JOIN " COUNTED " USING (post_id)"
	" WHERE c.visible_count <> t.truth",
	"UPDATE comment_counts c SET visible_count = t.truth FROM " COUNTED
	" WHERE c.post_id = t.post_id AND c.visible_count <> t.truth");

#define ANSWERED                                                                                 \
	"(SELECT p.id, count(n.id) FILTER (WHERE n.is_shown) AS truth"                           \
	" FROM comments p LEFT JOIN comments n ON n.parent_id = p.id GROUP BY p.id) t"

COUNTER(replies, "comments.replies_count", "comment_counts",
	"SELECT count(*) AS differing FROM comments c JOIN " ANSWERED
	" USING (id) WHERE c.replies_count <> t.truth",
	"UPDATE comments c SET replies_count = t.truth FROM " ANSWERED
	" WHERE c.id = t.id AND c.replies_count <> t.truth");
