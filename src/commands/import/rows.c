/* One field list a kind, and the step from a line to the row of a contract. */
#include "commands/import/rows.h"

#include "app/service.h"
#include "contracts/auth.h"
#include "contracts/documents/content.h"
#include "contracts/import/artist.h"
#include "contracts/import/comment.h"
#include "contracts/import/content.h"
#include "contracts/operator/auth.h"
#include "core/json/json.h"
#include "vobe/buf.h"
#include "vobe/text.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

const char *const FAULT_SPAM = "marked as spam";

#define ARTIST_LINE_FIELDS(F, T)                                                                   \
	F(T, UUID, id, IN, "")                                                                     \
	F(T, TEXT, name, IN, "")                                                                   \
	F(T, TEXT, bio, IN | NULLABLE, "")                                                         \
	F(T, TEXT, country, IN | NULLABLE, "")                                                     \
	F(T, TEXT, photo_url, IN | NULLABLE, "")                                                   \
	F(T, TEXTS, genres, IN, "")                                                                \
	F(T, JSON, social_links, IN | NULLABLE, "")
STRUCT(artist_line, ARTIST_LINE_FIELDS);
SCHEMA(artist_line, ARTIST_LINE_FIELDS, "A line of artists.jsonl");

#define ALBUM_LINE_FIELDS(F, T)                                                                    \
	F(T, UUID, id, IN, "")                                                                     \
	F(T, UUID, artist_id, IN, "")                                                              \
	F(T, TEXT, title, IN, "")                                                                  \
	F(T, TEXT, description, IN | NULLABLE, "")                                                 \
	F(T, TEXT, album_type, IN | NULLABLE, "")                                                  \
	F(T, TEXT, release_date, IN | NULLABLE, "")                                                \
	F(T, TEXT, cover_url, IN | NULLABLE, "")
STRUCT(album_line, ALBUM_LINE_FIELDS);
SCHEMA(album_line, ALBUM_LINE_FIELDS, "A line of albums.jsonl");

#define TRACK_LINE_FIELDS(F, T)                                                                    \
	F(T, UUID, id, IN, "")                                                                     \
	F(T, UUID, album_id, IN, "")                                                               \
	F(T, TEXT, title, IN, "")                                                                  \
	F(T, INT, duration, IN | NULLABLE, "")                                                     \
	F(T, INT, track_number, IN | NULLABLE, "")                                                 \
	F(T, INT, disc_number, IN | NULLABLE, "")                                                  \
	F(T, TEXT, audio_url, IN | NULLABLE, "")                                                   \
	F(T, TEXT, lyrics, IN | NULLABLE, "")
STRUCT(track_line, TRACK_LINE_FIELDS);
SCHEMA(track_line, TRACK_LINE_FIELDS, "A line of tracks.jsonl");

#define POST_LINE_FIELDS(F, T)                                                                     \
	F(T, UUID, id, IN, "")                                                                     \
	F(T, TEXT, title, IN, "")                                                                  \
	F(T, TEXT, description, IN | NULLABLE, "")                                                 \
	F(T, TEXT, content, IN, "")                                                                \
	F(T, TEXT, slug, IN | NULLABLE, "")                                                        \
	F(T, UUID, primary_artist_id, IN | NULLABLE, "")                                           \
	F(T, UUIDS, artist_ids, IN, "")                                                            \
	F(T, TEXTS, tags, IN, "")                                                                  \
	F(T, TIME, published_at, IN | NULLABLE, "")
STRUCT(post_line, POST_LINE_FIELDS);
SCHEMA(post_line, POST_LINE_FIELDS, "A line of posts.jsonl");

#define COMMENT_LINE_FIELDS(F, T)                                                                  \
	F(T, UUID, id, IN, "")                                                                     \
	F(T, UUID, post_id, IN | NULLABLE, "")                                                     \
	F(T, TEXT, post_bucket, IN | NULLABLE, "")                                                 \
	F(T, TEXT, user, IN, "")                                                                   \
	F(T, TEXT, content, IN, "")                                                                \
	F(T, TEXT, created_at, IN | NULLABLE, "")                                                  \
	F(T, BOOL, spam, IN, "")
