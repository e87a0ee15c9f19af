/* Writing the keys of names again, after what they are folded by has changed (sql/artist/0005_keys.sql). */
#include "modules/artist/artist.h"

#include <string.h>

enum { REKEYED_AT_ONCE = 500 };

#define REKEYING_FIELDS(F, T) F(T, UUID, behind, 0, "The last artist whose key was written; nil: none")
STRUCT(rekeying, REKEYING_FIELDS);
SCHEMA(rekeying, REKEYING_FIELDS, "How far keys are written again");

#define REKEYED_FIELDS(F, T)                                                                       \
	F(T, UUID, id, 0, "The artist")                                                            \
	F(T, TEXT, name, 0, "Its name")                                                            \
	F(T, TEXT, name_key, 0, "The key of that")
STRUCT(rekeyed, REKEYED_FIELDS);
SCHEMA(rekeyed, REKEYED_FIELDS, "An artist, and the key of its name");

#define REKEY_IN_FIELDS(F, T)                                                                      \
	F(T, UUID, behind, 0, "Behind this one; nil: from the first")                              \
	F(T, INT, limit, 0, "So many")
STRUCT(rekey_in, REKEY_IN_FIELDS);
SCHEMA(rekey_in, REKEY_IN_FIELDS, "Which artists");

static QUERY(rekeyings, none, rekeying, "SELECT $* FROM rekeying");
static QUERY(artists_behind, rekey_in, rekeyed,
	     "SELECT $* FROM artists"
	     " WHERE id > coalesce($behind::uuid, '00000000-0000-0000-0000-000000000000')"
	     " ORDER BY id LIMIT $limit");

/* A name that was changed meanwhile has its key already. */
static COMMAND(artist_rekey, rekeyed,
	       "UPDATE artists SET name_key = $name_key WHERE id = $id AND name = $name");
static COMMAND(rekeying_note, rekeying, "UPDATE rekeying SET behind = $behind");
static COMMAND(rekeying_end, none, "DELETE FROM rekeying");

/* Some of them; *more: whether others are left. */
static err rekey_some(struct ctx *cx, struct uuid *behind, bool *more)
{
	struct rekeyed *rows;
	int count;

	TRY(artists_behind(cx, &(struct rekey_in){*behind, REKEYED_AT_ONCE}, &rows, &count));
	struct change *ch = change_begin(cx);
	for (int i = 0; i < count; i++) {
		const char *key = artist_name_key(cx->arena, rows[i].name);
		*behind = rows[i].id;
		if (strcmp(key, rows[i].name_key) != 0)
			artist_rekey(ch, &(struct rekeyed){rows[i].id, rows[i].name, key});
	}
	*more = count == REKEYED_AT_ONCE;
	if (*more)
		rekeying_note(ch, &(struct rekeying){*behind});
	else
		rekeying_end(ch);
	return change_commit(cx, ch);
}

err names_rekey(struct ctx *cx)
{
	struct rekeying *rows;
	bool more = true;
	int count;

	TRY(rekeyings(cx, &rows, &count));
	if (!count)
		return NULL;
	for (struct uuid behind = rows->behind; more;)
		TRY(rekey_some(cx, &behind, &more));
	return NULL;
}
