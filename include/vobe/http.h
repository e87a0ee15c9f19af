/* Routes, requests and replies as a module sees them. */
#ifndef VOBE_HTTP_H
#define VOBE_HTTP_H

#include "vobe/finder.h"
#include "vobe/page.h"
#include "vobe/reply.h"
#include "vobe/route.h"
#include "vobe/stream.h"

#endif
