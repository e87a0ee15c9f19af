/* Widgets: what one is, how they are read and written. */
#ifndef WIDGET_WIDGET_H
#define WIDGET_WIDGET_H

#include "contracts/widget.h"
#include "vobe/db.h"
#include "vobe/http.h"

#define MODULE "widget"

#define WIDGET_FIELDS(F, T)                                                                        \
	F(T, UUID, id, 0, "Identifier")                                                            \
	F(T, TEXT, title, IN | REQ, "Title, one line", .min = 1, .max = 200, .format = FORMAT_LINE) \
	F(T, UUID, created_by, 0, "Who made it")                                                   \
	F(T, TIME, created_at, 0, "When it was made")                                              \
	F(T, INT, version, NO_JSON, "Grows with each edit; in the ETag")
STRUCT(widget, WIDGET_FIELDS);
SCHEMA(widget, WIDGET_FIELDS, "A widget");

/* A page of them: up to `limit` that come after the key. */
#define WIDGET_QUERY_FIELDS(F, T)                                                                  \
	F(T, TIME, time, IN, "Key: created_at")                                                    \
	F(T, UUID, id, IN, "Key: id")                                                              \
	F(T, INT, limit, IN, "Rows")
STRUCT(widget_query, WIDGET_QUERY_FIELDS);

/* The widget of that id, or NOT_FOUND. */
err widget_find(struct ctx *cx, const struct by_id *in, struct widget *row);

/* The newest first. */
err widgets_page(struct ctx *cx, const struct widget_query *in, struct widget **out, int *count);

/* Adds it to the change, with the event. */
void widget_add(struct change *ch, const struct widget *it);

extern const struct route widget_routes[];

#endif
