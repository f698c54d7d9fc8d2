/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "server/request.h"
#include "tiler/error.h"

/* Which query parameters an address has, in one rule for all addresses:
 *
 * - What says which of the data are given (PARAMETERS_OF_VARIANT) is obeyed or refused, never
 * passed over: who asks for a commune and gets a metropolis would not notice.
 * - One that is given twice is refused.
 * - Any other that an address does not know is refused where OGC API speaks, as its standards ask,
 *   and passed over elsewhere: clients, proxies and mailings add their own. */

#define PARAMETERS_OF_ALL "f lang timing"
#define PARAMETERS_OF_COMMUNE "commune clip"
#define PARAMETERS_OF_CHOICE "properties filter filter-crs filter-lang" /* of columns, features */
#define PARAMETERS_OF_VARIANT PARAMETERS_OF_COMMUNE " " PARAMETERS_OF_CHOICE

struct parameters {
	const char *names; /* with spaces between, beside PARAMETERS_OF_ALL */
	bool closed;	   /* there are no others */
};

/* Are those of REQUEST's address such as PARAMETERS has? ERROR_INVALID: no, and which. */
MUST_CHECK enum error_code parameters_check(const struct parameters *parameters,
					    const struct request *request, struct error *error);
