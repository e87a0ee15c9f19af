/* auth: accounts, sessions, tokens. */
#include "modules/auth/audit.h"
#include "modules/auth/guess.h"
#include "modules/auth/key.h"
#include "modules/auth/link.h"
#include "modules/auth/password.h"
#include "modules/auth/profile.h"
#include "modules/auth/token.h"
#include "modules/auth/user.h"
#include "vobe/guesses.h"
#include "vobe/option.h"
#include "vobe/revoked.h"

#include <sodium.h>

/* clang-format off */
static const struct option options[] = {
	{"issuer",             OPTION_TEXT,    "vobemusic", 0, 0, "iss of access tokens: who signs them"},
	{"audience",           OPTION_TEXT,    "vobemusic", 0, 0, "aud of access tokens: who they are for"},
	{"access_life",        OPTION_SECONDS, "15m", 30, 3600, "Life of an access token"},
	{"refresh_life",       OPTION_SECONDS, "30d", 60, 31536000, "A session not used for so long ends"},
	{"session_life",       OPTION_SECONDS, "90d", 60, 31536000, "Every session ends at this age"},
	{"sessions_max",       OPTION_INT,     "20",  1, 10000,
	 "Sessions of an account; a further sign-in ends the one not used for longest"},
	{"signing_key",        OPTION_SECRET,  NULL,  0, 0,
	 "Ed25519 seed, 64 hexadecimal digits; empty: made and kept in the database"},
	{"seal_key",           OPTION_SECRET,  NULL,  0, 0,
	 "Seals the keys kept in the database, 64 hexadecimal digits; empty: they stand there as they are"},
	{"key_life",           OPTION_SECONDS, "90d", 3600, 31536000,
	 "Age at which a key kept in the database is replaced"},
	{"argon2_memory",      OPTION_BYTES,   "19m", 8 << 20, 1 << 30,
	 "Memory of one password hash (Argon2id)"},
	{"argon2_passes",      OPTION_INT,     "2",   1, 16, "Passes over that memory"},
	{"login_attempts",     OPTION_INT,     "5",   1, 1000000,
	 "Guesses at a password of one account from one address within login_window; slower after "
	 "10, 50 and 100 failures"},
	{"audit_kept",         OPTION_SECONDS, "730d", 2592000, 3153600000,
	 "How long the audit log goes back"},
	{"login_window",       OPTION_SECONDS, "20s", 1, 86400, "See login_attempts"},
	{0},
};

static const struct violation violations[] = {
	{"idx_users_email_fold", EMAIL_TAKEN, "/email"},
	{"idx_users_email", EMAIL_TAKEN, "/email"},
	{"idx_users_username_fold", USERNAME_TAKEN, "/username"},
	{"idx_users_username", USERNAME_TAKEN, "/username"},
	{"idx_users_username_skeleton", USERNAME_TAKEN, "/username"},
	{"users_pkey", CONFLICT, NULL},
	{0},
};

static const struct job jobs[] = {
	{.name = "auth.revocations", .period_ms = 15 * 1000,        .run = revocations_read},
	{.name = "auth.guesses",     .period_ms = 10 * 1000,        .run = guesses_tell},
	{.name = "auth.keys",        .period_ms = 3600 * 1000,      .run = keys_rotate},
	{.name = "auth.keys_read",   .period_ms = 15 * 1000,        .run = keys_reload},
	{.name = "auth.prune",       .period_ms = 6 * 3600 * 1000,  .run = sessions_prune},
	{.name = "auth.links",       .period_ms = 3600 * 1000,      .run = links_prune},
	{.name = "auth.names",       .period_ms = 6 * 3600 * 1000,  .run = names_prune},
	{0},
};
/* clang-format on */

static const struct auth_sessions sessions = {
	.authenticate = authenticate,
	.session_is_live = session_is_live,
	.endings_must_be_known = revocations_must_be_known,
};

static const struct service services[] = {
	OFFER(auth_sessions, sessions),    OFFER(auth_cards, profile_cards),
	OFFER(auth_staff, staff_roll),     OFFER(auth_operator, operator_powers),
	OFFER(auth_import, import_powers), OFFER(auth_audit, audit_service),
	OFFER(auth_links, link_service),   OFFER(auth_keys, key_powers),
	OFFER(auth_documents, user_roll),  {0},
};

static err auth_start(struct ctx *cx)
{
	if (sodium_init() < 0)
		return INTERNAL;
	revocation_open();
	jwt_forget_all();
	guesses_open(option_int(MODULE, "login_attempts"), option_int(MODULE, "login_window"));
	TRY(keys_open(cx));
	TRY(passwords_open(cx));
	return revocations_read(cx);
}

static void auth_stop(void)
{
	revoked_close();
	profiles_close();
}

static const struct route *const routes[] = {
	user_routes,  profile_routes, token_routes, session_routes,
	admin_routes, audit_routes,   link_routes,  NULL,
};

const struct module auth_module = {
	.name = MODULE,
	.services = services,
	.routes = routes,
	.hears = auth_hears,
	.tells = ALL_EVENTS(AUTH_EVENTS),
	.violations = violations,
	.options = options,
	.jobs = jobs,
	.keeps = auth_keeps,
	.start = auth_start,
	.stop = auth_stop,
};
