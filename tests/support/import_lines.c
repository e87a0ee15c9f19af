#include "support/import_lines.h"

#include "core/json/json.h"
#include "core/schema/walk.h"

#include <stdio.h>
#include <string.h>

static void refuse(struct ctx *cx, struct import_outcome *o, err e)
{
	*o = (struct import_outcome){.fate = IMPORT_REFUSED};
	for (int i = 0; i < e->fault_count; i++)
		fault_add(cx->arena, &o->faults, e->faults[i].pointer, e->faults[i].code, "%s",
			  e->faults[i].detail);
}

err import_lines(struct ctx *cx, const struct importer *to, const char *const *lines, int count,
		 enum import_mode mode, struct import_outcome *outcomes)
{
	const size_t size = to->schema->size;
	char *rows = arena_array(cx->arena, (size_t)count, size);
	uint64_t *given = ARENA_ARRAY(cx->arena, uint64_t, count);
	struct import_outcome *good = ARENA_ARRAY(cx->arena, struct import_outcome, count);
	int *places = ARENA_ARRAY(cx->arena, int, count), n = 0;

	for (int i = 0; i < count; i++) {
		const struct json *doc;
		TRY(json_parse(cx->arena, lines[i], strlen(lines[i]), &doc));
		err e = schema_decode(cx->arena, to->schema, doc, DECODE_LINE, rows + (size_t)n * size,
				      &given[n]);
		if (e)
			refuse(cx, &outcomes[i], e);
		else
			places[n++] = i;
	}
	TRY(to->take(cx,
		     &(struct import_batch){rows, given, ARENA_ARRAY(cx->arena, uint64_t, count), n, mode},
		     good));
	for (int i = 0; i < n; i++)
		outcomes[places[i]] = good[i];
	return NULL;
}

const char *import_fault(const struct import_outcome *o, const char *pointer)
{
	for (int i = 0; i < o->faults.count; i++)
		if (!strcmp(o->faults.at[i].pointer, pointer))
			return o->faults.at[i].detail;
	return NULL;
}

bool import_fates_are(const struct import_outcome *outcomes, const char *letters)
{
	static const char names[] = {[IMPORT_REFUSED] = 'R',  [IMPORT_ADDED] = 'A',   [IMPORT_PRESENT] = 'P',
				     [IMPORT_DIFFERS] = 'D',  [IMPORT_UPDATED] = 'U', [IMPORT_WAITS] = 'W',
				     [IMPORT_RESTORED] = 'B', [IMPORT_GONE] = 'G',    [IMPORT_REMOVED] = 'S'};
	bool same = true;

	for (int i = 0; letters[i]; i++) {
		same &= names[outcomes[i].fate] == letters[i];
		if (names[outcomes[i].fate] != letters[i])
			printf("line %d: %c, not %c; %s\n", i, names[outcomes[i].fate], letters[i],
			       outcomes[i].faults.count ? outcomes[i].faults.at[0].detail : "no fault");
	}
	return same;
}
