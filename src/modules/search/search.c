/* The statements that find, and a search from its plan to marked hits. */
#include "modules/search/search.h"

#include "modules/search/sql.h"

/* clang-format off */

/* By enum way. A quick one may run before the point reads that wait behind it. */
static QUERIES(find_posts, find, post_hit,
	[RANKED]        = QUERY_OF("find_posts",          FIND_POSTS_SQL,          .lane = LANE_SLOW),
	[QUICK]         = QUERY_OF("find_posts_quickly",  FIND_POSTS_SQL,          .lane = LANE_READ),
	[NEWEST]        = QUERY_OF("newest_posts",        NEWEST_POSTS_SQL,        .lane = LANE_SLOW),
	[LISTED]        = QUERY_OF("list_posts",          LIST_POSTS_SQL,          .lane = LANE_SLOW),
	[COMMON]        = QUERY_OF("find_common_posts",   FIND_COMMON_POSTS_SQL,   .lane = LANE_SLOW),
	[COMMON_NEWEST] = QUERY_OF("newest_common_posts", NEWEST_COMMON_POSTS_SQL, .lane = LANE_SLOW));

static QUERIES(find_artists, find, artist_hit,
	[RANKED] = QUERY_OF("find_artists",         FIND_ARTISTS_SQL,   .lane = LANE_SLOW),
	[QUICK]  = QUERY_OF("find_artists_quickly", FIND_ARTISTS_SQL,   .lane = LANE_READ),
	[NEWEST] = QUERY_OF("newest_artists",       NEWEST_ARTISTS_SQL, .lane = LANE_SLOW),
	[LISTED] = QUERY_OF("list_artists",         LIST_ARTISTS_SQL,   .lane = LANE_SLOW));

static QUERIES(find_albums, find, album_hit,
	[RANKED] = QUERY_OF("find_albums",         FIND_ALBUMS_SQL,   .lane = LANE_SLOW),
	[QUICK]  = QUERY_OF("find_albums_quickly", FIND_ALBUMS_SQL,   .lane = LANE_READ),
	[NEWEST] = QUERY_OF("newest_albums",       NEWEST_ALBUMS_SQL, .lane = LANE_SLOW),
	[LISTED] = QUERY_OF("list_albums",         LIST_ALBUMS_SQL,   .lane = LANE_SLOW));

static QUERIES(find_tracks, find, track_hit,
	[RANKED] = QUERY_OF("find_tracks",         FIND_TRACKS_SQL,   .lane = LANE_SLOW),
	[QUICK]  = QUERY_OF("find_tracks_quickly", FIND_TRACKS_SQL,   .lane = LANE_READ),
	[NEWEST] = QUERY_OF("newest_tracks",       NEWEST_TRACKS_SQL, .lane = LANE_SLOW),
	[LISTED] = QUERY_OF("list_tracks",         LIST_TRACKS_SQL,   .lane = LANE_SLOW));

static QUERIES(find_users, find, user_hit,
	[RANKED] = QUERY_OF("find_users",         FIND_USERS_SQL,   .lane = LANE_SLOW),
	[QUICK]  = QUERY_OF("find_users_quickly", FIND_USERS_SQL,   .lane = LANE_READ),
	[NEWEST] = QUERY_OF("newest_users",       NEWEST_USERS_SQL, .lane = LANE_SLOW),
	[LISTED] = QUERY_OF("list_users",         LIST_USERS_SQL,   .lane = LANE_SLOW));

/* By enum kind. */
static QUERIES(matches_count, find, count_row,
	[KIND_POSTS]   = QUERY_OF("count_posts",   COUNT_POSTS_SQL,   .lane = LANE_SLOW),
	[KIND_ARTISTS] = QUERY_OF("count_artists", COUNT_ARTISTS_SQL, .lane = LANE_SLOW),
	[KIND_ALBUMS]  = QUERY_OF("count_albums",  COUNT_ALBUMS_SQL,  .lane = LANE_SLOW),
	[KIND_TRACKS]  = QUERY_OF("count_tracks",  COUNT_TRACKS_SQL,  .lane = LANE_SLOW),
	[KIND_USERS]   = QUERY_OF("count_users",   COUNT_USERS_SQL,   .lane = LANE_SLOW));
static QUERIES(listed_count, find, count_row,
	[KIND_POSTS]   = QUERY_OF("count_listed_posts",   COUNT_LISTED_POSTS_SQL,   .lane = LANE_SLOW),
	[KIND_ARTISTS] = QUERY_OF("count_listed_artists", COUNT_LISTED_ARTISTS_SQL, .lane = LANE_SLOW),
	[KIND_ALBUMS]  = QUERY_OF("count_listed_albums",  COUNT_LISTED_ALBUMS_SQL,  .lane = LANE_SLOW),
	[KIND_TRACKS]  = QUERY_OF("count_listed_tracks",  COUNT_LISTED_TRACKS_SQL,  .lane = LANE_SLOW),
	[KIND_USERS]   = QUERY_OF("count_listed_users",   COUNT_LISTED_USERS_SQL,   .lane = LANE_SLOW));

static QUERY_ROW(plain_count, find, count_row, COUNT_PLAIN_POSTS_SQL, .lane = LANE_SLOW);
static QUERY_ROW(all_count, find, count_row, COUNT_ALL_POSTS_SQL, .lane = LANE_SLOW);

