/* What widget tells. */
#include "contracts/widget.h"

TELLS(WIDGET_EVENTS);
