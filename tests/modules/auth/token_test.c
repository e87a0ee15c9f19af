/* The token endpoint over HTTP: registration, sign-in, refresh, races, theft, revocation, keys. */
#include "modules/auth/scene.h"

#include "support/test.h"
#include "vobe/clock.h"

#include <sodium.h>

SCENE(open_scene, scene_stop);

TEST(registration_signs_in)
{
	struct answer a =
		api("POST", "/api/v1/auth/register", NULL,
		    "{\"email\":\"Anna@Example.org\",\"username\":\"anna\",\"password\":\"" PASSWORD "\"}");

	ck_assert_msg(a.status == 201, "%d %s", a.status, a.body);
	ck_assert_str_eq(at(&a, "user.username"), "anna");
	ck_assert_str_eq(at(&a, "user.email"), "Anna@Example.org");
	ck_assert_str_eq(at(&a, "user.is_superuser"), "false");
	ck_assert_str_eq(at(&a, "token_type"), "Bearer");
	ck_assert_str_eq(at(&a, "expires_in"), "900");
	ck_assert_str_eq(header_of(&a, "Cache-Control"), "no-store");
	ck_assert_ptr_nonnull(strstr(header_of(&a, "Location"), at(&a, "user.id")));
	ck_assert_ptr_null(strstr(a.body, "hashed_password"));
	ck_assert_ptr_null(strstr(a.body, "$argon2"));
	ck_assert(lets_in(at(&a, "access_token")));
	ck_assert_int_eq(scene_told("user.registered"), 1);
	ck_assert_int_eq(scene_told("session.created"), 1);
	ck_assert_ptr_null(strcasestr(scene_told_payload("user.registered", 0), "example"));
}

/* Nothing that opens a door is in the database as it is. */
TEST(secrets_are_stored_as_hashes)
{
	struct person p = register_person("anna");
	unsigned char bits[32], hash[32];
	char hex[65];

	ck_assert_int_eq(sodium_base642bin(bits, sizeof bits, p.refresh, strlen(p.refresh), NULL, NULL, NULL,
					   sodium_base64_VARIANT_URLSAFE_NO_PADDING),
			 0);
	crypto_hash_sha256(hash, bits, sizeof bits);
	sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
	ck_assert_int_eq(count_sql(text("SELECT count(*) FROM auth.refresh_tokens WHERE token = '%s'", hex)),
			 1);
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.users WHERE hashed_password LIKE "
				   "'$argon2id$v=19$m=8192,t=1,p=1$%'"),
			 1);
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.users WHERE hashed_password LIKE '%horse%'"),
			 0);
}

TEST(sign_in_takes_name_or_address_in_any_case)
{
	struct person p = register_person("Anna");
	const char *names[] = {"Anna", "anna", "ANNA", "anna@example.org", "ANNA@EXAMPLE.ORG"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct answer a = sign_in_answer(names[i], PASSWORD);
		ck_assert_msg(a.status == 200, "%s: %d %s", names[i], a.status, a.body);
	}
	struct answer me = api("GET", "/api/v1/users/me", p.access, NULL);
	ck_assert_str_ne(at(&me, "last_login"), "null");
}

TEST(sign_in_takes_a_form)
{
	register_person("anna");
	const char *form = "Content-Type: application/x-www-form-urlencoded\r\n";
	struct answer a = api_with("POST", "/api/v1/auth/token", NULL, form,
				   "grant_type=password&username=anna&password=correct+horse%20battery");

	ck_assert_msg(a.status == 200, "%d %s", a.status, a.body);
	ck_assert_str_eq(header_of(&a, "Cache-Control"), "no-store");
	ck_assert(lets_in(at(&a, "access_token")));

	/* RFC 6749 section 3.2: unrecognised parameters are ignored; FastAPI's form sends these. */
	a = api_with("POST", "/api/v1/auth/token", NULL, form,
		     "grant_type=password&username=anna&password=correct+horse+battery&scope=&client_id=web&"
		     "client_secret=x");
	ck_assert_msg(a.status == 200, "%d %s", a.status, a.body);
}

