/* What other modules may know of content: which posts exist, who may see them, and what became of each. */
#ifndef CONTRACTS_CONTENT_H
#define CONTRACTS_CONTENT_H

#include "contracts/staff_act.h"
#include "contracts/trash.h"
#include "vobe/event.h"
#include "vobe/service.h"

PROBLEM(POST_NOT_FOUND, 404, "not_found", "Not found", "The post does not exist, or you may not see it.");
PROBLEM(COMMENTS_CLOSED, 409, "comments_closed", "Comments are closed",
	"The author has closed the comments of this post, or it is archived.");

/* A post as its comments need it. `exists` false: absent, deleted, or not visible to cx->viewer. */
struct post_card {
	struct uuid id, author_id;
	bool exists;
	bool comments_open; /* published, not archived, comments_enabled */
	const char *title, *slug, *status;
};

/* What a card says of them, too; mostly known without asking. */
struct post_standing {
	bool exists, comments_open;
};

/*
 * How many visible comments each of `count` posts has: `shown` from comment's cache, for pages; `exact` from
 * the database, for the copy that is written when a comment.* event is heard. `shown_ahead` begins what
 * `shown` of the same ids will wait for.
 */
struct comment_counting {
	err (*shown)(struct ctx *cx, const struct uuid *post_ids, int count, int64_t *counts);
	err (*exact)(struct ctx *cx, const struct uuid *post_ids, int count, int64_t *counts);
	void (*shown_ahead)(struct ctx *cx, const struct uuid *post_ids, int count);
};

struct content_cards {
	/* cards[i] belongs to ids[i]; seen with the rights of cx->viewer. One batch. */
	err (*post_cards)(struct ctx *cx, const struct uuid *ids, int count, struct post_card *cards);

	/* With the rights of cx->viewer. `_ahead` begins what it may wait for, as NAME_ahead of a loader. */
	err (*post_standing)(struct ctx *cx, struct uuid id, struct post_standing *standing);
	void (*post_standing_ahead)(struct ctx *cx, struct uuid id);

	/* seen[i]: whether cx->viewer sees ids[i], as `exists` of its card. One statement, however many. */
	err (*posts_seen)(struct ctx *cx, const struct uuid *ids, int count, bool *seen);

	/* Who counts comments; called from comment's start(). NULL: comments_count is null. */
	void (*count_comments_with)(const struct comment_counting *counting);
};
SERVICE(content_cards, "content.cards");

struct content_trash {
	/* Who else has things in users' trash; called from its start(). At most two. */
	void (*list_with)(trash_lister *lister);
};
SERVICE(content_trash, "content.trash");

#define POST_EVENT_FIELDS(F, T)                                                                    \
	F(T, UUID, post_id, IN, "The post")                                                        \
	F(T, TEXT, title, IN | NULLABLE, "Title")                                                  \
	F(T, TEXT, slug, IN | NULLABLE, "Slug")                                                    \
	F(T, UUID, author_id, IN | NULLABLE, "Author")                                             \
	F(T, UUID, primary_artist_id, IN | NULLABLE, "Artist the post is about")                   \
	F(T, UUID, artist_id, IN | NULLABLE, "The same, as the first design called it")            \
	F(T, UUIDS, featured_artist_ids, IN, "Further artists")                                    \
	F(T, TEXTS, tags, IN, "Slugs of its tags")                                                 \
	F(T, TEXT, status, IN | NULLABLE, "draft, published or archived")                          \
	F(T, TIME, published_at, IN | NULLABLE, "When it was first published; null for a draft")   \
	F(T, TIME, created_at, IN | NULLABLE, "When it was written")
PAYLOAD(post_event, POST_EVENT_FIELDS, "A post changed");

#define VIEWS_EVENT_FIELDS(F, T)                                                                   \
	F(T, UUID, post_id, IN, "The post")                                                        \
	F(T, INT, views_count, IN, "Views after the flush")
PAYLOAD(views_event, VIEWS_EVENT_FIELDS, "Buffered views were written");

#define CONTENT_EVENTS(E)                                                                          \
	E(post_created,       "post.created",       post_event, 2)                                 \
	E(post_updated,       "post.updated",       post_event, 2)                                 \
	E(post_published,     "post.published",     post_event, 2)                                 \
	E(post_unpublished,   "post.unpublished",   post_event, 2)                                 \
	E(post_archived,      "post.archived",      post_event, 2)                                 \
	E(post_deleted,       "post.deleted",       post_event, 2)                                 \
	E(post_restored,      "post.restored",      post_event, 2)                                 \
	E(post_views_flushed, "post.views_flushed", views_event, 1)                                \
	E(post_moderated,     "post.moderated",     staff_act, 1)
EVENTS(CONTENT_EVENTS)

#endif
