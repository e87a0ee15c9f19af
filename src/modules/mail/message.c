/* A letter as it goes over the wire: RFC 5322 headers, RFC 2047 words, a body in base64 (RFC 2045), lines
 * that end with CRLF. */
#include "modules/mail/mail.h"

#include "vobe/buf.h"
#include "vobe/clock.h"

#include <sodium.h>
#include <string.h>
#include <time.h>

enum {
	LINE_BYTES = 57, /* 76 characters of base64, the most that a line may have */
	WORD_BYTES = 42  /* an encoded word has 75 characters at most */
};

static void put_base64(struct buf *b, const void *bytes, size_t len)
{
	char text[sodium_base64_ENCODED_LEN(LINE_BYTES, sodium_base64_VARIANT_ORIGINAL)];
	sodium_bin2base64(text, sizeof text, bytes, len, sodium_base64_VARIANT_ORIGINAL);
	buf_str(b, text);
}

/* How many bytes of the text, at most `most`, end with a whole code point. */
static size_t whole(const char *text, size_t most)
{
	size_t len = strlen(text);
	if (len <= most)
		return len;
	for (len = most; len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80;)
		len--;
	return len;
}

/* RFC 2047: words of at most 75 characters, one a line. */
static void put_encoded(struct buf *b, const char *text)
{
	for (size_t len; *text; text += len) {
		len = whole(text, WORD_BYTES);
		buf_str(b, "=?UTF-8?B?");
		put_base64(b, text, len);
		buf_str(b, text[len] ? "?=\r\n " : "?=");
	}
}

static void put_date(struct buf *b)
{
	char text[64];
	const time_t now = clock_now() / SECOND_US;
	struct tm tm;
	strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", gmtime_r(&now, &tm)); /* in the C locale */
	buf_fmt(b, "Date: %s\r\n", text);
}

/* The part behind the @, of which the Message-ID is: "site@example.org" and "Site <site@example.org>" alike.
 */
static const char *domain_of(struct arena *a, const char *from)
{
	const char *at = strrchr(from, '@');
	return at ? arena_strn(a, at + 1, strcspn(at + 1, "> ")) : "localhost";
}

const char *message_of(struct arena *a, const struct mail_letter *l, const char *from)
{
	struct buf b = {.arena = a};
	char id[UUID_TEXT];
	const size_t len = strlen(l->body);

	uuid_text(l->id, id);
	put_date(&b);
	buf_fmt(&b, "From: %s\r\nTo: <%s>\r\nMessage-ID: <%s@%s>\r\nSubject: ", from, l->recipient, id,
		domain_of(a, from));
	put_encoded(&b, l->subject);
	buf_str(&b, "\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
		    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
	for (size_t at = 0; at < len; at += LINE_BYTES) {
		put_base64(&b, l->body + at, len - at < LINE_BYTES ? len - at : LINE_BYTES);
		buf_str(&b, "\r\n");
	}
	return arena_str(a, buf_text(&b));
}
