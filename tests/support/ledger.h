/* The ledger of all answers that tests have had: tests/support/answers.py reads it when all have run. */
#ifndef SUPPORT_LEDGER_H
#define SUPPORT_LEDGER_H

#include "support/client.h"

/* What was asked and answered; nothing without VOBE_TEST_DIR. */
void ledger_add(const struct call *c, const struct answer *a);

#endif
