/* What search tells. */
#include "contracts/search.h"

TELLS(SEARCH_EVENTS);
