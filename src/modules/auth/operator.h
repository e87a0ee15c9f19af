/* The operator's powers over accounts. */
#ifndef AUTH_OPERATOR_H
#define AUTH_OPERATOR_H

#include "contracts/operator/auth.h"

extern const struct auth_operator operator_powers;

#endif
