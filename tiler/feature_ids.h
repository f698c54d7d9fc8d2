/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>

#include "tiler/error.h"
#include "tiler/prepared.h"

/* Features by their ids. Beside level 0, whose order is that of places, lies a file with the order
 * of ids: 4 bytes a feature, little endian, its place (from 0). So a feature is found by looking at
 * some twenty of a million, and the ids themselves stand in one file only. */

/* Writes the order of LEVEL's features to PATH, for prepare.c. ERROR_IO: the disk is full. */
MUST_CHECK enum error_code feature_ids_write(const char *level, const char *path,
					     struct error *error);

/* New; NULL where the file is missing, as in themes prepared before there was one, or damaged. */
struct mapped_file *feature_ids_open(const char *path, const struct fgb *level);

/* *PLACE: of the feature of that id, the first where several have it. ERROR_NOT_FOUND: none. Quick;
 * where the theme lacks that file, all features are looked at. */
MUST_CHECK enum error_code feature_find(const struct prepared *prepared, uint64_t id,
					uint64_t *place, struct error *error);
