/* What chat tells. */
#include "contracts/chat.h"

TELLS(CHAT_EVENTS);
