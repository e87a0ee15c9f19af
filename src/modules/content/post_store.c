/*
 * Where posts are kept: reading one, writing one. Who may see a post is decided here, so that no caller can
 * forget it. posts.tags and posts.featured_artist_ids are the truth; post_tags, post_artists and
 * tags.posts_count follow in the same change.
 */
#include "modules/content/post_store.h"

#include "modules/content/tag.h"

#include <string.h>

/* Remembered of a post that everybody may see. */
enum { IS_PUBLIC = 1, TAKES_COMMENTS = 2 };

static unsigned standing_bits(const void *row)
{
	const struct post *post = row;
	if (post->is_deleted || post_has_status(post, DRAFT))
		return 0;
	return IS_PUBLIC | (post_takes_comments(post) ? TAKES_COMMENTS : 0);
}

static const struct memo standings = {standing_bits};

/*
 * The same row for every viewer: visibility is decided after loading. Forgotten by our changes and, for those
 * of other instances, by their events; an hour bounds what an operator changes by hand.
 */
LOADER(fresh_posts, post, "SELECT $p.*, p.content FROM posts p WHERE p.id = ANY ($ids)");
LOADS(cached_posts, post);
LOADER_LIKE(cached_posts, fresh_posts, .cache_s = 3600, .memo = &standings);

/* What other modules are shown of a post, without its text; the rest of the struct is null. */
LOADS(brief_posts, post);
LOADER(brief_posts, post,
       "SELECT id, title, slug, status, author_id, comments_enabled, is_deleted, deleted_at FROM posts"
       " WHERE id = ANY ($ids)",
       .cache_s = 3600, .memo = &standings);

static QUERY_ROW(post_slug_owner, by_slug, by_id, "SELECT post_id AS id FROM post_slugs WHERE slug = $slug",
		 .otherwise = POST_NOT_FOUND);

static COMMAND(
	post_insert, post,
	"INSERT INTO posts (id, title, slug, description, content, status, author_id, primary_artist_id,"
	" featured_artist_ids, tags, cover_image_url, comments_enabled, created_at, updated_at, published_at)"
	" VALUES ($id, $title, $slug, $description, $content, $status, $author_id, $primary_artist_id,"
	" $featured_artist_ids, $tags, $cover_image_url, $comments_enabled, $created_at, $updated_at,"
	" $published_at)",
	.rows = 1, .otherwise = INTERNAL);

static COMMAND(
	post_update, post,
	"UPDATE posts SET title = $title, slug = $slug, description = $description, content = $content,"
	" status = $status, primary_artist_id = $primary_artist_id,"
	" featured_artist_ids = $featured_artist_ids, tags = $tags, cover_image_url = $cover_image_url,"
	" comments_enabled = $comments_enabled, updated_at = $updated_at, published_at = $published_at,"
	" is_deleted = $is_deleted, deleted_at = $deleted_at, deleted_by = $deleted_by,"
	" version = version + 1"
	" WHERE id = $id AND version = $version",
	.rows = 1, .otherwise = EDIT_CONFLICT);

/* A post may go back to a slug it had; another's is never free. */
static COMMAND(post_claim_slug, post,
	       "INSERT INTO post_slugs (slug, post_id, created_at) VALUES ($slug, $id, $updated_at)"
	       " ON CONFLICT (slug) DO UPDATE SET post_id = excluded.post_id"
	       " WHERE post_slugs.post_id = excluded.post_id",
	       .rows = 1, .otherwise = SLUG_TAKEN);

/* post_artists and post_tags hold no time of a post that is not listed. */
static COMMAND(post_write_artists, post,
	       "WITH gone AS (DELETE FROM post_artists"
	       " WHERE post_id = $id AND artist_id <> ALL ($featured_artist_ids))"
	       " INSERT INTO post_artists (post_id, artist_id, position, published_at)"
	       " SELECT $id, a.artist_id, a.position,"
	       " CASE WHEN $status = 'published' AND NOT $is_deleted THEN $published_at::timestamptz END"
	       " FROM unnest($featured_artist_ids) WITH ORDINALITY AS a (artist_id, position)"
	       " ON CONFLICT (post_id, artist_id) DO UPDATE"
	       " SET position = excluded.position, published_at = excluded.published_at"
	       " WHERE (post_artists.position, post_artists.published_at)"
	       " IS DISTINCT FROM (excluded.position, excluded.published_at)");

