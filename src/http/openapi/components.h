/* The names that structs have in OpenAPI: what is referred to is remembered, to be written in the end. */
#ifndef HTTP_COMPONENTS_H
#define HTTP_COMPONENTS_H

#include "vobe/route.h"

/* How a schema's struct appears: in answers, in JSON bodies that create or change, in forms, as parameters.
 */
enum shape { SHAPE_OUT, SHAPE_NEW, SHAPE_PATCH, SHAPE_FORM, SHAPE_PARAMETER };

/* ... and what of it: the views that an answer shows, and those it may show by what was asked. */
struct view_of {
	enum shape shape;
	unsigned view, may_view;
	const char *module; /* whose route it is, for names that two modules have */
};

/* Writes {"$ref":"#/components/schemas/..."} as the value of `name`; components_write then writes the
 * component. */
void component_ref(const char *name, const struct schema *s, const struct view_of *as);

/* The member "$ref" alone. */
void component_is(const struct schema *s, const struct view_of *as);

/* The same of one form of a body, in a list. */
void variant_ref(const struct schema *s, const struct variant *v, const struct view_of *as);

enum { COMPONENT_NAME_MAX = 96 };
struct component {
	const struct schema *schema;
	const struct variant *variant; /* one form of it; NULL: all of it */
	struct view_of as;
	char name[COMPONENT_NAME_MAX];
};

/* The next one that was referred to and has not been given out yet; false: there is none. */
bool component_next(struct component *out);
void components_forget(void);

#endif
