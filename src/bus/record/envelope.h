/* The envelope: an event as everyone outside the process sees it. docs/events.md, Envelope. */
#ifndef BUS_ENVELOPE_H
#define BUS_ENVELOPE_H

#include "bus/record/record.h"
#include "vobe/buf.h"

void envelope_write(struct buf *out, const char *source, const struct record *e);

#endif