STRUCT(comment_line, COMMENT_LINE_FIELDS);
SCHEMA(comment_line, COMMENT_LINE_FIELDS, "A line of comments.jsonl");

enum { BUCKETS = 16 };
static struct {
	struct uuid author_id;
	struct uuid posts[BUCKETS]; /* where comments without a post_id go, by their bucket */
	const char *buckets[BUCKETS];
	int post_count, bucket_count;
} known;

/* A comment whose author is still a name: accounts are looked up for a whole batch at once. */
struct comment_line_row {
	struct comment_row row; /* first */
	const char *username;
};

/* The account `username`, made when there is none; nobody can sign in to it until its password is reset. */
static err account_ensure(struct ctx *cx, const char *username, struct uuid *id)
{
	TRY(auth_cards_service()->user_by_username(cx, username, id));
	if (!uuid_is_nil(*id))
		return NULL;
	return auth_operator_service()->create_user(
		cx,
		&(struct new_user){.username = username,
				   .role = ROLE_USER,
				   .email = arena_fmt(cx->arena, "%s@import.invalid", username)},
		id);
}

err import_prepare(struct ctx *cx)
{
	memset(&known, 0, sizeof known);
	return account_ensure(cx, "importer", &known.author_id);
}

static void note(struct notes *notes, const char *text)
{
	if (notes->count < NOTES_MAX)
		notes->at[notes->count++] = text;
}

/* Limits of the API (docs of the routes) that a line may pass without being refused. */
/* clang-format off */
enum {
	DESCRIPTION_MAX = 2000, LYRICS_MAX = 50000, URL_MAX = 500, GENRES_MAX = 20, LINKS_MAX = 20,
	 TAGS_MAX = 10,
	DURATION_MAX_S = 86400,
};
/* clang-format on */

static const char *text_fit(struct arena *a, const char *name, const char *text, size_t max,
			    struct notes *notes)
{
	if (!text || utf8_length(text) <= max)
		return text;
	note(notes, arena_fmt(a, "%s cut to %zu characters", name, max));
	return text_cut(a, text, max);
}

static struct texts texts_fit(struct arena *a, const char *name, struct texts texts, int max,
			      struct notes *notes)
{
	if (texts.count > max)
		note(notes, arena_fmt(a, "the first %d of %d %s kept", max, texts.count, name));
	return (struct texts){texts.at, texts.count > max ? max : texts.count};
}

/* "enwiki:Ed_Sheeran", a MusicBrainz id, a bare host or a URL behind some words: as the URL it means; NULL:
 * none. */
static const char *link_url(struct arena *a, const char *name, const char *value)
{
	const char *wiki = strstr(value, "wiki:"), *url = strstr(value, "http");
	struct uuid id;

	if (url && (!strncmp(url, "http://", 7) || !strncmp(url, "https://", 8)))
		return url;
	if (wiki && wiki - value == 2)
		return arena_fmt(a, "https://%.2s.wikipedia.org/wiki/%s", value, wiki + 5);
	if (!strcmp(name, "musicbrainz") && uuid_read(value, strlen(value), &id))
		return arena_fmt(a, "https://musicbrainz.org/artist/%s", value);
	return strchr(value, '.') && !strpbrk(value, " \t:") ? arena_fmt(a, "https://%s", value) : NULL;
}

/* The links as an object of URLs; what is no link is left out. */
static const char *links_read(struct arena *a, const char *json, struct notes *notes)
{
	struct buf out = {.arena = a};
	cJSON *links = json ? cJSON_Parse(json) : NULL, *link;
	int count = 0;

	buf_char(&out, '{');
	cJSON_ArrayForEach(link, links)
	{
		if (!link->string) {
			note(notes, "a link without a name left out: social_links is an object");
			continue;
		}
		const char *url = cJSON_IsString(link) ? link_url(a, link->string, link->valuestring) : NULL;
		if (!url || !text_is_url(url) || utf8_length(url) > URL_MAX || count == LINKS_MAX) {
			note(notes, arena_fmt(a, "link %s left out: not a URL of at most %d characters",
					      link->string, URL_MAX));
			continue;
		}
		if (count++)
			buf_char(&out, ',');
		json_str(&out, !strncmp(link->string, "Soundcloud", 10) ? "soundcloud" : link->string);
		buf_char(&out, ':');
		json_str(&out, url);
	}
	buf_char(&out, '}');
	cJSON_Delete(links);
	return json ? buf_text(&out) : NULL;
}

