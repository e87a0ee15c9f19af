/* Which fields of a struct a body or an answer has. */
#ifndef HTTP_SHOWN_H
#define HTTP_SHOWN_H

#include "http/openapi/components.h"

/* Whether clients may send it in such a body, or are shown it in such an answer. */
bool field_is_shown(const struct field *f, const struct view_of *as);

/* Whether such a body or answer always has it. */
bool field_is_required(const struct field *f, const struct view_of *as);

#endif
