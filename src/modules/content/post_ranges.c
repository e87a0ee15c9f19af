/*
 * Each list is a range of one index, which other filters are tested on; `vobemusic statements content` prints
 * them whole. A row of the tables below puts together what drives the list, what narrows it and the order,
 * from the texts above them.
 */
#include "modules/content/post_ranges.h"

SCHEMA(post_page, POST_PAGE_FIELDS, "Parameters of a list");

/* --- What drives a list --- */

#define ALL_POSTS " FROM posts p WHERE p.status = 'published' AND NOT p.is_deleted"
#define AUTHOR_POSTS                                                                               \
	" FROM posts p WHERE p.status = 'published' AND NOT p.is_deleted AND p.author_id = $author_id"
#define PRIMARY_POSTS                                                                              \
	" FROM posts p WHERE p.status = 'published' AND NOT p.is_deleted AND p.primary_artist_id = $artist_id"
#define FEATURED_POSTS                                                                             \
	" FROM post_artists d JOIN posts p ON p.id = d.post_id"                                    \
	" WHERE d.artist_id = $artist_id AND d.published_at IS NOT NULL"
#define TAG_POSTS                                                                                  \
	" FROM post_tags d JOIN posts p ON p.id = d.post_id"                                       \
	" WHERE d.tag_id = (SELECT id FROM tags WHERE slug = $tag) AND d.published_at IS NOT NULL"

/*
 * A tag's posts in an order its index does not have: those of a rare tag are sorted, those of a common one
 * are met soon on a walk through the index of that order. One of the two finds nothing at once.
 */
#define RARE_TAG_POSTS                                                                             \
	" FROM post_tags d JOIN posts p ON p.id = d.post_id WHERE d.published_at IS NOT NULL"      \
	" AND d.tag_id = (SELECT id FROM tags WHERE slug = $tag AND posts_count <= 5000)"
#define COMMON_TAG_POSTS                                                                           \
	" FROM posts p WHERE p.status = 'published' AND NOT p.is_deleted"                          \
	" AND array_position(p.tags, $tag) IS NOT NULL"                                            \
	" AND EXISTS (SELECT FROM tags WHERE slug = $tag AND posts_count > 5000)"

/* Drafts and archived posts; what was never published is listed by when it was written. */
#define OWN_POSTS                                                                                  \
	" FROM posts p WHERE p.author_id = $author_id"                                             \
	" AND p.status = $status AND p.status <> 'published' AND NOT p.is_deleted"
#define STAFF_POSTS                                                                                \
	" FROM posts p WHERE true"                                                                 \
	" AND p.status = $status AND p.status <> 'published' AND NOT p.is_deleted"
#define OWN_KEY "coalesce(p.published_at, p.created_at)"

/* --- What narrows it --- */

#define OF_ARTIST                                                                                  \
	" AND ($artist_id::uuid IS NULL OR p.primary_artist_id = $artist_id"                       \
	" OR $artist_id = ANY (p.featured_artist_ids))"
#define OF_TAG " AND ($tag::text IS NULL OR $tag = ANY (p.tags))"

/*
 * Dates as bounds of the index, or (nullif hides them from the
 * planner, which would overrate them) tested on rows.
 */
#define DATES(key)     " AND " key " >= $since AND " key " < $until"
#define OF_DATES(key)  " AND nullif(" key " >= $since AND " key " < $until, false) IS NOT NULL"

/* --- The rows behind the cursor's key, in order --- */

#define NEWEST(key, id)                                                                            \
	" AND " key " >= $since AND " key " < $until AND (" key ", " id ") < ($key_time, $key_id)" \
	" ORDER BY " key " DESC, " id " DESC"
#define OLDEST(key, id)                                                                            \
	" AND " key " >= $since AND " key " < $until AND (" key ", " id ") > ($key_time, $key_id)" \
	" ORDER BY " key ", " id
#define CREATED " AND (p.created_at, p.id) < ($key_time, $key_id) ORDER BY p.created_at DESC, p.id DESC"
#define VIEWED  " AND (p.views_count, p.id) < ($key_number, $key_id) ORDER BY p.views_count DESC, p.id DESC"
#define DISCUSSED                                                                                  \
	" AND (p.comments_count, p.id) < ($key_number, $key_id) ORDER BY p.comments_count DESC, p.id DESC"
