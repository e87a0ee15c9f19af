/* What is signed by our own key is read as what comes from outside: by a gate before any parser. */
#include "modules/auth/key.h"
#include "modules/auth/scene.h"
#include "support/test.h"
#include "vobe/text.h"

#include <string.h>

SCENE(open_scene, scene_stop);

static const char *signed_with_our_key(const char *claims)
{
	struct arena *a = scene_arena();
	uint8_t signature[KEY_SIGNATURE];
	const char *header =
		text("{\"alg\":\"EdDSA\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}", key_signing()->kid);
	const char *signed_part = arena_fmt(a, "%s.%s", base64url_encode(a, header, strlen(header)),
					    base64url_encode(a, claims, strlen(claims)));

	key_sign(key_signing(), signed_part, strlen(signed_part), signature);
	return arena_fmt(a, "%s.%s", signed_part, base64url_encode(a, signature, sizeof signature));
}

/* cJSON goes down with each bracket; a task's stack has 64 KiB. */
TEST(a_deep_token_is_refused_and_the_server_lives)
{
	static const char *const openings[] = {"[", "{\"a\":"};
	struct person p = register_person("anna");

	for (size_t i = 0; i < sizeof openings / sizeof *openings; i++) {
		char claims[1300] = "";
		for (size_t len = 0; len + 8 < sizeof claims; len += strlen(openings[i]))
			strcat(claims, openings[i]);
		expect_status(api("GET", "/api/v1/users/me", signed_with_our_key(claims), NULL), 401);
	}
	expect_status(api("GET", "/api/v1/users/me", p.access, NULL), 200);
}
