/*
 * A post: its fields, and what each file of the module offers about it. _rules decides (no database), _store reads and
 * writes one post, _lists reads many, _slugs finds free slugs, _enrich asks other modules, _views counts readers.
 */
#ifndef POST_H
#define POST_H

#include "contracts/artist.h"
#include "contracts/auth.h"
#include "contracts/content.h"
#include "contracts/import/content.h"
#include "vobe/module.h"

#define DRAFT     "draft"
#define PUBLISHED "published"
#define ARCHIVED  "archived"

/* How long what was deleted can be brought back by its author. */
#define TRASH_US (INT64_C(30) * 86400 * SECOND_US)

#define POST_CREDIT_FIELDS(F, T)                                                                   \
	F(T, UUID, id, 0, "The artist")                                                            \
	F(T, TEXT, name, NULLABLE, "Its name; null once it was deleted")                           \
	F(T, TEXT, slug, NULLABLE, "Its slug; null once it was deleted")                           \
	F(T, TEXT, role, 0, "primary or featured")
STRUCT(post_credit, POST_CREDIT_FIELDS);
SCHEMA(post_credit, POST_CREDIT_FIELDS, "An artist a post is about");

extern const char *const post_statuses[];
const char *post_tags_fault(struct arena *a, const void *tags);

/*
 * NO_COLUMN: lists do not read the content; names and counts come from other modules.
 * tag_names stands beside tags, for tags that are new.
 */
#define POST_FIELDS(F, T)                                                                          \
	F(T, UUID, id, 0, "Identifier")                                                            \
	F(T, TEXT, title, IN | REQ, "Title", .min = 1, .max = 255, .format = FORMAT_LINE) \
	F(T, TEXT, slug, IN | NULLABLE, "Last part of its address; made from the title when not given", .min = 1, \
	  .max = 100, .format = FORMAT_SLUG)                                                       \
	F(T, TEXT, description, IN | NULLABLE, "Summary", .max = 2000)                             \
	F(T, TEXT, status, IN, "draft, published or archived; a new post is a draft or published", \
	  .one_of = post_statuses, .otherwise = DRAFT)                                             \
	F(T, UUID, author_id, 0, "Who wrote it")                                                   \
	F(T, TEXT, author_username, NULLABLE | NO_COLUMN, "The author's name; null once the account was deleted") \
	F(T, UUID, primary_artist_id, IN | NULLABLE, "The artist it is about")                     \
	F(T, TEXT, artist_name, NULLABLE | NO_COLUMN, "The primary artist's name; null once it was deleted") \
	F(T, MANY, artists, NO_COLUMN, "The primary artist, then the featured ones", .of = &post_credit_schema) \
	F(T, UUIDS, featured_artist_ids, IN | NO_OUT, "Further artists, in order", .max = 20) \
	F(T, TEXTS, tags, IN, "Slugs of its tags; names are accepted and tags made as needed", .max = 10, \
	  .each_max = 50, .rule = post_tags_fault)                                                 \
	F(T, TEXTS, tag_names, NO_COLUMN | NO_JSON, "Names of its tags as written")                \
	F(T, TEXT, cover_image_url, IN | NULLABLE, "Picture", .max = 500, .format = FORMAT_URL)    \
	F(T, INT, views_count, 0, "Readers, each once in 8 hours")                                 \
	F(T, INT, comments_count, NULLABLE, "Visible comments; null when they cannot be counted just now") \
	F(T, BOOL, comments_enabled, IN, "Whether it may be commented on", .otherwise = "true")    \
	F(T, TIME, created_at, 0, "When it was written")                                           \
	F(T, TIME, updated_at, 0, "When it was last edited")                                       \
	F(T, TIME, published_at, NULLABLE, "When it was first published; null until then")         \
	F(T, TEXT, content, IN | REQ | NO_COLUMN, "Text, Markdown", .min = 1, .max = 200000, .view = VIEW_DETAIL) \
	F(T, BOOL, is_deleted, 0, "Whether it is in the trash; for its author and moderators", .view = VIEW_OWN) \
	F(T, TIME, deleted_at, NULLABLE, "When it was deleted", .view = VIEW_OWN)                  \
	F(T, UUID, deleted_by, NULLABLE | NO_JSON, "Who deleted it")                               \
	F(T, INT, version, NO_JSON, "Grows with every edit")
STRUCT(post, POST_FIELDS);
SCHEMA(post, POST_FIELDS, "A post");

/* A number for each of several posts. */
#define TALLY_FIELDS(F, T)                                                                         \
	F(T, UUIDS, ids, 0, "")                                                                    \
	F(T, INTS, counts, 0, "")
STRUCT(tally, TALLY_FIELDS);
SCHEMA(tally, TALLY_FIELDS, "Numbers of posts");

