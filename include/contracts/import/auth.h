/* Accounts for people of other systems. */
#ifndef CONTRACTS_IMPORT_AUTH_H
#define CONTRACTS_IMPORT_AUTH_H

#include "vobe/ctx.h"
#include "vobe/service.h"

struct import_account {
	const char *name;     /* in: as the other system writes it */
	struct uuid id;       /* nil: it has none, for `fault` */
	const char *username; /* as it is here: other than `name` when that breaks a rule or is taken */
	const char *fault;
};

struct auth_import {
	/*
	 * The account of each name: the one that is called so, the one that an import made for it, or a new
	 * one, to which nobody can sign in until its password is reset. Names are different.
	 */
	err (*accounts_of)(struct ctx *cx, struct import_account *accounts, int count);
};
SERVICE(auth_import, "auth.import");

#endif
