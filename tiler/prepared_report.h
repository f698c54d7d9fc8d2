/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "tiler/report.h"

/* The quality report's part of `theme.json`. Private to prepared_document.c. */

/* New. Only what was found is written. */
json_t *report_json(const struct prepare_report *report);
json_t *losses_json(const struct level_losses *losses);

/* False where the document does not hold it, or nonsense; what was read before is to be released
 * all the same. */
bool take_report(const json_t *object, struct prepare_report *report);
bool take_losses(const json_t *object, struct level_losses *losses);
