/* Where the log goes; vobe/log.h writes to it. */
#ifndef CORE_LOGGING_H
#define CORE_LOGGING_H

#include "vobe/log.h"

enum log_format { LOG_AUTO, LOG_JSON, LOG_TEXT }; /* AUTO: text if the descriptor is a terminal */

void log_open(int fd, enum log_level least, enum log_format format);

/* Where lines go, and whether as JSON: for who cannot wait until log_write has its lock. */
void log_target(int *fd, bool *json);

/* What log_context was last given on this thread, for the task switch to put back. */
const char *log_context_now(void);

#endif
