/* Names that somebody had: reserved for a time, and a redirect from the old to the new one. */
#include "modules/auth/user.h"

COMMAND(name_retire, user,
	"INSERT INTO retired_names (username_fold, username_skeleton, user_id, retired_at)"
	" VALUES ($username_fold, $username_skeleton, $id, now())"
	" ON CONFLICT (username_fold) DO UPDATE SET"
	" username_skeleton = EXCLUDED.username_skeleton, user_id = EXCLUDED.user_id, retired_at = now()");

/* Stands behind the statement that takes the name: that one has waited for whoever was just giving it up. */
COMMAND(name_demand, user,
	"SELECT WHERE NOT EXISTS (SELECT FROM retired_names"
	" WHERE (username_fold = $username_fold OR username_skeleton = $username_skeleton)"
	" AND user_id IS DISTINCT FROM $id AND retired_at > now() - interval '90 days')",
	.rows = 1, .otherwise = USERNAME_TAKEN);

COMMAND(names_disown, by_id, "UPDATE retired_names SET user_id = NULL WHERE user_id = $id");

static COMMAND(names_delete, none, "DELETE FROM retired_names WHERE retired_at < now() - interval '90 days'");

err names_prune(struct ctx *cx)
{
	struct change *ch = change_begin(cx);
	names_delete(ch);
	return change_commit(cx, ch);
}
