/* What becomes of accounts, by whose hand ever, and contracts/operator/auth.h. */
#include "modules/auth/password.h"
#include "modules/auth/session.h"
#include "modules/auth/user.h"

static const struct origin nowhere; /* the operator's commands come from no address */

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

err change_password(struct ctx *cx, const struct user *before, const char *password,
		    struct uuid kept_session_id, const struct origin *from)
{
	struct ending ending = {
		.user_id = before->id, .kept_session_id = kept_session_id, .reason = "password_changed"};
	const struct user_event fact = user_fact(before);
	struct user after = *before;

	TRY(password_hash(cx, password, &after.hashed_password));
	after.version++;
	after.updated_at = clock_now();
	struct change *ch = change_begin(cx);
	user_update(ch, before, &after);
	sessions_end(ch, &ending);
	audit_add(cx, ch, user_password_changed.event.topic, after.id, from, "{}");
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
	sessions_end(ch, &ending);
	audit_add(cx, ch, user_deleted.event.topic, gone.id, from, "{}");
	tell_user_deleted(ch, gone.id, gone.version, &fact);
	TRY(change_commit(cx, ch));
	sessions_have_ended(&ending);
	return NULL;
}

err user_cards(struct ctx *cx, const struct uuid *ids, int count, struct user_card *cards)
{
	const struct profile **rows = ARENA_ARRAY(cx->arena, const struct profile *, (size_t)count);
	TRY(profiles_load(cx, ids, count, rows));
	for (int i = 0; i < count; i++) {
		const struct profile *p = rows[i];
		cards[i] = p ? (struct user_card){p->id, p->username, p->is_active}
			     : (struct user_card){.id = ids[i]};
	}
	return NULL;
}

void user_cards_ahead(struct ctx *cx, const struct uuid *ids, int count)
{
	profiles_ahead(cx, ids, count);
}

err create_user(struct ctx *cx, const struct new_user *in, struct uuid *id)
{
	struct user u = user_new(cx->arena, uuid_is_nil(in->id) ? uuid_new() : in->id, in->email,
				 in->username, in->role);
	const struct user_event fact = user_fact(&u);
	TRY(schema_validate(cx->arena, &user_schema, &u));
	if (in->password) { /* without one nobody can sign in yet */
		TRY(password_must_fit(cx, "/password", in->password, &u));
		TRY(password_hash(cx, in->password, &u.hashed_password));
	}
	struct change *ch = change_begin(cx);
	user_insert(ch, &u);
	tell_user_registered(ch, u.id, u.version, &fact);
	TRY(change_commit(cx, ch));
	*id = u.id;
	return NULL;
}

err set_role(struct ctx *cx, struct uuid user_id, enum role role)
{
	struct user before, after;
	TRY(user_find(cx, user_id, &before));
	after = before;
	after.is_superuser = role == ROLE_SUPERUSER;
	after.is_moderator = role == ROLE_MODERATOR;
	return change_state(cx, &before, &after, &nowhere);
}

err set_active(struct ctx *cx, struct uuid user_id, bool is_active)
{
	struct user before, after;
	TRY(user_find(cx, user_id, &before));
	after = before;
	after.is_active = is_active;
	return change_state(cx, &before, &after, &nowhere);
}

err set_password(struct ctx *cx, struct uuid user_id, const char *password)
{
	struct user u;
	TRY(user_find(cx, user_id, &u));
	TRY(password_must_fit(cx, "/password", password, &u));
	return change_password(cx, &u, password, (struct uuid){0}, &nowhere);
}

err list_users(struct ctx *cx, struct uuid after, int limit, struct user_line **lines, int *count)
{
	const struct user_list which = {.after_id = after, .limit = limit};
	struct user *rows;
	TRY(users_list(cx, &which, &rows, count));
	*lines = ARENA_ARRAY(cx->arena, struct user_line, (size_t)*count);
	for (int i = 0; i < *count; i++) {
		const struct user *u = &rows[i];
		(*lines)[i] = (struct user_line){u->id,      u->email,      u->username,  u->is_active,
						 role_of(u), u->created_at, u->last_login};
	}
	return NULL;
}
