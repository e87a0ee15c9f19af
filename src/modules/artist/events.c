/* What artist hears. */
#include "contracts/auth.h"
#include "modules/artist/api.h"

static QUERY(follows_of, by_ids, follow, "SELECT $* FROM artist_followers WHERE user_id = ANY($ids)",
	     .lane = LANE_SLOW);

/* Rows of artists are locked in order of id: two of these at once would otherwise wait for one another. */
static COMMAND(follows_end, by_ids,
	       "WITH went AS (DELETE FROM artist_followers WHERE user_id = ANY($ids) RETURNING artist_id),"
	       " lost AS (SELECT artist_id, count(*) AS followers FROM went GROUP BY artist_id),"
	       " locked AS (SELECT a.id, l.followers FROM artists a JOIN lost l ON l.artist_id = a.id"
	       " ORDER BY a.id FOR NO KEY UPDATE OF a)"
	       " UPDATE artists a SET followers_count = a.followers_count - k.followers,"
	       " followers_version = a.followers_version + 1"
	       " FROM locked k WHERE a.id = k.id");

/* user.deleted: the users' follows end, counts and events with them. */
HEARER(end_follows, user_event);
static err end_follows(struct ctx *cx, struct change *ch, const struct user_event_delivery *batch, int count)
{
	struct uuid *users = ARENA_ARRAY(cx->arena, struct uuid, count);
	const struct by_ids gone = {.ids = {users, count}};
	struct follow *follows;
	int follow_count;

	for (int i = 0; i < count; i++)
		users[i] = batch[i].payload->user_id;
	TRY(follows_of(cx, &gone, &follows, &follow_count));
	follows_end(ch, &gone);
	for (int i = 0; i < follow_count; i++) {
		const struct follow_event fact = {.artist_id = follows[i].artist_id,
						  .user_id = follows[i].user_id};
		tell_artist_unfollowed(ch, fact.artist_id, 0, &fact);
	}
	return NULL;
}

/* What other instances changed: this one's cards of it are old. */
HEARER(forget_cards, artist_event);
static err forget_cards(struct ctx *cx, struct change *ch, const struct artist_event_delivery *batch,
			int count)
{
	(void)cx, (void)ch;
	for (int i = 0; i < count; i++)
		cards_forget(batch[i].aggregate_id);
	return NULL;
}

const struct subscription artist_hears[] = {
	{.name = "artist.follows", .source = "auth", .hearing = DURABLE, HEARS(end_follows, &user_deleted)},
	{.name = "artist.cards",
	 .source = "artist",
	 .hearing = IN_MEMORY,
	 HEARS(forget_cards, &artist_created, &artist_updated, &artist_verified, &artist_deleted,
	       &artist_restored)},
	{0},
};
