/* artist: the catalogue of artists, albums and tracks, and who follows whom. */
#include "api.h"
#include "service.h"
#include "vobe/module.h"

static const struct route *const routes[] = {artist_routes, album_routes, track_routes, follow_routes, NULL};

static struct statement *const statements[] = {
	artist_statements, slug_statements, album_statements, track_statements, follow_statements, NULL,
};

static const struct event *const tells[] = {
	&artist_created, &artist_updated, &artist_verified, &artist_deleted, &artist_restored,
	&artist_followed, &artist_unfollowed,
	&album_created, &album_updated, &album_deleted, &album_restored,
	&track_created, &track_updated, &track_deleted, &track_restored,
	NULL,
};

static const struct event *const ends_of_users[] = {&user_deleted, NULL};
static const struct event *const changes_of_cards[] = {
	&artist_created, &artist_updated, &artist_verified, &artist_deleted, &artist_restored, NULL,
};

/* What other instances changed: this one's cards of it are old. */
static err forget_cards(struct ctx *cx, struct change *ch, const struct delivery *batch, int count)
{
	(void)cx, (void)ch;
	for (int i = 0; i < count; i++)
		loader_forget(&cards, batch[i].aggregate_id);
	return NULL;
}

static const struct subscription hears[] = {
	{.name = "artist.follows", .source = "auth", .events = ends_of_users,
	 .hearing = DURABLE, .apply = follows_end},
	{.name = "artist.cards", .source = "artist", .events = changes_of_cards,
	 .hearing = IN_MEMORY, .apply = forget_cards},
	{.name = NULL},
};

static const struct violation violations[] = {
	{"idx_tracks_position", NUMBER_TAKEN, NULL},
	{"artists_pkey", EDIT_CONFLICT, NULL}, /* another import was faster */
	{"albums_pkey", EDIT_CONFLICT, NULL},
	{"tracks_pkey", EDIT_CONFLICT, NULL},
	{.constraint = NULL},
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
