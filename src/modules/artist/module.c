/* artist: the catalogue of artists, albums and tracks, and who follows whom. */
#include "modules/artist/api.h"
#include "modules/artist/artist.h"
#include "modules/artist/service.h"

/* clang-format off */
static const struct route *const routes[] = {
	artist_routes, artist_list_routes, album_routes,  album_list_routes,
	track_routes,  track_list_routes,  follow_routes, NULL,
};
/* clang-format on */

/* A number of a track is its own; of the others, an import was faster, and looks again. */
static const struct violation violations[] = {
	{.constraint = "idx_tracks_position", .problem = NUMBER_TAKEN, .pointer = "/track_number"},
	{.constraint = "artists_pkey", .problem = EDIT_CONFLICT},
	{.constraint = "albums_pkey", .problem = EDIT_CONFLICT},
	{.constraint = "tracks_pkey", .problem = EDIT_CONFLICT},
	{0},
};

enum { REKEY_MS = 5 * 1000, REKEY_S = 3600 };

/* Nothing to do, but after an upgrade. */
static const struct job jobs[] = {
	{.name = "rekey", .period_ms = REKEY_MS, .run = names_rekey, .budget_s = REKEY_S},
	{0},
};

const struct module artist_module = {
	.name = MODULE,
	.services = artist_services,
	.routes = routes,
	.hears = artist_hears,
	.tells = ALL_EVENTS(ARTIST_EVENTS),
	.violations = violations,
	.jobs = jobs,
};
