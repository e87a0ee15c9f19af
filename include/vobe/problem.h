/*
 * The one error type. An err is NULL when all is well, otherwise it points at a problem that maps
 * one to one to an RFC 9457 document. Problems are states ("the post is locked"), named in capitals.
 */
#ifndef VOBE_PROBLEM_H
#define VOBE_PROBLEM_H

#include <stdbool.h>

struct arena;
struct ctx;

/* One fault of the input. `pointer` is a JSON pointer (RFC 6901) into the body, or a parameter's name. */
struct fault {
	const char *pointer;
	const char *code;           /* stable, snake_case: "too_long", "unknown_field" */
	const char *detail;         /* says what to do */
	const struct problem *kind; /* what it is by itself ("slug_taken", 409); NULL: VALIDATION_FAILED */
};

struct problem {
	const char *code;    /* stable, snake_case; the identity of a problem */
	int status;          /* HTTP status */
	const char *title;   /* short, the same for every occurrence */
	const char *detail;  /* this occurrence: what happened and what to do next */
	const char *members; /* additional members as JSON text without braces ("\"allowed\":[\"draft\"]"), or
				NULL */
	const struct fault *faults;
	int fault_count;
	int retry_after_s; /* > 0: sent as Retry-After */
	bool contended;    /* somebody else holds what it needs: no fault of what was tried */
	const char *cause; /* for operators only, never sent: the server's words and SQLSTATE; NULL: none */
};

typedef const struct problem *err;

/*
 * Defines a problem constant that can be returned as it is: `return POST_LOCKED;`.
 * A constant of the same code may stand in several objects: compare with problem_is().
 */
#define PROBLEM(NAME, status_, code_, title_, detail_)                                             \
	__attribute__((unused)) static const struct problem NAME[1] = {                            \
		{.code = code_, .status = status_, .title = title_, .detail = detail_}}

#define TRY(call)                                                                                  \
	do {                                                                                       \
		err try_err_ = (call);                                                             \
		if (try_err_)                                                                      \
			return try_err_;                                                           \
	} while (0)

/* Whether `e` is the problem `kind`, by code. False for NULL. */
bool problem_is(err e, err kind);

/* `kind` with a detail for this occurrence, in the ctx's arena. */
err problem_detail(struct ctx *cx, err kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4), returns_nonnull));

/* All of `e`, whose arena ends before that of the ctx, in that one; NULL of NULL. */
err problem_keep(struct ctx *cx, err e);

/* `kind` with additional members, JSON text without the braces. */
err problem_members(struct ctx *cx, err kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4), returns_nonnull));

/* `kind` with its cause, for logs and dead letters; clients never see that. */
err problem_cause(struct ctx *cx, err kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4), returns_nonnull));

/* VALIDATION_FAILED with one fault. The strings are copied. */
err problem_fault(struct ctx *cx, const char *pointer, const char *code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5), returns_nonnull));

struct faults;

/* `kind` with these faults, each with a code of its own; NULL when there are none. */
err problem_with(struct arena *a, err kind, const struct faults *fs);

/* `kind` with one fault that says the same of the place `pointer`. */
err problem_at(struct ctx *cx, err kind, const char *pointer) __attribute__((returns_nonnull));

/* Collects faults, so that one answer names them all. Start with {0}. */
struct faults {
	struct fault *at;
	int count, room;
};
void fault_add(struct arena *a, struct faults *fs, const char *pointer, const char *code, const char *fmt,
	       ...) __attribute__((format(printf, 5, 6)));

/* Whether one is of that place. */
bool faults_at(const struct faults *fs, const char *pointer);

/* Adds those of `e`, each of its kind; of a place that has one already none is added. NULL adds none. */
void faults_take(struct arena *a, struct faults *fs, err e);

/*
 * NULL when there are none, else a problem holding them: of their kind if all are of one, of the first one's
 * if all are conflicts (409), else VALIDATION_FAILED.
 */
err faults_problem(struct arena *a, const struct faults *fs);

/* Problems every module may return. */
PROBLEM(BAD_REQUEST, 400, "bad_request", "Bad request", "The request could not be understood.");
PROBLEM(INVALID_CURSOR, 400, "invalid_cursor", "Invalid cursor",
	"The cursor does not belong to this list with this sort and these filters. Start again without "
	"`cursor`.");
PROBLEM(UNAUTHENTICATED, 401, "unauthenticated", "Sign in first",
	"Send `Authorization: Bearer <access token>`; POST /api/v1/auth/token gives one.");
PROBLEM(TOKEN_EXPIRED, 401, "token_expired", "Access token expired",
	"The access token has expired: get the next one with the refresh token.");
PROBLEM(TOKEN_INVALID, 401, "token_invalid", "Access token not accepted",
	"The access token is not one of this server's: sign in again.");
PROBLEM(SESSION_ENDED, 401, "session_ended", "Session ended", "The session has ended: sign in again.");
PROBLEM(FORBIDDEN, 403, "forbidden", "Not allowed", "Your account may see this, but may not do it.");
PROBLEM(NOT_FOUND, 404, "not_found", "Not found", "It does not exist, or you may not see it.");
PROBLEM(CONFLICT, 409, "conflict", "Conflict", "The state of the resource does not allow this.");
PROBLEM(EDIT_CONFLICT, 409, "edit_conflict", "Changed by somebody else",
	"It changed while you were editing. Read it again and repeat your change.");
PROBLEM(PRECONDITION_FAILED, 412, "precondition_failed", "Precondition failed",
	"If-Match does not match the current ETag. Read the resource again and repeat with its new ETag.");
PROBLEM(PAYLOAD_TOO_LARGE, 413, "payload_too_large", "Too large",
	"The body is larger than this route allows.");
PROBLEM(VALIDATION_FAILED, 422, "validation_failed", "Some fields are not valid",
	"See `errors`: each names a field and what it must be.");
PROBLEM(TOO_MANY_REQUESTS, 429, "too_many_requests", "Too many requests", "Wait for `Retry-After` seconds.");
PROBLEM(INTERNAL, 500, "internal", "Internal error",
	"This is our fault. Quote `request_id` when you report it.");
PROBLEM(UNAVAILABLE, 503, "unavailable", "Temporarily unavailable",
	"The service cannot answer just now. Repeat after `Retry-After` seconds.");
PROBLEM(OUTCOME_UNKNOWN, 503, "outcome_unknown", "Outcome unknown",
	"The database went away while your change was being committed; it may or may not have been made. "
	"Repeat with the same Idempotency-Key, or read before repeating.");
PROBLEM(CANCELLED, 503, "cancelled", "Cancelled", "The client went away, or the server is stopping.");
PROBLEM(DEADLINE_PASSED, 503, "deadline_passed", "Took too long",
	"The deadline of the request passed. Repeat later.");

#endif
