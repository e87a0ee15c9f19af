/* A post: its fields, and the rules about it (post_rules.c), which are pure. */
#ifndef POST_H
#define POST_H

#include "contracts/content.h"
#include "modules/content/content.h"

#define DRAFT     "draft"
#define PUBLISHED "published"
#define ARCHIVED  "archived"

/* How long what was deleted can be brought back by its author. */
#define TRASH_US (option_int(MODULE, "trash_kept") * SECOND_US)

#define POST_CREDIT_FIELDS(F, T)                                                                   \
	F(T, UUID, id, 0, "The artist")                                                            \
	F(T, TEXT, name, NULLABLE, "Its name; null once it was deleted")                           \
	F(T, TEXT, slug, NULLABLE, "Its slug; null once it was deleted")                           \
	F(T, TEXT, role, 0, "primary or featured")
STRUCT(post_credit, POST_CREDIT_FIELDS);
SCHEMA(post_credit, POST_CREDIT_FIELDS, "An artist a post is about");

extern const char *const post_statuses[];
const char *post_tag_fault(struct arena *a, const void *tag);
#define TAGS_SAY /* of each: a letter or digit of a script that slugs are made from */                       \
	"\"pattern\":\"[0-9A-Za-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u024f" \
	"\\u0370-\\u052f\\u3041-\\u30fa\\u4e00-\\u9fff]\""

/*
 * NO_COLUMN: lists do not read the content; names and counts come from other modules.
 * tag_names stands beside tags, for tags that are new.
 */
#define POST_FIELDS(F, T)                                                                          \
	F(T, UUID, id, 0, "Identifier")                                                            \
	F(T, TEXT, title, IN | REQ, "Title", .min = 1, .max = 255, .format = FORMAT_LINE)          \
	F(T, TEXT, slug, IN | NULLABLE, "Last part of its address; made from the title when not given", \
	  .min = 1,                                                                                \
	  .max = 100, .format = FORMAT_SLUG)                                                       \
	F(T, TEXT, description, IN | NULLABLE, "Summary", .max = 2000)                             \
	F(T, TEXT, status, IN, "draft, published or archived; a new post is a draft or published", \
	  .one_of = post_statuses, .otherwise = DRAFT)                                             \
	F(T, UUID, author_id, 0, "Who wrote it")                                                   \
	F(T, TEXT, author_username, NULLABLE | NO_COLUMN,                                          \
	  "The author's name; null once the account was deleted")                                  \
	F(T, UUID, primary_artist_id, IN | NULLABLE, "The artist it is about")                     \
	F(T, TEXT, artist_name, NULLABLE | NO_COLUMN, "The primary artist's name; null once it was deleted") \
	F(T, MANY, artists, NO_COLUMN, "The primary artist, then the featured ones",               \
	  .of = &post_credit_schema)                                                               \
	F(T, UUIDS, featured_artist_ids, IN | NO_OUT, "Further artists, in order", .max = 20)      \
	F(T, TEXTS, tags, IN, "Slugs of its tags, in order; names are taken too", .max = 10, \
	  .each_max = 50, .format = FORMAT_LINE, .rule = post_tag_fault, .says = TAGS_SAY)        \
	F(T, TEXTS, tag_names, NO_COLUMN | NO_JSON, "Names of its tags as written")                \
	F(T, TEXT, cover_image_url, IN | NULLABLE, "Picture", .max = 500, .format = FORMAT_URL)    \
	F(T, INT, views_count, 0, "Readers, each once in 8 hours")                                 \
	F(T, INT, comments_count, NULLABLE | NO_COLUMN,                                            \
	  "Visible comments; null when they cannot be counted just now")                           \
	F(T, BOOL, comments_enabled, IN, "Whether it may be commented on", .otherwise = "true")    \
	F(T, TIME, created_at, 0, "When it was written")                                           \
	F(T, TIME, updated_at, 0, "When it was last edited")                                       \
	F(T, TIME, published_at, NULLABLE, "When it was first published; null until then")         \
	F(T, TEXT, content, IN | REQ | NO_COLUMN, "Text, Markdown", .min = 1, .max = 200000,       \
	  .view = VIEW_DETAIL)                                                                     \
	F(T, BOOL, is_deleted, 0, "Whether it is in the trash; for its author and moderators",     \
	  .view = VIEW_OWN)                                                                        \
	F(T, TIME, deleted_at, NULLABLE, "When it was deleted", .view = VIEW_OWN)                  \
	F(T, UUID, deleted_by, NULLABLE | NO_JSON, "Who deleted it")                               \
	F(T, INT, version, NO_JSON, "Grows with every edit")                                       \
	F(T, INT, rank, NO_COLUMN | NO_JSON, "The number that its list is sorted by")
STRUCT(post, POST_FIELDS);
SCHEMA(post, POST_FIELDS, "A post");

PROBLEM(INVALID_TRANSITION, 409, "invalid_transition", "Not possible from this status",
	"See `allowed` for what is.");
PROBLEM(POST_DELETED, 409, "post_deleted", "The post is in the trash", "Restore it first: POST .../restore.");
PROBLEM(SLUG_TAKEN, 409, "slug_taken", "Slug taken",
	"Another post has or had this slug. Choose another, or leave `slug` out: the title gives one.");

bool post_has_status(const struct post *post, const char *status);
bool post_is_listed(const struct post *post); /* published and not deleted */
bool post_takes_comments(const struct post *post);
bool post_is_visible(const struct ctx *cx, const struct post *post);
bool post_may_be_edited(const struct ctx *cx, const struct post *post);
bool post_may_be_restored(const struct ctx *cx, const struct post *post);
bool post_names_artist(const struct post *post, struct uuid artist_id); /* NULL names none */
const char *post_slug_base(struct arena *a, const char *wish, const char *title, struct uuid id);

/* Tags become slugs; each tag and artist is named once, in the order given. */
void post_lists_normal(struct arena *a, struct post *post);

/* Whether a new post may have its status (NULL: none is known), and completes it; its slug is the one to
 * begin with (post_slugs_choose). */
err post_may_begin(struct ctx *cx, const struct post *post);
void post_draft(struct ctx *cx, struct post *post);

/*
 * `after` is `before` with the fields in `present` merged in. Whether that may be: POST_DELETED,
 * INVALID_TRANSITION; then completes it by the rules and says whether it differs. A slug that differs is the
 * one to begin with.
 */
err post_may_become(struct ctx *cx, const struct post *before, const struct post *after);
bool post_revise(struct ctx *cx, const struct post *before, uint64_t present, struct post *after);

#endif
