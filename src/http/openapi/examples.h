/* Values that show what is meant, and obey the rules that stand beside them. */
#ifndef HTTP_EXAMPLES_H
#define HTTP_EXAMPLES_H

#include "http/openapi/components.h"

/* As the value of `name`: the field's own example, or one made from its type and limits. */
void example_of_field(const char *name, const struct field *f, const struct view_of *as);

/* A whole struct as such a body or answer shows it. */
void example_of_struct(const char *name, const struct schema *s, const struct view_of *as);

/* What a field is when it is absent, as "default". */
void example_default(const struct field *f);

#endif
