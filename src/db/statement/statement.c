/* Prepared statements: compared with the server's description once, then structs in and rows out. */
#include "db/statement/statement.h"

#include "core/memory/memory.h"
#include "db/statement/codec.h"
#include "vobe/log.h"

#include <stdlib.h>
#include <string.h>

enum { BINARY = 1, ROOM_PARAMETERS = 200 };

/* --- What is declared --- */

extern const struct statement_table __start_vobe_statements[] __attribute__((weak));
extern const struct statement_table __stop_vobe_statements[] __attribute__((weak));

const struct statement_table *statements_begin(void)
{
	return __start_vobe_statements;
}

const struct statement_table *statements_end(void)
{
	return __stop_vobe_statements;
}

/* --- The boot check --- */

static const char *compare_array(struct arena *a, const struct prepared *p, const struct parameter *parameter)
{
	char room[32];
	const Oid wanted = p->each->parameters[parameter->place].oid;
	if (codec_element(parameter->oid) == wanted)
		return NULL;
	return arena_fmt(a, "parameter $%s: %s takes %s, so for several an array of it is sent; write a cast",
			 parameter->field->name, p->each->st->name, codec_oid_name(wanted, room));
}

static const char *compare_arrays(struct arena *a, struct prepared *p, const PGresult *description)
{
	const char *fault = NULL;
	for (int i = 0; i < p->parameter_count && !fault; i++) {
		p->parameters[i].oid = PQparamtype(description, i);
		fault = compare_array(a, p, &p->parameters[i]);
	}
	return fault;
}

static const char *compare_parameters(struct arena *a, struct prepared *p, const PGresult *description)
{
	char room[32];
	if (p->each)
		return compare_arrays(a, p, description);
	for (int i = 0; i < p->parameter_count; i++) {
		struct parameter *parameter = &p->parameters[i];
		const struct field *f = parameter->field;
		parameter->oid = PQparamtype(description, i);
		if (!codec_accepts(f->type, parameter->oid))
			return arena_fmt(
				a,
				"parameter $%s: the field of \"%s\" is %s, the server takes %s; make it %s, "
				"or write a cast",
				f->name, p->st->in->name, codec_type_name(f->type),
				codec_oid_name(parameter->oid, room), codec_sql_types(f->type));
	}
	return NULL;
}

static const char *compare_column(struct arena *a, struct prepared *p, const char *name, Oid oid,
				  struct column *column)
{
	char room[32];
	const struct field *f = schema_field(p->st->out, name);
	if (!f)
		return arena_fmt(a,
				 "column \"%s\" is no field of \"%s\"; name it with AS, add the field, or "
				 "leave the column out",
				 name, p->st->out->name);
	if (!codec_accepts(f->type, oid))
		return arena_fmt(a,
				 "column \"%s\": the field of \"%s\" is %s, the server sends %s; make it %s, "
				 "or write a cast",
				 name, p->st->out->name, codec_type_name(f->type), codec_oid_name(oid, room),
				 codec_sql_types(f->type));
	*column = (struct column){.type = f->type, .oid = oid, .offset = f->offset};
	return NULL;
}

static const char *refuse_double_column(struct arena *a, const struct prepared *p,
					const PGresult *description)
{
	for (int i = 1; i < p->column_count; i++)
		for (int j = 0; j < i; j++)
			if (p->columns[i].offset == p->columns[j].offset)
				return arena_fmt(
					a, "column \"%s\" comes twice; name one of them otherwise with AS",
					PQfname(description, i));
	return NULL;
}

static bool is_read_together(const struct prepared *p)
{
	return p->each && p->st->out;
}

/* The columns are those of the statement for one, and behind them comes the place. */
static const char *compare_place(struct arena *a, const struct prepared *p, const PGresult *description)
{
	const struct prepared *each = p->each;
	const int place = p->column_count;
	bool alike = each->column_count == place;
	for (int i = 0; alike && i < place; i++)
		alike = p->columns[i].offset == each->columns[i].offset &&
			p->columns[i].oid == each->columns[i].oid;
	if (alike && !strcmp(PQfname(description, place), "place") &&
	    codec_accepts(TYPE_INT, PQftype(description, place)))
		return NULL;
	return arena_fmt(a,
			 "`together` returns the columns of %s in the same order, and behind them place, a "
			 "bigint (WITH ORDINALITY)",
			 each->st->name);
}

static const char *compare_columns(struct arena *a, struct prepared *p, const PGresult *description)
{
	int count = PQnfields(description) - is_read_together(p);
	if (!p->st->out)
		return count == 0 || p->st->rows > 0
			       ? NULL
			       : arena_fmt(a, "column \"%s\" is returned, but there is no `out` to take it",
					   PQfname(description, 0));
	if (count == 0)
		return arena_fmt(
			a,
			"no columns are returned to fill `out` (%s); add RETURNING $*, or leave `out` away",
			p->st->out->name);
	p->columns = ARENA_ARRAY(a, struct column, (size_t)count);
	p->column_count = count;
	for (int i = 0; i < count; i++) {
		const char *fault = compare_column(a, p, PQfname(description, i), PQftype(description, i),
						   &p->columns[i]);
		if (fault)
			return fault;
	}
	const char *fault = is_read_together(p) ? compare_place(a, p, description) : NULL;
	return fault ? fault : refuse_double_column(a, p, description);
}

const char *statement_compare(struct arena *a, struct prepared *p, const PGresult *description)
{
	const char *fault = compare_parameters(a, p, description);
	if (!fault)
		fault = compare_columns(a, p, description);
	if (fault)
		return fault;
	if (p->st->out) {
		void *blank = arena_alloc(a, p->st->out->size);
		schema_clear(p->st->out, blank);
		p->blank = blank;
	}
	p->is_described = true;
	return NULL;
}

