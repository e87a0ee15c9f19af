/* Routes of artists: the list, single ones, their names. */
#include "modules/artist/api.h"

#include "vobe/text.h"

#define ARTIST_LIST_FIELDS(F, T)                                                                                  \
	PAGE_FIELDS(F, T)                                                                                         \
	F(T, UUIDS, ids, IN, "These artists only, in this order; other parameters are left aside", .max = 100)   \
	F(T, TEXT, sort, IN, "Order", .one_of = artist_sorts, .otherwise = "name")                                \
	F(T, TEXT, genre, IN | NULLABLE, "Of this genre, any letter case", .min = 1, .max = 50)                   \
	F(T, TEXT, country, IN | NULLABLE, "Of this country, any letter case", .min = 1, .max = 100)              \
	F(T, TEXT, verified, IN | NULLABLE, "Verified or not", .one_of = yes_or_no)                               \
	F(T, TEXT, name, IN | NULLABLE, "Whose name begins so, any letter case", .min = 1, .max = 255)            \
	TOTAL_PARAM(F, T)
static const char *const artist_sorts[] = {"name", "-followers_count", "-created_at", NULL};
static const char *const yes_or_no[] = {"true", "false", NULL};
STRUCT(artist_list, ARTIST_LIST_FIELDS);
SCHEMA(artist_list, ARTIST_LIST_FIELDS, "Which artists");

/* The statements of one sort: with nothing to narrow by, with facets, with a prefix of the name only. */
struct sort {
	const char *name;
	enum artist_statement all, faceted, named;
};
static const struct sort sorts[] = {
	{"name",             ARTISTS_BY_NAME,      FACETED_BY_NAME,      ARTISTS_BY_NAME},
	{"-followers_count", ARTISTS_BY_FOLLOWERS, FACETED_BY_FOLLOWERS, NAMED_BY_FOLLOWERS},
	{"-created_at",      ARTISTS_BY_AGE,       FACETED_BY_AGE,       NAMED_BY_AGE},
};

static const struct sort *sort_of(const char *name)
{
	const struct sort *s = sorts;
	while (strcmp(s->name, name) != 0)
		s++;
	return s;
}

static const struct statement *list_statement(const struct artist_list *in)
{
	const struct sort *s = sort_of(in->sort);
	const bool is_faceted = in->genre || in->country || (in->verified && strcmp(in->verified, "true") == 0);
	return &artist_statements[is_faceted ? s->faceted : in->name ? s->named : s->all];
}

/* Filters of the request as the statements take them. */
static void narrow(struct arena *a, const struct artist_list *in, struct artist_query *q)
{
	const char **facets = ARENA_ARRAY(a, const char *, 3);
	int count = 0;

	if (in->genre)
		facets[count++] = artist_facet(a, "genre", in->genre);
	if (in->country)
		facets[count++] = artist_facet(a, "country", in->country);
	if (in->verified && strcmp(in->verified, "true") == 0)
		facets[count++] = "verified";
	q->facets = (struct texts){facets, count};
	q->unverified = in->verified && strcmp(in->verified, "false") == 0;
	q->name_from = in->name ? artist_name_key(a, in->name) : "";
	q->name_to = arena_fmt(a, "%s" LAST_TEXT, q->name_from);
}

static const char *artist_scope(struct arena *a, const struct artist_list *in)
{
	return arena_fmt(a, "artists %s genre=%s country=%s verified=%s name=%s", in->sort, in->genre ? in->genre : "",
			 in->country ? in->country : "", in->verified ? in->verified : "", in->name ? in->name : "");
}

static void artist_key(const char *sort, const struct artist *last, struct page_key *key)
{
	*key = (struct page_key){.id = last->id};
	if (strcmp(sort, "name") == 0)
		key->text = last->name_key;
	else
		key->number = strcmp(sort, "-created_at") == 0 ? last->created_at : last->followers_count;
}

static bool artist_is_seen(const struct artist *it)
{
	return !it->is_deleted;
}

/* Those of `ids` that are there and seen, in the order in which they were asked for. */
static err reply_artists_by_ids(struct req *rq, struct uuids ids, struct artist_reply *re)
{
	const struct artist **rows = ARENA_ARRAY(rq->cx.arena, const struct artist *, ids.count);
	struct artist *seen = ARENA_ARRAY(rq->cx.arena, struct artist, ids.count);
	int count = 0;

	TRY(db_load(&rq->cx, &artists, ids.at, ids.count, (const void **)rows));
	for (int i = 0; i < ids.count; i++)
		if (rows[i] && artist_is_seen(rows[i]))
			seen[count++] = *rows[i];
	return reply_list(re, seen, &(struct list){.count = count, .total = -1});
}

