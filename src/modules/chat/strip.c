/* What cannot be seen can still be read by a model. */
#include "modules/chat/strip.h"

#include "vobe/buf.h"

#include <stdbool.h>
#include <stdint.h>

static const struct {
	uint32_t first, last;
} unseen[] = {
	{0x0000, 0x0008}, {0x000e, 0x001f}, {0x007f, 0x009f},   {0x00ad, 0x00ad},   {0x034f, 0x034f},
	{0x061c, 0x061c}, {0x115f, 0x1160}, {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x200b, 0x200f},
	{0x202a, 0x202e}, {0x2060, 0x206f}, {0x3164, 0x3164},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},
	{0xffa0, 0xffa0}, {0xfff0, 0xfffb}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};

static bool is_unseen(uint32_t c)
{
	for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++)
		if (c >= unseen[i].first && c <= unseen[i].last)
			return true;
	return false;
}

/* The code point at s of valid UTF-8, and its length. */
static uint32_t decode(const unsigned char *s, int *len)
{
	*len = *s < 0x80 ? 1 : *s < 0xe0 ? 2 : *s < 0xf0 ? 3 : 4;
	uint32_t c = *len == 1 ? *s : *s & (0xffu >> (*len + 1));
	for (int i = 1; i < *len; i++)
		c = c << 6 | (s[i] & 0x3f);
	return c;
}

const char *text_strip(struct arena *a, const char *s)
{
	struct buf out = {.arena = a};

	for (int len; *s; s += len) {
		uint32_t c = decode((const unsigned char *)s, &len);
		if (c == '[' || c == ']')
			buf_char(&out, c == '[' ? '(' : ')');
		else if ((c >= '\t' && c <= '\r') || c == 0x85 || c == 0x2028 || c == 0x2029)
			buf_char(&out, ' ');
		else if (!is_unseen(c))
			buf_add(&out, s, (size_t)len);
	}
	return arena_str(a, buf_text(&out));
}
