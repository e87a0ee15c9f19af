/*
 * Changing a document before it is read: what an import makes fit. Texts are the caller's and must live as
 * long as the document; what is taken out stays in the arena.
 */
#ifndef CORE_JSON_EDIT_H
#define CORE_JSON_EDIT_H

#include "core/json/json.h"

/* A value of a document that is the caller's own. */
struct json *json_editable(const struct json *v);

/* The member of that name in an object, to be changed; NULL: none, or no object. */
struct json *json_edit(const struct json *object, const char *name);

void json_become_null(struct json *v);
void json_become_text(struct json *v, const char *text);
void json_become_integer(struct json *v, int64_t n);

void json_rename(struct json *member, const char *name);
void json_take_out(struct json *object, struct json *member);

/* Leaves the first `count` elements of a list. */
void json_cut_list(struct json *list, int count);

/* A new member at the end of an object. */
void json_add_integer(struct arena *a, struct json *object, const char *name, int64_t n);

#endif
