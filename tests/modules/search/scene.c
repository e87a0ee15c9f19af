/* The world that the faked neighbours of search show. */
#include "modules/search/scene.h"

#include <ctype.h>

struct world world;

struct uuid id_of(enum thing kind, int n)
{
	return (struct uuid){{(uint8_t)(kind + 1),
			      0x90, [6] = 0x70, [8] = 0x80, [14] = (uint8_t)(n >> 8), [15] = (uint8_t)n}};
}

int number_of(struct uuid id)
{
	return id.b[14] << 8 | id.b[15];
}

const char *id_text(enum thing kind, int n)
{
	char out[UUID_TEXT];
	uuid_text(id_of(kind, n), out);
	return text("%s", out);
}

static err fake_post_documents(struct ctx *cx, const struct uuid *ids, int count, struct post_document *docs)
{
	world.reads++;
	if (world.content_fails)
		return UNAVAILABLE;
	for (int i = 0; i < count; i++) {
		int n = number_of(ids[i]), tags = 0;
		const struct fake_post *p = &world.posts[n];
		while (tags < 3 && p->tags[tags])
			tags++;
		docs[i] = (struct post_document){.id = ids[i]};
		if (n >= world.post_count || p->gone || ids[i].b[0] != POST + 1)
			continue;
		struct uuid *artists = ARENA_NEW(cx->arena, struct uuid);
		*artists = id_of(ARTIST, p->artist);
		int has_artist = p->artist != NO_ARTIST && !world.artists[p->artist].gone;
		docs[i] = (struct post_document){
			.id = ids[i],
			.exists = true,
			.title = p->title,
			.slug = arena_fmt(cx->arena, "post-%d", n),
			.content = p->content,
			.description = p->description,
			.status = "published",
			.author_id = id_of(PERSON, p->author),
			.author_username = world.authors[p->author],
			.artist_ids = {artists, has_artist},
			.primary_artist_id = has_artist ? *artists : (struct uuid){{0}},
			.tags = {arena_copy(cx->arena, p->tags, sizeof p->tags), tags},
			.published_at = p->published_at,
			.created_at = p->published_at,
			.version = p->version};
	}
	if (world.slow_reads > 0) {
		world.slow_reads--;
		return wait_ms(cx, 300);
	}
	return NULL;
}

static err ids_list(struct ctx *cx, enum thing kind, int total, struct uuid after, int limit,
		    bool (*fits)(int n, struct uuid of), struct uuid of, struct uuid **ids, int *count)
{
	*ids = ARENA_ARRAY(cx->arena, struct uuid, limit);
	*count = 0;
	for (int n = uuid_is_nil(after) ? 0 : number_of(after) + 1; n < total && *count < limit; n++)
		if (fits(n, of))
			(*ids)[(*count)++] = id_of(kind, n);
	return NULL;
}

static bool post_is_there(int n, struct uuid of)
{
	(void)of;
	return !world.posts[n].gone;
}

static bool post_carries(int n, struct uuid of)
{
	const struct fake_post *p = &world.posts[n];
	return !p->gone && (uuid_equal(of, id_of(PERSON, p->author)) ||
			    (p->artist != NO_ARTIST && uuid_equal(of, id_of(ARTIST, p->artist))));
}

static err fake_scan(struct ctx *cx, struct uuid after, int limit, struct uuid **ids, int *count)
{
	return ids_list(cx, POST, world.post_count, after, limit, post_is_there, after, ids, count);
}

static err fake_scan_of(struct ctx *cx, struct uuid author_id, struct uuid artist_id, struct uuid after,
			int limit, struct uuid **ids, int *count)
{
	return ids_list(cx, POST, world.post_count, after, limit, post_carries,
			uuid_is_nil(author_id) ? artist_id : author_id, ids, count);
}

static err fake_artist_documents(struct ctx *cx, const struct uuid *ids, int count,
				 struct artist_document *docs)
{
	for (int i = 0; i < count; i++) {
		const struct fake_artist *a = &world.artists[number_of(ids[i])];
		const char **genres = ARENA_NEW(cx->arena, const char *);
		*genres = a->genre;
		docs[i] =
			(struct artist_document){.id = ids[i],
						 .exists = !a->gone && number_of(ids[i]) < world.artist_count,
						 .name = a->name,
						 .slug = "slug",
						 .bio = a->bio,
						 .country = a->country,
						 .genres = {genres, a->genre != NULL},
						 .verified = a->verified,
						 .followers_count = a->followers,
						 .created_at = SECOND_US,
						 .version = 1};
	}
	return NULL;
}