static COMMAND(post_write_tags, post,
	       "WITH gone AS (DELETE FROM post_tags pt USING tags t"
	       " WHERE pt.post_id = $id AND t.id = pt.tag_id AND t.slug <> ALL ($tags))"
	       " INSERT INTO post_tags (post_id, tag_id, published_at)"
	       " SELECT $id, id,"
	       " CASE WHEN $status = 'published' AND NOT $is_deleted THEN $published_at::timestamptz END"
	       " FROM tags WHERE slug = ANY ($tags)"
	       " ON CONFLICT (post_id, tag_id) DO UPDATE SET published_at = excluded.published_at"
	       " WHERE post_tags.published_at IS DISTINCT FROM excluded.published_at");

static void keep_visible(const struct ctx *cx, int count, const struct post **found)
{
	for (int i = 0; i < count; i++)
		if (found[i] && !post_is_visible(cx, found[i]))
			found[i] = NULL;
}

err posts_load(struct ctx *cx, struct uuids ids, const struct post **found)
{
	TRY(cached_posts_load(cx, ids.at, ids.count, found));
	keep_visible(cx, ids.count, found);
	return NULL;
}

/* A whole post that is kept says all that a brief one does: whoever reads a thread has mostly read the post.
 */
err posts_load_briefly(struct ctx *cx, struct uuids ids, const struct post **found)
{
	struct uuid *rest = ARENA_ARRAY(cx->arena, struct uuid, ids.count);
	const struct post **brief = ARENA_ARRAY(cx->arena, const struct post *, ids.count);
	int count = 0;

	for (int i = 0; i < ids.count; i++)
		if (!(found[i] = cached_posts_kept(cx, ids.at[i])))
			rest[count++] = ids.at[i];
	TRY(brief_posts_load(cx, rest, count, brief));
	for (int i = 0, next = 0; next < count; i++)
		if (!found[i])
			found[i] = brief[next++];
	keep_visible(cx, ids.count, found);
	return NULL;
}

void post_standing_ahead(struct ctx *cx, struct uuid id)
{
	if (!memo_bits(&standings, id) && !cached_posts_kept(cx, id))
		brief_posts_ahead(cx, &id, 1);
}

err post_load_standing(struct ctx *cx, struct uuid id, struct post_standing *standing)
{
	const struct post *found;
	const unsigned bits = memo_bits(&standings, id);

	*standing = (struct post_standing){bits & IS_PUBLIC, bits & TAKES_COMMENTS};
	if (bits)
		return NULL;
	TRY(posts_load_briefly(cx, (struct uuids){&id, 1}, &found));
	if (found && !found->is_deleted)
		*standing = (struct post_standing){true, post_takes_comments(found)};
	return NULL;
}

err post_load(struct ctx *cx, struct uuid id, struct post *post)
{
	const struct post *found;
	TRY(posts_load(cx, (struct uuids){&id, 1}, &found));
	if (!found)
		return POST_NOT_FOUND;
	*post = *found;
	return NULL;
}

err post_load_to_edit(struct ctx *cx, struct uuid id, struct post *post)
{
	const struct post *found;
	TRY(fresh_posts_load(cx, &id, 1, &found));
	if (!found || !post_is_visible(cx, found))
		return POST_NOT_FOUND;
	if (!post_may_be_edited(cx, found))
		return FORBIDDEN;
	*post = *found;
	return NULL;
}

err post_load_by_slug(struct ctx *cx, const struct by_slug *in, struct post *post)
{
	struct by_id owner;
	TRY(post_slug_owner(cx, in, &owner));
	return post_load(cx, owner.id, post);
}

err post_slug_is_free(struct ctx *cx, const struct post *post)
{
	struct by_id owner;

	err e = post_slug_owner(cx, &(struct by_slug){post->slug}, &owner);
	if (e)
		return problem_is(e, POST_NOT_FOUND) ? NULL : e;
	return uuid_equal(owner.id, post->id) ? NULL : problem_at(cx, SLUG_TAKEN, "/slug");
}

