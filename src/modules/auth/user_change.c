/* What becomes of accounts, by whose hand ever. */
#include "modules/auth/audit.h"
#include "modules/auth/link.h"
#include "modules/auth/password.h"
#include "modules/auth/user.h"

#include <string.h>

static void tell_state(struct ctx *cx, struct change *ch, const char *topic, user_event_teller *tell,
		       const struct user *before, const struct user *after, const struct origin *from)
{
	const struct user_event fact = user_fact(after);
	const char *details = arena_fmt(cx->arena, "{\"role\":[\"%s\",\"%s\"],\"is_active\":[%s,%s]}",
					role_name(role_of(before)), role_name(role_of(after)),
					bool_names[!before->is_active], bool_names[!after->is_active]);
	audit_add(cx, ch, topic, after->id, from, details);
	tell(ch, after->id, after->version, &fact);
}

err change_state(struct ctx *cx, const struct user *before, struct user *after, const struct origin *from)
{
	struct ending ending = {.user_id = before->id, .reason = "deactivated"};
	const bool new_role = role_of(before) != role_of(after);

	if (schema_equal(&user_schema, before, after))
		return NULL;
	after->version++;
	after->updated_at = clock_now();
	if (new_role)
		after->role_changed_at = after->updated_at;
	struct change *ch = change_begin(cx);
	user_update(ch, before, after);
	if (new_role)
		tell_state(cx, ch, user_role_changed.event.topic, tell_user_role_changed, before, after,
			   from);
	if (before->is_active && !after->is_active)
		sessions_end(ch, &ending);
	if (!before->is_active && after->is_active)
		tell_state(cx, ch, user_reactivated.event.topic, tell_user_reactivated, before, after, from);
	if (before->is_active && !after->is_active)
		tell_state(cx, ch, user_deactivated.event.topic, tell_user_deactivated, before, after, from);
	TRY(change_commit(cx, ch));
	sessions_have_ended(&ending);
	if (new_role)
		role_was_changed(after->id, role_of(after), after->version, after->updated_at);
	return NULL;
}

static bool asks_for_address(const struct user *before, const struct user *after)
{
	return after->new_email && (!before->new_email || strcmp(before->new_email, after->new_email) != 0);
}

err change_names(struct ctx *cx, const struct user *before, struct user *after, const struct origin *from)
{
	const bool renamed = strcmp(before->username, after->username) != 0;
	const bool moved = strcmp(before->email, after->email) != 0;
	struct ending ending = {
		.user_id = before->id, .kept_session_id = cx->viewer.session_id, .reason = "email_changed"};
	struct user_event fact = user_fact(after);

	after->version++;
	after->updated_at = clock_now();
	fact.old_username = renamed ? before->username : NULL;
	struct change *ch = change_begin(cx);
	user_update(ch, before, after);
	if (moved) {
		sessions_end(ch, &ending);
		audit_add(cx, ch, "user.email_changed", after->id, from, "{}");
	}
	if (asks_for_address(before, after)) {
		link_want_address(ch, after, cx->viewer.session_id);
		audit_add(cx, ch, "user.email_asked", after->id, from, "{}");
	}
	tell_user_updated(ch, after->id, after->version, &fact);
	TRY(name_refused(cx, change_commit(cx, ch)));
	sessions_have_ended(&ending);
	return NULL;
}

err change_address(struct ctx *cx, const struct user *before, const struct link *l, const struct origin *from)
{
	struct ending ending = {
		.user_id = before->id, .kept_session_id = l->session_id, .reason = "email_changed"};
	struct user after = *before;

	user_rename(cx->arena, &after, l->address, before->username);
	after.new_email = NULL;
	after.version++;
	after.email_verified_at = after.updated_at = clock_now();
	const struct user_event fact = user_fact(&after);
	struct change *ch = change_begin(cx);
	link_use(ch, l);
	user_update(ch, before, &after);
	sessions_end(ch, &ending);
	links_end(ch, &(struct by_id){before->id}); /* who reads the old address only is not the owner now */
	link_want(ch, before, "email_changed", before->email);
	audit_add(cx, ch, "user.email_changed", after.id, from, "{\"by\":\"link\"}");
	tell_user_updated(ch, after.id, after.version, &fact);
	TRY(change_commit(cx, ch));
	sessions_have_ended(&ending);
	return NULL;
}

err change_password(struct ctx *cx, const struct user *before, const char *password,
		    struct uuid kept_session_id, const struct link *by, const struct origin *from)
{
	struct ending ending = {
		.user_id = before->id, .kept_session_id = kept_session_id, .reason = "password_changed"};
	const struct user_event fact = user_fact(before);
	struct user after = *before;

	TRY(password_hash(cx, password, &after.hashed_password));
	after.version++;
	after.updated_at = clock_now();
	after.new_email = NULL;                        /* who asked for it may be why the password changes */
	if (by && !strcmp(by->address, before->email)) /* whoever reads its letters owns it */
		after.email_verified_at = after.updated_at;
	struct change *ch = change_begin(cx);
	if (by)
		link_use(ch, by);
	user_update(ch, before, &after);
	sessions_end(ch, &ending);
	links_end(ch, &(struct by_id){before->id});
	link_want(ch, before, "password_changed", before->email);
	audit_add(cx, ch, user_password_changed.event.topic, after.id, from, by ? "{\"by\":\"link\"}" : "{}");
	tell_user_password_changed(ch, after.id, after.version, &fact);
	TRY(change_commit(cx, ch));
	sessions_have_ended(&ending);
	return NULL;
}

err delete_user(struct ctx *cx, const struct user *before, const struct origin *from)
{
	struct ending ending = {.user_id = before->id, .reason = "deleted"};
	struct user gone = *before;
	struct user_event fact = user_fact(before);

	user_anonymise(cx->arena, &gone);
	gone.version++;
	gone.updated_at = gone.deleted_at = clock_now();
	fact.username = NULL;
	fact.is_active = false;
	struct change *ch = change_begin(cx);
	user_update(ch, before, &gone);
	names_disown(ch, &(struct by_id){gone.id});
	links_erase(ch, &(struct by_id){gone.id});
	link_want(ch, before, "deleted", before->email);
	sessions_end(ch, &ending);
	sessions_forget_origin(ch, &(struct by_id){gone.id});
	audit_add(cx, ch, user_deleted.event.topic, gone.id, from, "{}");
	tell_user_deleted(ch, gone.id, gone.version, &fact);
	TRY(change_commit(cx, ch));
	sessions_have_ended(&ending);
	return NULL;
}
