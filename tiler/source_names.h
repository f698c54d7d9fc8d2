/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/catalogue_settings.h"
#include "tiler/source_files.h"
#include "tiler/theme.h"

/* What themes are called after. Private to source_*.c and catalogue_past.c. */

/* Gives THEME its group, layer and id, after FILE, the source's LAYER ("ecole", or "eq_educ.ecole"
 * in a database) and the settings' pattern of groups. */
void source_name_theme(struct theme *theme, const struct source_file *file, const char *layer,
		       const struct dataset_settings *settings);

/* Is a layer so called among those to be served? */
bool source_wants_layer(const struct dataset_settings *settings, const char *layer);

/* Does NAME connect to a database or a service, rather than being a path? */
bool source_is_connection(const char *name);

/* The database that a connection string names, for a group. New. */
char *source_database(const char *connection);
