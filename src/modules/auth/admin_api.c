/* Accounts over HTTP, for superusers. */
#include "modules/auth/session.h"
#include "modules/auth/user.h"
#include "vobe/text.h"

enum { TOTAL_MOST = 10000 }; /* counted exactly; beyond it a total is a lower bound */

/* What a cursor is bound to. */
static const char *list_scope(struct ctx *cx, const struct user_list *in)
{
	return arena_fmt(cx->arena, "users %s %s %s %s", in->sort, in->role ? in->role : "",
			 in->is_active ? in->is_active : "", in->q ? in->q : "");
}

HANDLER(list_users_for_admin, user_list, none, user);
static err list_users_for_admin(struct req *rq, const struct user_list *wanted, struct user_reply *re)
{
	struct user_list in = *wanted;
	const char *scope = list_scope(&rq->cx, &in);
	struct page_key key = {.number = *in.sort == '-' ? TIME_END : 0};
	struct list list = {.total = -1};
	struct user *rows;

	TRY(page_read(&rq->cx, in.cursor, scope, &key));
	in.after_at = key.number;
	in.after_id = key.id;
	in.limit++;
	in.q = in.q ? text_fold(rq->cx.arena, in.q) : NULL;
	TRY(users_list(&rq->cx, &in, &rows, &list.count));
	if (in.include_total)
		TRY(users_count(&rq->cx, &in, &list.total));
	list.total_is_lower_bound = list.total > TOTAL_MOST;
	list.total -= list.total_is_lower_bound;
	if (list.count == in.limit) {
		const struct user *last = &rows[--list.count - 1];
		list.next_cursor = page_write(&rq->cx, scope,
					      &(struct page_key){.number = last->created_at, .id = last->id});
	}
	return reply_list(re, rows, &list);
}

HANDLER(show_user_for_admin, by_id, none, user);
static err show_user_for_admin(struct req *rq, const struct by_id *in, struct user_reply *re)
{
	struct user u;
	TRY(user_find(&rq->cx, in->id, &u));
	return reply(re, &u);
}

HANDLER(edit_user_for_admin, by_id, user_state, user);
static err edit_user_for_admin(struct req *rq, const struct by_id *in, struct user_state *body,
			       struct user_reply *re)
{
	const struct origin from = origin_of(rq);
	struct user before, after;

	TRY(user_find(&rq->cx, in->id, &before));
	TRY(require_match(rq, before.version));
	after = before;
	schema_merge(&user_state_schema, body, rq->present, &after); /* of user's shape */
	TRY(change_state(&rq->cx, &before, &after, &from));
	return reply(re, &after);
}

HANDLER(delete_user_for_admin, by_id, none, none);
static err delete_user_for_admin(struct req *rq, const struct by_id *in)
{
	const struct origin from = origin_of(rq);
	struct user u;

	TRY(user_find(&rq->cx, in->id, &u));
	TRY(require_match(rq, u.version));
	TRY(delete_user(&rq->cx, &u, &from));
	return reply_empty(rq);
}

HANDLER(log_user_out, by_id, none, none);
static err log_user_out(struct req *rq, const struct by_id *in)
{
	const struct origin from = origin_of(rq);
	struct ending ending = {.user_id = in->id, .reason = "admin"};
	struct user u;

	TRY(user_find(&rq->cx, in->id, &u));
	struct change *ch = change_begin(&rq->cx);
	sessions_end(ch, &ending);
	audit_add(&rq->cx, ch, "user.logged_out", in->id, &from, "{}");
	TRY(change_commit(&rq->cx, ch));
	sessions_have_ended(&ending);
	return reply_empty(rq);
}

static const err change_problems[] = {LAST_SUPERUSER, EDIT_CONFLICT, PRECONDITION_FAILED, NULL};

const struct route admin_routes[] = {
	ROUTE(GET, "/admin/users", SUPERUSER, 200, list_users_for_admin, "List accounts", .list = true),
	ROUTE(GET, "/admin/users/{id}", SUPERUSER, 200, show_user_for_admin, "Show an account"),
	ROUTE(PATCH, "/admin/users/{id}", SUPERUSER, 200, edit_user_for_admin,
	      "Change the role of an account, or disable it", .problems = change_problems),
	ROUTE(DELETE, "/admin/users/{id}", SUPERUSER, 204, delete_user_for_admin,
	      "Delete an account for good", .problems = change_problems),
	ROUTE(POST, "/admin/users/{id}/logout", SUPERUSER, 204, log_user_out,
	      "End all sessions of an account", .no_idempotency = true),
	{0},
};