/* RFC 6749 section 5.2. */
TEST(errors_are_those_of_the_standard)
{
	static const struct {
		const char *body, *error;
	} cases[] = {
		{"{}", "invalid_request"},
		{"{\"grant_type\":\"password\"}", "invalid_request"},
		{"{\"grant_type\":\"password\",\"username\":\"anna\"}", "invalid_request"},
		{"{\"grant_type\":\"refresh_token\"}", "invalid_request"},
		{"{\"grant_type\":\"client_credentials\"}", "unsupported_grant_type"},
		{"{\"grant_type\":\"password\",\"username\":\"anna\",\"password\":\"wrong wrong\"}",
		 "invalid_grant"},
		{"{\"grant_type\":\"refresh_token\",\"refresh_token\":\"nonsense\"}", "invalid_grant"},
		{"{\"grant_type\":\"refresh_token\",\"refresh_token\":"
		 "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
		 "invalid_grant"},
		{"{\"grant_type\":7}", "invalid_request"},
		{"nonsense", "invalid_request"},
	};

	register_person("anna");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer a = api("POST", "/api/v1/auth/token", NULL, cases[i].body);
		ck_assert_msg(a.status == 400, "%s: %d %s", cases[i].body, a.status, a.body);
		ck_assert_msg(!strcmp(at(&a, "error"), cases[i].error), "%s: %s", cases[i].body, a.body);
		ck_assert_ptr_nonnull(at(&a, "error_description"));
	}
}

/* The same body, and the same work: one hash each. */
TEST(unknown_users_look_like_wrong_passwords)
{
	register_person("anna");
	struct answer wrong = sign_in_answer("anna", "wrong password"),
		      unknown = sign_in_answer("nobody-here", "wrong password");

	ck_assert_int_eq(wrong.status, 400);
	ck_assert_int_eq(unknown.status, 400);
	ck_assert_str_eq(wrong.body, unknown.body);
}

TEST(unknown_users_take_as_long_as_wrong_passwords)
{
	int64_t took[2] = {0};

	register_person("anna");
	for (int i = 0; i < 12; i++) {
		int64_t start = clock_mono_now();
		sign_in_answer(i % 2 ? "anna" : "nobody-here", "wrong password");
		took[i % 2] += clock_mono_now() - start;
	}
	ck_assert_msg(took[0] > took[1] / 3 && took[1] > took[0] / 3, "unknown %ld us, wrong %ld us",
		      (long)took[0], (long)took[1]);
}

TEST(weak_hashes_are_replaced_at_sign_in)
{
	char weak[crypto_pwhash_STRBYTES];
	struct person p = register_person("anna");

	ck_assert_int_eq(crypto_pwhash_str_alg(weak, PASSWORD, strlen(PASSWORD), 1, 64 * 1024,
					       crypto_pwhash_ALG_ARGON2ID13),
			 0);
	free(test_sql(scene_conninfo(), "UPDATE auth.users SET hashed_password = '%s'", weak));
	ck_assert(lets_in(sign_in(&p).access));
	ck_assert_int_eq(
		count_sql("SELECT count(*) FROM auth.users WHERE hashed_password LIKE '%m=8192,t=1%'"), 1);
	ck_assert(lets_in(sign_in(&p).access));
}

TEST(a_refresh_token_buys_the_next_pair)
{
	struct person p = register_person("anna");
	struct answer a = refresh_answer(p.refresh);

	ck_assert_msg(a.status == 200, "%d %s", a.status, a.body);
	ck_assert_str_ne(at(&a, "refresh_token"), p.refresh);
	ck_assert(lets_in(at(&a, "access_token")));
	struct answer b = refresh_answer(at(&a, "refresh_token"));
	ck_assert_int_eq(b.status, 200);
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.sessions"), 1);
	ck_assert_int_eq(status_of("GET", "/api/v1/users/me", p.refresh, NULL), 401);
}

/* The clocks of the tables put back, so that what happened just now happened then. */
static void let_pass(const char *interval)
{
	free(test_sql(scene_conninfo(),
		      "UPDATE auth.refresh_tokens SET used_at = used_at - interval '%1$s', created_at = "
		      "created_at - interval '%1$s',"
		      " expires_at = expires_at - interval '%1$s';"
		      "UPDATE auth.sessions SET created_at = created_at - interval '%1$s', last_used_at = "
		      "last_used_at - interval '%1$s',"
		      " expires_at = expires_at - interval '%1$s'",
		      interval));
}

