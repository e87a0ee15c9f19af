/* Methods that routes may have. */
#ifndef HTTP_METHODS_H
#define HTTP_METHODS_H

#include "vobe/http.h"

enum { METHODS = METHOD_DELETE + 1 };

extern const char *const method_names[METHODS];

/* A set of 1 << method as the value of Allow, in the arena; HEAD and OPTIONS come with the others. */
const char *methods_text(struct arena *a, unsigned set);

#endif
