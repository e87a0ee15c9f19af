/* A list of texts as jsonb: an array of strings. The other shape of TEXTS, beside text[]. */
#ifndef DB_CODEC_WORDS_H
#define DB_CODEC_WORDS_H

#include "vobe/buf.h"
#include "vobe/schema.h"

/* Appends the array as JSON text, without the length and version that jsonb's binary format begins with. */
void codec_words_write(struct buf *out, const struct texts *list);

/* The strings of an array as the server prints it. What is no string is left out; what is no array is empty.
 */
struct texts codec_words_read(struct arena *a, const char *json, size_t len);

#endif
