/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stddef.h>

#include "server/configuration.h"
#include "server/settings.h"
#include "tiler/catalogue.h"
#include "tiler/grid.h"

/* The program's commands: one file each, command_NAME.c; their table is in command_table.c. */

enum {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	COMMAND_OPTIONS_MOST = 8,
};

/* An option that only one command has. ARGUMENT NULL: a flag. LETTER: its short name, as in -o; 0:
 * none. */
struct command_option {
	const char *name, *argument, *help;
	char letter;
};

/* What the user typed, read. */
struct command_line {
	const struct settings *settings;      /* of the configuration below */
	const struct config *config;	      /* its data sets: the file's, or all operands */
	const struct config_request *request; /* what it was read from, to read it again */
	const char *const *operands;
	size_t operand_count;
	const char *options[COMMAND_OPTIONS_MOST]; /* values in the order of the command's
						      options; NULL: not given; "" of a flag */
};

struct command {
	const char *name, *operands, *summary, *description;
	unsigned scope; /* settings it takes: enum setting_scope */
	struct command_option options[COMMAND_OPTIONS_MOST];
	size_t operands_least, operands_most;
	int (*run)(const struct command_line *line); /* exit status */
};

extern const struct command command_table[];
extern const size_t command_count;

/* The whole program: reads the command line and runs what it asks for. */
int command_main(int count, char **arguments);

/* The commands; each returns the exit status. */
int command_serve(const struct command_line *line);
int command_prepare(const struct command_line *line);
int command_tile(const struct command_line *line);
int command_themes(const struct command_line *line);
int command_check(const struct command_line *line);
int command_seed(const struct command_line *line);
int command_purge(const struct command_line *line);
int command_export(const struct command_line *line);

/* Says "tuilerie: WHAT: WHY" on standard error (without WHAT where it is NULL) and gives the exit
 * status of a failure, or of wrong usage. */
int command_failed(const char *what, const struct error *error);
int command_misused(const char *format, ...) PRINTF_LIKE(1, 2);

/* The catalogue of the configuration, or else of the data named by the first COUNT operands, with
 * its problems told on standard error (not if quiet). Where WANTED is not NULL, an operand that is
 * no file, or any where there is a configuration file, is taken for the id of a theme, and *WANTED
 * gets the themes named, or all of them: a new array. ERROR_NOT_FOUND: it is neither, or there is
 * no theme at all. */
MUST_CHECK enum error_code command_open_data(const struct command_line *line, size_t count,
					     bool quiet, struct catalogue **catalogue,
					     const struct theme ***wanted, size_t *wanted_count,
					     struct error *error);

/* The grids built in and those of the settings' files, with what is wrong with these told on
 * standard error. */
MUST_CHECK enum error_code command_open_grids(const struct settings *settings, struct grids **grids,
					      struct error *error);

/* Reads the configuration, and runs the command with it or shows it. PRINT: NULL, "" or "markdown".
 * The exit status. */
int command_with_config(const struct command *command, struct command_line *line,
			const struct config_request *request, const char *print);
