/* What others may ask of content: cards, documents for an index, loading posts. */
#include "modules/content/service.h"

#include "contracts/documents/content.h"
#include "modules/content/post_enrich.h"
#include "modules/content/post_store.h"
#include "modules/content/trash.h"

#define SCAN_FIELDS(F, T)                                                                          \
	F(T, UUID, id, 0, "The author or artist")                                                  \
	F(T, UUID, after, 0, "")                                                                   \
	F(T, INT, limit, 0, "")
STRUCT(scan, SCAN_FIELDS);
SCHEMA(scan, SCAN_FIELDS, "Where a scan stands");

#define AUTHOR_POSTS_FIELDS(F, T)                                                                  \
	F(T, UUID, id, 0, "The author")                                                            \
	F(T, INT, posts_count, 0, "Published posts")
STRUCT(author_posts, AUTHOR_POSTS_FIELDS);
SCHEMA(author_posts, AUTHOR_POSTS_FIELDS, "How many posts an author has");

enum { SCAN_ALL, SCAN_AUTHOR, SCAN_ARTIST };

/* The nil id that begins a scan is null as a parameter. */
#define BEHIND "id > coalesce($after::uuid, '00000000-0000-0000-0000-000000000000')"

/* clang-format off */
static QUERIES(posts_scan, scan, by_id,
	QUERY_OF("posts_scan",
		 "SELECT id FROM posts WHERE status = 'published' AND NOT is_deleted AND " BEHIND
		 " ORDER BY id LIMIT $limit",
		 .lane = LANE_SLOW),
	QUERY_OF("posts_scan_author",
		 "SELECT id FROM posts"
		 " WHERE author_id = $id AND status = 'published' AND NOT is_deleted AND " BEHIND
		 " ORDER BY id LIMIT $limit",
		 .lane = LANE_SLOW),
	QUERY_OF("posts_scan_artist",
		 "SELECT id FROM (SELECT id FROM posts"
		 " WHERE primary_artist_id = $id AND status = 'published' AND NOT is_deleted"
		 " UNION ALL SELECT post_id FROM post_artists"
		 " WHERE artist_id = $id AND published_at IS NOT NULL) p"
		 " WHERE " BEHIND " ORDER BY id LIMIT $limit",
		 .lane = LANE_SLOW));
/* clang-format on */

/* One query for all: a loader, so that profiles read in one turn share it. */
LOADS(author_posts, author_posts);
LOADER_SLOW(author_posts, author_posts,
	    "SELECT author_id AS id, count(*) AS posts_count FROM posts"
	    " WHERE author_id = ANY ($ids) AND status = 'published' AND NOT is_deleted GROUP BY author_id");

err posts_count_by_author(struct ctx *cx, const struct uuid *ids, int count, int64_t *counts)
{
	const struct author_posts **rows = ARENA_ARRAY(cx->arena, const struct author_posts *, count);

	TRY(author_posts_load(cx, ids, count, rows));
	for (int i = 0; i < count; i++)
		counts[i] = rows[i] ? rows[i]->posts_count : 0;
	return NULL;
}

static err post_cards(struct ctx *cx, const struct uuid *ids, int count, struct post_card *cards)
{
	const struct post **found = ARENA_ARRAY(cx->arena, const struct post *, count);

	TRY(posts_load_briefly(cx, (struct uuids){ids, count}, found));
	for (int i = 0; i < count; i++) {
		const struct post *post = found[i];
		cards[i] = (struct post_card){.id = ids[i]};
		if (!post || post->is_deleted)
			continue;
		cards[i].exists = true;
		cards[i].author_id = post->author_id;
		cards[i].title = post->title;
		cards[i].slug = post->slug;
		cards[i].status = post->status;
		cards[i].comments_open = post_takes_comments(post);
	}
	return NULL;
}

#define POSTS_SEEN_FIELDS(F, T)                                                                    \
	F(T, UUIDS, ids, 0, "Which posts")                                                         \
	F(T, UUID, viewer_id, NULLABLE, "Who asks")                                                \
	F(T, BOOL, sees_drafts, 0, "Of others, too")
