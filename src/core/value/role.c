/* Roles by their names. */
#include "vobe/role.h"

#include <string.h>

const char *const role_names[] = {"user", "moderator", "superuser", NULL};

const char *role_name(enum role role)
{
	return role_names[role - ROLE_USER];
}

bool role_read(const char *name, enum role *role)
{
	for (int i = 0; name && role_names[i]; i++)
		if (!strcmp(name, role_names[i])) {
			*role = (enum role)(ROLE_USER + i);
			return true;
		}
	return false;
}
