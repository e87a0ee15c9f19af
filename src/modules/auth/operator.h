/* The operator's powers over accounts, and the import's. */
#ifndef AUTH_OPERATOR_H
#define AUTH_OPERATOR_H

#include "contracts/import/auth.h"
#include "contracts/operator/auth.h"

extern const struct auth_operator operator_powers;
extern const struct auth_import import_powers; /* account_import.c */

#endif
