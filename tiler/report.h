/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>

/* What the preparation of a theme met in its data, for the operator (quality report). */
struct prepare_report {
	uint64_t rows;		   /* read from the source */
	uint64_t without_geometry; /* null or empty */
	uint64_t unreadable;	   /* NaN or infinite coordinates, kinds that cannot be drawn */
	uint64_t repaired;	   /* invalid polygons made valid */
	char *example; /* one sentence on the first invalid or unreadable one, or NULL */
};
