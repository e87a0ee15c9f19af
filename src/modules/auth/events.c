/* What every instance must learn of the others' commits: ended sessions, changed roles, stale profiles. */
#include "modules/auth/session.h"
#include "modules/auth/user.h"

#include <string.h>

const struct event *const auth_tells[] = {
	&user_registered,       &user_updated,    &user_deactivated, &user_reactivated,       &user_deleted, &user_role_changed,
	&user_password_changed, &session_created, &session_revoked,  &session_reuse_detected, NULL,
};

/* A session that ended alone is named in the event; which they were when all of a user's ended, the table knows. */
static err learn_end(struct ctx *cx, const struct delivery *d)
{
	const struct session_event *fact = d->payload;
	if (uuid_is_nil(fact->session_id))
		return revocations_read_of(cx, fact->user_id);
	session_was_ended(fact->session_id, clock_now());
	return NULL;
}

static void learn_change(const struct delivery *d)
{
	const struct user_event *fact = d->payload;
	enum role role;
	loader_forget(&profiles_by_id, fact->user_id);
	if (!strcmp(d->event->topic, user_role_changed.topic) && role_read(fact->role, &role))
		role_was_changed(fact->user_id, role, d->aggregate_version, clock_now());
}

static err learn(struct ctx *cx, struct change *ch, const struct delivery *batch, int count)
{
	(void)ch;
	for (int i = 0; i < count; i++)
		if (!strcmp(batch[i].event->topic, session_revoked.topic))
			TRY(learn_end(cx, &batch[i]));
		else
			learn_change(&batch[i]);
	return NULL;
}

static const struct event *const learnt[] = {
	&session_revoked, &user_role_changed, &user_updated, &user_deactivated, &user_reactivated, &user_deleted, NULL,
};

const struct subscription auth_hears[] = {
	{.name = "auth.revocations", .source = "auth", .events = learnt, .hearing = IN_MEMORY, .apply = learn},
	{0},
};
