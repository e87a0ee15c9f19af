/* The chunked transfer coding (RFC 9112 section 7.1): sizes are bare hexadecimal digits, every line ends with
 * CR LF. */
#include "core/value/hex.h"
#include "http/message/parser.h"

#include <string.h>

PROBLEM(BAD_CHUNK, 400, "malformed_request", "Malformed request",
	"A chunk must be its size in hexadecimal digits, CR LF, as many bytes, CR LF; the last one has size "
	"0.");

/* clang-format off */
enum {
	SIZE_DIGITS_MAX = 8, /* 4 GiB: far above any body, far below overflow */
	IGNORED_MAX = 8192,  /* bytes of all extensions and trailers together */
};
/* clang-format on */

static bool is_text(char c)
{
	return c == '\t' || ((unsigned char)c >= ' ' && c != 0x7f);
}

static bool is_name_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c != 0 && strchr("!#$%&'*+-.^_`|~", c));
}

static bool read_size(struct chunks *c, char byte)
{
	int digit = hex_value(byte);
	if (digit >= 0) {
		c->left = c->left * 16 + (unsigned)digit;
		return ++c->digits <= SIZE_DIGITS_MAX;
	}
	if (c->digits == 0 || (byte != '\r' && byte != ';'))
		return false;
	c->state = byte == ';' ? CHUNK_EXTENSION : CHUNK_SIZE_LF;
	return true;
}

/* The first byte of a trailer line. */
static bool read_trailer(struct chunks *c, char byte)
{
	if (byte == '\r') {
		c->state = CHUNK_END_LF;
		return true;
	}
	c->state = CHUNK_TRAILER_NAME;
	return is_name_char(byte);
}

static bool read_ignored(struct chunks *c, char byte, int at_end)
{
	if (byte == '\r') {
		c->state = at_end;
		return true;
	}
	return is_text(byte) && ++c->ignored <= IGNORED_MAX;
}

static bool expect(struct chunks *c, char byte, char wanted, int then)
{
	c->state = then;
	return byte == wanted;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* What may stand behind a name or a value. */
static bool end_extension(struct chunks *c, char byte, int blanks)
{
	c->state = byte == '\r' ? CHUNK_SIZE_LF : byte == ';' ? CHUNK_EXTENSION : blanks;
	return byte == '\r' || byte == ';' || is_blank(byte);
}

static bool read_name(struct chunks *c, char byte)
{
	if (is_name_char(byte))
		return true;
	if (byte != '=')
		return end_extension(c, byte, CHUNK_NAME_END);
	c->state = CHUNK_VALUE;
	return true;
}

static bool read_value(struct chunks *c, char byte)
{
	if (is_blank(byte))
		return true;
	c->state = byte == '"' ? CHUNK_QUOTED : CHUNK_TOKEN;
	return byte == '"' || is_name_char(byte);
}

static bool read_quoted(struct chunks *c, char byte)
{
	if (byte == '"' || byte == '\\')
		c->state = byte == '"' ? CHUNK_VALUE_END : CHUNK_ESCAPED;
	return is_text(byte);
}

/* *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] ), RFC 9112 section 7.1.1; what it says is
 * dropped. */
static bool read_extension(struct chunks *c, char byte)
{
	if (++c->ignored > IGNORED_MAX)
		return false;
	switch (c->state) {
	case CHUNK_EXTENSION:
		if (!is_blank(byte))
			c->state = CHUNK_NAME;
		return is_blank(byte) || is_name_char(byte);
	case CHUNK_NAME: return read_name(c, byte);
	case CHUNK_NAME_END: return is_blank(byte) || (!is_name_char(byte) && read_name(c, byte));
	case CHUNK_VALUE: return read_value(c, byte);
	case CHUNK_TOKEN: return is_name_char(byte) || end_extension(c, byte, CHUNK_VALUE_END);
	case CHUNK_QUOTED: return read_quoted(c, byte);
	case CHUNK_ESCAPED: return expect(c, byte, byte, CHUNK_QUOTED) && is_text(byte);
	default: return end_extension(c, byte, CHUNK_VALUE_END);
	}
}

static bool read_trailer_name(struct chunks *c, char byte)
{
	if (byte == ':')
		c->state = CHUNK_TRAILER_VALUE;
	return ++c->ignored <= IGNORED_MAX && (byte == ':' || is_name_char(byte));
}

/* One byte of framing; false: a fault. */
static bool read_byte(struct chunks *c, char byte)
{
	switch (c->state) {
	case CHUNK_SIZE: return read_size(c, byte);
	case CHUNK_EXTENSION:
	case CHUNK_NAME:
	case CHUNK_NAME_END:
	case CHUNK_VALUE:
	case CHUNK_TOKEN:
	case CHUNK_QUOTED:
	case CHUNK_ESCAPED:
	case CHUNK_VALUE_END: return read_extension(c, byte);
	case CHUNK_SIZE_LF: return expect(c, byte, '\n', c->left ? CHUNK_DATA : CHUNK_TRAILER);
	case CHUNK_DATA_CR: return expect(c, byte, '\r', CHUNK_DATA_LF);
	case CHUNK_DATA_LF: c->digits = 0; return expect(c, byte, '\n', CHUNK_SIZE);
	case CHUNK_TRAILER: return read_trailer(c, byte);
	case CHUNK_TRAILER_NAME: return read_trailer_name(c, byte);
	case CHUNK_TRAILER_VALUE: return read_ignored(c, byte, CHUNK_TRAILER_LF);
	case CHUNK_TRAILER_LF: return expect(c, byte, '\n', CHUNK_TRAILER);
	case CHUNK_END_LF: return expect(c, byte, '\n', CHUNK_END_LF);
	case CHUNK_DATA: break;
	}
	return false;
}

enum reading chunks_read(struct chunks *c, const char *bytes, size_t len, size_t *used, const char **data,
			 size_t *data_len, err *fault)
{
	*data_len = 0;
	for (size_t i = 0; i < len; i++) {
		if (c->state == CHUNK_DATA) {
			*data = bytes + i;
			*data_len = len - i < c->left ? len - i : (size_t)c->left;
			c->left -= *data_len;
			if (c->left == 0)
				c->state = CHUNK_DATA_CR;
			*used = i + *data_len;
			return READ_MORE;
		}
		bool ends = c->state == CHUNK_END_LF;
		if (!read_byte(c, bytes[i])) {
			*fault = BAD_CHUNK;
			return READ_FAULT;
		}
		if (ends) {
			*used = i + 1;
			return READ_DONE;
		}
	}
	*used = len;
	return READ_MORE;
}
