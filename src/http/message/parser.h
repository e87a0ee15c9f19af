/*
 * Reads request heads and chunked bodies (RFC 9112). Pure: bytes in, structure out. No I/O, no memory of its
 * own, and the outcome does not depend on how the bytes were split on the way.
 */
#ifndef HTTP_PARSER_H
#define HTTP_PARSER_H

#include "vobe/problem.h"

#include <stddef.h>
#include <stdint.h>

enum { HEAD_MAX = 8192, TARGET_MAX = 4096, FIELDS_MAX = 64, METHOD_MAX = 32 };

enum verb { VERB_GET, VERB_HEAD, VERB_POST, VERB_PUT, VERB_PATCH, VERB_DELETE, VERB_OPTIONS, VERB_OTHER };

/* Header fields that the server reads itself, the shortest names first: so few are looked at for each line.
 */
enum known_field {
	FIELD_HOST,
	FIELD_EXPECT,
	FIELD_ORIGIN,
	FIELD_IF_MATCH,
	FIELD_CONNECTION,
	FIELD_TRACEPARENT,
	FIELD_CONTENT_TYPE,
	FIELD_X_REQUEST_ID,
	FIELD_AUTHORIZATION,
	FIELD_IF_NONE_MATCH,
	FIELD_CONTENT_LENGTH,
	FIELD_IDEMPOTENCY_KEY,
	FIELD_ACCEPT_ENCODING,
	FIELD_X_FORWARDED_FOR,
	FIELD_CONTENT_ENCODING,
	FIELD_TRANSFER_ENCODING,
	FIELD_X_FORWARDED_PROTO,
	FIELD_ACCESS_CONTROL_REQUEST_METHOD,
	FIELD_ACCESS_CONTROL_REQUEST_HEADERS,
	FIELD_OTHER,
	FIELDS_KNOWN = FIELD_OTHER
};

/* A part of the head, as offsets from its first byte, so that the buffer may move. */
struct span {
	uint16_t at, len;
};

struct head_field {
	struct span name, value; /* the value without blanks at its ends */
	enum known_field known;
};

struct head {
	enum verb verb;
	int minor;                       /* of HTTP/1.minor: 0 or 1 */
	struct span method, path, query; /* the path as sent, empty for "http://host" */
	struct span authority;           /* of absolute-form */
	int field_count;
	bool keep_alive, chunked, has_length, expects_continue;
	uint64_t length;            /* of the body, when has_length */
	int8_t first[FIELDS_KNOWN]; /* index of the first field of a kind, -1: none */
	struct head_field fields[FIELDS_MAX];

	/* The reader's own: where the current line begins, and up to where no line end was found. */
	uint32_t line, scanned;
};

enum reading { READ_MORE, READ_DONE, READ_FAULT };

void head_reset(struct head *h);

/*
 * Reads on in the bytes of one head; `bytes` begins at its first byte in every call, `len` grows. READ_DONE:
 * *used bytes were the head. READ_FAULT: *fault says what is wrong; the connection cannot be used any
 * further.
 */
enum reading head_read(struct head *h, const char *bytes, size_t len, size_t *used, err *fault);

/* The next field of that kind behind `previous` (-1: the first); -1 when there is none. */
int head_next(const struct head *h, enum known_field kind, int previous);

/* A chunked body on its way (RFC 9112 section 7.1). Zero is the start. */
struct chunks {
	enum {
		CHUNK_SIZE,
		CHUNK_EXTENSION, /* behind ';', blanks before the name */
		CHUNK_NAME,
		CHUNK_NAME_END, /* blanks behind it */
		CHUNK_VALUE,    /* behind '=', blanks before the value */
		CHUNK_TOKEN,
		CHUNK_QUOTED,
		CHUNK_ESCAPED,   /* behind a backslash in quotes */
		CHUNK_VALUE_END, /* behind the value */
		CHUNK_SIZE_LF,
		CHUNK_DATA,
		CHUNK_DATA_CR,
		CHUNK_DATA_LF,
		CHUNK_TRAILER,
		CHUNK_TRAILER_NAME,
		CHUNK_TRAILER_VALUE,
		CHUNK_TRAILER_LF,
		CHUNK_END_LF,
	} state;
	uint64_t left;    /* bytes of the chunk still to come */
	unsigned digits;  /* of the size read so far */
	unsigned ignored; /* bytes of extensions and trailers, which are dropped */
};

/*
 * Reads on. *used bytes were consumed; *data and *data_len are the piece of the body among them (none: 0).
 * Call again until READ_MORE with nothing left, READ_DONE (end of the body) or READ_FAULT.
 */
enum reading chunks_read(struct chunks *c, const char *bytes, size_t len, size_t *used, const char **data,
			 size_t *data_len, err *fault);

#endif
