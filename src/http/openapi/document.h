/* The description under construction, one buffer for all that write it; commas set themselves. */
#ifndef HTTP_DOCUMENT_H
#define HTTP_DOCUMENT_H

#include "vobe/buf.h"

extern struct buf openapi;

/* `name` is the member's name, NULL in arrays. */
void doc_open(const char *name, char bracket); /* '{' or '[' */
void doc_close(char bracket);                  /* '}' or ']' */
void doc_text(const char *name, const char *value);
void doc_int(const char *name, int64_t value);
void doc_raw(const char *name, const char *json);
void doc_members(const char *json); /* one or several, without braces */

#endif
