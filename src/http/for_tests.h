/* Doors of http that only tests open. */
#ifndef HTTP_FOR_TESTS_H
#define HTTP_FOR_TESTS_H

#include "http/server.h"

void http_read_stats(struct http_stats *out);

#endif
