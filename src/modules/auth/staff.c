/* See staff.h. */
#include "modules/auth/staff.h"

#include "modules/auth/auth.h"

LOADS(staff, by_id);
LOADER(staff, by_id,
       "SELECT id FROM users"
       " WHERE id = ANY ($ids) AND is_active AND (is_moderator OR is_superuser) AND deleted_at IS NULL");

static err are_staff(struct ctx *cx, const struct uuid *ids, int count, bool *is_staff)
{
	const struct by_id **rows = ARENA_ARRAY(cx->arena, const struct by_id *, (size_t)count);

	TRY(staff_load(cx, ids, count, rows));
	for (int i = 0; i < count; i++)
		is_staff[i] = rows[i] != NULL;
	return NULL;
}

const struct auth_staff staff_roll = {.are_staff = are_staff};