TEST(a_client_that_asks_twice_gets_the_same)
{
	struct person p = register_person("anna");
	struct answer a = refresh_answer(p.refresh), b = refresh_answer(p.refresh);

	ck_assert_int_eq(b.status, 200);
	ck_assert_str_eq(at(&a, "refresh_token"), at(&b, "refresh_token"));
	let_pass("9 seconds");
	struct answer c = refresh_answer(p.refresh);
	ck_assert_int_eq(c.status, 200);
	ck_assert_str_eq(at(&c, "refresh_token"), at(&a, "refresh_token"));
	ck_assert_int_eq(scene_told("session.reuse_detected"), 0);
}

TEST(a_stolen_token_ends_the_session)
{
	struct person p = register_person("anna"), other = sign_in(&p);
	struct answer a = refresh_answer(p.refresh);

	let_pass("11 seconds");
	struct answer thief = refresh_answer(p.refresh);
	ck_assert_int_eq(thief.status, 400);
	ck_assert_str_eq(at(&thief, "error"), "invalid_grant");
	ck_assert(!lets_in(at(&a, "access_token")));
	ck_assert(!lets_in(p.access));
	ck_assert_int_eq(refresh_answer(at(&a, "refresh_token")).status, 400);
	ck_assert(lets_in(other.access));
	ck_assert_int_eq(scene_told("session.reuse_detected"), 1);
	ck_assert_int_eq(scene_told("session.revoked"), 1);
	ck_assert_int_eq(
		count_sql("SELECT count(*) FROM auth.audit_log WHERE action = 'session.reuse_detected'"), 1);
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.sessions WHERE end_reason = 'reuse'"), 1);
	refresh_answer(p.refresh);
	ck_assert_int_eq(scene_told("session.reuse_detected"), 1);
}

TEST(sessions_slide_but_not_for_ever)
{
	struct person p = register_person("anna");
	struct answer a;

	for (int week = 0; week < 12; week++) {
		let_pass("7 days");
		a = refresh_answer(p.refresh);
		ck_assert_msg(a.status == 200, "week %d: %s", week, a.body);
		p.refresh = at(&a, "refresh_token");
	}
	let_pass("7 days");
	ck_assert_int_eq(refresh_answer(p.refresh).status, 400);
	p = sign_in(&p);
	let_pass("31 days");
	ck_assert_int_eq(refresh_answer(p.refresh).status, 400);
	ck_assert_int_eq(scene_told("session.reuse_detected"), 0);
}

TEST(of_a_hundred_refreshes_at_once_one_successor_comes)
{
	enum { CLIENTS = 100 };
	struct person p = register_person("anna");
	const char *body = text("{\"grant_type\":\"refresh_token\",\"refresh_token\":\"%s\"}", p.refresh);
	struct call calls[CLIENTS];
	struct answer answers[CLIENTS];

	for (int i = 0; i < CLIENTS; i++)
		calls[i] = (struct call){"POST", "/api/v1/auth/token", NULL, NULL, body};
	api_together(calls, answers, CLIENTS);
	const char *first = at(&answers[0], "refresh_token");
	ck_assert_int_eq(strlen(first), 43);
	for (int i = 0; i < CLIENTS; i++) {
		expect_status(answers[i], 200);
		expect_at(answers[i], "refresh_token", first);
	}
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.refresh_tokens"), 2);
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.refresh_tokens WHERE used_at IS NULL"), 1);
	ck_assert_int_eq(scene_told("session.reuse_detected"), 0);
	ck_assert_int_eq(refresh_answer(first).status, 200);
}

