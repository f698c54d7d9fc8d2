/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/prepared.h"

/* `theme.json`: what a prepared theme says of itself. Private to prepare.c and prepared.c. */

/* Says what a version was made of: the data as they were, the CRS and columns they were read with,
 * and the theme's options, hashed. */
void prepared_identity(const struct theme *theme, char identity[33]);

/* Says of what a version may stand in for another: the layer, its CRS, and where its ids come from.
 * Columns come on top of it. */
void prepared_likeness(const struct theme *theme, char likeness[33]);

/* What a version was made of, as its document says. */
struct prepared_origin {
	char identity[33], likeness[33];
};

/* The name of a level's file in the folder of its version: "level-0.fgb". New. */
char *prepared_level_file(uint32_t level);
/* Of that of its companions: "level-0-points.fgb". New. */
char *prepared_points_file(uint32_t level);
/* Where in a version's FOLDER the order of level 0's ids lies (feature_ids.h). New. */
char *prepared_ids_path(const char *folder);
/* Where lies what its tiles weighed (weighings.h). New. */
char *prepared_weighings_path(const char *folder);

/* Writes PATH, on disk (fsync) when it returns. Of the levels only the resolutions are looked at.
 */
MUST_CHECK enum error_code prepared_document_write(const char *path,
						   const struct prepared *prepared,
						   const struct theme *theme, struct error *error);

/* Reads PATH into PREPARED (all but the CRS, the levels' files and the version), and what it was
 * made of; what was read before a fault is to be released all the same.
 * ERROR_NOT_FOUND: no such file, or written by another version of the program. ERROR_INVALID:
 * damaged. */
MUST_CHECK enum error_code prepared_document_read(const char *path, struct prepared *prepared,
						  struct prepared_origin *origin,
						  struct error *error);
