/* What runs: written by boot, read by whoever asks how the process is. */
#ifndef APP_RUNNING_H
#define APP_RUNNING_H

#include "vobe/module.h"

enum { MODULES_MAX = 32 };

struct running {
	const struct module *modules[MODULES_MAX + 1]; /* in start order; NULL-terminated */
	int64_t started_us;                            /* monotonic: when it was first ready */
	bool ready; /* every module has started and none is being stopped */
};

extern struct running running;

#endif
