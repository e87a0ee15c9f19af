/* Numbers of the catalogue: what is counted for operators, and whether followers are as many as their count
 * says. */
#include "modules/artist/api.h"

#include "vobe/counter.h"
#include "vobe/figures.h"

#define ARTIST_FIGURES(F, T)                                       \
	F(T, INT, artists, 0, "Artists that are not deleted")      \
	F(T, INT, artists_verified, 0, "Of these, verified")       \
	F(T, INT, albums, 0, "Albums that are not deleted")        \
	F(T, INT, tracks, 0, "Tracks that are not deleted")        \
	F(T, INT, follows, 0, "How often somebody follows an artist")
STRUCT(artist_figures, ARTIST_FIGURES);
SCHEMA(artist_figures, ARTIST_FIGURES, "What artist counts");
FIGURES(artist_figures, "SELECT count(*) AS artists, count(*) FILTER (WHERE verified) AS artists_verified,"
			" (SELECT count(*) FROM albums WHERE NOT is_deleted) AS albums,"
			" (SELECT count(*) FROM tracks WHERE NOT is_deleted) AS tracks,"
			" (SELECT count(*) FROM artist_followers) AS follows"
			" FROM artists WHERE NOT is_deleted");

#define FOLLOWED                                                                                   \
	"(SELECT a.id, count(f.user_id) AS truth"                                                  \
	" FROM artists a LEFT JOIN artist_followers f ON f.artist_id = a.id GROUP BY a.id) t"

COUNTER(followers, "artists.followers_count", "artist_followers",
	"SELECT count(*) AS differing FROM artists a JOIN " FOLLOWED
	" USING (id) WHERE a.followers_count <> t.truth",
	"UPDATE artists a SET followers_count = t.truth, followers_version = a.followers_version + 1"
	" FROM " FOLLOWED " WHERE a.id = t.id AND a.followers_count <> t.truth");
