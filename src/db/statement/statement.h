/* Prepared statements: the rewriting of their SQL, the comparison with the server's description, rows in and
 * out. */
#ifndef DB_STATEMENT_H
#define DB_STATEMENT_H

#include "vobe/buf.h"
#include "vobe/db.h"

#include <libpq-fe.h>

struct pool;

/* What the macros of vobe/statement.h declare, in this whole program: the linker's table. Empty when there is
 * none. */
const struct statement_table *statements_begin(void);
const struct statement_table *statements_end(void);

struct parameter {
	const struct field *field;
	Oid oid;
	int place; /* of a statement for several: which parameter of the one for each it is an array of */
};

struct column {
	enum type type;
	Oid oid;
	size_t offset;
};

/* A statement in a pool. Its name on the server is st->name. */
struct prepared {
	struct statement *st;
	struct pool *pool;
	const char *sql; /* as the server gets it: $1, $2 ... */
	struct parameter *parameters;
	struct column *columns;
	int parameter_count, column_count;
	const void *blank;               /* a row of st->out, cleared */
	const char *fault;               /* of the SQL as written, or NULL */
	bool is_described;               /* and compared: may be used */
	const struct prepared *together; /* the statement for several, or NULL */
	struct gathering *gathering;     /* of a read for several: who waits for it */
	const struct prepared *each;     /* of that one: the statement it stands for */
};

/*
 * Fills p->sql and p->parameters from p->st: names become numbers, `$*` columns, and `rows` a call of
 * expect_rows in `schema`. NULL, or what is wrong and what to do, in the arena.
 */
const char *statement_rewrite(struct arena *a, const char *schema, struct prepared *p);

/* Whether a statement of that text writes, so that it goes with changes and not with reads. */
bool statement_writes(const char *sql);

/* Whether its outermost word is this verb: "insert". */
bool statement_does(const struct statement *st, const char *verb);

/* Compares PQdescribePrepared's answer with the schemas and keeps the types. NULL, or the fault. */
const char *statement_compare(struct arena *a, struct prepared *p, const PGresult *description);

/* Appends all parameters from the struct; false (and a log line) when one cannot be sent. */
bool statement_encode(const struct prepared *p, const void *in, struct buf *out);

/* The same of a statement for several: `each` are the parameters of the statement for one, as written. */
void statement_encode_together(const struct prepared *p, const char *const *each, int count, struct buf *out);

/* Whether the statement for several takes what that for one has. NULL, or the fault. */
const char *statement_place(struct arena *a, struct prepared *together);

/* Sends it on a connection in pipeline mode, with parameters as statement_encode wrote them. */
bool statement_send(const struct prepared *p, PGconn *conn, const char *parameters);

/* Reads one row of a result into *out; and the same from a row packed by statement_pack. */
void statement_read_row(const struct prepared *p, struct arena *a, const PGresult *result, int row,
			void *out);
void statement_read_packed(const struct prepared *p, struct arena *a, const char *packed, void *out);

/* `count` rows from `first` on as an array in the arena. */
void *statement_read_rows(const struct prepared *p, struct arena *a, const PGresult *result, int first,
			  int count);

/* Of a read for several: whose row it is, from 0 on. */
int statement_place_of(const struct prepared *together, const PGresult *result, int row);

/* A row in so many bytes, without the column `but`, which is null when it is read from there. */
size_t statement_packed_size(const struct prepared *p, const PGresult *result, int row, int but);
void statement_pack(const struct prepared *p, const PGresult *result, int row, int but, char *to);

#endif
