/* widget: what it is for, in one line. */
#include "modules/widget/widget.h"
#include "vobe/module.h"

static const struct route *const routes[] = {widget_routes, NULL};

const struct module widget_module = {
	.name = "widget",
	.routes = routes,
	.tells = ALL_EVENTS(WIDGET_EVENTS),
};
