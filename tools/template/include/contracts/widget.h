/* What other modules may know of widget: what became of each. */
#ifndef CONTRACTS_WIDGET_H
#define CONTRACTS_WIDGET_H

#include "vobe/event.h"

#define WIDGET_EVENT_FIELDS(F, T)                                                                  \
	F(T, UUID, widget_id, IN, "The widget; also the aggregate")                                \
	F(T, TEXT, title, IN, "Its title")                                                         \
	F(T, UUID, created_by, IN, "Who made it")                                                  \
	F(T, TIME, created_at, IN, "When it was made")
PAYLOAD(widget_event, WIDGET_EVENT_FIELDS, "A widget changed");

#define WIDGET_EVENTS(E) E(widget_created, "widget.created", widget_event, 1)
EVENTS(WIDGET_EVENTS)

#endif
