/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/error.h"
#include "tiler/theme.h"

/* Source -> prepared theme (see prepared.h). */

/* Told now and then, from the thread that prepares; false asks it to stop (ERROR_STOPPED). ROWS is
 * the catalogue's count: 0 where it does not know. */
typedef bool (*prepare_progress_f)(uint64_t rows_done, uint64_t rows, void *context);

/* Reads THEME's layer once and writes its prepared version below STATE, in place of older ones,
 * which are removed once the new one stands. Several threads and processes may prepare at once,
 * even the same theme: whoever renames last wins, both being right. On failure whatever was in
 * service is untouched. PROGRESS may be NULL. */
MUST_CHECK enum error_code prepare_theme(const char *state, const struct theme *theme,
					 prepare_progress_f progress, void *context,
					 struct error *error);

/* Removes what interrupted preparations of dead processes left below STATE. */
void prepare_sweep(const char *state);