/* --- Parameters --- */

bool statement_encode(const struct prepared *p, const void *in, struct buf *out)
{
	for (int i = 0; i < p->parameter_count; i++) {
		const struct parameter *parameter = &p->parameters[i];
		const char *fault = codec_write(out, parameter->field->type, parameter->oid,
						(const char *)in + parameter->field->offset);
		if (fault) {
			log_error("parameter_refused", "statement %s: $%s %s", p->st->name,
				  parameter->field->name, fault);
			return false;
		}
	}
	return true;
}

/* --- Of a statement for several --- */

const char *statement_place(struct arena *a, struct prepared *together)
{
	const struct prepared *each = together->each;
	if (each->st->rows || (each->st->out && statement_writes(each->st->sql)))
		return "`together` of a change goes with neither `rows` nor returned rows; leave one of them "
		       "out";
	for (int i = 0; i < together->parameter_count; i++) {
		struct parameter *parameter = &together->parameters[i];
		int place = 0;
		while (place < each->parameter_count && each->parameters[place].field != parameter->field)
			place++;
		if (place == each->parameter_count)
			return arena_fmt(a, "$%s is no parameter of the statement for one",
					 parameter->field->name);
		parameter->place = place;
	}
	return NULL;
}

static const char *parameter_at(const char *parameters, int place)
{
	for (int32_t len; place > 0; place--) {
		memcpy(&len, parameters, sizeof len);
		parameters += sizeof len + (size_t)(len < 0 ? 0 : len);
	}
	return parameters;
}

void statement_encode_together(const struct prepared *p, const char *const *each, int count, struct buf *out)
{
	const char **values = ARENA_ARRAY(out->arena, const char *, (size_t)count);
	for (int i = 0; i < p->parameter_count; i++) {
		for (int j = 0; j < count; j++)
			values[j] = parameter_at(each[j], p->parameters[i].place);
		codec_write_array(out, codec_element(p->parameters[i].oid), values, count);
	}
}

bool statement_send(const struct prepared *p, PGconn *conn, const char *parameters)
{
	const char *values[ROOM_PARAMETERS];
	int lengths[ROOM_PARAMETERS], formats[ROOM_PARAMETERS];
	for (int i = 0; i < p->parameter_count; i++) {
		int32_t len;
		memcpy(&len, parameters, sizeof len);
		parameters += sizeof len;
		values[i] = len < 0 ? NULL : parameters;
		lengths[i] = len < 0 ? 0 : len;
		formats[i] = BINARY;
		parameters += lengths[i];
	}
	return PQsendQueryPrepared(conn, p->st->name, p->parameter_count, values, lengths, formats, BINARY) ==
	       1;
}

/* --- Rows --- */

void statement_read_row(const struct prepared *p, struct arena *a, const PGresult *result, int row, void *out)
{
	memcpy(out, p->blank, p->st->out->size);
	for (int i = 0; i < p->column_count; i++) {
		const struct column *c = &p->columns[i];
		int len = PQgetlength(result, row, i); /* 0 for null as well as for empty text */
		if (len > 0 || !PQgetisnull(result, row, i))
			codec_read(a, c->type, c->oid, PQgetvalue(result, row, i), len,
				   (char *)out + c->offset);
	}
}

void *statement_read_rows(const struct prepared *p, struct arena *a, const PGresult *result, int first,
			  int count)
{
	size_t size = p->st->out->size;
	char *rows = arena_array(a, (size_t)count, size);
	for (int i = 0; i < count; i++)
		statement_read_row(p, a, result, first + i, rows + (size_t)i * size);
	return rows;
}

int statement_place_of(const struct prepared *together, const PGresult *result, int row)
{
	int64_t place;
	const int column = together->column_count;
	codec_read(NULL, TYPE_INT, PQftype(result, column), PQgetvalue(result, row, column), sizeof place,
		   &place);
	return (int)place - 1;
}

/* A packed row: each column behind its length, which is mostly one byte. */
enum { PACKED_NULL = 255, PACKED_LONG = 254 /* four bytes of length follow */ };

static int packed_length(const PGresult *result, int row, int column, int but)
{
	return column == but || PQgetisnull(result, row, column) ? -1 : PQgetlength(result, row, column);
}

size_t statement_packed_size(const struct prepared *p, const PGresult *result, int row, int but)
{
	size_t bytes = 0;
	for (int i = 0; i < p->column_count; i++) {
		int32_t len = packed_length(result, row, i, but);
		bytes += 1 + (len >= PACKED_LONG ? sizeof len : 0) + (len > 0 ? (size_t)len : 0);
	}
	return bytes;
}

void statement_pack(const struct prepared *p, const PGresult *result, int row, int but, char *to)
{
	for (int i = 0; i < p->column_count; i++) {
		int32_t len = packed_length(result, row, i, but);
		*to++ = (char)(len < 0 ? PACKED_NULL : len < PACKED_LONG ? len : PACKED_LONG);
		if (len >= PACKED_LONG)
			to = mempcpy(to, &len, sizeof len);
		if (len > 0)
			to = mempcpy(to, PQgetvalue(result, row, i), (size_t)len);
	}
}

void statement_read_packed(const struct prepared *p, struct arena *a, const char *packed, void *out)
{
	memcpy(out, p->blank, p->st->out->size);
	for (int i = 0; i < p->column_count; i++) {
		const struct column *c = &p->columns[i];
		int32_t len = (unsigned char)*packed++;
		if (len == PACKED_NULL)
			continue;
		if (len == PACKED_LONG) {
			memcpy(&len, packed, sizeof len);
			packed += sizeof len;
		}
		codec_read(a, c->type, c->oid, packed, len, (char *)out + c->offset);
		packed += len;
	}
}