STRUCT(posts_seen, POSTS_SEEN_FIELDS);
SCHEMA(posts_seen, POSTS_SEEN_FIELDS, "Which posts somebody sees");

#define UNSEEN_FIELDS(F, T) F(T, INT, place, 0, "Among the ids, from 1 on")
STRUCT(unseen, UNSEEN_FIELDS);
SCHEMA(unseen, UNSEEN_FIELDS, "A post that is not seen");

static QUERY(posts_unseen, posts_seen, unseen,
	     "SELECT w.place FROM unnest($ids::uuid[]) WITH ORDINALITY AS w (id, place)"
	     " LEFT JOIN posts p ON p.id = w.id"
	     " WHERE p.id IS NULL OR p.is_deleted OR (p.status = 'draft' AND NOT $sees_drafts"
	     " AND coalesce(p.author_id <> $viewer_id, true))",
	     .lane = LANE_SLOW);

static err which_are_seen(struct ctx *cx, const struct uuid *ids, int count, bool *seen)
{
	const struct posts_seen in = {
		.ids = {ids, count}, .viewer_id = cx->viewer.user_id, .sees_drafts = viewer_is_moderator(cx)};
	struct unseen *rows;
	int n = 0;

	if (count)
		TRY(posts_unseen(cx, &in, &rows, &n));
	for (int i = 0; i < count; i++)
		seen[i] = true;
	for (int i = 0; i < n; i++)
		seen[rows[i].place - 1] = false;
	return NULL;
}

/* Artists that are still there, primary first. */
static struct uuids document_artists(struct arena *a, const struct post *post)
{
	const struct post_credit *credits = post->artists.at;
	struct uuid *ids = ARENA_ARRAY(a, struct uuid, post->artists.count + 1);
	int n = 0;

	for (int i = 0; i < post->artists.count; i++)
		if (credits[i].name)
			ids[n++] = credits[i].id;
	return (struct uuids){ids, n};
}

static struct post_document document_of(struct arena *a, const struct post *post)
{
	struct post_document doc = {
		.id = post->id,
		.author_id = post->author_id,
		.primary_artist_id = post->primary_artist_id,
		.exists = true,
		.title = post->title,
		.slug = post->slug,
		.description = post->description,
		.content = post->content,
		.status = post->status,
		.cover_image_url = post->cover_image_url,
		.author_username = post->author_username,
		.artist_ids = document_artists(a, post),
		.tags = post->tags,
		.published_at = post->published_at,
		.created_at = post->created_at,
		.views_count = post->views_count,
		.comments_count = post->comments_count,
		.version = post->version,
	};
	return doc;
}

/* A document without its names would be indexed so: they must be had. A count may be null. */
static err post_documents(struct ctx *cx, const struct uuid *ids, int count, struct post_document *docs)
{
	const struct post **found = ARENA_ARRAY(cx->arena, const struct post *, count);
	struct post *posts = ARENA_ARRAY(cx->arena, struct post, count);
	int n = 0;

	TRY(fresh_posts_load(cx, ids, count, found));
	for (int i = 0; i < count; i++)
		if (found[i] && post_is_listed(found[i]))
			posts[n++] = *found[i];
	if (posts_enrich(cx, posts, n) & (MISSING_AUTHORS | MISSING_ARTISTS))
		return UNAVAILABLE;
	for (int i = n = 0; i < count; i++)
		if (found[i] && post_is_listed(found[i]))
			docs[i] = document_of(cx->arena, &posts[n++]);
		else
			docs[i] = (struct post_document){.id = ids[i]};
	return NULL;
}

/* Visible to moderators is not enough: everybody is shown what is found. */
static err post_texts(struct ctx *cx, const struct uuid *ids, int count, const char **texts)
{
	const struct post **found = ARENA_ARRAY(cx->arena, const struct post *, count);

	TRY(posts_load(cx, (struct uuids){ids, count}, found));
	for (int i = 0; i < count; i++)
		texts[i] = found[i] && post_is_listed(found[i]) ? found[i]->content : NULL;
	return NULL;
}

