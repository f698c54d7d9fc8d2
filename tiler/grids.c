/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/grid.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tiler/grid_builtin.h"
#include "tiler/grid_document.h"
#include "tiler/memory.h"
#include "tiler/source.h"

struct grids {
	struct grid **grids; /* each stays where it is: requests point to it */
	uint32_t count;
	struct problem *problems;
	size_t problem_count;
};

static void add_grid(struct grids *grids, struct grid *grid)
{
	grids->grids = memory_resize(grids->grids, grids->count + 1, sizeof(*grids->grids));
	grids->grids[grids->count++] = grid;
}

enum error_code grids_new(struct grids **result, struct error *error)
{
	struct grids *grids = memory_zeroed(1, sizeof(*grids));
	enum error_code code = ERROR_NONE;

	for (uint32_t i = 0; i < GRIDS_BUILT_IN && !code; i++) {
		struct grid *grid;

		code = grid_built_in(i, &grid, error);
		if (!code)
			add_grid(grids, grid);
	}
	if (code)
		grids_free(grids);
	else
		*result = grids;
	return code;
}

void grids_free(struct grids *grids)
{
	if (!grids)
		return;
	for (uint32_t i = 0; i < grids->count; i++)
		grid_free(grids->grids[i]);
	for (size_t i = 0; i < grids->problem_count; i++) {
		free(grids->problems[i].place);
		free(grids->problems[i].text);
	}
	free(grids->grids);
	free(grids->problems);
	free(grids);
}

static void add_problem(struct grids *grids, const char *path, const char *text)
{
	grids->problems = memory_resize(grids->problems, grids->problem_count + 1,
					sizeof(*grids->problems));
	grids->problems[grids->problem_count++] = (struct problem){.place = memory_text(path),
								   .text = memory_text(text)};
}

static void add_file(struct grids *grids, const char *path)
{
	struct grid *grid = NULL;
	struct error error = {0};

	if (!grid_document_read(path, &grid, &error) && grids_find(grids, grid->id))
		error_set(&error, ERROR_INVALID,
			  "there is already a grid with the id \"%s\"; give this one another",
			  grid->id);
	if (!error.code) {
		add_grid(grids, grid);
		return;
	}
	add_problem(grids, path, error.text);
	grid_free(grid);
}

static int is_document(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return entry->d_name[0] != '.' && length > 5 &&
	       strcmp(entry->d_name + length - 5, ".json") == 0;
}

static void add_folder(struct grids *grids, const char *path)
{
	struct dirent **entries;
	int count = scandir(path, &entries, is_document, alphasort);

	if (count <= 0)
		add_problem(grids, path,
			    count < 0 ? "the folder of grids cannot be read; see to its permissions"
				      : "the folder has no grid: no file in it ends in .json");
	for (int i = 0; i < count; i++) {
		char *file = memory_print("%s/%s", path, entries[i]->d_name);

		add_file(grids, file);
		free(file);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}

void grids_add_files(struct grids *grids, const char *files)
{
	while (*files) {
		size_t length = strcspn(files, ",");
		char *path = memory_print("%.*s", (int)length, files);
		struct stat what;

		if (!*path)
			free(path), path = NULL;
		else if (stat(path, &what) == 0 && S_ISDIR(what.st_mode))
			add_folder(grids, path);
		else
			add_file(grids, path);
		free(path);
		files += length + (files[length] == ',');
	}
}

size_t grids_problem_count(const struct grids *grids)
{
	return grids->problem_count;
}

const struct problem *grids_problem(const struct grids *grids, size_t index)
{
	return &grids->problems[index];
}

uint32_t grids_count(const struct grids *grids)
{
	return grids->count;
}

const struct grid *grids_at(const struct grids *grids, uint32_t index)
{
	return grids->grids[index];
}

const struct grid *grids_find(const struct grids *grids, const char *id)
{
	for (uint32_t i = 0; i < grids->count; i++) {
		if (strcmp(grids->grids[i]->id, id) == 0)
			return grids->grids[i];
	}
	return NULL;
}
