/* Accounts over HTTP, for superusers: lists with the statements that read them, and what may be done. */
#include "modules/auth/audit.h"
#include "modules/auth/user.h"
#include "vobe/text.h"

static const char *const user_sorts[] = {"-created_at", "created_at", NULL};

#define USER_LIST_FIELDS(F, T)                                                                        \
	PAGE_FIELDS(F, T)                                                                             \
	F(T, TEXT, role, IN | NULLABLE, "Only those of this role", .one_of = role_names)              \
	F(T, TEXT, is_active, IN | NULLABLE, "Only those that may, or may not, be used",              \
	  .one_of = true_or_false)                                                                       \
	F(T, TEXT, q, IN | NULLABLE, "Beginning of username or e-mail address", .min = 1, .max = 254) \
	F(T, TEXT, sort, IN, "Order", .one_of = user_sorts, .otherwise = "-created_at")               \
	F(T, BOOL, include_total, IN, "Count all that match, up to 10,000", .otherwise = "false")     \
	F(T, TIME, after_at, NO_JSON, "Where the page before ended")                                  \
	F(T, UUID, after_id, NULLABLE | NO_JSON, "Where the page before ended")
STRUCT(user_list, USER_LIST_FIELDS);
SCHEMA(user_list, USER_LIST_FIELDS, "Which accounts");

#define ROLE "CASE WHEN is_superuser THEN 'superuser' WHEN is_moderator THEN 'moderator' ELSE 'user' END"
#define WANTED                                                                       \
	" FROM users"                                                                \
	" WHERE deleted_at IS NULL"                                                  \
	" AND ($role::text IS NULL OR " ROLE " = $role)"                             \
	" AND ($is_active::text IS NULL OR is_active = ($is_active::text = 'true'))" \
	" AND ($q::text IS NULL OR starts_with(username_fold, $q) OR starts_with(email_fold, $q))"

static QUERY(users_newest, user_list, user,
	     "SELECT $*" WANTED " AND (created_at, id) < ($after_at, $after_id)"
	     " ORDER BY created_at DESC, id DESC LIMIT $limit",
	     .lane = LANE_SLOW);

static QUERY(users_oldest, user_list, user,
	     "SELECT $*" WANTED " AND (created_at, id) > ($after_at, $after_id)"
	     " ORDER BY created_at, id LIMIT $limit",
	     .lane = LANE_SLOW);

static QUERY_ROW(users_counted, user_list, total,
		 "SELECT count(*) AS total FROM (SELECT" WANTED " LIMIT 10001) AS matching",
		 .lane = LANE_SLOW);

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
	const bool newest_first = *in.sort == '-';
	struct page_key key = {.number = newest_first ? TIME_END : 0};
	struct list list = {.total = -1};
	struct total counted;
	struct user *rows = NULL;

	TRY(page_read(&rq->cx, in.cursor, scope, &key));
	in.after_at = key.number;
	in.after_id = key.id;
	in.limit++;
	in.q = in.q ? text_fold(rq->cx.arena, in.q) : NULL;
	TRY((newest_first ? users_newest : users_oldest)(&rq->cx, &in, &rows, &list.count));
	if (in.include_total) {
		TRY(users_counted(&rq->cx, &in, &counted));
		list_set_total(&list, counted.total);
	}
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
	TRY(user_find(&rq->cx, in, &u));
	return reply(re, &u);
}

HANDLER(edit_user_for_admin, by_id, user_state, user);
static err edit_user_for_admin(struct req *rq, const struct by_id *in, struct user_state *body,
			       struct user_reply *re)
{
	const struct origin from = origin_of(rq);
	struct user before, after;

	TRY(user_find(&rq->cx, in, &before));
	TRY(require_match(rq, before.version));
	after = before;
	TRY(merge_body(rq, body, &after)); /* of user_state's shape */
	TRY(change_state(&rq->cx, &before, &after, &from));
	return reply(re, &after);
}

static QUERY_ROW(user_find_gone, by_id, by_id,
		 "SELECT id FROM users WHERE id = $id AND deleted_at IS NOT NULL");

HANDLER(delete_user_for_admin, by_id, none, none);
static err delete_user_for_admin(struct req *rq, const struct by_id *in)
{
	const struct origin from = origin_of(rq);
	struct by_id gone;
	struct user u;

	err e = user_find(&rq->cx, in, &u);
	if (e) /* deleted before: as was asked */
		return problem_is(e, NOT_FOUND) && !user_find_gone(&rq->cx, in, &gone) ? reply_empty(rq) : e;
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

	TRY(user_find(&rq->cx, in, &u));
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