#define TITLED  " AND (left(p.title, 100), p.id) > ($key_text, $key_id) ORDER BY left(p.title, 100), p.id"

/* --- Whole statements --- */

/* 101 rows, one more than the largest page: to the planner, an unknown limit is 10 % of the table. */
#define PAGE(rows) "SELECT $p.* FROM (SELECT p.*" rows " LIMIT 101) p LIMIT $limit"

/* The first rows of either range; and an artist's posts in orders that no range has. */
#define EITHER(one, other)                                                                         \
	" FROM ((SELECT p.*" one " LIMIT 101) UNION ALL (SELECT p.*" other " LIMIT 101)) p"
#define ARTIST_POSTS                                                                               \
	" FROM (SELECT p.*" PRIMARY_POSTS OF_TAG " UNION ALL SELECT p.*" FEATURED_POSTS OF_TAG ") p" \
	" WHERE true"

#define FAST(name, rows) QUERY_OF("posts_" name, PAGE(rows))
#define SLOW(name, rows) QUERY_OF("posts_" name, PAGE(rows), .lane = LANE_SLOW)
#define COUNT(name, rows)                                                                          \
	QUERY_OF("posts_" name "_total", "SELECT count(*) AS total FROM (SELECT" rows " LIMIT 10001) x", \
		 .lane = LANE_SLOW)

