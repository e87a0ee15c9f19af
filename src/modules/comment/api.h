/* The route tables of the module. */
#ifndef COMMENT_API_H
#define COMMENT_API_H

#include "modules/comment/thread.h"

extern const struct route comment_routes[], thread_routes[];

#endif
