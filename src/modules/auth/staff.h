/* Who is of the staff, for modules that give it work. */
#ifndef AUTH_STAFF_H
#define AUTH_STAFF_H

#include "contracts/auth.h"

extern const struct auth_staff staff_roll;

#endif
