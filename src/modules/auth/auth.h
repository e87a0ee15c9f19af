/* What the files of the module share, and the tables and services of it that module.c names. */
#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#include "contracts/auth.h"
#include "contracts/import/auth.h"
#include "contracts/operator/auth.h"
#include "vobe/module.h"

#define MODULE "auth"

extern const struct route user_routes[], profile_routes[], token_routes[], session_routes[];
extern const struct route admin_routes[], audit_routes[];
extern const struct subscription auth_hears[];
extern const struct keep auth_keeps[];
extern const struct auth_staff staff_roll;
extern const struct auth_operator operator_powers;
extern const struct auth_import import_powers; /* account_import.c */

#endif
