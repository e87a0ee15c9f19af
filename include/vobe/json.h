/* The gate that a JSON text must pass before a parser may see it. */
#ifndef VOBE_JSON_H
#define VOBE_JSON_H

#include "vobe/arena.h"

#include <stddef.h>

/*
 * Why and where a text is not JSON as we take it (RFC 8259, RFC 7493): "byte 17 (line 1, column 18):
 * duplicate member \"a\"". Bytes count from 0. NULL: it is valid, and nested at most 32 deep, so that a
 * parser that recurses stays on its stack. In the arena.
 */
const char *json_fault(struct arena *a, const char *text, size_t len);

#endif
