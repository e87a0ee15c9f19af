/*
 * Requests and what must become of them: the status of the refusal, or 0 where the head is one to be
 * answered. Our own collection, after RFC 9112, so that strictness is tested where the public corpora are not
 * at hand.
 */
#ifndef TESTS_HTTP_PROBES_H
#define TESTS_HTTP_PROBES_H

#include <stddef.h>

struct probe {
	const char *name;
	const char *bytes;
	size_t len;
	int refused;
};

#define PROBE(name_, refused_, text) \
	{.name = name_, .bytes = text, .len = sizeof(text) - 1, .refused = refused_}
#define H "Host: x\r\n"
#define POST "POST / HTTP/1.1\r\n" H
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"
#define TEN "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define THOUSAND HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED
#define EIGHT_FIELDS "a: b\r\na: b\r\na: b\r\na: b\r\na: b\r\na: b\r\na: b\r\na: b\r\n"
#define FIELDS_63 EIGHT_FIELDS EIGHT_FIELDS EIGHT_FIELDS EIGHT_FIELDS EIGHT_FIELDS EIGHT_FIELDS EIGHT_FIELDS \
	"a: b\r\na: b\r\na: b\r\na: b\r\na: b\r\na: b\r\na: b\r\n"

static const struct probe probes[] = {
	/* Heads that are fine. */
	PROBE("plain", 0, "GET / HTTP/1.1\r\n" H "\r\n"),
	PROBE("empty lines before", 0, "\r\n\r\nGET / HTTP/1.1\r\n" H "\r\n"),
	PROBE("no host in 1.0", 0, "GET / HTTP/1.0\r\n\r\n"),
	PROBE("absolute form", 0, "GET http://X/ HTTP/1.1\r\n" H "\r\n"),
	PROBE("absolute form without path", 0, "GET http://x HTTP/1.1\r\n" H "\r\n"),
	PROBE("options of all", 0, "OPTIONS * HTTP/1.1\r\n" H "\r\n"),
	PROBE("host with port", 0, "GET / HTTP/1.1\r\nHost: example.com:8080\r\n\r\n"),
	PROBE("host in brackets", 0, "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"),
	PROBE("blanks around a value", 0, "GET / HTTP/1.1\r\nHost: \t x \t\r\n\r\n"),
	PROBE("empty value", 0, "GET / HTTP/1.1\r\n" H "X-Empty:\r\n\r\n"),
	PROBE("UTF-8 in a value", 0, "GET / HTTP/1.1\r\n" H "X-Name: \xd0\x96\r\n\r\n"),
	PROBE("query of a browser", 0, "GET /?q=[a|b]{}^` HTTP/1.1\r\n" H "\r\n"),
	PROBE("64 fields", 0, "GET / HTTP/1.1\r\n" H FIELDS_63 "\r\n"),
	PROBE("body", 0, POST "Content-Length: 5\r\n\r\nhello"),
	PROBE("body of zero", 0, POST "Content-Length: 0\r\n\r\n"),
	PROBE("chunks", 0, CHUNKED "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"),
	PROBE("no chunk", 0, CHUNKED "0\r\n\r\n"),
	PROBE("chunk size in capitals", 0, CHUNKED "0A\r\n" TEN "\r\n0\r\n\r\n"),
	PROBE("chunk extension", 0, CHUNKED "5;a=\"b\"\r\nhello\r\n0\r\n\r\n"),
	PROBE("trailers", 0, CHUNKED "5\r\nhello\r\n0\r\nX-Sum: 1\r\nX-More:\r\n\r\n"),
	PROBE("expects to go on", 0, POST "Content-Length: 0\r\nExpect: 100-Continue\r\n\r\n"),
	PROBE("expectation in 1.0", 0, "GET / HTTP/1.0\r\n" H "Expect: the moon\r\n\r\n"),

	/* Lines. */
	PROBE("LF after the request line", 400, "GET / HTTP/1.1\n" H "\r\n"),
	PROBE("LF after a field", 400, "GET / HTTP/1.1\r\nHost: x\n\r\n"),
	PROBE("LF for the empty line", 400, "GET / HTTP/1.1\r\n" H "\n"),
	PROBE("CR alone", 400, "GET / HTTP/1.1\r" H "\r\n"),
	PROBE("CR in a value", 400, "GET / HTTP/1.1\r\n" H "X: a\rb\r\n\r\n"),
	PROBE("NUL in a value", 400, "GET / HTTP/1.1\r\n" H "X: a\0b\r\n\r\n"),
	PROBE("DEL in a value", 400, "GET / HTTP/1.1\r\n" H "X: a\x7f\r\n\r\n"),
	PROBE("folded", 400, "GET / HTTP/1.1\r\n" H "X: a\r\n b\r\n\r\n"),
	PROBE("blank before the first field", 400, "GET / HTTP/1.1\r\n " H "\r\n"),
	PROBE("blank before the colon", 400, "GET / HTTP/1.1\r\nHost : x\r\n\r\n"),
	PROBE("no colon", 400, "GET / HTTP/1.1\r\n" H "X\r\n\r\n"),
	PROBE("no name", 400, "GET / HTTP/1.1\r\n" H ": a\r\n\r\n"),
	PROBE("UTF-8 in a name", 400, "GET / HTTP/1.1\r\n" H "X-\xd0\x96: a\r\n\r\n"),

	/* Request lines. */
	PROBE("two blanks", 400, "GET  / HTTP/1.1\r\n" H "\r\n"),
	PROBE("tab", 400, "GET\t/ HTTP/1.1\r\n" H "\r\n"),
	PROBE("blank at the end", 400, "GET / HTTP/1.1 \r\n" H "\r\n"),
	PROBE("no version", 400, "GET /\r\n" H "\r\n"),
	PROBE("half a version", 400, "GET / HTTP/1\r\n" H "\r\n"),
	PROBE("version in small letters", 400, "GET / http/1.1\r\n" H "\r\n"),
	PROBE("version 1.2", 505, "GET / HTTP/1.2\r\n" H "\r\n"),
	PROBE("preface of HTTP/2", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
	PROBE("method is no token", 400, "G(T / HTTP/1.1\r\n" H "\r\n"),
	PROBE("method too long", 400, HUNDRED " / HTTP/1.1\r\n" H "\r\n"),
	PROBE("target without slash", 400, "GET a HTTP/1.1\r\n" H "\r\n"),
	PROBE("authority form", 400, "CONNECT x:80 HTTP/1.1\r\n" H "\r\n"),
	PROBE("asterisk for GET", 400, "GET * HTTP/1.1\r\n" H "\r\n"),
	PROBE("fragment", 400, "GET /#a HTTP/1.1\r\n" H "\r\n"),
	PROBE("UTF-8 in the target", 400, "GET /caf\xc3\xa9 HTTP/1.1\r\n" H "\r\n"),
	PROBE("backslash in the path", 400, "GET /a\\b HTTP/1.1\r\n" H "\r\n"),
	PROBE("target too long", 414,
	      "GET /" THOUSAND THOUSAND THOUSAND THOUSAND HUNDRED " HTTP/1.1\r\n" H "\r\n"),
	PROBE("target without end", 414,
	      "GET /" THOUSAND THOUSAND THOUSAND THOUSAND THOUSAND THOUSAND THOUSAND THOUSAND HUNDRED
		      HUNDRED),
	PROBE("value too long", 431,
	      "GET / HTTP/1.1\r\n" H
	      "X: " THOUSAND THOUSAND THOUSAND THOUSAND THOUSAND THOUSAND THOUSAND THOUSAND HUNDRED HUNDRED
	      "\r\n\r\n"),
	PROBE("65 fields", 431, "GET / HTTP/1.1\r\n" H FIELDS_63 "a: b\r\n\r\n"),

	/* Host. */
	PROBE("no host", 400, "GET / HTTP/1.1\r\n\r\n"),
	PROBE("two hosts", 400, "GET / HTTP/1.1\r\n" H H "\r\n"),
	PROBE("empty host", 400, "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
	PROBE("host with user", 400, "GET / HTTP/1.1\r\nHost: a@x\r\n\r\n"),
	PROBE("host with path", 400, "GET / HTTP/1.1\r\nHost: x/a\r\n\r\n"),
	PROBE("hosts joined", 400, "GET / HTTP/1.1\r\nHost: x, y\r\n\r\n"),
	PROBE("port of letters", 400, "GET / HTTP/1.1\r\nHost: x:http\r\n\r\n"),
	PROBE("another host in the target", 400, "GET http://y/ HTTP/1.1\r\n" H "\r\n"),

	/* Framing. */
	PROBE("length of letters", 400, POST "Content-Length: abc\r\n\r\n"),
	PROBE("length with sign", 400, POST "Content-Length: +5\r\n\r\nhello"),
	PROBE("length below zero", 400, POST "Content-Length: -0\r\n\r\n"),
	PROBE("length in hexadecimal", 400, POST "Content-Length: 0x5\r\n\r\nhello"),
	PROBE("length with zeros before", 400, POST "Content-Length: 005\r\n\r\nhello"),
	PROBE("length with blank inside", 400, POST "Content-Length: 1 0\r\n\r\n" TEN),
	PROBE("lengths joined", 400, POST "Content-Length: 5, 5\r\n\r\nhello"),
	PROBE("two lengths", 400, POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
	PROBE("empty length", 400, POST "Content-Length:\r\n\r\n"),
	PROBE("length beyond numbers", 400, POST "Content-Length: " HUNDRED "\r\n\r\n"),
	PROBE("length and chunks", 400,
	      POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
	PROBE("chunks in 1.0", 400, "POST / HTTP/1.0\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
	PROBE("chunks twice", 400,
	      POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
	PROBE("gzip and chunks", 400, POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
	PROBE("identity", 400, POST "Transfer-Encoding: identity\r\n\r\n"),
	PROBE("no encoding", 400, POST "Transfer-Encoding:\r\n\r\n"),
	PROBE("encoding with parameter", 400, POST "Transfer-Encoding: chunked;a=b\r\n\r\n0\r\n\r\n"),
	PROBE("unknown expectation", 417, POST "Expect: the moon\r\n\r\n"),
	PROBE("two authorizations", 400,
	      "GET / HTTP/1.1\r\n" H "Authorization: a\r\nAuthorization: b\r\n\r\n"),
	PROBE("two types", 400, POST "Content-Type: a/b\r\nContent-Type: a/b\r\n\r\n"),
	PROBE("two idempotency keys", 400, POST "Idempotency-Key: a\r\nIdempotency-Key: b\r\n\r\n"),

	/* Chunks. */
	PROBE("chunk size missing", 400, CHUNKED "\r\nhello\r\n0\r\n\r\n"),
	PROBE("chunk size with prefix", 400, CHUNKED "0x5\r\nhello\r\n0\r\n\r\n"),
	PROBE("chunk size with underscore", 400, CHUNKED "1_0\r\nhello world!!!!!\r\n0\r\n\r\n"),
	PROBE("chunk size below zero", 400, CHUNKED "-1\r\nhello\r\n0\r\n\r\n"),
	PROBE("chunk size after a blank", 400, CHUNKED " 5\r\nhello\r\n0\r\n\r\n"),
	PROBE("chunk size before a blank", 400, CHUNKED "5 \r\nhello\r\n0\r\n\r\n"),
	PROBE("chunk size beyond numbers", 400, CHUNKED "FFFFFFFFFFFFFFFF0\r\nhello\r\n0\r\n\r\n"),
	PROBE("chunk too long", 400, CHUNKED "5\r\nhello!!\r\n0\r\n\r\n"),
	PROBE("chunk without line end", 400, CHUNKED "5\r\nhello0\r\n\r\n"),
	PROBE("LF after a size", 400, CHUNKED "5\nhello\r\n0\r\n\r\n"),
	PROBE("LF after a chunk", 400, CHUNKED "5\r\nhello\n0\r\n\r\n"),
	PROBE("LF in an extension", 400, CHUNKED "5;\nhello\r\n0\r\n\r\n"),
	PROBE("NUL in an extension", 400, CHUNKED "5;\0a\r\nhello\r\n0\r\n\r\n"),
	PROBE("LF at the end", 400, CHUNKED "5\r\nhello\r\n0\r\n\n"),
	PROBE("folded trailer", 400, CHUNKED "0\r\n a\r\n\r\n"),
	PROBE("trailer without colon", 400, CHUNKED "0\r\nabc\r\n\r\n"),
};

enum { PROBES = sizeof probes / sizeof *probes };

#endif
