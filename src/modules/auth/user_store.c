/* Accounts in the database: every statement on `users`. */
#include "modules/auth/token.h"
#include "modules/auth/user.h"
#include "vobe/text.h"

#define TOTAL_FIELDS(F, T) F(T, INT, total, 0, "How many")
STRUCT(total, TOTAL_FIELDS);
SCHEMA(total, TOTAL_FIELDS, "A number");

#define ROLE_SQL "CASE WHEN is_superuser THEN 'superuser' WHEN is_moderator THEN 'moderator' ELSE 'user' END"
#define FILTER_SQL                                                                             \
	" FROM users WHERE deleted_at IS NULL"                                                 \
	" AND ($role::text IS NULL OR " ROLE_SQL " = $role)"                                   \
	" AND ($is_active::text IS NULL OR is_active = ($is_active::text = 'true'))"           \
	" AND ($q::text IS NULL OR starts_with(username_fold, $q) OR starts_with(email_fold, $q))"

enum {
	FIND, FIND_LOGIN, FIND_USERNAME, PROFILES, NEWEST, OLDEST, COUNT, BY_ID, COUNT_SUPERUSERS, INSERT, UPDATE, LOGIN, REHASH,
	LOCK_SUPERUSERS, OTHER_SUPERUSER, STATEMENTS,
};

struct statement user_statements[STATEMENTS + 1] = {
	[FIND] = {.name = "user_find", .in = &by_id_schema, .out = &user_schema,
		.sql = "SELECT $* FROM users WHERE id = $id AND deleted_at IS NULL"},
	[FIND_LOGIN] = {.name = "user_find_login", .in = &user_schema, .out = &user_schema,
		.sql = "SELECT $* FROM users WHERE (username_fold = $username_fold OR email_fold = $username_fold)"
		       " AND deleted_at IS NULL"},
	[FIND_USERNAME] = {.name = "user_find_username", .in = &user_schema, .out = &by_id_schema,
		.sql = "SELECT id FROM users WHERE username_fold = $username_fold AND deleted_at IS NULL"},
	[PROFILES] = {.name = "profiles", .in = &by_ids_schema, .out = &profile_schema,
		.sql = "SELECT $* FROM users WHERE id = ANY($ids) AND deleted_at IS NULL"},
	[NEWEST] = {.name = "users_newest", .in = &user_list_schema, .out = &user_schema, .lane = LANE_SLOW,
		.sql = "SELECT $*" FILTER_SQL " AND (created_at, id) < ($after_at, $after_id)"
		       " ORDER BY created_at DESC, id DESC LIMIT $limit"},
	[OLDEST] = {.name = "users_oldest", .in = &user_list_schema, .out = &user_schema, .lane = LANE_SLOW,
		.sql = "SELECT $*" FILTER_SQL " AND (created_at, id) > ($after_at, $after_id)"
		       " ORDER BY created_at, id LIMIT $limit"},
	[COUNT] = {.name = "users_count", .in = &user_list_schema, .out = &total_schema, .lane = LANE_SLOW,
		.sql = "SELECT count(*) AS total FROM (SELECT" FILTER_SQL " LIMIT 10001) AS matching"},
	[BY_ID] = {.name = "users_by_id", .in = &user_list_schema, .out = &user_schema, .lane = LANE_SLOW,
		.sql = "SELECT $* FROM users WHERE deleted_at IS NULL AND ($after_id::uuid IS NULL OR id > $after_id)"
		       " ORDER BY id LIMIT $limit"},
	[COUNT_SUPERUSERS] = {.name = "superusers_count", .out = &total_schema,
		.sql = "SELECT count(*) AS total FROM users WHERE is_superuser AND is_active"},
	[INSERT] = {.name = "user_insert", .in = &user_schema,
		.sql = "INSERT INTO users (id, email, username, is_active, is_superuser, is_moderator, created_at, updated_at, version,"
		       " hashed_password, email_fold, username_fold, username_skeleton)"
		       " VALUES ($id, $email, $username, $is_active, $is_superuser, $is_moderator, $created_at, $updated_at, $version,"
		       " $hashed_password, $email_fold, $username_fold, $username_skeleton)"},
	[UPDATE] = {.name = "user_update", .in = &user_schema, .rows = 1, .otherwise = EDIT_CONFLICT,
		.sql = "UPDATE users SET email = $email, username = $username, is_active = $is_active, is_superuser = $is_superuser,"
		       " is_moderator = $is_moderator, updated_at = $updated_at, version = $version,"
		       " hashed_password = $hashed_password, email_fold = $email_fold, username_fold = $username_fold,"
		       " username_skeleton = $username_skeleton, role_changed_at = $role_changed_at, deleted_at = $deleted_at,"
		       " last_login = $last_login"
		       " WHERE id = $id AND version = $version::bigint - 1 AND deleted_at IS NULL"},
	[LOGIN] = {.name = "user_login", .in = &user_schema, .rows = 1, .otherwise = INVALID_GRANT,
		.sql = "UPDATE users SET last_login = $last_login"
		       " WHERE id = $id AND hashed_password = $hashed_password AND is_active"},
	[REHASH] = {.name = "user_rehash", .in = &user_schema,
		.sql = "UPDATE users SET hashed_password = $hashed_password WHERE id = $id"},
	/* Two of these at once wait for one another here, in order of id; the second then sees what the first has done. */
	[LOCK_SUPERUSERS] = {.name = "superusers_lock", .out = &by_id_schema,
		.sql = "SELECT id FROM users WHERE is_superuser AND is_active ORDER BY id FOR NO KEY UPDATE"},
	[OTHER_SUPERUSER] = {.name = "superuser_other", .in = &by_id_schema, .out = &by_id_schema, .rows = 1,
		.otherwise = LAST_SUPERUSER,
		.sql = "SELECT id FROM users WHERE is_superuser AND is_active AND id <> $id LIMIT 1"},
	[STATEMENTS] = {0},
};

