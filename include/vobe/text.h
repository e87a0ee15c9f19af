/* Text: UTF-8 (RFC 3629), Unicode through ICU, slugs, names. Lengths count code points unless they say bytes.
 */
#ifndef VOBE_TEXT_H
#define VOBE_TEXT_H

#include "vobe/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* Valid UTF-8 without surrogates or overlong forms. NUL bytes are valid UTF-8 and the caller's business. */
bool utf8_valid(const char *s, size_t bytes);

/* Code points in valid UTF-8. */
size_t utf8_length(const char *s);

/* Bytes of the longest prefix that is valid and not cut inside a code point, at most `bytes`. */
size_t utf8_whole(const char *s, size_t bytes);

/* Normalisation form C (UAX 15). */
char *text_nfc(struct arena *a, const char *s);

/* NFC, case folded, for comparing without case ("Кино" = "КИНО"). */
char *text_fold(struct arena *a, const char *s);

/*
 * As people compare it (NFKC, case folded): without the accents of Latin, Greek, Cyrillic, Arabic and
 * Hebrew letters, ё as е, ß as ss, æ as ae, ł as l, ligatures and widths undone. й stays й. For
 * comparing, never for showing.
 */
char *text_loose(struct arena *a, const char *s);

/*
 * Nothing in it can be seen: white space, what fonts ignore (Default_Ignorable_Code_Point), controls and
 * formats, letters that look like blanks, marks without a base. Empty text is blank.
 */
bool text_is_blank(const char *s);

/* Without white space (Unicode) at both ends. */
char *text_trim(struct arena *a, const char *s);

/* Letters beyond ASCII as a URL has them (RFC 3986 section 2.1); what is ASCII is left. */
const char *text_percent(struct arena *a, const char *s);

/* The first `max` code points, as left() in SQL has them: a key that a cursor can hold. */
char *text_left(struct arena *a, const char *s, int max);

/* At most `max` code points, cut at a word where there is one, an ellipsis behind it when cut. */
char *text_cut(struct arena *a, const char *s, size_t max);

/* How many bytes of `s` that keeps: up to the end of a word within the first `max` code points, unless that
 * would lose over half of them; all of a text that has no more. */
size_t text_cut_bytes(const char *s, size_t max);

/*
 * A slug: NFC, lower case; Russian, Ukrainian and Belarusian by the table readers expect, other scripts
 * through ICU; & is "and"; runs outside [a-z0-9] become one '-'; at most 80, cut at a word. Empty when
 * nothing is left.
 */
char *text_slug(struct arena *a, const char *s);

/*
 * The slug of a tag: as text_slug, but the signs that alone make the difference are words: C# is c-sharp, C++
 * c-plus-plus, B♭ b-flat.
 */
char *text_tag_slug(struct arena *a, const char *s);

/* Transliteration to ASCII letters by the same tables, words kept apart by blanks, lower case. */
char *text_latin(struct arena *a, const char *s);

/* The confusable skeleton (UTS 39), case folded: equal skeletons look alike. */
char *text_skeleton(struct arena *a, const char *s);

/* Letters of one script only, Latin or Cyrillic; digits and other ASCII do not count. */
bool text_single_script(const char *s);

/* The entry of `names` (NULL-terminated) nearest to `word`, or NULL if none is near (bounded edit distance).
 */
const char *text_nearest(const char *word, const char *const *names);

/* Damerau-Levenshtein distance in code points, `limit + 1` as soon as it is more than `limit`. */
int text_distance(const char *a, const char *b, int limit);

/* http or https URL with a host and no credentials, white space or control characters. */
bool text_is_url(const char *s);

/*
 * addr-spec of RFC 5321 section 4.1.2 without quoted local parts, a dot in the domain; letters beyond ASCII
 * by RFC 6531. 254 bytes at most with the domain in ASCII.
 */
bool text_is_email(const char *s);

/* As it is kept: the domain in ASCII (A-labels), what stands before it in NFC. NULL: no address. */
char *text_email(struct arena *a, const char *s);

/* base64url without padding (RFC 4648 section 5). Decode: NULL when malformed. */
char *base64url_encode(struct arena *a, const void *bytes, size_t len);
void *base64url_decode(struct arena *a, const char *s, size_t len, size_t *out_len);

#endif
