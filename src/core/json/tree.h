/* How a tree of cJSON's grows in an arena. Private to core/json. */
#ifndef CORE_TREE_H
#define CORE_TREE_H

#include "vobe/arena.h"

#include <cjson/cJSON.h>

/* A new last child, empty. As cJSON has it, the first child's `prev` is the last. */
static inline cJSON *tree_append(struct arena *a, cJSON *parent)
{
	cJSON *new = ARENA_NEW(a, cJSON);

	new->prev = new;
	if (parent->child) {
		new->prev = parent->child->prev;
		parent->child->prev->next = new;
		parent->child->prev = new;
	} else {
		parent->child = new;
	}
	return new;
}

#endif
