/* Rules of usernames and passwords, as fields have them. Pure: no account is looked at. */
#ifndef VOBE_CREDENTIALS_H
#define VOBE_CREDENTIALS_H

#include "vobe/arena.h"

#include <stdbool.h>

/*
 * A field's rule: letters of one script (Latin or Cyrillic) that identifiers may have (UTS 39,
 * Identifier_Status Allowed), digits and _ . -, nothing that NFKC changes, and no name that passes for the
 * house. NULL, or what to do, in the arena.
 */
const char *username_rule(struct arena *a, const void *value);
#define USERNAME_SAYS "\"pattern\":\"^([0-9A-Za-z\\u00c0-\\u024f_.-]+|[0-9\\u0400-\\u045f_.-]+)$\""

bool username_is_reserved(struct arena *a, const char *username);

/* A field's rule: none of those that are tried first, nor what people make of such a one. As above. */
const char *password_rule(struct arena *a, const void *value);
#define PASSWORD_SAYS "\"$comment\":\"Not one of the common ones, nor the name or address\""

/* Whether the folded password is `name`, folded too, with or without digits and signs around it and for its
 * letters. */
bool password_is_made_of(struct arena *a, const char *folded, const char *name);

#endif
