/* The vtable of contracts/search.h. */
#ifndef SEARCH_SERVICE_H
#define SEARCH_SERVICE_H

#include "contracts/search.h"

extern const struct search_service search_service;

#endif
