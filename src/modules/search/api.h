/* The module's routes. */
#ifndef SEARCH_API_H
#define SEARCH_API_H

#include "vobe/http.h"

extern const struct route search_routes[];

#endif
