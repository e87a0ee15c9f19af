/* Names that somebody had, reserved for a time with a redirect from the old to the new one, and names that
 * somebody has. */
#include "modules/auth/sql.h"
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

/* --- who has a name --- */

#define TAKEN_FIELDS(F, T)                                           \
	F(T, BOOL, email, 0, "Whether another account has the address") \
	F(T, BOOL, username, 0, "Whether another one has the name, or had it lately")
STRUCT(taken, TAKEN_FIELDS);
SCHEMA(taken, TAKEN_FIELDS, "What of names is taken");

static QUERY_ROW(names_look_up, user, taken, NAMES_LOOK_UP_SQL);

err names_find_taken(struct ctx *cx, const struct user *u, struct faults *fs)
{
	struct taken taken;

	TRY(names_look_up(cx, u, &taken));
	if (taken.email)
		faults_take(cx->arena, fs, problem_at(cx, EMAIL_TAKEN, "/email"));
	if (taken.username)
		faults_take(cx->arena, fs, problem_at(cx, USERNAME_TAKEN, "/username"));
	return NULL;
}

err name_refused(struct ctx *cx, err e)
{
	return problem_is(e, USERNAME_TAKEN) ? problem_at(cx, e, "/username") : e;
}
