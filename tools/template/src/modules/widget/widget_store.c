/* The statements of widgets, and the changes made of them. */
#include "modules/widget/widget.h"

SCHEMA(widget_query, WIDGET_QUERY_FIELDS, "A page of widgets");

QUERY_ROW(widget_find, by_id, widget, "SELECT $* FROM widgets WHERE id = $id");

QUERY(widgets_page, widget_query, widget,
      "SELECT $* FROM widgets WHERE (created_at, id) < ($time, $id)"
      " ORDER BY created_at DESC, id DESC LIMIT $limit");

static COMMAND(widget_insert, widget,
	       "INSERT INTO widgets (id, title, created_by, created_at)"
	       " VALUES ($id, $title, $created_by, $created_at)");

void widget_add(struct change *ch, const struct widget *it)
{
	widget_insert(ch, it);
	tell_widget_created(ch, it->id, it->version,
			    &(struct widget_event){
				    .widget_id = it->id,
				    .title = it->title,
				    .created_by = it->created_by,
				    .created_at = it->created_at,
			    });
}
