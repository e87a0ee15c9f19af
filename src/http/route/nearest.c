/* The path that a client may have meant, for answers of 404. */
#include "http/route/router.h"
#include "vobe/text.h"

#include <string.h>

/* How far a path may be: letters that differ, and two for each segment too many or too few. */
enum { FAR = 4, SEGMENT = 2 };

static int segment_distance(struct arena *a, const char *name, size_t len, const struct segment *s)
{
	if (name[0] == '{')
		return s->len ? 0 : SEGMENT;
	if (len == s->len && memcmp(name, s->at, len) == 0)
		return 0;
	return text_distance(arena_strn(a, name, len), arena_strn(a, s->at, s->len), FAR);
}

/* Of the path that `segments` are from a route's. */
static int path_distance(struct arena *a, const char *path, const struct segment *segments, int count)
{
	int distance = 0, i = 0;

	for (path++; *path && distance < FAR; i++) {
		size_t len = strcspn(path, "/");
		distance += i < count ? segment_distance(a, path, len, &segments[i]) : SEGMENT;
		path += len + (path[len] == '/');
	}
	return distance + (i < count ? (count - i) * SEGMENT : 0);
}

const char *router_nearest(struct arena *a, const struct segment *segments, int count)
{
	const char *nearest = NULL;
	int least = FAR;

	while (count > 0 && segments[count - 1].len == 0)
		count--;
	for (const struct endpoint *e = router_first(); e; e = e->next) {
		int distance = path_distance(a, e->path, segments, count);
		if (distance < least && e->path[1]) { /* the root is near to all */
			least = distance;
			nearest = e->path;
		}
	}
	return nearest;
}
