/* Hexadecimal digits. */
#ifndef CORE_HEX_H
#define CORE_HEX_H

#include <stdint.h>
#include <string.h>

/* "00" to "ff": those of a byte begin at twice its number. */
#define HEX_OF_16(h) \
	h "0" h "1" h "2" h "3" h "4" h "5" h "6" h "7" h "8" h "9" h "a" h "b" h "c" h "d" h "e" h "f"
static const char hex_pairs[] = HEX_OF_16("0") HEX_OF_16("1") HEX_OF_16("2") HEX_OF_16("3") HEX_OF_16("4")
	HEX_OF_16("5") HEX_OF_16("6") HEX_OF_16("7") HEX_OF_16("8") HEX_OF_16("9") HEX_OF_16("a")
		HEX_OF_16("b") HEX_OF_16("c") HEX_OF_16("d") HEX_OF_16("e") HEX_OF_16("f");

/* Writes the two digits of a byte, without a NUL; returns where the next ones go. */
static inline char *hex_put(char *to, uint8_t byte)
{
	return (char *)memcpy(to, &hex_pairs[2 * byte], 2) + 2;
}

/* What the digit is worth, in either letter case; -1: it is none. */
static inline int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

#endif