/* clang-format off */
QUERIES(posts_range, post_page, post,
	FAST("all_newest",       ALL_POSTS NEWEST("p.published_at", "p.id")),
	FAST("all_oldest",       ALL_POSTS OLDEST("p.published_at", "p.id")),
	FAST("all_created",      ALL_POSTS CREATED),
	FAST("all_viewed",       ALL_POSTS VIEWED),
	FAST("all_discussed",    ALL_POSTS DISCUSSED),
	FAST("all_titled",       ALL_POSTS TITLED),

	FAST("dated_newest",     ALL_POSTS NEWEST("p.published_at", "p.id")),
	FAST("dated_oldest",     ALL_POSTS OLDEST("p.published_at", "p.id")),
	SLOW("dated_created",    ALL_POSTS DATES("p.published_at") CREATED),
	SLOW("dated_viewed",     ALL_POSTS DATES("p.published_at") VIEWED),
	SLOW("dated_discussed",  ALL_POSTS DATES("p.published_at") DISCUSSED),
	SLOW("dated_titled",     ALL_POSTS DATES("p.published_at") TITLED),

	FAST("author_newest",    AUTHOR_POSTS OF_ARTIST OF_TAG NEWEST("p.published_at", "p.id")),
	FAST("author_oldest",    AUTHOR_POSTS OF_ARTIST OF_TAG OLDEST("p.published_at", "p.id")),
	SLOW("author_created",   AUTHOR_POSTS OF_ARTIST OF_TAG OF_DATES("p.published_at") CREATED),
	SLOW("author_viewed",    AUTHOR_POSTS OF_ARTIST OF_TAG OF_DATES("p.published_at") VIEWED),
	SLOW("author_discussed", AUTHOR_POSTS OF_ARTIST OF_TAG OF_DATES("p.published_at") DISCUSSED),
	SLOW("author_titled",    AUTHOR_POSTS OF_ARTIST OF_TAG OF_DATES("p.published_at") TITLED),

	FAST("artist_newest",    EITHER(PRIMARY_POSTS OF_TAG NEWEST("p.published_at", "p.id"),
					FEATURED_POSTS OF_TAG NEWEST("d.published_at", "d.post_id"))
				 " ORDER BY p.published_at DESC, p.id DESC"),
	FAST("artist_oldest",    EITHER(PRIMARY_POSTS OF_TAG OLDEST("p.published_at", "p.id"),
					FEATURED_POSTS OF_TAG OLDEST("d.published_at", "d.post_id"))
				 " ORDER BY p.published_at, p.id"),
	SLOW("artist_created",   ARTIST_POSTS OF_DATES("p.published_at") CREATED),
	SLOW("artist_viewed",    ARTIST_POSTS OF_DATES("p.published_at") VIEWED),
	SLOW("artist_discussed", ARTIST_POSTS OF_DATES("p.published_at") DISCUSSED),
	SLOW("artist_titled",    ARTIST_POSTS OF_DATES("p.published_at") TITLED),

	FAST("tag_newest",       TAG_POSTS NEWEST("d.published_at", "d.post_id")),
	FAST("tag_oldest",       TAG_POSTS OLDEST("d.published_at", "d.post_id")),
	SLOW("tag_created",      EITHER(RARE_TAG_POSTS OF_DATES("p.published_at") CREATED,
					COMMON_TAG_POSTS OF_DATES("p.published_at") CREATED)),
	SLOW("tag_viewed",       EITHER(RARE_TAG_POSTS OF_DATES("p.published_at") VIEWED,
					COMMON_TAG_POSTS OF_DATES("p.published_at") VIEWED)),
	SLOW("tag_discussed",    EITHER(RARE_TAG_POSTS OF_DATES("p.published_at") DISCUSSED,
					COMMON_TAG_POSTS OF_DATES("p.published_at") DISCUSSED)),
	SLOW("tag_titled",       EITHER(RARE_TAG_POSTS OF_DATES("p.published_at") TITLED,
					COMMON_TAG_POSTS OF_DATES("p.published_at") TITLED)),

	FAST("own_newest",       OWN_POSTS OF_ARTIST OF_TAG NEWEST(OWN_KEY, "p.id")),
	FAST("own_oldest",       OWN_POSTS OF_ARTIST OF_TAG OLDEST(OWN_KEY, "p.id")),
	SLOW("own_created",      OWN_POSTS OF_ARTIST OF_TAG OF_DATES(OWN_KEY) CREATED),
	SLOW("own_viewed",       OWN_POSTS OF_ARTIST OF_TAG OF_DATES(OWN_KEY) VIEWED),
	SLOW("own_discussed",    OWN_POSTS OF_ARTIST OF_TAG OF_DATES(OWN_KEY) DISCUSSED),
	SLOW("own_titled",       OWN_POSTS OF_ARTIST OF_TAG OF_DATES(OWN_KEY) TITLED),

	FAST("staff_newest",     STAFF_POSTS OF_ARTIST OF_TAG NEWEST(OWN_KEY, "p.id")),
	FAST("staff_oldest",     STAFF_POSTS OF_ARTIST OF_TAG OLDEST(OWN_KEY, "p.id")),
	SLOW("staff_created",    STAFF_POSTS OF_ARTIST OF_TAG OF_DATES(OWN_KEY) CREATED),
	SLOW("staff_viewed",     STAFF_POSTS OF_ARTIST OF_TAG OF_DATES(OWN_KEY) VIEWED),
	SLOW("staff_discussed",  STAFF_POSTS OF_ARTIST OF_TAG OF_DATES(OWN_KEY) DISCUSSED),
	SLOW("staff_titled",     STAFF_POSTS OF_ARTIST OF_TAG OF_DATES(OWN_KEY) TITLED));

QUERIES(posts_total, post_page, total,
	COUNT("all",    ALL_POSTS),
	COUNT("dated",  ALL_POSTS DATES("p.published_at")),
	COUNT("author", AUTHOR_POSTS OF_ARTIST OF_TAG OF_DATES("p.published_at")),
	COUNT("artist", ARTIST_POSTS OF_DATES("p.published_at")),
	COUNT("tag",    TAG_POSTS DATES("d.published_at")),
	COUNT("own",    OWN_POSTS OF_ARTIST OF_TAG OF_DATES(OWN_KEY)),
	COUNT("staff",  STAFF_POSTS OF_ARTIST OF_TAG OF_DATES(OWN_KEY)));
/* clang-format on */

_Static_assert(sizeof posts_range_statements / sizeof *posts_range_statements == DRIVES * ORDERS,
	       "one for each");
_Static_assert(sizeof posts_total_statements / sizeof *posts_total_statements == DRIVES, "one for each");

QUERY(posts_in_trash, post_page, post,
      PAGE(" FROM posts p WHERE p.is_deleted AND p.author_id = $author_id AND p.deleted_at > $since"
	   " AND (p.deleted_at, p.id) < ($key_time, $key_id) ORDER BY p.deleted_at DESC, p.id DESC"));
