/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tiler/purge.h"
#include "tiler/source.h"

enum {
	PURGE_GRID,
	PURGE_ZOOM,
	PURGE_BBOX,
};

static enum error_code check_grid(const struct grids *grids, const char *grid, struct error *error)
{
	return !grid || grids_find(grids, grid)
		       ? ERROR_NONE
		       : error_set(error, ERROR_NOT_FOUND, "--grid: there is no grid \"%.100s\"",
				   grid);
}

static enum error_code purge_theme(const struct command_line *line, const char *theme,
				   struct tile_cache *cache, const struct grids *grids,
				   uint64_t *removed, struct error *error)
{
	struct tile_cache_carried tiles = {0};
	struct purge purge;
	enum error_code code = purge_read(&purge, theme, line->options[PURGE_GRID],
					  line->options[PURGE_ZOOM], line->options[PURGE_BBOX],
					  error);

	if (!code)
		code = purge_run(&purge, line->settings->state, cache, grids, &tiles, error);
	*removed += tiles.disk.removed;
	return code;
}

static enum error_code purge_all(const struct command_line *line, const struct grids *grids,
				 uint64_t *removed, struct error *error)
{
	/* Nothing is written, so nothing has to make room. */
	struct tile_cache_settings settings = {.state = line->settings->state,
					       .disk_bytes = UINT64_MAX};
	struct tile_cache *cache;
	enum error_code code = tile_cache_new(&settings, &cache, error);

	if (code)
		return code;
	if (line->operand_count == 0)
		code = purge_theme(line, NULL, cache, grids, removed, error);
	for (size_t i = 0; i < line->operand_count && !code; i++)
		code = purge_theme(line, line->operands[i], cache, grids, removed, error);
	tile_cache_free(cache);
	return code;
}

int command_purge(const struct command_line *line)
{
	struct grids *grids = NULL;
	struct error error = {0};
	uint64_t removed = 0;
	int status = EXIT_DONE;
	struct purge unused;

	source_init();
	if (purge_read(&unused, NULL, NULL, line->options[PURGE_ZOOM], line->options[PURGE_BBOX],
		       &error))
		status = command_misused("purge: %s", error.text);
	else if (command_open_grids(line->settings, &grids, &error) ||
		 check_grid(grids, line->options[PURGE_GRID], &error) ||
		 purge_all(line, grids, &removed, &error))
		status = command_failed(NULL, &error);
	else if (!line->settings->quiet)
		printf("%" PRIu64 " tile%s forgotten\n", removed, removed == 1 ? "" : "s");
	grids_free(grids);
	return status;
}
