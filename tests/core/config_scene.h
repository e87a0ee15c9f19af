/* What the tests of settings share: two sections, files in a directory of their own, and what was told. */
#ifndef CORE_CONFIG_SCENE_H
#define CORE_CONFIG_SCENE_H

#include "core/config/config.h"
#include "core/for_tests.h"
#include "support/test.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

extern char dir[128], file[160], secret[160]; /* paths: the directory, a config file, a secret's file */
extern char *said;                            /* what was told, after fflush(faults) */
extern size_t said_len;
extern FILE *faults;

void open_config(void);
void close_config(void);
void put(const char *path, const char *text, mode_t mode);

/* Everything told, with the temporary directory shown as DIR. */
const char *told(void);
bool read_text(const char *text);

#endif
