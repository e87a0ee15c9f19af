/* What comment tells. */
#include "contracts/comment.h"

TELLS(COMMENT_EVENTS);
