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

static QUERY_ROW(user_by_id, by_id, user, "SELECT $* FROM users WHERE id = $id AND deleted_at IS NULL");

static QUERY_ROW(user_by_login, user, user,
		 "SELECT $* FROM users WHERE (username_fold = $username_fold OR email_fold = $username_fold)"
		 " AND deleted_at IS NULL");

static QUERY_ROW(user_id_by_name, user, by_id,
		 "SELECT id FROM users WHERE username_fold = $username_fold AND deleted_at IS NULL");

LOADER(profiles, profile, "SELECT $* FROM users WHERE id = ANY($ids) AND deleted_at IS NULL",
       .cache_rows = 50000, .cache_s = 60);

static QUERY(users_newest, user_list, user,
	     "SELECT $*" FILTER_SQL " AND (created_at, id) < ($after_at, $after_id)"
	     " ORDER BY created_at DESC, id DESC LIMIT $limit",
	     .lane = LANE_SLOW);

static QUERY(users_oldest, user_list, user,
	     "SELECT $*" FILTER_SQL " AND (created_at, id) > ($after_at, $after_id)"
	     " ORDER BY created_at, id LIMIT $limit",
	     .lane = LANE_SLOW);

static QUERY_ROW(users_counted, user_list, total,
		 "SELECT count(*) AS total FROM (SELECT" FILTER_SQL " LIMIT 10001) AS matching",
		 .lane = LANE_SLOW);

static QUERY(users_in_order, user_list, user,
	     "SELECT $* FROM users WHERE deleted_at IS NULL AND ($after_id::uuid IS NULL OR id > $after_id)"
	     " ORDER BY id LIMIT $limit",
	     .lane = LANE_SLOW);

static QUERY_ROW(superusers_counted, none, total,
		 "SELECT count(*) AS total FROM users WHERE is_superuser AND is_active");

static COMMAND(insert_user, user,
	       "INSERT INTO users (id, email, username, is_active, is_superuser, is_moderator, created_at, "
	       "updated_at, version,"
	       " hashed_password, email_fold, username_fold, username_skeleton)"
	       " VALUES ($id, $email, $username, $is_active, $is_superuser, $is_moderator, $created_at, "
	       "$updated_at, $version,"
	       " $hashed_password, $email_fold, $username_fold, $username_skeleton)");

static COMMAND(
	update_user, user,
	"UPDATE users SET email = $email, username = $username, is_active = $is_active, is_superuser = "
	"$is_superuser,"
	" is_moderator = $is_moderator, updated_at = $updated_at, version = $version,"
	" hashed_password = $hashed_password, email_fold = $email_fold, username_fold = $username_fold,"
	" username_skeleton = $username_skeleton, role_changed_at = $role_changed_at, deleted_at = "
	"$deleted_at,"
	" last_login = $last_login"
	" WHERE id = $id AND version = $version::bigint - 1 AND deleted_at IS NULL",
	.rows = 1, .otherwise = EDIT_CONFLICT);

static COMMAND(note_login, user,
	       "UPDATE users SET last_login = $last_login"
	       " WHERE id = $id AND hashed_password = $hashed_password AND is_active",
	       .rows = 1, .otherwise = INVALID_GRANT);

static COMMAND(rehash_password, user, "UPDATE users SET hashed_password = $hashed_password WHERE id = $id");

/* Two of these at once wait for one another here, in order of id; the second then sees what the first has
 * done. */
static COMMAND(lock_superusers, none,
	       "SELECT FROM users WHERE is_superuser AND is_active ORDER BY id FOR NO KEY UPDATE");

static COMMAND(demand_superuser_beside, by_id,
	       "SELECT FROM users WHERE is_superuser AND is_active AND id <> $id LIMIT 1", .rows = 1,
	       .otherwise = LAST_SUPERUSER);

err user_find(struct ctx *cx, struct uuid id, struct user *out)
{
	return user_by_id(cx, &(struct by_id){id}, out);
}

err user_find_login(struct ctx *cx, const char *login, struct user *out)
{
	return user_by_login(cx, &(struct user){.username_fold = text_fold(cx->arena, login)}, out);
}

err username_find(struct ctx *cx, const char *username, struct uuid *id)
{
	const struct user named = {.username_fold = text_fold(cx->arena, username)};
	struct by_id found = {0};
	err e = user_id_by_name(cx, &named, &found);

	if (e && !problem_is(e, NOT_FOUND))
		return e;
	*id = found.id;
	return NULL;
}

err users_list(struct ctx *cx, const struct user_list *which, struct user **rows, int *count)
{
	if (!which->sort)
		return users_in_order(cx, which, rows, count);
	return *which->sort == '-' ? users_newest(cx, which, rows, count)
				   : users_oldest(cx, which, rows, count);
}

err users_count(struct ctx *cx, const struct user_list *which, int64_t *count)
{
	struct total counted;
	TRY(users_counted(cx, which, &counted));
	*count = counted.total;
	return NULL;
}

err superusers_count(struct ctx *cx, int64_t *count)
{
	struct total counted;
	TRY(superusers_counted(cx, &counted));
	*count = counted.total;
	return NULL;
}

void user_insert(struct change *ch, const struct user *u)
{
	insert_user(ch, u);
	profiles_forget_with(ch, u->id);
}

static void superuser_must_remain(struct change *ch, struct uuid other_than)
{
	lock_superusers(ch);
	demand_superuser_beside(ch, &(struct by_id){other_than});
}

void user_update(struct change *ch, const struct user *before, const struct user *u)
{
	if (before->is_superuser && before->is_active && !(u->is_superuser && u->is_active))
		superuser_must_remain(ch, u->id);
	update_user(ch, u);
	profiles_forget_with(ch, u->id);
}

void user_update_login(struct change *ch, const struct user *seen, const char *rehashed)
{
	struct user u = *seen;
	u.last_login = clock_now();
	note_login(ch, &u);
	u.hashed_password = rehashed;
	if (rehashed)
		rehash_password(ch, &u);
}
