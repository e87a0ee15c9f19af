/* Predicates over valid UTF-8 that field formats need. Private to core. */
#ifndef CORE_TEXT_SCAN_H
#define CORE_TEXT_SCAN_H

#include <stdbool.h>

bool text_has_line_break(const char *s); /* the mandatory breaks of UAX 14: LF, VT, FF, CR, NEL, LS, PS */
bool text_is_slug(const char *s);        /* [a-z0-9]+ joined by single hyphens */

#endif
