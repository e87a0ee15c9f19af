/* What every instance must learn of the others' commits: ended sessions, changed roles, stale profiles. And
 * what staff do elsewhere, for the audit log. */
#include "contracts/artist.h"
#include "contracts/comment.h"
#include "contracts/content.h"
#include "modules/auth/audit.h"
#include "modules/auth/profile.h"
#include "modules/auth/session.h"
#include "modules/auth/user.h"

#include <string.h>

/* A session that ended alone is named in the event; which they were when all ended, the table knows. */
static err learn_end(struct ctx *cx, const struct session_event *fact)
{
	if (uuid_is_nil(fact->session_id))
		return revocations_read_of(cx, fact->user_id);
	session_was_ended(fact->session_id, clock_now());
	return NULL;
}

HEARER(learn_ends, session_event);
static err learn_ends(struct ctx *cx, struct change *ch, const struct session_event_delivery *batch,
		      int count)
{
	(void)ch;
	for (int i = 0; i < count; i++)
		TRY(learn_end(cx, batch[i].payload));
	return NULL;
}

HEARER(learn_changes, user_event);
static err learn_changes(struct ctx *cx, struct change *ch, const struct user_event_delivery *batch,
			 int count)
{
	(void)cx, (void)ch;
	for (int i = 0; i < count; i++) {
		const struct user_event *fact = batch[i].payload;
		enum role role;

		profiles_forget(fact->user_id);
		if (event_is(&batch[i], user_role_changed) && role_read(fact->role, &role))
			role_was_changed(fact->user_id, role, batch[i].aggregate_version, clock_now());
	}
	return NULL;
}

HEARER(audit, staff_act);
static err audit(struct ctx *cx, struct change *ch, const struct staff_act_delivery *batch, int count)
{
	for (int i = 0; i < count; i++)
		audit_add_act(cx, ch, &batch[i]);
	return NULL;
}

const struct subscription auth_hears[] = {
	{.name = "auth.revocations",
	 .source = "auth",
	 .hearing = IN_MEMORY,
	 .heard_until = &sessions_heard_until,
	 HEARS(learn_ends, &session_revoked)},
	{.name = "auth.accounts",
	 .source = "auth",
	 .hearing = IN_MEMORY,
	 .heard_until = &accounts_heard_until,
	 HEARS(learn_changes, &user_role_changed, &user_updated, &user_deactivated, &user_reactivated,
	       &user_deleted)},
	/* clang-format off */
	{.name = "auth.artists", .source = "artist", .hearing = DURABLE, HEARS(audit, &artist_moderated)},
	{.name = "auth.posts", .source = "content", .hearing = DURABLE, HEARS(audit, &post_moderated)},
	{.name = "auth.comments", .source = "comment", .hearing = DURABLE, HEARS(audit, &comment_moderated)},
	/* clang-format on */
	{0},
};
