/* Roles by their names, as the API, events and commands have them. */
#ifndef VOBE_ROLE_H
#define VOBE_ROLE_H

#include "vobe/ctx.h"

extern const char *const role_names[]; /* user, moderator, superuser; NULL */

const char *role_name(enum role role); /* of a user or above */
bool role_read(const char *name, enum role *role);

#endif
