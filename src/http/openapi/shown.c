/* See shown.h. */
#include "http/openapi/shown.h"

bool field_is_shown(const struct field *f, const struct view_of *as)
{
	if (f->flags & NO_JSON)
		return false;
	if (as->shape != SHAPE_OUT)
		return f->flags & IN;
	return !(f->flags & NO_OUT) &&
	       (!f->view || f->view & (as->view | as->may_view | VIEW_OWN | VIEW_STAFF | VIEW_MEMBER));
}

/* In answers all but what depends on who asks and for what; in bodies what the field list demands. */
bool field_is_required(const struct field *f, const struct view_of *as)
{
	if (!field_is_shown(f, as) || as->shape == SHAPE_PATCH)
		return false;
	return as->shape == SHAPE_OUT ? !f->view || f->view & as->view : f->flags & REQ;
}