TEST(revocation_takes_either_token)
{
	struct person p = register_person("anna"), other = sign_in(&p), third = sign_in(&p);
	const char *form = "Content-Type: application/x-www-form-urlencoded\r\n";

	ck_assert_int_eq(
		status_of("POST", "/api/v1/auth/revoke", NULL, text("{\"token\":\"%s\"}", p.refresh)), 200);
	ck_assert(!lets_in(p.access));
	ck_assert_int_eq(refresh_answer(p.refresh).status, 400);
	ck_assert_int_eq(api_with("POST", "/api/v1/auth/revoke", NULL, form,
				  text("token=%s&token_type_hint=access_token&client_id=web", other.access))
				 .status,
			 200);
	ck_assert(!lets_in(other.access));
	ck_assert_int_eq(refresh_answer(other.refresh).status, 400);
	ck_assert(lets_in(third.access));

	/* RFC 7009 section 2.2: an invalid token is no error, a missing one is. */
	ck_assert_int_eq(status_of("POST", "/api/v1/auth/revoke", NULL, "{\"token\":\"nonsense\"}"), 200);
	ck_assert_int_eq(
		status_of("POST", "/api/v1/auth/revoke", NULL, text("{\"token\":\"%s\"}", p.refresh)), 200);
	ck_assert_int_eq(status_of("POST", "/api/v1/auth/revoke", NULL, text("{\"token\":\"%s\"}", p.access)),
			 200);
	ck_assert_int_eq(status_of("POST", "/api/v1/auth/revoke", NULL, "{}"), 400);
	ck_assert(lets_in(third.access));
}

TEST(bad_bearers_stay_outside)
{
	struct person p = register_person("anna");
	char token[2000];
	size_t len = strlen(p.access);

	snprintf(token, sizeof token, "%s", p.access);
	for (size_t i = 0; i < len; i += 7) { /* one letter changed, anywhere */
		token[i] = p.access[i] == 'A' ? 'B' : 'A';
		ck_assert_msg(!lets_in(token), "letter %zu", i);
		token[i] = p.access[i];
	}
	ck_assert(!lets_in(text("%s.", p.access)));
	ck_assert(!lets_in(text(".%s", p.access)));
	ck_assert(!lets_in(p.refresh));
	ck_assert(!lets_in("eyJhbGciOiJub25lIn0.e30."));
	struct answer a = api("GET", "/api/v1/users/me", "nonsense", NULL);
	ck_assert_str_eq(at(&a, "code"), "token_invalid");
	ck_assert_ptr_nonnull(strstr(header_of(&a, "WWW-Authenticate"), "Bearer"));
	ck_assert(lets_in(p.access));
}

TEST(the_key_set_verifies_our_tokens)
{
	struct person p = register_person("anna");
	struct answer a = api("GET", "/.well-known/jwks.json", NULL, NULL);
	unsigned char key[32], signature[64];
	const char *dot = strrchr(p.access, '.');

	ck_assert_int_eq(a.status, 200);
	ck_assert_str_eq(at(&a, "keys.0.kty"), "OKP");
	ck_assert_str_eq(at(&a, "keys.0.crv"), "Ed25519");
	ck_assert_str_eq(at(&a, "keys.0.alg"), "EdDSA");
	ck_assert_str_eq(at(&a, "keys.0.use"), "sig");
	ck_assert_ptr_null(strstr(a.body, "\"d\""));
	ck_assert_int_eq(sodium_base642bin(key, sizeof key, at(&a, "keys.0.x"), 43, NULL, NULL, NULL,
					   sodium_base64_VARIANT_URLSAFE_NO_PADDING),
			 0);
	ck_assert_int_eq(sodium_base642bin(signature, sizeof signature, dot + 1, strlen(dot + 1), NULL, NULL,
					   NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING),
			 0);
	ck_assert_int_eq(crypto_sign_verify_detached(signature, (const unsigned char *)p.access,
						     (size_t)(dot - p.access), key),
			 0);
}

TEST(keys_rotate_and_old_tokens_stay_good)
{
	struct person p = register_person("anna");

	free(test_sql(scene_conninfo(),
		      "UPDATE auth.signing_keys SET created_at = created_at - interval '91 days'"));
	ck_assert_ptr_null(scene_job("auth.keys"));
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.signing_keys"), 2);
	struct answer keys = api("GET", "/.well-known/jwks.json", NULL, NULL);
	ck_assert_ptr_nonnull(at(&keys, "keys.1.kid"));
	ck_assert(lets_in(p.access));
	struct person again = sign_in(&p);
	ck_assert(lets_in(again.access));
	ck_assert(strncmp(again.access, p.access, strcspn(p.access, ".")));
	ck_assert_ptr_null(scene_job("auth.keys"));
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.signing_keys"), 2);
	free(test_sql(scene_conninfo(),
		      "UPDATE auth.signing_keys SET replaced_at = replaced_at - interval '4 hours'"));
	ck_assert_ptr_null(scene_job("auth.keys"));
	ck_assert(!lets_in(p.access));
	ck_assert(lets_in(again.access));
}

