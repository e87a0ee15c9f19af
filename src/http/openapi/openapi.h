/*
 * The description of the API, OpenAPI 3.1, from route tables and field lists: what is documented is what runs.
 * http_openapi is in server.h. Its pieces write into one buffer; commas set themselves.
 */
#ifndef HTTP_OPENAPI_H
#define HTTP_OPENAPI_H

#include "http/route/router.h"
#include "vobe/buf.h"

void openapi_close(void);

/* The document under construction. `name` is the member's name, NULL in arrays. */
extern struct buf openapi;
void doc_open(const char *name, char bracket); /* '{' or '[' */
void doc_close(char bracket);                  /* '}' or ']' */
void doc_text(const char *name, const char *value);
void doc_int(const char *name, int64_t value);
void doc_raw(const char *name, const char *json);

/* How a schema's struct appears: in answers, in bodies that create, in bodies that change. */
enum shape { SHAPE_OUT, SHAPE_NEW, SHAPE_PATCH };

/* Writes {"$ref":"#/components/schemas/..."} as the value of `name`; components_write then writes the component. */
void component_ref(const char *name, const struct schema *s, enum shape shape, unsigned view, const char *module);

/* The schema of a field as the value of `name`: `shape` decides what null and absence mean. */
void field_schema(const char *name, const struct field *f, enum shape shape, unsigned view, const char *module);

/* Members of "schemas": every component referred to, and those they refer to. */
void components_write(void);
void components_forget(void);

#endif
