/* What users deleted of the catalogue and may restore. */
#include "modules/artist/service.h"

/* Only what no parent's deletion hides: that is to be restored first, and brings it back. */
#define OF(type) " WHERE (cardinality($types::text[]) = 0 OR '" type "' = ANY ($types))"
#define BEHIND(it)                                                                                 \
	" AND " it ".is_deleted AND " it ".deleted_by = $user_id"                                  \
	" AND (" it ".deleted_at, " it ".id) < ($time, $id)"                                       \
	" ORDER BY " it ".deleted_at DESC, " it ".id DESC LIMIT $limit"

#define ARTISTS                                                                                    \
	"SELECT 'artists' AS type, a.id, a.name AS title, a.deleted_at FROM artists a"             \
	OF("artists") BEHIND("a")
#define ALBUMS                                                                                     \
	"SELECT 'albums', b.id, b.title, b.deleted_at FROM albums b"                               \
	" JOIN artists a ON a.id = b.artist_id" OF("albums") " AND NOT a.is_deleted" BEHIND("b")
#define TRACKS                                                                                     \
	"SELECT 'tracks', t.id, t.title, t.deleted_at FROM tracks t"                               \
	" JOIN albums b ON b.id = t.album_id JOIN artists a ON a.id = b.artist_id"                 \
	OF("tracks") " AND NOT a.is_deleted AND NOT b.is_deleted" BEHIND("t")

static QUERY(catalogue_trash, trash_page, trashed,
	     "SELECT $* FROM ((" ARTISTS ") UNION ALL (" ALBUMS ") UNION ALL (" TRACKS ")) AS all_of_them"
	     " ORDER BY deleted_at DESC, id DESC LIMIT $limit");

err list_catalogue_trash(struct ctx *cx, const struct trash_page *page, struct trashed **items, int *count)
{
	return catalogue_trash(cx, page, items, count);
}
