/*
 * What a module counts for its operators: one field list, whose descriptions are shown with the numbers, and
 * one statement.
 *
 *	#define COMMENT_FIGURES(F, T) F(T, INT, comments, 0, "Comments that can be seen")
 *	STRUCT(comment_figures, COMMENT_FIGURES);
 *	SCHEMA(comment_figures, COMMENT_FIGURES, "What comment counts");
 *	FIGURES(comment_figures, "SELECT count(*) AS comments FROM comments WHERE NOT is_deleted");
 *
 * All are INT. The linker gathers what is declared: GET /admin/stats shows it.
 */
#ifndef VOBE_FIGURES_H
#define VOBE_FIGURES_H

#include "vobe/db.h"

struct figures {
	const char *module;
	const struct schema *schema;
	err (*read)(struct ctx *cx, void *row); /* a row of the schema. Suspends */
};

#define FIGURES(TAG, SQL)                                                                          \
	static QUERY_ROW(TAG##_counted, none, TAG, SQL, .lane = LANE_SLOW);                        \
	static err TAG##_read(struct ctx *cx, void *row)                                           \
	{                                                                                          \
		return TAG##_counted(cx, row);                                                     \
	}                                                                                          \
	static const struct figures TAG##_row SEAM_ROW(vobe_figures) = {MODULE, &TAG##_schema, TAG##_read}

#endif