struct loader profiles_by_id = {.statement = &user_statements[PROFILES], .cache_rows = 50000, .cache_s = 60};

err user_find(struct ctx *cx, struct uuid id, struct user *out)
{
	return db_row(cx, &user_statements[FIND], &(struct by_id){id}, out);
}

err user_find_login(struct ctx *cx, const char *login, struct user *out)
{
	return db_row(cx, &user_statements[FIND_LOGIN], &(struct user){.username_fold = text_fold(cx->arena, login)}, out);
}

err username_find(struct ctx *cx, const char *username, struct uuid *id)
{
	const struct user named = {.username_fold = text_fold(cx->arena, username)};
	struct by_id found = {0};
	err e = db_row(cx, &user_statements[FIND_USERNAME], &named, &found);

	if (e && !problem_is(e, NOT_FOUND))
		return e;
	*id = found.id;
	return NULL;
}

err users_list(struct ctx *cx, const struct user_list *which, struct user **rows, int *count)
{
	const int statement = !which->sort ? BY_ID : *which->sort == '-' ? NEWEST : OLDEST;
	return db_rows(cx, &user_statements[statement], which, rows, count);
}

err users_count(struct ctx *cx, const struct user_list *which, int64_t *count)
{
	return db_row(cx, &user_statements[COUNT], which, count); /* a struct total is one number */
}

err superusers_count(struct ctx *cx, int64_t *count)
{
	return db_row(cx, &user_statements[COUNT_SUPERUSERS], NULL, count);
}

void user_insert(struct change *ch, const struct user *u)
{
	change_add(ch, &user_statements[INSERT], u);
	change_forgets(ch, &profiles_by_id, u->id);
}

static void superuser_must_remain(struct change *ch, struct uuid other_than)
{
	change_add(ch, &user_statements[LOCK_SUPERUSERS], NULL);
	change_add(ch, &user_statements[OTHER_SUPERUSER], &(struct by_id){other_than});
}

void user_update(struct change *ch, const struct user *before, const struct user *u)
{
	if (before->is_superuser && before->is_active && !(u->is_superuser && u->is_active))
		superuser_must_remain(ch, u->id);
	change_add(ch, &user_statements[UPDATE], u);
	change_forgets(ch, &profiles_by_id, u->id);
}

void user_update_login(struct change *ch, const struct user *seen, const char *rehashed)
{
	struct user u = *seen;
	u.last_login = clock_now();
	change_add(ch, &user_statements[LOGIN], &u);
	u.hashed_password = rehashed;
	if (rehashed)
		change_add(ch, &user_statements[REHASH], &u);
}