static QUERIES(matches_facets, find, facet,
	[KIND_POSTS]   = QUERY_OF("post_facets",   POST_FACETS_SQL,   .lane = LANE_SLOW),
	[KIND_ARTISTS] = QUERY_OF("artist_facets", ARTIST_FACETS_SQL, .lane = LANE_SLOW),
	[KIND_ALBUMS]  = QUERY_OF("album_facets",  ALBUM_FACETS_SQL,  .lane = LANE_SLOW),
	[KIND_TRACKS]  = QUERY_OF("track_facets",  TRACK_FACETS_SQL,  .lane = LANE_SLOW));
static QUERY(common_facets, find, facet, COMMON_POST_FACETS_SQL, .lane = LANE_SLOW);
static QUERIES(listed_facets, find, facet,
	[KIND_POSTS]   = QUERY_OF("listed_post_facets",   LISTED_POST_FACETS_SQL,   .lane = LANE_SLOW),
	[KIND_ARTISTS] = QUERY_OF("listed_artist_facets", LISTED_ARTIST_FACETS_SQL, .lane = LANE_SLOW),
	[KIND_ALBUMS]  = QUERY_OF("listed_album_facets",  LISTED_ALBUM_FACETS_SQL,  .lane = LANE_SLOW),
	[KIND_TRACKS]  = QUERY_OF("listed_track_facets",  LISTED_TRACK_FACETS_SQL,  .lane = LANE_SLOW));

/* clang-format on */

static err hits_read(struct ctx *cx, struct search *s)
{
	switch (s->kind) {
	case KIND_POSTS: return find_posts(cx, s->way, &s->find, &s->hits.posts, &s->count);
	case KIND_ARTISTS: return find_artists(cx, s->way, &s->find, &s->hits.artists, &s->count);
	case KIND_ALBUMS: return find_albums(cx, s->way, &s->find, &s->hits.albums, &s->count);
	case KIND_TRACKS: return find_tracks(cx, s->way, &s->find, &s->hits.tracks, &s->count);
	default: return find_users(cx, s->way, &s->find, &s->hits.users, &s->count);
	}
}

/* One hit more than asked for says that there is a next page. */
static err page_fill(struct ctx *cx, struct search *s)
{
	const int limit = (int)s->find.limit++;
	err e = hits_read(cx, s);

	s->find.limit = limit;
	s->more = !e && s->count > limit;
	s->count = s->more ? limit : s->count;
	return e;
}

err search_run(struct ctx *cx, void *search)
{
	struct search *s = search;
	const bool posts = s->kind == KIND_POSTS;

	s->find.having = (struct uuids){NULL, 0};
	TRY(search_plan(cx, s));
	if (posts && s->find.phrased && s->way != NOTHING)
		TRY(search_phrases(cx, s));
	if (s->way == NOTHING)
		return NULL;
	TRY(page_fill(cx, s));
	if (posts)
		TRY(hits_say(cx, s->hits.posts, &s->count));
	hits_mark(cx->arena, s->kind, &s->marks, s->hits, s->count);
	if (posts)
		s->partial = !comments_counted(cx, s->hits.posts, s->count);
	return NULL;
}

bool search_unquote(struct search *s)
{
	s->unquoted = !s->count && s->query.phrase_count && s->query.words_beside;
	if (s->unquoted) {
		s->query.phrase_count = 0;
		s->find.phrases = (struct texts){NULL, 0};
		s->find.phrased = s->query.without_phrases != NULL;
	}
	return s->unquoted;
}

/* Whether words and facts are all that is asked for. */
static bool is_plain(const struct find *f)
{
	return !f->phrased && !f->typed && !*f->without && !*f->without_stems && f->after == TIME_NULL &&
	       f->before == TIME_NULL;
}

err search_count(struct ctx *cx, const struct search *s, int64_t *total)
{
	const bool listed = s->way == LISTED;
	struct count_row one, *row = &one;
	int rows;

	*total = 0;
	if (s->way == NOTHING)
		return NULL;
	if (s->kind == KIND_POSTS && s->find.phrased)
		row->count = s->find.having.count;
	else if (is_plain(&s->find) && s->at_least > TOTAL_EXACT * 3 / 2) /* however wrong a sample may be */
		row->count = TOTAL_EXACT + 1;
	else if (s->kind == KIND_POSTS && is_plain(&s->find))
		TRY(listed ? all_count(cx, &s->find, row) : plain_count(cx, &s->find, row));
	else if (listed)
		TRY(listed_count(cx, s->kind, &s->find, &row, &rows));
	else
		TRY(matches_count(cx, s->kind, &s->find, &row, &rows));
	*total = row->count;
	return NULL;
}

/* Of the matches that were looked at; of all of them, had all been looked at. */
static void facets_scale(struct facet *facets, int count, int64_t looked_at, int64_t total)
{
	for (int i = 0; i < count; i++)
		facets[i].count = (facets[i].count * total + looked_at / 2) / looked_at;
}

err search_facets(struct ctx *cx, struct search *s, int64_t total, struct facet **facets, int *count)
{
	*count = 0; /* users have none */
	if (s->kind == KIND_USERS)
		return NULL;
	const bool common = s->way == COMMON || s->way == COMMON_NEWEST;
	if (s->way == LISTED)
		TRY(listed_facets(cx, s->kind, &s->find, facets, count));
	else if (common)
		TRY(common_facets(cx, &s->find, facets, count));
	else
		TRY(matches_facets(cx, s->kind, &s->find, facets, count));
	const int64_t looked_at = (*facets)[--*count].count; /* the last row says only this */
	if (!looked_at || (looked_at < FACETS_OF && !common))
		return NULL;
	if (total < 0)
		TRY(search_count(cx, s, &total));
	facets_scale(*facets, *count, looked_at, total < TOTAL_EXACT ? total : TOTAL_EXACT);
	s->approximate = true;
	return NULL;
}
