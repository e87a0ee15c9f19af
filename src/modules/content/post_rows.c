/* The statements of many new posts, and the lists that they take. */
#include "modules/content/post_rows.h"

#include "modules/content/tag.h"
#include "vobe/buf.h"

/*
 * Columns of the posts to add. An array holds no nulls and no arrays: '' and the least bigint are null, lists
 * are joined with commas.
 */
#define POST_ROWS_FIELDS(F, T)                                                                     \
	F(T, UUIDS, ids, 0, "")                                                                    \
	F(T, TEXTS, titles, 0, "")                                                                 \
	F(T, TEXTS, slugs, 0, "")                                                                  \
	F(T, TEXTS, descriptions, 0, "")                                                           \
	F(T, TEXTS, contents, 0, "")                                                               \
	F(T, TEXTS, statuses, 0, "")                                                               \
	F(T, UUIDS, author_ids, 0, "")                                                             \
	F(T, TEXTS, artist_ids, 0, "")                                                             \
	F(T, TEXTS, featured, 0, "")                                                               \
	F(T, TEXTS, tags, 0, "")                                                                   \
	F(T, TEXTS, covers, 0, "")                                                                 \
	F(T, INTS, open, 0, "Whether each may be commented on, 0 or 1")                            \
	F(T, INTS, created, 0, "Microseconds since 1970")                                          \
	F(T, INTS, updated, 0, "The same")                                                         \
	F(T, INTS, published, 0, "The same")
STRUCT(post_rows, POST_ROWS_FIELDS);
SCHEMA(post_rows, POST_ROWS_FIELDS, "Posts to add");

static COMMAND(
	posts_insert, post_rows,
	"INSERT INTO posts (id, title, slug, description, content, status, author_id, primary_artist_id,"
	" featured_artist_ids, tags, cover_image_url, comments_enabled, created_at, updated_at, published_at)"
	" SELECT r.id, r.title, r.slug, nullif(r.description, ''), r.content, r.status, r.author_id,"
	" nullif(r.artist_id, '')::uuid, string_to_array(r.featured, ',')::uuid[],"
	" string_to_array(r.tags, ','), nullif(r.cover, ''), r.open = 1,"
	" timestamptz 'epoch' + r.created * interval '1 microsecond',"
	" timestamptz 'epoch' + r.updated * interval '1 microsecond',"
	" timestamptz 'epoch' + nullif(r.published, '-9223372036854775808'::bigint)"
	" * interval '1 microsecond'"
	" FROM unnest($ids::uuid[], $titles::text[], $slugs::text[], $descriptions::text[],"
	" $contents::text[], $statuses::text[], $author_ids::uuid[], $artist_ids::text[], $featured::text[],"
	" $tags::text[], $covers::text[], $open::bigint[], $created::bigint[], $updated::bigint[],"
	" $published::bigint[])"
	" AS r (id, title, slug, description, content, status, author_id, artist_id, featured, tags, cover,"
	" open, created, updated, published)");

static COMMAND(post_slugs_insert, by_ids,
	       "INSERT INTO post_slugs (slug, post_id, created_at)"
	       " SELECT slug, id, created_at FROM posts WHERE id = ANY ($ids)");

/* post_artists and post_tags hold no time of a post that is not listed. */
#define LISTED_AT "CASE WHEN p.status = 'published' THEN p.published_at END"

static COMMAND(post_artists_insert, by_ids,
	       "INSERT INTO post_artists (post_id, artist_id, position, published_at)"
	       " SELECT p.id, f.id, f.position, " LISTED_AT " FROM posts p"
	       " CROSS JOIN unnest(p.featured_artist_ids) WITH ORDINALITY AS f (id, position)"
	       " WHERE p.id = ANY ($ids)");

static COMMAND(post_tags_insert, by_ids,
	       "INSERT INTO post_tags (post_id, tag_id, published_at)"
	       " SELECT p.id, t.id, " LISTED_AT " FROM posts p CROSS JOIN unnest(p.tags) AS s (slug)"
	       " JOIN tags t ON t.slug = s.slug"
	       " WHERE p.id = ANY ($ids)");

