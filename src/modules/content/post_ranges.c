/*
 * Each list is a range of one index, which other filters are tested on; `vobemusic statements content` prints
 * them whole. A row of the tables below puts together what drives the list, what narrows it and the order,
 * from the texts above them.
 */
#include "modules/content/post_ranges.h"

SCHEMA(post_page, POST_PAGE_FIELDS, "Parameters of a list");

/* --- The posts: as they are, or with the narrow row that holds a number and leads in its order --- */

#define POSTS "posts p"
#define RANKED(table, number, listed)                                                              \
	"(SELECT p.*, r." number " AS rank, r.post_id FROM posts p"                                \
	" JOIN " table " r ON r.post_id = p.id" listed ") p"
#define VIEWED_POSTS    RANKED("viewed_posts", "views_count", " AND r.is_listed")
#define DISCUSSED_POSTS RANKED("discussed_posts", "comments_count", " AND r.is_listed")
#define VIEWED_ANY      RANKED("viewed_posts", "views_count", "")
#define DISCUSSED_ANY   RANKED("discussed_posts", "comments_count", "")

/* --- What drives a list --- */

#define ALL_POSTS(posts) " FROM " posts " WHERE p.status = 'published' AND NOT p.is_deleted"
#define AUTHOR_POSTS(posts)  ALL_POSTS(posts) " AND p.author_id = $author_id"
#define PRIMARY_POSTS(posts) ALL_POSTS(posts) " AND p.primary_artist_id = $artist_id"
#define FEATURED_POSTS(posts)                                                                      \
	" FROM post_artists d JOIN " posts " ON p.id = d.post_id"                                  \
	" WHERE d.artist_id = $artist_id AND d.published_at IS NOT NULL"
#define TAG_POSTS(posts)                                                                           \
	" FROM post_tags d JOIN " posts " ON p.id = d.post_id"                                     \
	" WHERE d.tag_id = (SELECT id FROM tags WHERE slug = $tag) AND d.published_at IS NOT NULL"

/*
 * A tag's posts in an order its index does not have: those of a rare tag are sorted, those of a common one
 * are met soon on a walk through the index of that order. One of the two finds nothing at once.
 */
#define RARE_TAG_POSTS(posts)                                                                      \
	" FROM post_tags d JOIN " posts " ON p.id = d.post_id WHERE d.published_at IS NOT NULL"    \
	" AND d.tag_id = (SELECT id FROM tags WHERE slug = $tag AND posts_count <= 5000)"
#define COMMON_TAG_POSTS(posts)                                                                    \
	ALL_POSTS(posts)                                                                           \
	" AND array_position(p.tags, $tag) IS NOT NULL"                                            \
	" AND EXISTS (SELECT FROM tags WHERE slug = $tag AND posts_count > 5000)"

/* Drafts and archived posts; what was never published is listed by when it was written. */
#define OWN_POSTS(posts)                                                                           \
	" FROM " posts " WHERE p.author_id = $author_id"                                           \
	" AND p.status = $status AND p.status <> 'published' AND NOT p.is_deleted"
#define STAFF_POSTS(posts)                                                                         \
	" FROM " posts " WHERE true"                                                               \
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
#define FALLING(key, from) " AND (" key ", p.id) < (" from ", $key_id) ORDER BY " key " DESC, p.id DESC"
#define RISING(key, from)  " AND (" key ", p.id) > (" from ", $key_id) ORDER BY " key ", p.id"

/* What a list is sorted by beside its own time; a number with the id that its index has. */
#define CREATED(order)   order("p.created_at", "$key_time")
#define MOST                                                                                       \
	" AND (p.rank, p.post_id) < ($key_number, $key_id)"                                        \
	" ORDER BY p.rank DESC, p.post_id DESC"
#define LEAST            " AND (p.rank, p.post_id) > ($key_number, $key_id) ORDER BY p.rank, p.post_id"
#define TITLED(order)    order("left(p.title, 100)", "$key_text")

/* --- Whole statements --- */

/* 101 rows, one more than the largest page: to the planner, an unknown limit is 10 % of the table. */
#define PAGE(rank, rows) "SELECT $p.*" rank " FROM (SELECT p.*" rows " LIMIT 101) p LIMIT $limit"