static const char *artist_from_line(struct ctx *cx, const void *line, void *row, struct notes *notes)
{
	const struct artist_line *in = line;
	*(struct artist_row *)row =
		(struct artist_row){.id = in->id,
				    .name = in->name,
				    .bio = in->bio,
				    .country = in->country,
				    .photo_url = in->photo_url,
				    .genres = texts_fit(cx->arena, "genres", in->genres, GENRES_MAX, notes),
				    .social_links = links_read(cx->arena, in->social_links, notes)};
	return NULL;
}

static const char *album_from_line(struct ctx *cx, const void *line, void *row, struct notes *notes)
{
	const struct album_line *in = line;
	*(struct album_row *)row = (struct album_row){
		.id = in->id,
		.artist_id = in->artist_id,
		.title = in->title,
		.description = text_fit(cx->arena, "description", in->description, DESCRIPTION_MAX, notes),
		.album_type = in->album_type ? in->album_type : "album",
		.release_date = in->release_date,
		.cover_url = in->cover_url};
	return NULL;
}

static const char *track_from_line(struct ctx *cx, const void *line, void *row, struct notes *notes)
{
	const struct track_line *in = line;
	*(struct track_row *)row =
		(struct track_row){.id = in->id,
				   .album_id = in->album_id,
				   .title = in->title,
				   .duration = in->duration,
				   .track_number = in->track_number,
				   .disc_number = in->disc_number,
				   .audio_url = in->audio_url,
				   .lyrics = text_fit(cx->arena, "lyrics", in->lyrics, LYRICS_MAX, notes)};
	if (in->duration != INT_NULL && (in->duration < 1 || in->duration > DURATION_MAX_S)) {
		((struct track_row *)row)->duration = INT_NULL;
		note(notes, "duration left out: not within a day");
	}
	return NULL;
}

/* The artists of a post but its primary one. */
static struct uuids featured_read(struct arena *a, const struct post_line *in)
{
	struct uuid *ids = ARENA_ARRAY(a, struct uuid, in->artist_ids.count + 1);
	int n = 0;
	for (int i = 0; i < in->artist_ids.count; i++)
		if (!uuid_equal(in->artist_ids.at[i], in->primary_artist_id))
			ids[n++] = in->artist_ids.at[i];
	return (struct uuids){ids, n};
}

/* A post without text says what it is about, or at least how it is called. */
static const char *content_fit(const struct post_line *in, struct notes *notes)
{
	if (in->content && *in->content)
		return in->content;
	note(notes, "no content: description or title taken for it");
	return in->description && *in->description ? in->description : in->title;
}

static const char *post_from_line(struct ctx *cx, const void *line, void *row, struct notes *notes)
{
	const struct post_line *in = line;
	*(struct post_row *)row = (struct post_row){
		.id = in->id,
		.author_id = known.author_id,
		.title = in->title,
		.description = text_fit(cx->arena, "description", in->description, DESCRIPTION_MAX, notes),
		.content = content_fit(in, notes),
		.slug = in->slug,
		.tags = texts_fit(cx->arena, "tags", in->tags, TAGS_MAX, notes),
		.primary_artist_id = in->primary_artist_id,
		.featured_artist_ids = featured_read(cx->arena, in),
		.published_at = in->published_at};
	return NULL;
}

/* Comments that name no post but a bucket: each bucket has one post, the first posts in order of id. */
static err bucket_post(struct ctx *cx, const char *bucket, struct uuid *post_id)
{
	int i = 0;

	if (!known.post_count) {
		struct uuid *ids;
		TRY(content_documents_service()->scan(cx, (struct uuid){{0}}, BUCKETS, &ids,
						      &known.post_count));
		memcpy(known.posts, ids, (size_t)known.post_count * sizeof *ids);
	}
	while (i < known.bucket_count && strcmp(known.buckets[i], bucket))
		i++;
	if (i == known.bucket_count && i < BUCKETS)
		known.buckets[known.bucket_count++] = strdup(bucket);
	*post_id = i < known.post_count ? known.posts[i] : (struct uuid){{0}};
	return NULL;
}

