/* artist: the catalogue of artists, albums and tracks, and who follows whom. */
#include "modules/artist/api.h"
#include "modules/artist/service.h"
#include "vobe/module.h"

static const struct route *const routes[] = {artist_routes, album_routes, track_routes, follow_routes, NULL};

static struct statement *const statements[] = {
	artist_statements, slug_statements, album_statements, track_statements, follow_statements, NULL,
};

TELLS(ARTIST_EVENTS);

HEARER(end_follows, user_event);
static err end_follows(struct ctx *cx, struct change *ch, const struct user_event_delivery *batch, int count)
{
	struct uuid *users = ARENA_ARRAY(cx->arena, struct uuid, count);
	for (int i = 0; i < count; i++)
		users[i] = batch[i].payload->user_id;
	return follows_end(cx, ch, (struct uuids){users, count});
}

/* What other instances changed: this one's cards of it are old. */
HEARER(forget_cards, artist_event);
static err forget_cards(struct ctx *cx, struct change *ch, const struct artist_event_delivery *batch, int count)
{
	(void)cx, (void)ch;
	for (int i = 0; i < count; i++)
		loader_forget(&cards, batch[i].aggregate_id);
	return NULL;
}

static const struct subscription hears[] = {
	{.name = "artist.follows", .source = "auth", .hearing = DURABLE, HEARS(end_follows, &user_deleted)},
	{.name = "artist.cards", .source = "artist", .hearing = IN_MEMORY,
	 HEARS(forget_cards, &artist_created, &artist_updated, &artist_verified, &artist_deleted, &artist_restored)},
	{0},
};

static const struct violation violations[] = {
	{"idx_tracks_position", NUMBER_TAKEN, NULL},
	{"artists_pkey", EDIT_CONFLICT, NULL}, /* another import was faster */
	{"albums_pkey", EDIT_CONFLICT, NULL},
	{"tracks_pkey", EDIT_CONFLICT, NULL},
	{0},
};

const struct module artist_module = {
	.name = "artist",
	.services = artist_services,
	.routes = routes,
	.statements = statements,
	.hears = hears,
	.tells = tells,
	.violations = violations,
};
