/* What other modules may know of artist: names, existence, and how the catalogue changed. */
#ifndef CONTRACTS_ARTIST_H
#define CONTRACTS_ARTIST_H

#include "contracts/staff_act.h"
#include "contracts/trash.h"
#include "vobe/event.h"
#include "vobe/service.h"

PROBLEM(ARTIST_UNKNOWN, 422, "artist_unknown", "No such artist",
	"An artist named in the request does not exist or was deleted. GET /api/v1/artists finds the id.");

struct artist_card {
	struct uuid id;
	const char *name, *slug; /* NULL: unknown or deleted */
};

struct artist_cards {
	/* cards[i] belongs to ids[i]; unknown ids are no error. One batch, cached. */
	err (*artist_cards)(struct ctx *cx, const struct uuid *ids, int count, struct artist_card *cards);

	/* Begins what artist_cards of the same ids will wait for, without waiting: for callers of several
	 * services. */
	void (*artist_cards_ahead)(struct ctx *cx, const struct uuid *ids, int count);

	/* ARTIST_UNKNOWN, with a fault for each that does not exist or is deleted: pointers[i] says where in
	 * the body ids[i] stands. */
	err (*must_exist)(struct ctx *cx, const struct uuid *ids, const char *const *pointers, int count);
};
SERVICE(artist_cards, "artist.cards");

struct artist_trash {
	trash_lister *list_trash; /* artists, albums and tracks that the user deleted */
};
SERVICE(artist_trash, "artist.trash");

#define ARTIST_EVENT_FIELDS(F, T)                                                                  \
	F(T, UUID, artist_id, IN, "The artist")                                                    \
	F(T, TEXT, name, IN | NULLABLE, "Current name")                                            \
	F(T, TEXT, slug, IN | NULLABLE, "Current slug")                                            \
	F(T, TEXT, old_name, IN | NULLABLE, "artist.updated: the name before, when it changed")    \
	F(T, BOOL, verified, IN, "Whether the artist is verified")
PAYLOAD(artist_event, ARTIST_EVENT_FIELDS, "An artist changed");

#define FOLLOW_EVENT_FIELDS(F, T)                                                                  \
	F(T, UUID, artist_id, IN, "The artist; also the aggregate")                                \
	F(T, UUID, user_id, IN, "Who follows, or no longer does")
/*
 * No count here: it is summed by the database in the same change, so that parallel follows need not wait for
 * one another; who shows it reads the artist's document. Follows do not raise the artist's version:
 * aggregate_version is the one read.
 */
PAYLOAD(follow_event, FOLLOW_EVENT_FIELDS, "A user followed or left an artist");

#define ALBUM_EVENT_FIELDS(F, T)                                                                   \
	F(T, UUID, album_id, IN, "The album")                                                      \
	F(T, UUID, artist_id, IN, "Its artist")                                                    \
	F(T, TEXT, title, IN | NULLABLE, "Current title")                                          \
	F(T, TEXT, old_title, IN | NULLABLE, "album.updated: the title before, when it changed")
PAYLOAD(album_event, ALBUM_EVENT_FIELDS, "An album changed");

#define TRACK_EVENT_FIELDS(F, T)                                                                   \
	F(T, UUID, track_id, IN, "The track")                                                      \
	F(T, UUID, album_id, IN, "Its album")                                                      \
	F(T, UUID, artist_id, IN, "The album's artist")                                            \
	F(T, TEXT, title, IN | NULLABLE, "Current title")
PAYLOAD(track_event, TRACK_EVENT_FIELDS, "A track changed");

#define ARTIST_EVENTS(E)                                                                           \
	E(artist_created,    "artist.created",    artist_event, 1)                                 \
	E(artist_updated,    "artist.updated",    artist_event, 1)                                 \
	E(artist_verified,   "artist.verified",   artist_event, 1)                                 \
	E(artist_deleted,    "artist.deleted",    artist_event, 1)                                 \
	E(artist_restored,   "artist.restored",   artist_event, 1)                                 \
	E(artist_followed,   "artist.followed",   follow_event, 1)                                 \
	E(artist_unfollowed, "artist.unfollowed", follow_event, 1)                                 \
	E(album_created,     "album.created",     album_event, 1)                                  \
	E(album_updated,     "album.updated",     album_event, 1)                                  \
	E(album_deleted,     "album.deleted",     album_event, 1)                                  \
	E(album_restored,    "album.restored",    album_event, 1)                                  \
	E(track_created,     "track.created",     track_event, 1)                                  \
	E(track_updated,     "track.updated",     track_event, 1)                                  \
	E(track_deleted,     "track.deleted",     track_event, 1)                                  \
	E(track_restored,    "track.restored",    track_event, 1)                                  \
	E(artist_moderated,  "artist.moderated",  staff_act, 1)
EVENTS(ARTIST_EVENTS)

#endif