static const char *joined(struct arena *a, struct texts words)
{
	struct buf out = {.arena = a};
	for (int i = 0; i < words.count; i++)
		buf_fmt(&out, "%s%s", i ? "," : "", words.at[i]);
	return buf_text(&out);
}

static struct texts ids_text(struct arena *a, const struct uuid *ids, int count)
{
	const char **texts = ARENA_ARRAY(a, const char *, count + 1);
	for (int i = 0; i < count; i++)
		uuid_text(ids[i], (char *)(texts[i] = arena_alloc(a, UUID_TEXT)));
	return (struct texts){texts, count};
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

enum { TEXT_COLUMNS = 9, INT_COLUMNS = 4 };

static void fill_texts(struct arena *a, const struct post *post, const char **texts[TEXT_COLUMNS], int i)
{
	const struct uuids *featured = &post->featured_artist_ids;
	const int has_primary = !uuid_is_nil(post->primary_artist_id);

	texts[0][i] = post->title;
	texts[1][i] = post->slug;
	texts[2][i] = or_empty(post->description);
	texts[3][i] = post->content;
	texts[4][i] = post->status;
	texts[5][i] = joined(a, ids_text(a, &post->primary_artist_id, has_primary));
	texts[6][i] = joined(a, ids_text(a, featured->at, featured->count));
	texts[7][i] = joined(a, post->tags);
	texts[8][i] = or_empty(post->cover_image_url);
}

static struct uuids insert_posts(struct change *ch, struct arena *a, const struct arrival *arrivals, int n)
{
	struct uuid *ids = ARENA_ARRAY(a, struct uuid, n), *authors = ARENA_ARRAY(a, struct uuid, n);
	const char **texts[TEXT_COLUMNS];
	int64_t *ints[INT_COLUMNS];

	for (int c = 0; c < TEXT_COLUMNS; c++)
		texts[c] = ARENA_ARRAY(a, const char *, n);
	for (int c = 0; c < INT_COLUMNS; c++)
		ints[c] = ARENA_ARRAY(a, int64_t, n);
	for (int i = 0; i < n; i++) {
		const struct post *post = &arrivals[i].post;
		ids[i] = post->id;
		authors[i] = post->author_id;
		fill_texts(a, post, texts, i);
		ints[0][i] = post->comments_enabled;
		ints[1][i] = post->created_at;
		ints[2][i] = post->updated_at;
		ints[3][i] = post->published_at; /* TIME_NULL is the least bigint */
	}
	const struct post_rows in = {{ids, n},      {texts[0], n}, {texts[1], n}, {texts[2], n},
				     {texts[3], n}, {texts[4], n}, {authors, n},  {texts[5], n},
				     {texts[6], n}, {texts[7], n}, {texts[8], n}, {ints[0], n},
				     {ints[1], n},  {ints[2], n},  {ints[3], n}};
	posts_insert(ch, &in);
	return (struct uuids){ids, n};
}

/* Tags are made; those of listed posts are counted. */
static void count_tags(struct change *ch, struct arena *a, const struct arrival *arrivals, int count)
{
	int room = 0, n = 0;
	for (int i = 0; i < count; i++)
		room += arrivals[i].post.tags.count;
	const char **slugs = ARENA_ARRAY(a, const char *, room + 1),
		   **names = ARENA_ARRAY(a, const char *, room + 1);
	int64_t *deltas = ARENA_ARRAY(a, int64_t, room + 1);

	for (int i = 0; i < count; i++)
		for (int j = 0; j < arrivals[i].post.tags.count; j++) {
			slugs[n] = arrivals[i].post.tags.at[j];
			names[n] = arrivals[i].post.tag_names.at[j];
			deltas[n++] = post_is_listed(&arrivals[i].post);
		}
	if (n)
		tags_move(ch, &(struct tags_move){{slugs, n}, {names, n}, {deltas, n}});
}

void posts_add(struct change *ch, struct arena *a, const struct arrival *arrivals, int count)
{
	const struct by_ids added = {.ids = insert_posts(ch, a, arrivals, count)};
	post_slugs_insert(ch, &added);
	post_artists_insert(ch, &added);
	count_tags(ch, a, arrivals, count);
	post_tags_insert(ch, &added);
}
