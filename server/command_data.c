/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tiler/memory.h"
#include "tiler/source.h"

/* Is OPERAND data rather than a theme? What exists is; so is what GDAL opens by a name of its own.
 */
static bool is_data(const char *operand)
{
	static const char *const beginnings[] = {"/vsi", "PG:", "http://", "https://"};

	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++) {
		if (strncmp(operand, beginnings[i], strlen(beginnings[i])) == 0)
			return true;
	}
	return access(operand, F_OK) == 0;
}

static void tell_problems(const struct catalogue *catalogue)
{
	for (size_t i = 0; i < catalogue_problem_count(catalogue); i++) {
		const struct problem *problem = catalogue_problem(catalogue, i);

		fprintf(stderr, "tuilerie: %s: %s\n", problem->place, problem->text);
	}
}

static enum error_code choose_themes(const struct catalogue *catalogue, const char *const *ids,
				     size_t count, const struct theme **wanted,
				     size_t *wanted_count, struct error *error)
{
	*wanted_count = 0;
	for (size_t i = 0; count == 0 && i < catalogue_theme_count(catalogue); i++)
		wanted[(*wanted_count)++] = catalogue_theme(catalogue, i);
	for (size_t i = 0; i < count; i++) {
		const struct theme *theme = catalogue_find(catalogue, ids[i]);

		if (!theme)
			return error_set(error, ERROR_NOT_FOUND,
					 "%.200s: neither a file nor a theme of the data "
					 "(tuilerie themes DATA lists them)",
					 ids[i]);
		wanted[(*wanted_count)++] = theme;
	}
	return ERROR_NONE;
}

/* Parts the operands into data and the ids of themes. */
static void part_operands(const struct command_line *line, size_t count, bool ids_too,
			  const char **paths, size_t *path_count, const char **ids,
			  size_t *id_count)
{
	for (size_t i = 0; i < count; i++) {
		if (!line->request->file && (!ids_too || is_data(line->operands[i])))
			paths[(*path_count)++] = line->operands[i];
		else
			ids[(*id_count)++] = line->operands[i];
	}
}

enum error_code command_open_data(const struct command_line *line, size_t count, bool quiet,
				  struct catalogue **catalogue, const struct theme ***wanted,
				  size_t *wanted_count, struct error *error)
{
	const char **paths = memory_zeroed(count + 1, sizeof(*paths));
	const char **ids = memory_zeroed(count + 1, sizeof(*ids));
	size_t path_count = 0, id_count = 0;
	enum error_code code = ERROR_NONE;

	*catalogue = NULL;
	part_operands(line, count, wanted != NULL, paths, &path_count, ids, &id_count);
	if (line->request->file)
		code = catalogue_build(line->config->catalogue, catalogue, error);
	else if (path_count == 0)
		code = error_set(error, ERROR_NOT_FOUND, "%.200s: no such file", line->operands[0]);
	else
		code = catalogue_new(paths, path_count, catalogue, error);
	if (!code && !quiet)
		tell_problems(*catalogue);
	if (!code && catalogue_theme_count(*catalogue) == 0)
		code = error_set(error, ERROR_NOT_FOUND, "no theme was found in the data given%s",
				 quiet ? "" : "; the reasons are above");
	if (!code && wanted) {
		*wanted = memory_zeroed(catalogue_theme_count(*catalogue) + id_count,
					sizeof(**wanted));
		code = choose_themes(*catalogue, ids, id_count, *wanted, wanted_count, error);
		if (code) {
			free(*wanted);
			*wanted = NULL;
		}
	}
	if (code) {
		catalogue_unref(*catalogue);
		*catalogue = NULL;
	}
	free(paths);
	free(ids);
	return code;
}

enum error_code command_open_grids(const struct settings *settings, struct grids **grids,
				   struct error *error)
{
	enum error_code code = grids_new(grids, error);

	if (code)
		return code;
	grids_add_files(*grids, settings->grid_files);
	for (size_t i = 0; i < grids_problem_count(*grids); i++)
		fprintf(stderr, "tuilerie: %s: %s\n", grids_problem(*grids, i)->place,
			grids_problem(*grids, i)->text);
	return ERROR_NONE;
}
