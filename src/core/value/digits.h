/* Decimal digits of the numbers in answers: two at a step, since it is the divisions that cost. */
#ifndef CORE_DIGITS_H
#define CORE_DIGITS_H

#include <stdint.h>
#include <string.h>

enum { DIGITS_MOST = 20 }; /* of a uint64_t */

/* "00" to "99": those of n begin at 2 * n. */
#define DIGITS_OF_TEN(t) t "0" t "1" t "2" t "3" t "4" t "5" t "6" t "7" t "8" t "9"
static const char digit_pairs[] = DIGITS_OF_TEN("0") DIGITS_OF_TEN("1") DIGITS_OF_TEN("2") DIGITS_OF_TEN("3")
	DIGITS_OF_TEN("4") DIGITS_OF_TEN("5") DIGITS_OF_TEN("6") DIGITS_OF_TEN("7") DIGITS_OF_TEN("8")
		DIGITS_OF_TEN("9");

/* Writes n so that it ends before `end`, without a NUL; returns its first digit. Needs room for DIGITS_MOST.
 */
static inline char *digits_before(char *end, uint64_t n)
{
	for (; n >= 100; n /= 100)
		memcpy(end -= 2, &digit_pairs[n % 100 * 2], 2);
	if (n >= 10)
		return memcpy(end - 2, &digit_pairs[n * 2], 2);
	*--end = (char)('0' + n);
	return end;
}

#endif
