/* Words typed on the wrong keyboard. */
#include "vobe/words.h"

#include "vobe/buf.h"

#include <string.h>

/* The letters of a QWERTY keyboard and of the Russian one (ЙЦУКЕН), key by key. */
static const char latin_keys[] = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
static const char *const russian_keys[] = {
	"й", "ц", "у", "к", "е", "н", "г", "ш", "щ", "з", "х", "ъ", "ф", "ы", "в", "а", "п",
	"р", "о", "л", "д", "ж", "э", "я", "ч", "с", "м", "и", "т", "ь", "б", "ю", "е",
};

char *word_other_layout(struct arena *a, const char *word)
{
	struct buf out = {.arena = a};
	bool changed = false;

	for (const char *p = word; *p;) {
		const char *key = (unsigned char)*p < 0x80 ? strchr(latin_keys, *p) : NULL;
		size_t i = 0, n = sizeof russian_keys / sizeof *russian_keys;
		while (!key && i < n && strncmp(p, russian_keys[i], strlen(russian_keys[i])))
			i++;
		if (key)
			buf_str(&out, russian_keys[key - latin_keys]);
		else if (i < n)
			buf_char(&out, latin_keys[i]);
		else
			buf_char(&out, *p);
		changed |= key || i < n;
		p += !key && i < n ? strlen(russian_keys[i]) : 1;
	}
	return changed ? arena_str(a, buf_text(&out)) : NULL;
}
