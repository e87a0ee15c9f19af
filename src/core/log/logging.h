/* Where the log goes; vobe/log.h writes to it. */
#ifndef CORE_LOGGING_H
#define CORE_LOGGING_H

#include "vobe/log.h"

enum log_format { LOG_AUTO, LOG_JSON, LOG_TEXT }; /* AUTO: text if the descriptor is a terminal */

void log_open(int fd, enum log_level least, enum log_format format);

/* What log_context was last given on this thread, for the task switch to put back. */
const char *log_context_now(void);

/* Lines lost because the descriptor was full or failing; the log never blocks the loop for more than one write. */
uint64_t log_lost(void);

#endif
