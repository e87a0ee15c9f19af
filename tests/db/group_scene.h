/* Many changes at once, each with its outcome: what the tests of group changes share. */
#ifndef DB_GROUP_SCENE_H
#define DB_GROUP_SCENE_H

#include "db/scene.h"

struct job {
	struct ctx cx;
	int index;           /* of the statement */
	struct item item;    /* what it takes */
	struct uuid touches; /* nil: nothing */
	const char *name;    /* touched as a name; NULL: none */
	bool alone;
	bool ended;
	int64_t took;
	char code[40]; /* of the problem, empty when fine */
};

/* Statements beside those of scene.h: an insert that takes 0.6 s, one longer than a statement may, ... */
enum { NAP = 100, NAP_TOO_LONG, BUMP_ITEM, ADOPT };

void open_group_scene(void);

void jobs_start(struct job *jobs, int count);
err jobs_end(struct ctx *cx, struct job *jobs, int count);

/* Inserts of items with names of their own. */
void jobs_make(struct ctx *cx, struct job *jobs, int count);
int jobs_with(const struct job *jobs, int count, const char *code);

int64_t number(const char *sql);
bool is_there(struct uuid id);

/* Writing connections are there, so that what comes next is sent at once. */
err warm_up(struct ctx *cx);

#endif
