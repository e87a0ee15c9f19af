/* Loading a catalogue. */
#ifndef CONTRACTS_IMPORT_ARTIST_H
#define CONTRACTS_IMPORT_ARTIST_H

#include "contracts/import/outcome.h"
#include "vobe/service.h"

struct artist_import {
	struct importer artists, albums, tracks;
};
SERVICE(artist_import, "artist.import");

#endif
