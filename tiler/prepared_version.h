/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/prepared.h"

/* The versions of a theme on disk. Private to prepare.c. */

/* Sets the version of MADE, whose levels lie in FOLDER: the hash of all that a tile depends on. */
MUST_CHECK enum error_code prepared_name_version(const char *folder, struct prepared *made,
						 struct error *error);

/* Names of the versions that stand in the theme's FOLDER, new, one a line. */
char *prepared_versions(const char *folder);

/* Removes of these NAMES (overwritten) all but KEPT: only what stood before a preparation began, as
 * what came meanwhile, another process has just made. */
void prepared_versions_remove(const char *folder, char *names, const char *kept);