/* Another instance makes a key; here it is unknown until a token signed with it comes. */
TEST(keys_of_other_instances_are_found)
{
	register_person("anna");
	char *mine = test_sql(scene_conninfo(), "SELECT kid FROM auth.signing_keys");
	free(test_sql(scene_conninfo(),
		      "UPDATE auth.signing_keys SET replaced_at = now();"
		      "INSERT INTO auth.signing_keys VALUES ('theirs', sha256('their seed'), now())"));
	struct answer before = api("GET", "/.well-known/jwks.json", NULL, NULL);
	ck_assert_ptr_null(at(&before, "keys.1.kid"));
	lets_in("eyJhbGciOiJFZERTQSJ9.e30.AAAA");
	struct answer after = api("GET", "/.well-known/jwks.json", NULL, NULL);
	ck_assert_ptr_nonnull(at(&after, "keys.1.kid"));
	ck_assert_str_eq(at(&after, "keys.1.kid"), mine);
	free(mine);
}

static void open_throttled(void)
{
	const char *settings[] = {"auth.argon2_memory=8m", "auth.argon2_passes=1", "auth.login_window=1h",
				  NULL};

	scene_start(&auth_module, NULL, settings);
}

SCENE(open_throttled, scene_stop);

TEST(guessing_is_slowed_down_per_name)
{
	register_person("anna");
	struct person boris = register_person("boris");
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(sign_in_answer(i % 2 ? "anna" : "ANNA", "wrong password").status, 400);
	struct answer a = sign_in_answer("anna", PASSWORD);
	ck_assert_int_eq(a.status, 429);
	ck_assert_int_ge(atoi(header_of(&a, "Retry-After")), 600);
	ck_assert(lets_in(sign_in(&boris).access));
	for (int i = 0; i < 5; i++) /* a name that does not exist behaves alike */
		ck_assert_int_eq(sign_in_answer("nobody-here", "wrong password").status, 400);
	ck_assert_int_eq(sign_in_answer("nobody-here", "wrong password").status, 429);
}

static void open_narrow(void)
{
	const char *settings[] = {"auth.argon2_memory=32m", "auth.login_attempts=1000",
				  "server.hash_threads=1", "server.hash_queue=2", NULL};

	scene_start(&auth_module, NULL, settings);
}

SCENE(open_narrow, scene_stop);

/* What does not fit into the queue of hashes is refused before anything is computed, and the rest is served.
 */
TEST(a_flood_of_sign_ins_is_refused_early)
{
	enum { CLIENTS = 40 };
	struct person p = register_person("anna");
	const char *body =
		"{\"grant_type\":\"password\",\"username\":\"anna\",\"password\":\"" PASSWORD "\"}";
	struct asking *all[CLIENTS];
	int served = 0, refused = 0;

	for (int i = 0; i < CLIENTS; i++)
		all[i] = api_begin(&(struct call){"POST", "/api/v1/auth/token", NULL, NULL, body});
	ck_assert(lets_in(p.access)); /* others are not kept waiting */
	for (int i = 0; i < CLIENTS; i++) {
		struct answer a = api_end(all[i]);
		served += a.status == 200;
		refused += a.status == 503 && header_of(&a, "Retry-After");
	}
	ck_assert_int_eq(served + refused, CLIENTS);
	ck_assert_int_ge(served, 2);
	ck_assert_int_ge(refused, 10);
	ck_assert(lets_in(sign_in(&p).access));
}

static void open_with_key(void)
{
	open_scene_with("auth.signing_key=9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
}

SCENE(open_with_key, scene_stop);

/* The key pair and the thumbprint are those of RFC 8037, appendix A. */
TEST(the_key_may_come_from_the_settings)
{
	struct person p = register_person("anna");
	struct answer a = api("GET", "/.well-known/jwks.json", NULL, NULL);

	ck_assert_str_eq(at(&a, "keys.0.x"), "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
	ck_assert_str_eq(at(&a, "keys.0.kid"), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
	ck_assert(lets_in(p.access));
	ck_assert_ptr_null(scene_job("auth.keys"));
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.signing_keys"), 0);
}
