/* Letters: their rows, their words, their form on the wire, and the tables of the module that module.c names.
 */
#ifndef MAIL_H
#define MAIL_H

#define MODULE "mail"

#include "contracts/audit.h"
#include "contracts/auth.h"
#include "vobe/module.h"

#define MAIL_LETTER_FIELDS(F, T)                                                                \
	F(T, UUID, id, 0, "Identifier; also in its Message-ID")                                 \
	F(T, TEXT, kind, 0, "What it is about: a link (reset, verify, new_email) or what happened"   \
	  " (email_asked, email_changed, password_changed, deleted)")                           \
	F(T, TEXT, recipient, 0, "The address it goes to")                                      \
	F(T, TEXT, status, 0, "waiting, sent or failed")                                        \
	F(T, INT, tries, 0, "How often it was given to the mail server")                        \
	F(T, TIME, next_at, 0, "When it is tried next, if it waits")                            \
	F(T, TEXT, fault, NULLABLE, "What the mail server said last, or why it said nothing")   \
	F(T, TIME, created_at, 0, "When it was written")                                        \
	F(T, TIME, sent_at, NULLABLE, "When the mail server took it")                           \
	F(T, TIME, expires_at, NO_JSON, "When its link ends")                                   \
	F(T, TEXT, subject, NULLABLE | NO_JSON, "What stands above it")                         \
	F(T, TEXT, body, NULLABLE | NO_JSON, "Its text; may hold a link that opens a door")
STRUCT(mail_letter, MAIL_LETTER_FIELDS);
SCHEMA(mail_letter, MAIL_LETTER_FIELDS, "A letter to a member");

extern const struct auth_links *links;
extern const struct auth_audit *audit;
extern const struct route letter_routes[];
extern const struct subscription mail_hears[];

/* outgoing.c: whether a mail server is named in the settings. Without one nothing is written. */
bool mail_is_on(void);

/* letter_text.c: subject and body, in the letter's language, from what auth knows of the link. */
void letter_write(struct arena *a, const struct link_letter *about, struct mail_letter *out);

/* message.c: the letter as RFC 5322 and RFC 2045 want it, lines with CRLF. In the arena. */
const char *message_of(struct arena *a, const struct mail_letter *l, const char *from);

/* letter_store.c. */
void letter_insert(struct change *ch, const struct mail_letter *l);
err letters_take(struct ctx *cx, int lease_s, struct mail_letter **rows,
		 int *count);                                   /* those that are due, 8 at most */
err letter_settle(struct ctx *cx, const struct mail_letter *l); /* its status, fault and times */

/* sender.c: the job. */
err letters_send(struct ctx *cx);

/* letter_store.c: what was settled long ago goes. */
extern const struct keep mail_keeps[];

#endif
