/* What auth tells. */
#include "contracts/auth.h"

TELLS(AUTH_EVENTS);
