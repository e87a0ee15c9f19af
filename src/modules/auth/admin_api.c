/* Accounts over HTTP, for superusers. */
#include "modules/auth/session.h"
#include "modules/auth/user.h"
#include "vobe/text.h"

enum { TOTAL_MOST = 10000 }; /* counted exactly; beyond it a total is a lower bound */

/* What a cursor is bound to. */
static const char *list_scope(struct ctx *cx, const struct user_list *in)
{
	return arena_fmt(cx->arena, "users %s %s %s %s", in->sort, in->role ? in->role : "", in->is_active ? in->is_active : "",
			 in->q ? in->q : "");
}

HANDLER(list_users_for_admin)
{
	struct user_list in = *(const struct user_list *)rq->params;
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
	list.items = rows;
	if (list.count == in.limit) {
		const struct user *last = &rows[--list.count - 1];
		list.next_cursor = page_write(&rq->cx, scope, &(struct page_key){.number = last->created_at, .id = last->id});
	}
	return reply_list(rq, &list);
}

HANDLER(show_user_for_admin)
{
	const struct by_id *in = rq->params;
	struct user u;
	TRY(user_find(&rq->cx, in->id, &u));
	return reply(rq, &u);
}

HANDLER(edit_user_for_admin)
{
	const struct by_id *in = rq->params;
	const struct origin from = origin_of(rq);
	struct user before, after;

	TRY(user_find(&rq->cx, in->id, &before));
	TRY(require_match(rq, before.version));
	after = before;
	schema_merge(&user_state_schema, rq->body, rq->present, &after); /* of user's shape */
	TRY(change_state(&rq->cx, &before, &after, &from));
	return reply(rq, &after);
}

HANDLER(delete_user_for_admin)
{
	const struct by_id *in = rq->params;
	const struct origin from = origin_of(rq);
	struct user u;

	TRY(user_find(&rq->cx, in->id, &u));
	TRY(require_match(rq, u.version));
	TRY(delete_user(&rq->cx, &u, &from));
	return reply_empty(rq);
}

HANDLER(log_user_out)
{
	const struct by_id *in = rq->params;
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
	ROUTE(GET, "/admin/users", SUPERUSER, 200, list_users_for_admin, "List accounts", .params = &user_list_schema,
	      .reply = &user_schema, .list = true),
	ROUTE(GET, "/admin/users/{id}", SUPERUSER, 200, show_user_for_admin, "Show an account", .params = &by_id_schema,
	      .reply = &user_schema),
	ROUTE(PATCH, "/admin/users/{id}", SUPERUSER, 200, edit_user_for_admin, "Change the role of an account, or disable it",
	      .params = &by_id_schema, .body = &user_state_schema, .reply = &user_schema, .problems = change_problems),
	ROUTE(DELETE, "/admin/users/{id}", SUPERUSER, 204, delete_user_for_admin, "Delete an account for good",
	      .params = &by_id_schema, .problems = change_problems),
	ROUTE(POST, "/admin/users/{id}/logout", SUPERUSER, 204, log_user_out, "End all sessions of an account",
	      .params = &by_id_schema, .no_idempotency = true),
	ROUTES_END,
};
