/* See state.h: server.c fills it in. */
#include "http/state.h"

struct server server;
