/* Methods that routes may have. */
#include "http/route/methods.h"
#include "vobe/buf.h"

const char *const method_names[METHODS] = {
	[METHOD_GET] = "GET",     [METHOD_POST] = "POST",     [METHOD_PUT] = "PUT",
	[METHOD_PATCH] = "PATCH", [METHOD_DELETE] = "DELETE",
};

const char *methods_text(struct arena *a, unsigned set)
{
	struct buf b = {.arena = a};
	for (int m = 0; m < METHODS; m++)
		if (set >> m & 1) {
			buf_str(&b, method_names[m]);
			buf_str(&b, m == METHOD_GET ? ", HEAD, " : ", ");
		}
	buf_str(&b, "OPTIONS");
	return buf_text(&b);
}
