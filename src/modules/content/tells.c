/* What content tells. */
#include "contracts/content.h"

TELLS(CONTENT_EVENTS);