/* The first rows of either range; and an artist's posts in orders that no range has. */
#define EITHER(one, other)                                                                         \
	" FROM ((SELECT p.*" one " LIMIT 101) UNION ALL (SELECT p.*" other " LIMIT 101)) p"
#define ARTIST_POSTS(posts)                                                                        \
	" FROM (SELECT p.*" PRIMARY_POSTS(posts) OF_TAG                                            \
	" UNION ALL SELECT p.*" FEATURED_POSTS(posts) OF_TAG ") p WHERE true"
#define NEWEST_OF(key) " ORDER BY " key " DESC, p.id DESC"
#define OLDEST_OF(key) " ORDER BY " key ", p.id"

/* Listed and unlisted ones together: of an author, or of all. */
#define OWN_ANY(posts)                                                                             \
	" FROM (SELECT p.*" AUTHOR_POSTS(posts) " UNION ALL SELECT p.* FROM " posts                \
	" WHERE p.author_id = $author_id AND p.status <> 'published' AND NOT p.is_deleted) p WHERE true"
#define STAFF_ANY(posts)                                                                           \
	" FROM (SELECT p.*" ALL_POSTS(posts) " UNION ALL SELECT p.* FROM " posts                   \
	" WHERE p.status <> 'published' AND NOT p.is_deleted) p WHERE true"

#define FAST(name, rank, rows) QUERY_OF("posts_" name, PAGE(rank, rows), .shared = true)
#define SLOW(name, rank, rows) QUERY_OF("posts_" name, PAGE(rank, rows), .shared = true, .lane = LANE_SLOW)

/*
 * The statements of what drives a list, as enum order has them: TIMED by its own time, SORTED by what SPEED
 * allows; WHICH rows of numbers: of listed posts, or of any.
 */
