/* The module's services, and the part of it that loads rows. */
#ifndef ARTIST_SERVICE_H
#define ARTIST_SERVICE_H

#include "contracts/documents/artist.h"
#include "contracts/import/artist.h"
#include "modules/artist/track.h"
#include "vobe/service.h"

extern const struct service artist_services[];

trash_lister list_catalogue_trash; /* trash.c */

#endif
