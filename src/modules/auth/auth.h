/* What the files of the module share, and the tables of it that module.c names. */
#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#include "vobe/module.h"

#define MODULE "auth"

extern const struct route user_routes[], profile_routes[], token_routes[], session_routes[];
extern const struct route admin_routes[], audit_routes[];
extern const struct subscription auth_hears[];
extern const struct keep auth_keeps[];

#endif
