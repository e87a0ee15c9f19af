/* Accounts in the database: reading one, and the changes made to it. */
#include "modules/auth/profile.h"
#include "modules/auth/token.h"
#include "modules/auth/user.h"
#include "vobe/text.h"

#include <string.h>

QUERY_ROW(user_find, by_id, user, "SELECT $* FROM users WHERE id = $id AND deleted_at IS NULL");

#define LOGIN_FIELDS(F, T) F(T, TEXT, fold, 0, "Username or e-mail address, without letter case")
STRUCT(login, LOGIN_FIELDS);
SCHEMA(login, LOGIN_FIELDS, "Who wants to sign in");

static QUERY_ROW(user_by_login, login, user,
		 "SELECT $* FROM users"
		 " WHERE (username_fold = $fold OR email_fold = $fold) AND deleted_at IS NULL");

static COMMAND(insert_user_row, user,
	       "INSERT INTO users (id, email, username, is_active, is_superuser, is_moderator,"
	       " created_at, updated_at, version, hashed_password,"
	       " email_fold, username_fold, username_skeleton, locale)"
	       " VALUES ($id, $email, $username, $is_active, $is_superuser, $is_moderator,"
	       " $created_at, $updated_at, $version, $hashed_password,"
	       " $email_fold, $username_fold, $username_skeleton, $locale)");

static COMMAND(update_user_row, user,
	       "UPDATE users SET email = $email, username = $username,"
	       " is_active = $is_active, is_superuser = $is_superuser, is_moderator = $is_moderator,"
	       " updated_at = $updated_at, version = $version, hashed_password = $hashed_password,"
	       " email_fold = $email_fold, username_fold = $username_fold,"
	       " username_skeleton = $username_skeleton, role_changed_at = $role_changed_at,"
	       " deleted_at = $deleted_at, last_login = $last_login,"
	       " locale = $locale, email_verified_at = $email_verified_at, new_email = $new_email"
	       " WHERE id = $id AND version = $version::bigint - 1 AND deleted_at IS NULL",
	       .rows = 1, .otherwise = EDIT_CONFLICT);

static COMMAND(note_login, user,
	       "UPDATE users SET last_login = $last_login"
	       " WHERE id = $id AND hashed_password = $hashed_password AND is_active",
	       .rows = 1, .otherwise = INVALID_GRANT);

static COMMAND(rehash_password, user, "UPDATE users SET hashed_password = $hashed_password WHERE id = $id");

/* Two of these at once wait for one another here, in order of id: the second sees what the first has done. */
static COMMAND(lock_superusers, none,
	       "SELECT FROM users WHERE is_superuser AND is_active"
	       " ORDER BY id FOR NO KEY UPDATE");

static COMMAND(demand_superuser_beside, by_id,
	       "SELECT FROM users WHERE is_superuser AND is_active AND id <> $id LIMIT 1", .rows = 1,
	       .otherwise = LAST_SUPERUSER);

err user_find_login(struct ctx *cx, const char *login, struct user *out)
{
	const char *address = text_email(cx->arena, login);
	return user_by_login(cx, &(struct login){text_fold(cx->arena, address ? address : login)}, out);
}

void user_insert(struct change *ch, const struct user *u)
{
	change_touches_name(ch, "email", u->email_fold);
	change_touches_name(ch, "username", u->username_fold);
	insert_user_row(ch, u);
	name_demand(ch, u);
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
	update_user_row(ch, u);
	if (strcmp(before->username_fold, u->username_fold)) {
		name_retire(ch, before);
		name_demand(ch, u);
	}
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

/* --- who is of the staff, for modules that give it work --- */

LOADS(staff, by_id);
LOADER(staff, by_id,
       "SELECT id FROM users"
       " WHERE id = ANY ($ids) AND is_active AND (is_moderator OR is_superuser) AND deleted_at IS NULL");

static err are_staff(struct ctx *cx, const struct uuid *ids, int count, bool *is_staff)
{
	const struct by_id **rows = ARENA_ARRAY(cx->arena, const struct by_id *, (size_t)count);

	TRY(staff_load(cx, ids, count, rows));
	for (int i = 0; i < count; i++)
		is_staff[i] = rows[i] != NULL;
	return NULL;
}

const struct auth_staff staff_roll = {.are_staff = are_staff};
