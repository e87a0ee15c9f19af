/* Profiles: what everybody may see of accounts. */
#ifndef AUTH_PROFILE_H
#define AUTH_PROFILE_H

#include "contracts/documents/auth.h"
#include "modules/auth/auth.h"
#include "vobe/http.h"

#define PROFILE_FIELDS(F, T)                                                                          \
	F(T, UUID, id, 0, "Identifier")                                                               \
	F(T, TEXT, username, 0, "Public name")                                                        \
	F(T, TIME, created_at, 0, "When it was registered")                                           \
	F(T, INT, posts_count, NULLABLE | NO_COLUMN, "Published posts; null: cannot be told now")     \
	F(T, INT, comments_count, NULLABLE | NO_COLUMN, "Comments you see; null: cannot be told now") \
	F(T, BOOL, is_active, NO_JSON, "Whether the account may be used")                             \
	F(T, INT, version, NO_JSON, "Changes so far")
STRUCT(profile, PROFILE_FIELDS);
SCHEMA(profile, PROFILE_FIELDS, "A member of the community");

LOADS(profiles, profile); /* by id; cached: whoever changes a user forgets the profile */

extern const struct auth_cards profile_cards;
extern const struct auth_documents user_roll;

/* Forgets who counts. */
void profiles_close(void);

#endif
