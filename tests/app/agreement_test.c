/* Tables that must agree are judged before the first request: each disagreement planted, and refused with
 * words that help. */
#include "app/boot.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

/* --- a module whose tables agree --- */

#define MODULE "sound"

#define SONG_FIELDS(F, T)                                                                                    \
	F(T, UUID, id, 0, "Identifier")                                                                      \
	F(T, TEXT, title, IN | REQ, "Title")                                                                 \
	F(T, TEXT, writer, IN | REQ | ONCE, "Writer; cannot be changed")                                     \
	F(T, TEXT, mood, IN | NO_COLUMN, "Not kept")
STRUCT(song, SONG_FIELDS);
SCHEMA(song, SONG_FIELDS, "A song");

COMMAND(song_insert, song, "INSERT INTO songs (id, title, writer) VALUES ($id, $title, $writer)");
COMMAND(song_update, song, "UPDATE songs SET title = $title WHERE id = $id");

HANDLER(write_song, none, song, none);
static err write_song(struct req *rq, struct song *body)
{
	(void)body;
	return reply_empty(rq);
}

FINDER(find_fitting_faults, none, song);
static err find_fitting_faults(struct req *rq, const struct song *body, struct faults *fs)
{
	(void)rq, (void)body, (void)fs;
	return NULL;
}

static const struct route sound_routes[] = {
	ROUTE(POST, "/songs", ANYONE, 204, write_song, "Write a song"),
	ROUTE(PATCH, "/songs", ANYONE, 204, write_song, "Edit the song", FINDS(find_fitting_faults)),
	{0},
};
static const struct module sound = {.name = "sound",
				    .routes = (const struct route *const[]){sound_routes, NULL}};

/* --- one whose INSERT forgets a field, and whose UPDATE forgets another --- */

#undef MODULE
#define MODULE "forgetful"

#define BOOK_FIELDS(F, T)                                                                                    \
	F(T, UUID, id, 0, "Identifier")                                                                      \
	F(T, TEXT, title, IN | REQ, "Title")                                                                 \
	F(T, INT, pages, IN, "Pages")
STRUCT(book, BOOK_FIELDS);
SCHEMA(book, BOOK_FIELDS, "A book");

COMMAND(book_insert, book, "INSERT INTO books (id, title) VALUES ($id, $title)");
COMMAND(book_update, book, "UPDATE books SET pages = $pages WHERE id = $id AND title <> ''");

HANDLER(write_book, none, book, none);
static err write_book(struct req *rq, struct book *body)
{
	(void)body;
	return reply_empty(rq);
}

static const struct route forgetful_routes[] = {
	ROUTE(POST, "/books", ANYONE, 204, write_book, "Write a book"),
	ROUTE(PATCH, "/books", ANYONE, 204, write_book, "Edit the book"),
	{0},
};
static const struct module forgetful = {.name = "forgetful",
					.routes = (const struct route *const[]){forgetful_routes, NULL}};

/* --- one whose body no statement takes: a form is its handler's business --- */

#undef MODULE
#define MODULE "formal"

#define WISH_FIELDS(F, T) F(T, TEXT, wish, IN | REQ, "What is wished for")
STRUCT(wish, WISH_FIELDS);
SCHEMA(wish, WISH_FIELDS, "A wish");

HANDLER(make_wish, none, wish, none);
static err make_wish(struct req *rq, struct wish *body)
{
	(void)body;
	return reply_empty(rq);
}

static const struct route formal_routes[] = {ROUTE(POST, "/wishes", ANYONE, 204, make_wish, "Wish"), {0}};
static const struct module formal = {.name = "formal",
				     .routes = (const struct route *const[]){formal_routes, NULL}};

/* --- one whose finder reads another body than its handler, and one a body that is not there --- */

#undef MODULE
#define MODULE "curious"

FINDER(find_song_faults, none, song);
static err find_song_faults(struct req *rq, const struct song *body, struct faults *fs)
{
	(void)rq, (void)body, (void)fs;
	return NULL;
}

HANDLER(look, none, none, none);
static err look(struct req *rq)
{
	return reply_empty(rq);
}

static const struct route curious_routes[] = {
	ROUTE(POST, "/other-wishes", ANYONE, 204, make_wish, "Wish", FINDS(find_song_faults)),
	ROUTE(POST, "/looks", ANYONE, 204, look, "Look", FINDS(find_song_faults)),
	{0},
};
static const struct module curious = {.name = "curious",
				      .routes = (const struct route *const[]){curious_routes, NULL}};

/* --- the boot --- */

/* What the boot of these modules says; the statements of the others in this file belong to none of them. */
static char *faults_of(const struct module *const *modules, int *code)
{
	static const char *const settings[] = {"http.port=0", NULL};
	char *text = NULL;
	size_t len = 0;
	FILE *faults = open_memstream(&text, &len);

	*code = boot_open(&(struct boot_plan){.modules = modules, .settings = settings}, faults);
	fclose(faults);
	return text;
}

static void assert_says(const char *text, const char *words)
{
	ck_assert_msg(strstr(text, words) != NULL, "\"%s\" does not say %s", text, words);
}

TEST(tables_that_agree_pass)
{
	int code;
	char *text = faults_of((const struct module *const[]){&sound, &formal, &forgetful, NULL}, &code);

	ck_assert_msg(!strstr(text, "song") && !strstr(text, "wish"), "%s", text);
	free(text);
}

TEST(a_field_that_no_statement_writes_is_refused)
{
	int code;
	char *text = faults_of((const struct module *const[]){&sound, &forgetful, NULL}, &code);

	ck_assert_int_eq(code, EX_CONFIG);
	assert_says(text, "takes the field pages of book, and no insert of module forgetful writes it");
	free(text);
}

TEST(an_update_that_forgets_a_field_is_refused)
{
	int code;
	char *text = faults_of((const struct module *const[]){&sound, &forgetful, NULL}, &code);

	ck_assert_int_eq(code, EX_CONFIG);
	assert_says(text, "takes the field title of book, and no update of module forgetful writes it");
	ck_assert_ptr_null(strstr(text, "writer")); /* ONCE: no update needs to */
	free(text);
}

TEST(a_finder_of_another_body_is_refused)
{
	int code;
	char *text = faults_of((const struct module *const[]){&sound, &formal, &curious, NULL}, &code);

	ck_assert_int_eq(code, EX_CONFIG);
	assert_says(text, "cannot find faults for make_wish, which takes others");
	assert_says(text, "cannot find faults for look, which takes no body");
	ck_assert_ptr_null(strstr(text, "find_fitting_faults"));
	free(text);
}

TEST(a_statement_of_no_module_is_refused)
{
	int code;
	char *text = faults_of((const struct module *const[]){&sound, NULL}, &code);

	ck_assert_int_eq(code, EX_CONFIG);
	assert_says(text, "statement book_insert is declared for MODULE \"forgetful\", which is none");
	free(text);
}
