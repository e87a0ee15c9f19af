/* The JSON Schema (2020-12) of a field, from its row: every rule that is checked is said. */
#ifndef HTTP_FIELDS_H
#define HTTP_FIELDS_H

#include "http/openapi/components.h"

/* The schema of a field as the value of `name`; structs it holds become components. */
void field_schema(const char *name, const struct field *f, const struct view_of *as);

#endif
