/* What the operator may do to accounts, and the import, which makes those it lacks. */
#ifndef CONTRACTS_OPERATOR_AUTH_H
#define CONTRACTS_OPERATOR_AUTH_H

#include "vobe/ctx.h"
#include "vobe/service.h"

struct new_user {
	struct uuid id;                          /* nil: made here */
	const char *email, *username, *password; /* password NULL: nobody can sign in until it is reset */
	enum role role;
};

struct user_line {
	struct uuid id;
	const char *email, *username;
	bool is_active;
	enum role role;
	int64_t created_at, last_login;
};

struct auth_operator {
	/* The rules of registration, without its throttles. Tells user.registered; audited, but for accounts
	 * of role user to which nobody can sign in. */
	err (*create_user)(struct ctx *cx, const struct new_user *in, struct uuid *id);
	err (*set_role)(struct ctx *cx, struct uuid user_id, enum role role);
	err (*set_active)(struct ctx *cx, struct uuid user_id, bool is_active);
	err (*set_password)(struct ctx *cx, struct uuid user_id,
			    const char *password); /* ends all sessions */
	/* A token for POST /auth/password/reset, good for an hour, once: for who has lost password and mail.
	 */
	err (*reset_link)(struct ctx *cx, struct uuid user_id, const char **token);
	err (*list_users)(struct ctx *cx, struct uuid after, int limit, struct user_line **lines, int *count);
	err (*count_superusers)(struct ctx *cx, int64_t *count); /* active ones */
};
SERVICE(auth_operator, "auth.operator");

#endif