static const char *comment_from_line(struct ctx *cx, const void *line, void *row, struct notes *notes)
{
	const struct comment_line *in = line;
	struct comment_line_row *out = row;
	err e = NULL;

	(void)notes;
	if (in->spam)
		return FAULT_SPAM;
	if (!in->user)
		return "/user: Required: who wrote it.";
	*out = (struct comment_line_row){
		{.id = in->id, .post_id = in->post_id, .content = in->content, .created_at = TIME_NULL},
		in->user};
	if (in->created_at && !time_read(in->created_at, strlen(in->created_at), &out->row.created_at) &&
	    !time_read(arena_fmt(cx->arena, "%sZ", in->created_at), strlen(in->created_at) + 1,
		       &out->row.created_at))
		return "created_at is not a time; write 2026-01-02T03:04:05Z";
	if (uuid_is_nil(in->post_id))
		e = bucket_post(cx, in->post_bucket ? in->post_bucket : "", &out->row.post_id);
	return e ? e->detail : NULL;
}

static err artists_store(struct ctx *cx, const void *rows, int count, struct import_outcome *outcomes)
{
	return artist_import_service()->import_artists(cx, rows, count, outcomes);
}

static err albums_store(struct ctx *cx, const void *rows, int count, struct import_outcome *outcomes)
{
	return artist_import_service()->import_albums(cx, rows, count, outcomes);
}

static err tracks_store(struct ctx *cx, const void *rows, int count, struct import_outcome *outcomes)
{
	return artist_import_service()->import_tracks(cx, rows, count, outcomes);
}

static err posts_store(struct ctx *cx, const void *rows, int count, struct import_outcome *outcomes)
{
	return content_import_service()->import_posts(cx, rows, count, outcomes);
}

/* One account to look up or make, on a branch of its own: their commits travel together. */
struct account {
	const char *username;
	struct uuid id;
};

static err account_branch(struct ctx *cx, void *arg)
{
	struct account *account = arg;
	return account_ensure(cx, account->username, &account->id);
}

static err accounts_ensure(struct ctx *cx, struct account *accounts, int count)
{
	struct branch *branches = ARENA_ARRAY(cx->arena, struct branch, count);
	for (int i = 0; i < count; i++)
		branches[i] = (struct branch){.run = account_branch, .arg = &accounts[i]};
	together(cx, branches, count);
	for (int i = 0; i < count; i++)
		TRY(branches[i].result);
	return NULL;
}

/* The account of that name among the first *count, as one more if it was not there. */
static struct account *account_of(struct account *accounts, int *count, const char *username)
{
	for (int i = 0; i < *count; i++)
		if (!strcmp(accounts[i].username, username))
			return &accounts[i];
	accounts[*count].username = username;
	return &accounts[(*count)++];
}

static err comments_store(struct ctx *cx, const void *rows, int count, struct import_outcome *outcomes)
{
	const struct comment_line_row *lines = rows;
	struct comment_row *comments = ARENA_ARRAY(cx->arena, struct comment_row, count);
	struct account *accounts = ARENA_ARRAY(cx->arena, struct account, count);
	struct account **writers = ARENA_ARRAY(cx->arena, struct account *, count);
	int n = 0;

	for (int i = 0; i < count; i++)
		writers[i] = account_of(accounts, &n, lines[i].username);
	TRY(accounts_ensure(cx, accounts, n));
	for (int i = 0; i < count; i++) {
		comments[i] = lines[i].row;
		comments[i].user_id = writers[i]->id;
	}
	return comment_import_service()->import_comments(cx, comments, count, outcomes);
}

/* clang-format off */
const struct import_kind import_kinds[] = {
	{"artists",  &artist_line_schema,  sizeof(struct artist_row),  artist_from_line,  artists_store},
	{"albums",   &album_line_schema,   sizeof(struct album_row),   album_from_line,   albums_store},
	{"tracks",   &track_line_schema,   sizeof(struct track_row),   track_from_line,   tracks_store},
	{"posts",    &post_line_schema,    sizeof(struct post_row),    post_from_line,    posts_store},
	{"comments", &comment_line_schema, sizeof(struct comment_line_row), comment_from_line,
	 comments_store},
	{0},
};
/* clang-format on */
