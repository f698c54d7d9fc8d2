/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/settings.h"
#include "tiler/catalogue_settings.h"
#include "tiler/text_list.h"

/* All that the program is told: by a file tuilerie.yaml and the tables it names, the environment
 * and the command line. A file with anything wrong in it is refused whole, every fault named with
 * its line and column, so that who reloads it can stay with the one before. What a table says
 * wrongly of a theme is a note for the catalogue instead, and the rest of it holds. */
struct config {
	struct settings settings;
	struct setting_origin origins[SETTINGS_MOST];
	struct catalogue_settings *catalogue;
	struct text_list files;	  /* that it was read from, to be watched */
	struct text_list tables;  /* of themes, among these */
	struct text_list records; /* metadata records, or folders of them, among these as well */
	struct text_list table_places, record_places; /* where each of these is named */
	struct problem *faults;
	size_t fault_count;
	struct setting_argument *values; /* of the file, then of the command line */
	size_t value_count;
	struct text_list texts; /* that `values` borrow */
};

struct config_request {
	const char *file; /* NULL: none */
	char *(*environment)(const char *name);
	const struct setting_argument *arguments;
	size_t argument_count;
	const char *const *data; /* data sets named on the command line, without a file */
	size_t data_count;
};

/* New, whatever the code, to be freed; REQUEST is borrowed for the call. ERROR_INVALID or another
 * code: it is of no use but for its faults, of which the error tells the first and the number. */
MUST_CHECK enum error_code config_load(const struct config_request *request, struct config **config,
				       struct error *error);
void config_free(struct config *config);

/* The whole as a configuration file says it, with defaults, what each value means and where it
 * comes from; without the passwords. */
void config_print(const struct config *config, struct buf *out);

/* For the files that read the parts. Notes a fault; PLACE is copied. */
void config_fault(struct config *config, const char *place, const char *format, ...)
	PRINTF_LIKE(3, 4);
