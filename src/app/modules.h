/* The list of modules. */
#ifndef APP_MODULES_H
#define APP_MODULES_H

#include "vobe/module.h"

extern const struct module *const modules[]; /* NULL-terminated */

#endif
