/* What artist tells. */
#include "contracts/artist.h"

TELLS(ARTIST_EVENTS);
