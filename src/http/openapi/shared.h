/* What operations share: parameters and headers, the answers that many have, the shape of errors. */
#ifndef HTTP_SHARED_H
#define HTTP_SHARED_H

#include <stdbool.h>

/* Statuses of errors that many routes have, each with a shared response. */
enum { SHARED_ERRORS = 13 };
struct shared_error {
	int status;
	const char *name, *description;
};
extern const struct shared_error shared_errors[SHARED_ERRORS];

/* The member "content" of an error's response. */
void error_content_write(bool oauth);

/* Members of "components", and of its "schemas". */
void shared_write(void);
void shared_schemas_write(void);

#endif