#define IN_EVERY_ORDER(name, TIMED_SPEED, TIMED, SPEED, SORTED, WHICH)                             \
	TIMED_SPEED(name "_newest", "", TIMED(NEWEST)),                                            \
		TIMED_SPEED(name "_oldest", "", TIMED(OLDEST)),                                    \
		SPEED(name "_created", "", SORTED(POSTS, CREATED(FALLING))),                       \
		SPEED(name "_created_first", "", SORTED(POSTS, CREATED(RISING))),                  \
		SPEED(name "_viewed", ", p.rank", SORTED(VIEWED_##WHICH, MOST)),                   \
		SPEED(name "_least_viewed", ", p.rank", SORTED(VIEWED_##WHICH, LEAST)),            \
		SPEED(name "_discussed", ", p.rank", SORTED(DISCUSSED_##WHICH, MOST)),             \
		SPEED(name "_least_discussed", ", p.rank", SORTED(DISCUSSED_##WHICH, LEAST)),      \
		SPEED(name "_titled", "", SORTED(POSTS, TITLED(RISING))),                          \
		SPEED(name "_titled_back", "", SORTED(POSTS, TITLED(FALLING)))

#define ALL_TIMED(order)           ALL_POSTS(POSTS) order("p.published_at", "p.id")
#define ALL_SORTED(posts, sort)    ALL_POSTS(posts) sort
#define DATED_SORTED(posts, sort)  ALL_POSTS(posts) DATES("p.published_at") sort
#define AUTHOR_TIMED(order)        AUTHOR_POSTS(POSTS) OF_ARTIST OF_TAG order("p.published_at", "p.id")
#define AUTHOR_SORTED(posts, sort) AUTHOR_POSTS(posts) OF_ARTIST OF_TAG OF_DATES("p.published_at") sort
#define ARTIST_TIMED(order)                                                                        \
	EITHER(PRIMARY_POSTS(POSTS) OF_TAG order("p.published_at", "p.id"),                        \
	       FEATURED_POSTS(POSTS) OF_TAG order("d.published_at", "d.post_id")) order##_OF("p.published_at")
#define ARTIST_SORTED(posts, sort) ARTIST_POSTS(posts) OF_DATES("p.published_at") sort
#define TAG_TIMED(order)           TAG_POSTS(POSTS) order("d.published_at", "d.post_id")
#define TAG_SORTED(posts, sort)                                                                    \
	EITHER(RARE_TAG_POSTS(posts) OF_DATES("p.published_at") sort,                              \
	       COMMON_TAG_POSTS(posts) OF_DATES("p.published_at") sort)
#define OWN_TIMED(order)              OWN_POSTS(POSTS) OF_ARTIST OF_TAG order(OWN_KEY, "p.id")
#define OWN_SORTED(posts, sort)       OWN_POSTS(posts) OF_ARTIST OF_TAG OF_DATES(OWN_KEY) sort
#define STAFF_TIMED(order)            STAFF_POSTS(POSTS) OF_ARTIST OF_TAG order(OWN_KEY, "p.id")
#define STAFF_SORTED(posts, sort)     STAFF_POSTS(posts) OF_ARTIST OF_TAG OF_DATES(OWN_KEY) sort
#define OWN_ANY_TIMED(order)          OWN_ANY(POSTS) OF_ARTIST OF_TAG order(OWN_KEY, "p.id")
#define OWN_ANY_SORTED(posts, sort)   OWN_ANY(posts) OF_ARTIST OF_TAG OF_DATES(OWN_KEY) sort
#define STAFF_ANY_TIMED(order)        STAFF_ANY(POSTS) OF_ARTIST OF_TAG order(OWN_KEY, "p.id")
#define STAFF_ANY_SORTED(posts, sort) STAFF_ANY(posts) OF_ARTIST OF_TAG OF_DATES(OWN_KEY) sort

#define COUNT(name, rows)                                                                          \
	QUERY_OF("posts_" name "_total", "SELECT count(*) AS total FROM (SELECT" rows " LIMIT 10001) x", \
		 .shared = true, .lane = LANE_SLOW)

/* clang-format off */
QUERIES(posts_range, post_page, post,
	IN_EVERY_ORDER("all",       FAST, ALL_TIMED,       FAST, ALL_SORTED, POSTS),
	IN_EVERY_ORDER("dated",     FAST, ALL_TIMED,       SLOW, DATED_SORTED, POSTS),
	IN_EVERY_ORDER("author",    FAST, AUTHOR_TIMED,    SLOW, AUTHOR_SORTED, POSTS),
	IN_EVERY_ORDER("artist",    FAST, ARTIST_TIMED,    SLOW, ARTIST_SORTED, POSTS),
	IN_EVERY_ORDER("tag",       FAST, TAG_TIMED,       SLOW, TAG_SORTED, POSTS),
	IN_EVERY_ORDER("own",       FAST, OWN_TIMED,       SLOW, OWN_SORTED, ANY),
	IN_EVERY_ORDER("staff",     FAST, STAFF_TIMED,     SLOW, STAFF_SORTED, ANY),
	IN_EVERY_ORDER("own_any",   SLOW, OWN_ANY_TIMED,   SLOW, OWN_ANY_SORTED, ANY),
	IN_EVERY_ORDER("staff_any", SLOW, STAFF_ANY_TIMED, SLOW, STAFF_ANY_SORTED, ANY));

QUERIES(posts_total, post_page, total,
	COUNT("all",    ALL_POSTS(POSTS)),
	COUNT("dated",  ALL_POSTS(POSTS) DATES("p.published_at")),
	COUNT("author", AUTHOR_POSTS(POSTS) OF_ARTIST OF_TAG OF_DATES("p.published_at")),
	COUNT("artist", ARTIST_POSTS(POSTS) OF_DATES("p.published_at")),
	COUNT("tag",    TAG_POSTS(POSTS) DATES("d.published_at")),
	COUNT("own",    OWN_POSTS(POSTS) OF_ARTIST OF_TAG OF_DATES(OWN_KEY)),
	COUNT("staff",  STAFF_POSTS(POSTS) OF_ARTIST OF_TAG OF_DATES(OWN_KEY)),
	COUNT("own_any",   OWN_ANY(POSTS) OF_ARTIST OF_TAG OF_DATES(OWN_KEY)),
	COUNT("staff_any", STAFF_ANY(POSTS) OF_ARTIST OF_TAG OF_DATES(OWN_KEY)));
/* clang-format on */

_Static_assert(sizeof posts_range_statements / sizeof *posts_range_statements == DRIVES * ORDERS,
	       "one for each");
_Static_assert(sizeof posts_total_statements / sizeof *posts_total_statements == DRIVES, "one for each");