static err fake_album_documents(struct ctx *cx, const struct uuid *ids, int count,
				struct album_document *docs)
{
	(void)cx;
	for (int i = 0; i < count; i++) {
		const struct fake_album *a = &world.albums[number_of(ids[i])];
		const struct fake_artist *by = &world.artists[a->artist];
		docs[i] = (struct album_document){.id = ids[i],
						  .exists = !a->gone && !by->gone &&
							    number_of(ids[i]) < world.album_count,
						  .artist_id = id_of(ARTIST, a->artist),
						  .title = a->title,
						  .artist_name = by->name,
						  .description = a->description,
						  .album_type = a->type,
						  .release_date = a->release_date,
						  .created_at = SECOND_US,
						  .version = 1};
	}
	return NULL;
}

static err fake_track_documents(struct ctx *cx, const struct uuid *ids, int count,
				struct track_document *docs)
{
	(void)cx;
	for (int i = 0; i < count; i++) {
		const struct fake_track *t = &world.tracks[number_of(ids[i])];
		const struct fake_album *on = &world.albums[t->album];
		const struct fake_artist *by = &world.artists[on->artist];
		docs[i] = (struct track_document){.id = ids[i],
						  .exists = !t->gone && !on->gone && !by->gone &&
							    number_of(ids[i]) < world.track_count,
						  .album_id = id_of(ALBUM, t->album),
						  .artist_id = id_of(ARTIST, on->artist),
						  .title = t->title,
						  .album_title = on->title,
						  .artist_name = by->name,
						  .duration = 200,
						  .created_at = SECOND_US,
						  .version = 1};
	}
	return NULL;
}

static bool artist_is_there(int n, struct uuid of)
{
	(void)of;
	return !world.artists[n].gone;
}

static bool album_is_there(int n, struct uuid of)
{
	(void)of;
	return !world.albums[n].gone && !world.artists[world.albums[n].artist].gone;
}

static bool track_is_there(int n, struct uuid of)
{
	return !world.tracks[n].gone && album_is_there(world.tracks[n].album, of);
}

static bool album_is_of(int n, struct uuid of)
{
	return uuid_equal(id_of(ARTIST, world.albums[n].artist), of);
}

static bool track_is_on(int n, struct uuid of)
{
	return uuid_equal(id_of(ALBUM, world.tracks[n].album), of);
}

static err fake_catalogue_scan(struct ctx *cx, enum catalogue_kind kind, struct uuid after, int limit,
			       struct uuid **ids, int *count)
{
	if (kind == CATALOGUE_ARTISTS)
		return ids_list(cx, ARTIST, world.artist_count, after, limit, artist_is_there, after, ids,
				count);
	return kind == CATALOGUE_ALBUMS ? ids_list(cx, ALBUM, world.album_count, after, limit, album_is_there,
						   after, ids, count)
					: ids_list(cx, TRACK, world.track_count, after, limit, track_is_there,
						   after, ids, count);
}

static err fake_catalogue_scan_of(struct ctx *cx, enum catalogue_kind kind, struct uuid parent,
				  struct uuid after, int limit, struct uuid **ids, int *count)
{
	return kind == CATALOGUE_ALBUMS
		       ? ids_list(cx, ALBUM, world.album_count, after, limit, album_is_of, parent, ids, count)
		       : ids_list(cx, TRACK, world.track_count, after, limit, track_is_on, parent, ids,
				  count);
}

static bool user_is_there(int n, struct uuid of)
{
	(void)of;
	return world.authors[n] != NULL;
}

static err fake_user_documents(struct ctx *cx, const struct uuid *ids, int count, struct user_document *docs)
{
	(void)cx;
	for (int i = 0; i < count; i++) {
		const int n = number_of(ids[i]);
		const char *name = n < 4 && ids[i].b[0] == PERSON + 1 ? world.authors[n] : NULL;
		docs[i] = (struct user_document){ids[i], name != NULL, name, SECOND_US, 1};
	}
	return NULL;
}

static err fake_users_scan(struct ctx *cx, struct uuid after, int limit, struct uuid **ids, int *count)
{
	return ids_list(cx, PERSON, 4, after, limit, user_is_there, after, ids, count);
}

static err fake_comment_counts(struct ctx *cx, const struct uuid *ids, int count, int64_t *counts)
{
	(void)cx;
	for (int i = 0; i < count; i++)
		counts[i] =
			world.posts[number_of(ids[i]) % POSTS_MAX].comments; /* any id: tests multiply rows */
	return world.comments_fail ? UNAVAILABLE : NULL;
}

static const struct content_documents fake_content = {.post_documents = fake_post_documents,
						      .post_texts = fake_post_texts,
						      .texts_fitting = fake_texts_fitting,
						      .scan = fake_scan,
						      .scan_of = fake_scan_of};