err count_total(struct ctx *cx, const struct statement *st, const void *query, struct list *list)
{
	struct total counted;
	TRY(db_row(cx, st, query, &counted));
	list->total_is_lower_bound = counted.total > TOTAL_EXACT;
	list->total = list->total_is_lower_bound ? TOTAL_EXACT : counted.total;
	return NULL;
}

HANDLER(list_artists, artist_list, none, artist);
static err list_artists(struct req *rq, const struct artist_list *in, struct artist_reply *re)
{
	struct ctx *cx = &rq->cx;
	const char *scope = artist_scope(cx->arena, in);
	struct page_key key = {.number = INT64_MAX, .text = ""};
	struct list list = {.total = -1};
	struct artist *rows;

	if (in->ids.count)
		return reply_artists_by_ids(rq, in->ids, re);
	TRY(page_read(cx, in->cursor, scope, &key));
	struct artist_query q = {.number = key.number, .time = key.number, .text = key.text, .id = key.id,
				 .limit = in->limit + 1};
	narrow(cx->arena, in, &q);
	TRY(db_rows(cx, list_statement(in), &q, &rows, &list.count));
	if (list.count > in->limit) {
		list.count = in->limit;
		artist_key(in->sort, &rows[list.count - 1], &key);
		list.next_cursor = page_write(cx, scope, &key);
	}
	if (in->include_total)
		TRY(count_total(cx, &artist_statements[ARTISTS_COUNT], &q, &list));
	return reply_list(re, rows, &list);
}

/* With the fields that only those see who could restore it. */
static err reply_artist(struct req *rq, const struct artist *it, struct artist_reply *re)
{
	if (may_restore(&rq->cx, it->deleted_by))
		rq->view |= VIEW_OWN;
	return reply(re, it);
}

HANDLER(get_artist, by_id, none, artist);
static err get_artist(struct req *rq, const struct by_id *in, struct artist_reply *re)
{
	struct artist found;
	TRY(artist_find(&rq->cx, in->id, &found));
	return reply_artist(rq, &found, re);
}

HANDLER(get_artist_by_slug, by_slug, none, artist);
static err get_artist_by_slug(struct req *rq, const struct by_slug *in, struct artist_reply *re)
{
	struct ctx *cx = &rq->cx;
	struct artist found;
	struct uuid id;

	TRY(artist_slug_owner(cx, in->slug, &id));
	if (uuid_is_nil(id))
		return NOT_FOUND;
	TRY(artist_find(cx, id, &found));
	if (strcmp(found.slug, in->slug) != 0)
		return reply_redirect(rq, 301, arena_fmt(cx->arena, "/api/v1/artists/slug/%s", found.slug));
	return reply_artist(rq, &found, re);
}

HANDLER(create_artist, none, artist, artist);
static err create_artist(struct req *rq, struct artist *new, struct artist_reply *re)
{
	struct ctx *cx = &rq->cx;
	err e = SLUG_TAKEN;

	if (new->verified && !viewer_is_moderator(cx))
		return problem_detail(cx, FORBIDDEN, "Only moderators may set `verified`.");
	new->id = uuid_new();
	new->created_at = new->updated_at = clock_now();
	new->created_by = cx->viewer.user_id;
	new->followers_count = 0;
	new->version = 1;
	artist_derive(cx->arena, new);
	for (int i = 0; problem_is(e, SLUG_TAKEN) && i < SLUG_ATTEMPTS; i++) {
		TRY(artist_slugs_choose(cx, new, 1, i));
		struct change *ch = change_begin(cx);
		artist_insert(ch, new);
		e = reply_commit(re, ch, new);
	}
	return e;
}

/* The body laid over what is stored. */
static err merge_artist(struct req *rq, const struct artist *body, struct artist *it)
{
	if (HAS(rq->present, artist_verified_field) && body->verified != it->verified && !viewer_is_moderator(&rq->cx))
		return problem_detail(&rq->cx, FORBIDDEN, "Only moderators may change `verified`.");
	schema_merge(&artist_schema, body, rq->present, it);
	it->updated_at = clock_now();
	artist_derive(rq->cx.arena, it);
	return NULL;
}

