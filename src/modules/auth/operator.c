/* What the operator's commands and the import may do to accounts: contracts/operator/auth.h. */
#include "modules/auth/audit.h"
#include "modules/auth/link.h"
#include "modules/auth/password.h"
#include "modules/auth/user.h"

static const struct origin nowhere; /* the operator's commands come from no address */

static QUERY(users_in_order, behind, user,
	     "SELECT $* FROM users"
	     " WHERE deleted_at IS NULL AND ($after::uuid IS NULL OR id > $after)"
	     " ORDER BY id LIMIT $limit",
	     .lane = LANE_SLOW);

static QUERY_ROW(superusers_counted, none, total,
		 "SELECT count(*) AS total FROM users WHERE is_superuser AND is_active");

static err create_user(struct ctx *cx, const struct new_user *in, struct uuid *id)
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
	if (in->password || in->role != ROLE_USER) /* an import has one entry for all */
		audit_add(cx, ch, user_registered.event.topic, u.id, &nowhere,
			  arena_fmt(cx->arena, "{\"role\":\"%s\"}", role_name(in->role)));
	TRY(change_commit(cx, ch));
	*id = u.id;
	return NULL;
}

static err set_role(struct ctx *cx, struct uuid user_id, enum role role)
{
	struct user before, after;
	TRY(user_find(cx, &(struct by_id){user_id}, &before));
	after = before;
	after.is_superuser = role == ROLE_SUPERUSER;
	after.is_moderator = role == ROLE_MODERATOR;
	return change_state(cx, &before, &after, &nowhere);
}

static err set_active(struct ctx *cx, struct uuid user_id, bool is_active)
{
	struct user before, after;
	TRY(user_find(cx, &(struct by_id){user_id}, &before));
	after = before;
	after.is_active = is_active;
	return change_state(cx, &before, &after, &nowhere);
}

static err set_password(struct ctx *cx, struct uuid user_id, const char *password)
{
	struct user u;
	TRY(user_find(cx, &(struct by_id){user_id}, &u));
	TRY(password_must_fit(cx, "/password", password, &u));
	return change_password(cx, &u, password, (struct uuid){0}, NULL, &nowhere);
}

static err reset_link(struct ctx *cx, struct uuid user_id, const char **token)
{
	struct user u;
	TRY(user_find(cx, &(struct by_id){user_id}, &u));
	return link_make(cx, &u, "reset", token);
}

static err list_users(struct ctx *cx, struct uuid after, int limit, struct user_line **lines, int *count)
{
	struct user *rows;
	TRY(users_in_order(cx, &(struct behind){after, limit}, &rows, count));
	*lines = ARENA_ARRAY(cx->arena, struct user_line, (size_t)*count);
	for (int i = 0; i < *count; i++) {
		const struct user *u = &rows[i];
		(*lines)[i] = (struct user_line){
			.id = u->id,
			.email = u->email,
			.username = u->username,
			.is_active = u->is_active,
			.role = role_of(u),
			.created_at = u->created_at,
			.last_login = u->last_login,
		};
	}
	return NULL;
}

static err count_superusers(struct ctx *cx, int64_t *count)
{
	struct total counted;
	TRY(superusers_counted(cx, &counted));
	*count = counted.total;
	return NULL;
}

const struct auth_operator operator_powers = {
	.create_user = create_user,
	.set_role = set_role,
	.set_active = set_active,
	.set_password = set_password,
	.reset_link = reset_link,
	.list_users = list_users,
	.count_superusers = count_superusers,
};
