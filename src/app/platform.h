/* The routes of the platform itself (health, version, OpenAPI, problems) and the product's HTTP hooks. */
#ifndef APP_PLATFORM_H
#define APP_PLATFORM_H

#include "http/server.h"

#define VOBE_VERSION "0.1.0"

extern const struct route platform_routes[], platform_admin_routes[], reindex_routes[];
extern const struct http_hooks platform_hooks;

#endif