static const struct artist_documents fake_artists = {.artist_documents = fake_artist_documents,
						     .album_documents = fake_album_documents,
						     .track_documents = fake_track_documents,
						     .scan = fake_catalogue_scan,
						     .scan_of = fake_catalogue_scan_of};

static const struct auth_documents fake_users = {.user_documents = fake_user_documents,
						 .scan = fake_users_scan};

static const struct comment_counts fake_comments = {.comment_counts = fake_comment_counts};

void open_scene(void)
{
	static const struct service fakes[] = {OFFER(content_documents, fake_content),
					       OFFER(artist_documents, fake_artists),
					       OFFER(auth_documents, fake_users),
					       OFFER(comment_counts, fake_comments),
					       {0}};
	memset(&world, 0, sizeof world);
	world.authors[AUTHOR] = "ann";
	world.strangers_say = "";
	scene_start(&search_module, fakes, NULL);
}

void hear_post(const struct post_event_topic *ev, int n)
{
	ck_assert_ptr_null(
		scene_hear(ev, id_of(POST, n), 1, &(struct post_event){.post_id = id_of(POST, n)}));
}

int post_put(struct fake_post p)
{
	int n = world.post_count++;
	p.author = p.author ? p.author : AUTHOR;
	p.artist = p.artist ? p.artist
			    : NO_ARTIST; /* 0 is never asked for: tests begin their artists with a filler */
	p.content = p.content ? p.content : "";
	p.published_at = p.published_at ? p.published_at : (1000000 + n) * SECOND_US;
	p.version = p.version ? p.version : 1;
	world.posts[n] = p;
	return n;
}

int post_publish(struct fake_post p)
{
	int n = post_put(p);
	hear_post(&post_published, n);
	return n;
}

void hear_artist(const struct artist_event_topic *ev, int n, const char *old_name)
{
	ck_assert_ptr_null(
		scene_hear(ev, id_of(ARTIST, n), 1,
			   &(struct artist_event){.artist_id = id_of(ARTIST, n), .old_name = old_name}));
}

int artist_add(struct fake_artist a)
{
	int n = world.artist_count++;
	world.artists[n] = a;
	hear_artist(&artist_created, n, NULL);
	return n;
}

int album_add(struct fake_album a)
{
	int n = world.album_count++;
	world.albums[n] = a;
	ck_assert_ptr_null(scene_hear(&album_created, id_of(ALBUM, n), 1,
				      &(struct album_event){.album_id = id_of(ALBUM, n)}));
	return n;
}

int track_add(struct fake_track t)
{
	int n = world.track_count++;
	world.tracks[n] = t;
	ck_assert_ptr_null(scene_hear(&track_created, id_of(TRACK, n), 1,
				      &(struct track_event){.track_id = id_of(TRACK, n)}));
	return n;
}

void hear_user(const struct user_event_topic *ev, int n)
{
	ck_assert_ptr_null(scene_hear(ev, id_of(PERSON, n), 1,
				      &(struct user_event){.user_id = id_of(PERSON, n),
							   .username = world.authors[n],
							   .is_active = true}));
}

static err reindex_body(struct ctx *cx, void *arg)
{
	struct reindex done;
	(void)arg;
	return search_operator_service()->reindex(cx, &done);
}

void reindex(void)
{
	ck_assert_ptr_null(scene_call(reindex_body, NULL));
}

/* Percent-encoded, every byte that is not a letter or digit. */
static const char *encoded(const char *s)
{
	static char out[16][4096];
	static int next;
	char *p = out[next++ % 16], *start = p;
	for (; *s && p - start < 4000; s++)
		p += sprintf(p, isalnum((unsigned char)*s) && (unsigned char)*s < 0x80 ? "%c" : "%%%02X",
			     (unsigned char)*s);
	*p = '\0';
	return start;
}

struct answer search(const char *kind, const char *q, const char *more)
{
	struct answer a =
		api("GET", text("/api/v1/search%s%s?q=%s%s", *kind ? "/" : "", kind, encoded(q), more), NULL,
		    NULL);
	ck_assert_msg(a.status == 200, "%s?q=%s%s: %d %s", kind, q, more, a.status, a.body);
	return a;
}

const char *found(const char *kind, const char *q, const char *more)
{
	struct answer a = search(kind, q, more);
	const char *all = "", *title;
	for (int i = 0;
	     (title = at(&a, text("items.%d.title", i))) || (title = at(&a, text("items.%d.name", i))); i++)
		all = text("%s%s%s", all, *all ? " | " : "", title);
	return all;
}