/* The tally joined with its posts, locked in order of id: two that write many posts never wait in a circle. */
#define WITH_TALLY                                                                                 \
	"WITH t AS MATERIALIZED (SELECT p.id, t.count FROM unnest($ids::uuid[], $counts::bigint[]) AS t (id, count)" \
	" JOIN posts p ON p.id = t.id ORDER BY p.id FOR NO KEY UPDATE OF p) "

PROBLEM(INVALID_TRANSITION, 409, "invalid_transition", "Not possible from this status", "See `allowed` for what is.");
PROBLEM(POST_DELETED, 409, "post_deleted", "The post is in the trash", "Restore it first: POST .../restore.");
PROBLEM(DELETED_BY_STAFF, 403, "deleted_by_staff", "Deleted by a moderator", "Ask a moderator to restore this post.");
PROBLEM(SLUG_TAKEN, 409, "slug_taken", "Slug taken", "Another post got this slug just now. Repeat the request.");

/* Services of other modules (module.c). */
extern const struct auth_cards *auth;
extern const struct artist_cards *artist;

/* post_rules.c: pure. */
bool post_has_status(const struct post *post, const char *status);
bool post_is_listed(const struct post *post); /* published and not deleted */
bool post_is_visible(const struct ctx *cx, const struct post *post);
bool post_may_be_edited(const struct ctx *cx, const struct post *post);
bool post_may_be_restored(const struct ctx *cx, const struct post *post);
bool post_names_artist(const struct post *post, struct uuid artist_id); /* NULL names none */
err post_draft(struct ctx *cx, struct post *post); /* completes a new post; its slug is the one to begin with */
err post_revise(struct ctx *cx, const struct post *before, uint64_t present, struct post *after, bool *changed);
const char *post_slug_base(struct arena *a, const char *wish, const char *title, struct uuid id);
void post_lists_normal(struct arena *a, struct post *post); /* tags become slugs; each tag and artist is named once */

/* post_store.c: one post. Loaders know the caller: what cx->viewer may not see is POST_NOT_FOUND. */
extern struct statement post_store_statements[];
err post_load(struct ctx *cx, struct uuid id, struct post *post);         /* may come from the cache */
err post_load_to_edit(struct ctx *cx, struct uuid id, struct post *post); /* from the database; FORBIDDEN for readers */
err post_load_by_slug(struct ctx *cx, const char *slug, struct post *post);
err posts_load(struct ctx *cx, struct uuids ids, const struct post **posts);     /* NULL for those not visible */
err posts_load_now(struct ctx *cx, struct uuids ids, const struct post **posts); /* visible or not, never cached */
void post_forget(struct uuid id);
void post_forget_with(struct change *ch, struct uuid id); /* when it commits */
void post_insert(struct change *ch, struct arena *a, const struct post *post);
void post_update(struct change *ch, struct arena *a, const struct post *before, struct post *after);
void post_delete(struct change *ch, struct arena *a, const struct post *post, struct uuid by); /* and tells it */

/* post_slugs.c: slugs[i] becomes the first of bases[i], bases[i]-2, ... that no other post ever had. */
extern struct statement post_slug_statements[];
err post_slugs_choose(struct ctx *cx, struct uuids ids, const char *const *bases, const char **slugs);

/* post_enrich.c: names and counts of other modules, in one call each. What could not be had is null. */
enum missing { MISSING_AUTHORS = 1, MISSING_ARTISTS = 2, MISSING_COMMENTS = 4 };
unsigned posts_enrich(struct ctx *cx, struct post *posts, int count); /* set of enum missing */
void posts_complete(struct req *rq, struct post *posts, int count);   /* and tells the client what is missing */
void count_comments_with(const struct comment_counting *counting);
err comments_count_exactly(struct ctx *cx, struct uuids ids, int64_t *counts);

/* post_views.c */
extern struct statement post_view_statements[];
extern const struct job post_view_jobs[];
/* Who reads what, to be told to post_viewed when the answer is made: by then its memory is near. 0: no view (own, or not published). */
uint64_t post_viewing(const struct ctx *cx, const char *address, const struct post *post);
void post_viewed(uint64_t viewing, struct uuid post_id);
void post_views_close(void);

/* events.c */
extern const struct subscription post_hears[];
extern struct statement event_statements[];
void tell_post(struct change *ch, post_event_teller *tell, const struct post *post);

/* post_import.c, service.c */
extern struct statement import_statements[];
extern struct statement service_statements[];
extern const struct service content_services[];
err posts_import(struct ctx *cx, const struct post_row *rows, int count, struct import_outcome *outcomes);
err posts_count_by_author(struct ctx *cx, const struct uuid *ids, int count, int64_t *counts);

extern const struct route post_routes[], post_list_routes[], tag_routes[], feed_routes[];

#endif
