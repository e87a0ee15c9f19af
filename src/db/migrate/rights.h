/*
 * The walls in the database, looked at and mended: a module logs in as its own role vobe_<module>, which has
 * the rights below and nothing else, so that no statement leads out of its schema. It is no superuser, makes
 * no roles, is a member of nothing, owns nothing; RESET ROLE, SET ROLE, SET SESSION AUTHORIZATION and GRANT
 * have nowhere to go.
 *
 * On each table of its schema SELECT, INSERT, UPDATE and DELETE, or what the table's comment says, as in
 * COMMENT ON TABLE audit_log IS 'rights: SELECT, INSERT': a comment is part of a dump, also where the role is
 * not. SELECT on views, all of sequences, USAGE of its schema and of `extensions`, where extensions have
 * their functions.
 */
#ifndef DB_MIGRATE_RIGHTS_H
#define DB_MIGRATE_RIGHTS_H

#include "db/migrate/run.h"

/* Gives and takes until the role has exactly these. False: the login may not, and the fault says who can. */
bool rights_mend(struct run *r, const char *module);

/*
 * What the module's role has too little or too much, a line each to `out` (or NULL), counted in
 * report->lacking; the first in report->lack. Asks as the owner or as the role itself.
 */
bool rights_look(struct run *r, const char *module, FILE *out);

/* What a superuser runs when the owner may not make roles. Needs no server. */
void rights_print_roles(const char *const *modules, FILE *out);

#endif
