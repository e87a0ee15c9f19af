/* Users as documents of an index. */
#include "modules/auth/profile.h"
#include "modules/auth/user.h"

static QUERY(users_scan, behind, by_id,
	     "SELECT id FROM users WHERE deleted_at IS NULL AND is_active"
	     " AND ($after::uuid IS NULL OR id > $after) ORDER BY id LIMIT $limit",
	     .lane = LANE_SLOW);

/* Not the cache of profiles: what another instance changed must be seen. */
static QUERY(users_now, by_ids, profile,
	     "SELECT $* FROM users WHERE id = ANY ($ids) AND deleted_at IS NULL AND is_active");

static err scan(struct ctx *cx, struct uuid after, int limit, struct uuid **ids, int *count)
{
	struct by_id *rows;

	TRY(users_scan(cx, &(struct behind){after, limit}, &rows, count));
	*ids = ARENA_ARRAY(cx->arena, struct uuid, (size_t)*count + 1);
	for (int i = 0; i < *count; i++)
		(*ids)[i] = rows[i].id;
	return NULL;
}

static err user_documents(struct ctx *cx, const struct uuid *ids, int count, struct user_document *docs)
{
	struct profile *rows;
	int found;

	TRY(users_now(cx, &(struct by_ids){{ids, count}}, &rows, &found));
	for (int i = 0; i < count; i++) {
		docs[i] = (struct user_document){.id = ids[i]};
		for (int j = 0; j < found; j++)
			if (uuid_equal(rows[j].id, ids[i]))
				docs[i] = (struct user_document){ids[i], true, rows[j].username,
								 rows[j].created_at, rows[j].version};
	}
	return NULL;
}

const struct auth_documents user_roll = {.user_documents = user_documents, .scan = scan};
