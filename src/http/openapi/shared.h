/* What operations share: parameters and headers, the answers that many have, the shape of errors. */
#ifndef HTTP_SHARED_H
#define HTTP_SHARED_H

#include "vobe/problem.h"

/* Statuses of errors that many routes have, each with a shared response; ends with one without a name. */
struct shared_error {
	const char *name;
	struct problem problem; /* the usual one of that status */
};
extern const struct shared_error shared_errors[];

/* The usual problem of that status; NULL: no shared response has it. */
err shared_error_of(int status);

/* The member "content" of an error's response: between open and close its examples may be written. */
void error_open(bool oauth);
void error_close(void);

/* A member of "examples". */
void error_example(err e, bool oauth);

/* The member "headers" of an error's response. */
void headers_write(int status);
void header_ref(const char *name);
void limit_headers_write(void);

/* Members of "components", and of its "schemas". */
void shared_write(void);
void shared_schemas_write(void);

#endif
