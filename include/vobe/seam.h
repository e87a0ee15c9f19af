/*
 * What the declaring macros of this directory are made of. Each of them takes the tags of field lists
 * (vobe/schema.h) and makes plain functions with those structs in their signatures, so that another struct
 * does not compile:
 *
 *	QUERY, QUERY_ROW, COMMAND, ... (vobe/db.h)    a statement becomes a function
 *	LOADS, LOADER                  (vobe/db.h)    so does a read by ids
 *	HANDLER, reply                 (vobe/http.h)  what a handler is given and may answer
 *	EVENTS, TELLS, HEARER, HEARS   (vobe/event.h) who may tell what, and what an event handler is given
 *
 * Where a tag may be missing, `none` stands for it. What these macros declare is found by the linker: each
 * leaves a row in a table (a section), which the boot walks and judges, so that nothing has to be listed
 * again and nothing can be forgotten.
 *
 * A file that declares statements says whose they are: #define MODULE "comment", in the module's own header.
 */
#ifndef VOBE_SEAM_H
#define VOBE_SEAM_H

/* A row of a table that the linker makes of all rows of that name: __start_<table> to __stop_<table>. */
#define SEAM_ROW(table) __attribute__((section(#table), used, aligned(sizeof(void *))))

/* SEAM_UNLESS_NONE(tag, yes, no): `yes` for a tag, `no` for `none`. */
#define SEAM_UNLESS_NONE(tag, yes, no) SEAM_SECOND(SEAM_NONE_##tag no, yes, )
#define SEAM_NONE_none                 ,
#define SEAM_SECOND(...)               SEAM_SECOND_(__VA_ARGS__)
#define SEAM_SECOND_(a, b, ...)        b

/* What stands for a tag: its schema or NULL. What stands for `none` in a list of parameters: nothing. */
#define SEAM_SCHEMA(tag)    SEAM_UNLESS_NONE(tag, SEAM_SCHEMA_OF, SEAM_NULL)(tag)
#define SEAM_SCHEMA_OF(tag) &tag##_schema
#define SEAM_NULL(tag)      NULL
#define SEAM_NOTHING(tag)

#endif
