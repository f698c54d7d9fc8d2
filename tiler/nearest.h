/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stddef.h>

/* The known name that a wrong one was probably meant to be, for error messages. */
struct nearest {
	const char *wanted, *best; /* borrowed; best is NULL while none is near enough */
	size_t distance;
};

void nearest_init(struct nearest *nearest, const char *wanted);
/* NAME is borrowed as long as NEAREST is looked at. */
void nearest_offer(struct nearest *nearest, const char *name);
