/* What holds for albums whatever the route: types, and what is derived. */
#include "modules/artist/album.h"
#include "vobe/text.h"

#include <string.h>
#include <strings.h>

const char *const album_types[] = {"album", "single", "EP", "compilation", NULL};

const char *album_type_stored(const char *type)
{
	for (int i = 0; album_types[i]; i++)
		if (strcasecmp(album_types[i], type) == 0)
			return album_types[i];
	return NULL;
}

/* --- dates --- */

void album_set_date(struct arena *a, struct album *it, struct date date)
{
	char text[DATE_TEXT];

	date_text(date, text);
	it->release_date = arena_str(a, text);
	it->release_date_precision = date_precisions[date.precision];
}

static err precision_alone(struct ctx *cx)
{
	return problem_fault(
		cx, "/release_date_precision", "without_date",
		"There is no release_date that this could be said of. Send one, or leave it out.");
}

/* `said`: the precision that was sent, or NULL. */
static err cut_to(struct ctx *cx, const char *said, struct date *date)
{
	enum date_precision wanted;

	if (!said || !date_precision_read(said, &wanted))
		return NULL;
	if (wanted > date->precision)
		return problem_fault(cx, "/release_date_precision", "too_precise",
				     "Must not say more than the date does: %s. Send a longer date with it.",
				     date_precisions[date->precision]);
	*date = date_cut(*date, wanted);
	return NULL;
}

err album_settle_date(struct ctx *cx, const struct album *before, uint64_t present, struct album *it)
{
	const bool date_sent = HAS(present, album_release_date_field);
	const bool precision_sent = HAS(present, album_release_date_precision_field);
	const char *said = precision_sent ? it->release_date_precision : NULL;
	struct date date = {0};

	if (!date_sent && precision_sent && !said)
		it->release_date = NULL;
	if (!it->release_date) {
		it->release_date_precision = NULL;
		return said ? precision_alone(cx) : NULL;
	}
	(void)date_read(it->release_date, &date);
	if (!date_sent)
		(void)date_precision_read(before->release_date_precision, &date.precision);
	TRY(cut_to(cx, said, &date));
	album_set_date(cx->arena, it, date);
	return NULL;
}

void album_derive(struct arena *a, struct album *it)
{
	it->slug = text_slug(a, it->title);
	it->album_type = it->album_type ? album_type_stored(it->album_type) : "album";
}
