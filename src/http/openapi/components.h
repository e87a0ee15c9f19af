/* The schemas of OpenAPI (JSON Schema 2020-12) from field lists. */
#ifndef HTTP_COMPONENTS_H
#define HTTP_COMPONENTS_H

#include "vobe/schema.h"

/* How a schema's struct appears: in answers, in bodies that create, in bodies that change. */
enum shape { SHAPE_OUT, SHAPE_NEW, SHAPE_PATCH };

/* Writes {"$ref":"#/components/schemas/..."} as the value of `name`; components_write then writes the
 * component. */
void component_ref(const char *name, const struct schema *s, enum shape shape, unsigned view,
		   const char *module);

/* The schema of a field as the value of `name`: `shape` decides what null and absence mean. */
void field_schema(const char *name, const struct field *f, enum shape shape, unsigned view,
		  const char *module);

/* Members of "schemas": every component referred to, and those they refer to. */
void components_write(void);
void components_forget(void);

#endif
