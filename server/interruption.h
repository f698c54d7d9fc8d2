/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <signal.h>
#include <stdbool.h>

/* Long work that ends tidily when the user has had enough of it (Ctrl-C, SIGTERM): the signals are
 * held back, and looked for between two steps. */
struct interruption {
	sigset_t signals, before;
};

/* To be called before threads are started, so that they hold the signals back as well. */
void interruption_begin(struct interruption *interruption);

/* Has one come? The next one ends the program at once. */
bool interruption_came(struct interruption *interruption);

/* Signals are again what they were. */
void interruption_end(struct interruption *interruption);
