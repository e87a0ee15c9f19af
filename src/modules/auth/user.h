/* Accounts: what they are, the rules of their names, where they are kept. */
#ifndef AUTH_USER_H
#define AUTH_USER_H

#include "modules/auth/auth.h"
#include "vobe/credentials.h"
#include "vobe/http.h"
#include "vobe/role.h"

PROBLEM(EMAIL_TAKEN, 409, "email_taken", "Address in use",
	"Another account has this e-mail address. Sign in, or use another one.");
PROBLEM(USERNAME_TAKEN, 409, "username_taken", "Name in use",
	"Another account has this username, or one that looks like it. Choose another one.");
PROBLEM(LAST_SUPERUSER, 409, "last_superuser", "Last superuser",
	"This is the only active superuser: make another account superuser first.");

/* Where one stands who goes through all accounts by their ids. */
#define BEHIND_FIELDS(F, T)                                                                  \
	F(T, UUID, after, NULLABLE, "Behind this id; the nil id, which is null: from the start") \
	F(T, INT, limit, 0, "Rows")
STRUCT(behind, BEHIND_FIELDS);
SCHEMA(behind, BEHIND_FIELDS, "Where a scan stands");

/* What stands in place of a hash where no password is right, as in shadow(5). */
#define NO_PASSWORD "!"

/*
 * A row of users. Its owner and superusers see it, and each may change other fields of it: hence two lists of
 * one shape.
 */
#define USER_COLUMNS(F, T, OWNER_IN, STAFF_IN, PROOF)                                                       \
	F(T, UUID, id, 0, "Identifier")                                                              \
	F(T, TEXT, email, OWNER_IN, "E-mail address, unique in any letter case", .max = 254,         \
	  .format = FORMAT_EMAIL)                                                                    \
	F(T, TEXT, username, OWNER_IN,                                                               \
	  "Public name: 3 to 50 letters of one script (Latin or Cyrillic), digits, _ . -", .min = 3, \
	  .max = 50, .rule = username_rule, .says = USERNAME_SAYS, \
	  .example = "ann")                                                          \
	F(T, BOOL, is_active, STAFF_IN, "Whether the account may be used")                           \
	F(T, BOOL, is_superuser, STAFF_IN, "May do everything")                                      \
	F(T, BOOL, is_moderator, STAFF_IN, "May moderate what others write")                         \
	F(T, TIME, created_at, 0, "When it was registered")                                          \
	F(T, TIME, updated_at, 0, "When it was changed last")                                        \
	F(T, TEXT, locale, OWNER_IN, "Language of letters: en or ru", .one_of = locales)             \
	F(T, TIME, email_verified_at, NULLABLE, "When the address was proven by a letter")           \
	F(T, TEXT, new_email, NULLABLE,                                                              \
	  "Address that takes its place when the link of a letter to it is opened")                  \
	F(T, TIME, last_login, NULLABLE, "When it last signed in with its password")                 \
	F(T, TEXT, current_password, PROOF,                                                          \
	  "The password now: needed when the e-mail address changes", .min = 1, .max = 1000)         \
	F(T, INT, version, NO_JSON, "Changes so far")                                                \
	F(T, TEXT, hashed_password, NO_JSON, "Argon2id, libsodium's text form, or NO_PASSWORD")      \
	F(T, TEXT, email_fold, NO_JSON, "Without letter case")                                       \
	F(T, TEXT, username_fold, NO_JSON, "Without letter case")                                    \
	F(T, TEXT, username_skeleton, NO_JSON, "How it looks (UTS 39)")                              \
	F(T, TIME, role_changed_at, NULLABLE | NO_JSON, "When its role changed last")                \
	F(T, TIME, deleted_at, NULLABLE | NO_JSON, "When it was deleted; such a row is never read")
#define USER_FIELDS(F, T) \
	USER_COLUMNS(F, T, IN, 0, IN | NULLABLE | NO_OUT | NO_COLUMN)
#define USER_STATE_FIELDS(F, T) \
	USER_COLUMNS(F, T, 0, IN, NULLABLE | NO_JSON | NO_COLUMN)

extern const char *const locales[];

STRUCT(user, USER_FIELDS);
SCHEMA(user, USER_FIELDS, "An account");
STRUCT(user_state, USER_STATE_FIELDS);
SCHEMA(user_state, USER_STATE_FIELDS, "What a superuser may change of an account");

extern const char *const bool_names[]; /* true, false */

#define TOTAL_FIELDS(F, T) F(T, INT, total, 0, "How many; those of a list stop at 10,001")
STRUCT(total, TOTAL_FIELDS);
SCHEMA(total, TOTAL_FIELDS, "A number");

/* user_rules.c: pure. */
enum role role_of(const struct user *u);
void user_anonymise(struct arena *a, struct user *u);
void user_rename(struct arena *a, struct user *u, const char *email, const char *username);
struct user user_new(struct arena *a, struct uuid id, const char *email, const char *username,
		     enum role role);
struct user_event user_fact(const struct user *u);

/* user_store.c. Errors besides those of vobe/db.h are named. */
err user_find(struct ctx *cx, const struct by_id *in, struct user *row);  /* NOT_FOUND */
err user_find_login(struct ctx *cx, const char *login, struct user *out); /* by name or address; NOT_FOUND */

/* Each adds to a change. `u` is the state after it, of the next version; else EDIT_CONFLICT. */
void user_insert(struct change *ch, const struct user *u);
void user_update(struct change *ch, const struct user *before, const struct user *u); /* LAST_SUPERUSER */

/* Signs in: `seen` must still have this password and be active, else INVALID_GRANT. `rehashed`: or NULL. */
void user_update_login(struct change *ch, const struct user *seen, const char *rehashed);

/*
 * retired.c. A name that is given up, and that nobody else has given up lately (else USERNAME_TAKEN): each of
 * a change, the second behind the statement that takes the name. With names_disown a deleted account's old
 * names are nobody's.
 */
void name_retire(struct change *ch, const struct user *before);
void name_demand(struct change *ch, const struct user *u);
err name_refused(struct ctx *cx, err e); /* what became of it: USERNAME_TAKEN is a fault of /username */
void names_disown(struct change *ch, const struct by_id *user);
err names_prune(struct ctx *cx); /* a job */

/* Adds EMAIL_TAKEN and USERNAME_TAKEN, if others have what u has. Suspends. */
err names_find_taken(struct ctx *cx, const struct user *u, struct faults *fs);

/*
 * user_change.c: what the owner, superusers and the operator's commands share. Each commits the rows, the
 * audit entry, the end of sessions and the events as one change; what access tokens must learn of it is in
 * force when these return.
 */
struct origin;
err change_state(struct ctx *cx, const struct user *before, struct user *after, const struct origin *from);
/* Another address ends the other sessions. With `new_email` set anew a letter is sent to it. */
err change_names(struct ctx *cx, const struct user *before, struct user *after, const struct origin *from);
/* The link of a letter to a new address was opened: it is the account's now. */
struct link;
err change_address(struct ctx *cx, const struct user *before, const struct link *l,
		   const struct origin *from);
/* `by`: the link that proves who asks, which it uses up; NULL: none. All sessions end but the one kept. */
err change_password(struct ctx *cx, const struct user *before, const char *password,
		    struct uuid kept_session_id, const struct link *by, const struct origin *from);
err delete_user(struct ctx *cx, const struct user *before, const struct origin *from);

#endif