#define FITTING_FIELDS(F, T)                                                                       \
	F(T, UUIDS, ids, 0, "Which posts")                                                         \
	F(T, TEXTS, patterns, 0, "Regular expressions")
STRUCT(fitting, FITTING_FIELDS);
SCHEMA(fitting, FITTING_FIELDS, "Which texts fit");

#define FIT_FIELDS(F, T)                                                                           \
	F(T, INT, place, 0, "Among the ids, from 1 on")                                            \
	F(T, INT, fits, 0, "A bit for each pattern")
STRUCT(fit, FIT_FIELDS);
SCHEMA(fit, FIT_FIELDS, "Which patterns a text fits");

/* OFFSET 0: each post is looked up. A plan that joins may go through all texts there are. */
static QUERY(fits_of, fitting, fit,
	     "SELECT w.place, (SELECT coalesce(sum(1::bigint << (x.n::int - 1)), 0)::bigint"
	     " FROM unnest($patterns::text[]) WITH ORDINALITY AS x (pattern, n)"
	     " WHERE p.content ~* x.pattern) AS fits"
	     " FROM unnest($ids::uuid[]) WITH ORDINALITY AS w (id, place), LATERAL (SELECT content FROM posts"
	     " WHERE id = w.id AND status = 'published' AND NOT is_deleted OFFSET 0) p",
	     .lane = LANE_SLOW);

static err texts_fitting(struct ctx *cx, const struct uuid *ids, int count, struct texts patterns,
			 int64_t *fits)
{
	struct fit *rows;
	int n;

	TRY(fits_of(cx, &(struct fitting){{ids, count}, patterns}, &rows, &n));
	for (int i = 0; i < count; i++)
		fits[i] = TEXT_HIDDEN;
	for (int i = 0; i < n; i++)
		fits[rows[i].place - 1] = rows[i].fits;
	return NULL;
}

_Static_assert(sizeof(struct by_id) == sizeof(struct uuid), "a list of by_id is a list of ids");

static err scan_by(struct ctx *cx, int which, const struct scan *in, struct uuid **ids, int *count)
{
	struct by_id *rows;

	TRY(posts_scan(cx, which, in, &rows, count));
	*ids = (struct uuid *)rows;
	return NULL;
}

static err scan(struct ctx *cx, struct uuid after, int limit, struct uuid **ids, int *count)
{
	return scan_by(cx, SCAN_ALL, &(struct scan){.after = after, .limit = limit}, ids, count);
}

static err scan_of(struct ctx *cx, struct uuid author_id, struct uuid artist_id, struct uuid after, int limit,
		   struct uuid **ids, int *count)
{
	bool by_author = !uuid_is_nil(author_id);
	const struct scan in = {.id = by_author ? author_id : artist_id, .after = after, .limit = limit};
	return scan_by(cx, by_author ? SCAN_AUTHOR : SCAN_ARTIST, &in, ids, count);
}

static const struct content_cards card_service = {
	.post_cards = post_cards,
	.post_standing = post_load_standing,
	.post_standing_ahead = post_standing_ahead,
	.posts_seen = which_are_seen,
	.count_comments_with = count_comments_with,
};

static const struct content_trash trash_service = {.list_with = trash_list_with};

static const struct content_documents document_service = {
	.post_documents = post_documents,
	.post_texts = post_texts,
	.texts_fitting = texts_fitting,
	.scan = scan,
	.scan_of = scan_of,
};

static const struct content_import import_service = {
	.posts = {&post_schema, import_posts, import_find_in_posts}};

const struct service content_services[] = {
	OFFER(content_cards, card_service),
	OFFER(content_trash, trash_service),
	OFFER(content_documents, document_service),
	OFFER(content_import, import_service),
	{0},
};