void post_forget(struct uuid id)
{
	cached_posts_forget(id);
	brief_posts_forget(id);
}

void post_forget_with(struct change *ch, struct uuid id)
{
	cached_posts_forget_with(ch, id);
	brief_posts_forget_with(ch, id);
}

void post_views_forget_with(struct change *ch, struct uuid id)
{
	cached_posts_forget_with(ch, id);
}

void post_tell(struct change *ch, post_event_teller *tell, const struct post *post)
{
	const struct post_event payload = {
		.post_id = post->id,
		.title = post->title,
		.slug = post->slug,
		.author_id = post->author_id,
		.primary_artist_id = post->primary_artist_id,
		.artist_id = post->primary_artist_id,
		.featured_artist_ids = post->featured_artist_ids,
		.tags = post->tags,
		.status = post->status,
		.published_at = post->published_at,
		.created_at = post->created_at,
	};
	tell(ch, post->id, post->version, &payload);
}

static bool has_tag(const struct post *post, const char *slug)
{
	for (int i = 0; post && i < post->tags.count; i++)
		if (strcmp(post->tags.at[i], slug) == 0)
			return true;
	return false;
}

/*
 * Makes the tags that are new to the post, and moves the
 * counts of those that it brings into the lists or takes out.
 */
static void move_tags(struct change *ch, struct arena *a, const struct post *before, const struct post *after)
{
	int room = (before ? before->tags.count : 0) + after->tags.count + 1, n = 0;
	const char **slugs = ARENA_ARRAY(a, const char *, room), **names = ARENA_ARRAY(a, const char *, room);
	int64_t *deltas = ARENA_ARRAY(a, int64_t, room);
	bool was_listed = before && post_is_listed(before), is_listed = post_is_listed(after);

	for (int i = 0; i < after->tags.count; i++) {
		bool is_new = !has_tag(before, after->tags.at[i]);
		deltas[n] = is_listed - (was_listed && !is_new);
		if (!is_new && deltas[n] == 0)
			continue;
		slugs[n] = names[n] = after->tags.at[i];
		if (i < after->tag_names.count)
			names[n] = after->tag_names.at[i];
		n++;
	}
	for (int i = 0; was_listed && i < before->tags.count; i++)
		if (!has_tag(after, before->tags.at[i])) {
			slugs[n] = names[n] = before->tags.at[i];
			deltas[n++] = -1;
		}
	for (int i = 0; i < n; i++)
		change_touches_name(ch, "tag", slugs[i]);
	if (n)
		tags_move(ch, &(struct tags_move){{slugs, n}, {names, n}, {deltas, n}});
}

void post_add(struct change *ch, struct arena *a, const struct post *post)
{
	change_touches_name(ch, "slug", post->slug);
	post_insert(ch, post);
	post_claim_slug(ch, post);
	if (post->featured_artist_ids.count)
		post_write_artists(ch, post);
	move_tags(ch, a, NULL, post);
	if (post->tags.count)
		post_write_tags(ch, post);
}

void post_save(struct change *ch, struct arena *a, const struct post *before, struct post *after)
{
	after->version = before->version;
	post_update(ch, after);
	if (strcmp(before->slug, after->slug) != 0)
		post_claim_slug(ch, after);
	if (before->featured_artist_ids.count || after->featured_artist_ids.count)
		post_write_artists(ch, after);
	move_tags(ch, a, before, after);
	if (before->tags.count || after->tags.count)
		post_write_tags(ch, after);
	post_forget_with(ch, after->id);
	after->version++;
}

void post_restore(struct change *ch, struct arena *a, const struct post *before, struct post *after)
{
	*after = *before;
	after->is_deleted = false;
	after->deleted_at = TIME_NULL;
	after->deleted_by = (struct uuid){{0}};
	post_save(ch, a, before, after);
	post_tell(ch, tell_post_restored, after);
}

void post_delete(struct change *ch, struct arena *a, const struct post *post, struct uuid by)
{
	struct post after = *post;
	after.is_deleted = true;
	after.deleted_at = clock_now();
	after.deleted_by = by;
	post_save(ch, a, post, &after);
	post_tell(ch, tell_post_deleted, &after);
}
