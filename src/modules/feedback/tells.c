/* What feedback tells. */
#include "contracts/feedback.h"

TELLS(FEEDBACK_EVENTS);
