/* Predicates over valid UTF-8 that field formats need. Private to core. */
#ifndef CORE_TEXT_SCAN_H
#define CORE_TEXT_SCAN_H

#include <stdbool.h>

/*
 * Nothing in it can be seen: white space, what fonts ignore (Default_Ignorable_Code_Point), controls and
 * formats, letters that look like blanks, marks without a base. Empty text is blank.
 */
bool text_is_blank(const char *s);

bool text_has_line_break(const char *s); /* the mandatory breaks of UAX 14: LF, VT, FF, CR, NEL, LS, PS */
bool text_is_slug(const char *s);        /* [a-z0-9]+ joined by single hyphens */

#endif