/* A new slug only if the name gives another one than before: cosmetic changes keep links short. */
static err rename_artist(struct ctx *cx, const char *old_name, int attempt, struct change *ch, struct artist *it)
{
	if (strcmp(text_slug(cx->arena, old_name), text_slug(cx->arena, it->name)) == 0)
		return NULL;
	TRY(artist_slugs_choose(cx, it, 1, attempt));
	artist_take_slug(ch, it);
	return NULL;
}

HANDLER(update_artist, by_id, artist, artist);
static err update_artist(struct req *rq, const struct by_id *in, struct artist *body, struct artist_reply *re)
{
	struct ctx *cx = &rq->cx;
	struct artist before;
	err e = SLUG_TAKEN;

	TRY(artist_find_editable(cx, in->id, &before));
	TRY(require_match(rq, before.version));
	struct artist after = before;
	TRY(merge_artist(rq, body, &after));
	const bool is_renamed = strcmp(before.name, after.name) != 0;
	artist_event_teller *tell =
		after.verified && !before.verified ? tell_artist_verified : tell_artist_updated;
	for (int i = 0; problem_is(e, SLUG_TAKEN) && i < SLUG_ATTEMPTS; i++) {
		struct change *ch = change_begin(cx);
		after.version = before.version;
		TRY(rename_artist(cx, before.name, i, ch, &after));
		artist_update(ch, &after, tell, is_renamed ? before.name : NULL);
		e = reply_commit(re, ch, &after);
	}
	return e;
}

HANDLER(delete_artist, by_id, none, none);
static err delete_artist(struct req *rq, const struct by_id *in)
{
	struct artist it;

	TRY(artist_find_editable(&rq->cx, in->id, &it));
	TRY(require_match(rq, it.version));
	struct change *ch = change_begin(&rq->cx);
	MARK_DELETED(&rq->cx, &it);
	artist_update(ch, &it, tell_artist_deleted, NULL);
	return reply_commit_empty(rq, ch);
}

HANDLER(restore_artist, by_id, none, artist);
static err restore_artist(struct req *rq, const struct by_id *in, struct artist_reply *re)
{
	struct artist it;

	TRY(artist_find(&rq->cx, in->id, &it));
	if (!it.is_deleted)
		return NOT_DELETED;
	TRY(require_match(rq, it.version));
	struct change *ch = change_begin(&rq->cx);
	MARK_RESTORED(&it);
	artist_update(ch, &it, tell_artist_restored, NULL);
	return reply_commit(re, ch, &it);
}

HANDLER(list_genres, page_param, none, genre);
static err list_genres(struct req *rq, const struct page_param *in, struct genre_reply *re)
{
	struct page_key key = {.text = ""};
	struct list list = {.total = -1};
	struct genre *rows;

	TRY(page_read(&rq->cx, in->cursor, "genres", &key));
	const struct artist_query q = {.text = key.text, .limit = in->limit + 1};
	TRY(db_rows(&rq->cx, &artist_statements[GENRES], &q, &rows, &list.count));
	if (list.count > in->limit) {
		list.count = in->limit;
		key.text = rows[list.count - 1].name_key;
		list.next_cursor = page_write(&rq->cx, "genres", &key);
	}
	return reply_list(re, rows, &list);
}

static const err edit_problems[] = {VERIFIED_ARTIST, EDIT_CONFLICT, NULL};
static const err restore_problems[] = {NOT_DELETED, EDIT_CONFLICT, NULL};

const struct route artist_routes[] = {
	ROUTE(GET, "/artists", ANYONE, 200, list_artists, "List artists", .list = true),
	ROUTE(POST, "/artists", USER, 201, create_artist, "Add an artist", .view = VIEW_DETAIL),
	ROUTE(GET, "/artists/{id}", ANYONE, 200, get_artist, "Read an artist", .view = VIEW_DETAIL),
	ROUTE(GET, "/artists/slug/{slug}", ANYONE, 200, get_artist_by_slug, "Read an artist; old slugs redirect", .view = VIEW_DETAIL),
	ROUTE(PATCH, "/artists/{id}", USER, 200, update_artist, "Edit an artist", .view = VIEW_DETAIL,
	      .problems = edit_problems),
	ROUTE(DELETE, "/artists/{id}", USER, 204, delete_artist, "Delete an artist, hiding its albums and tracks", .problems = edit_problems),
	ROUTE(POST, "/artists/{id}/restore", USER, 200, restore_artist, "Undo the deletion of an artist and all of its", .view = VIEW_DETAIL, .problems = restore_problems),
	ROUTE(GET, "/genres", ANYONE, 200, list_genres, "List the genres of all artists", .list = true),
	{0},
};
