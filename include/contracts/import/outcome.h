/* What an import tells of each row. */
#ifndef CONTRACTS_IMPORT_OUTCOME_H
#define CONTRACTS_IMPORT_OUTCOME_H

#include <stdbool.h>

/* What became of row i of an import: `fault` NULL and added, or there already, or refused with the reason. */
struct import_outcome {
	bool added;
	const char *fault;
};

#endif
