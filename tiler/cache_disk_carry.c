/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "tiler/cache_disk_file.h"

/* From one version of a theme to the next, and removal by choice. In a file, the tiles that go and
 * the new name of those that stay are one transaction. */

bool disk_is_outdated(struct cache_disk *disk, const char *theme, const char *version)
{
	struct current_version *current;
	bool outdated;

	if (!theme)
		return false;
	pthread_mutex_lock(&disk->lock);
	HASH_FIND_STR(disk->current, theme, current);
	outdated = current && strcmp(current->version, version) != 0;
	pthread_mutex_unlock(&disk->lock);
	return outdated;
}

static void set_current(struct cache_disk *disk, const char *theme, const char *version)
{
	struct current_version *current;

	pthread_mutex_lock(&disk->lock);
	HASH_FIND_STR(disk->current, theme, current);
	if (!current) {
		current = memory_zeroed(1, sizeof(*current) + strlen(theme) + 1);
		strcpy(current->theme, theme);
		HASH_ADD_STR(disk->current, theme, current);
	}
	strncpy(current->version, version, sizeof(current->version) - 1);
	pthread_mutex_unlock(&disk->lock);
}

/* What is done to each file of a theme. */
struct operation {
	const char *old_version, *new_version; /* NULL: the version stays */
	cache_disk_goes_f goes;
	void *context;
	/* Of the file at hand: its grid, and both versions as it tells them. */
	const char *grid;
	char older[DISK_VERSION_SIZE], newer[DISK_VERSION_SIZE];
	struct cache_removal *removal;
	enum error_code code;
	struct error *error;
};

static bool tile_goes(struct tile_id tile, void *context)
{
	struct operation *operation = context;

	return operation->goes(operation->grid, tile, operation->context);
}

static void add_tiles(int64_t used, uint64_t tiles, void *context)
{
	(void)used;
	*(uint64_t *)context += tiles;
}

/* Is there anything to be kept of the file? */
static bool can_be_kept(const struct operation *operation, const char *version)
{
	return operation->goes && operation->grid && version &&
	       (!operation->old_version || strcmp(version, operation->older) == 0);
}

static enum error_code empty(struct cache_disk *disk, struct disk_file *file,
			     struct operation *operation, struct error *error)
{
	uint64_t tiles = 0;
	enum error_code code = mbtiles_ages(file->mbtiles, add_tiles, &tiles, error);

	mbtiles_roll_back(file->mbtiles);
	disk_file_remove(disk, file, NULL);
	operation->removal->removed += tiles;
	return code;
}

static enum error_code thin(struct cache_disk *disk, struct disk_file *file,
			    struct operation *operation, struct error *error)
{
	struct mbtiles_removal removal = {0};
	enum error_code code = mbtiles_remove(file->mbtiles, tile_goes, operation, &removal, error);

	if (!code && operation->new_version)
		code = mbtiles_set(file->mbtiles, MBTILES_VERSION, operation->newer, error);
	if (!code)
		code = mbtiles_commit(file->mbtiles, error);
	if (code)
		return code;
	operation->removal->removed += removal.removed;
	operation->removal->kept += removal.kept;
	disk_file_measure(disk, file);
	return ERROR_NONE;
}

static enum error_code operate(struct cache_disk *disk, struct disk_file *file,
			       struct operation *operation, struct error *error)
{
	char *version = NULL, *grid = NULL;
	enum error_code code = disk_file_open(disk, file, false, error);

	if (!code)
		code = mbtiles_begin(file->mbtiles, error);
	if (!code)
		code = mbtiles_value(file->mbtiles, MBTILES_VERSION, &version, error);
	if (!code)
		code = mbtiles_value(file->mbtiles, DISK_GRID, &grid, error);
	operation->grid = grid;
	if (operation->old_version) {
		disk_version(disk, grid, operation->old_version, operation->older);
		disk_version(disk, grid, operation->new_version, operation->newer);
	}
	if (code)
		;
	else if (operation->new_version && version && strcmp(version, operation->newer) == 0)
		mbtiles_roll_back(file->mbtiles);
	else if (can_be_kept(operation, version))
		code = thin(disk, file, operation, error);
	else
		code = empty(disk, file, operation, error);
	if (file->mbtiles)
		mbtiles_roll_back(file->mbtiles);
	free(version);
	free(grid);
	return code;
}

static void operate_on(struct cache_disk *disk, struct disk_file *file, void *context)
{
	struct operation *operation = context;
	struct error error;
	enum error_code code = operate(disk, file, operation, &error);

	if (code == ERROR_INVALID)
		disk_file_remove(disk, file, "is damaged");
	else if (code && code != ERROR_NOT_FOUND && !operation->code)
		operation->code = error_set(operation->error, code, "disk cache: %s", error.text);
}

static enum error_code operate_on_all(struct cache_disk *disk, const char *theme,
				      struct operation *operation)
{
	pthread_mutex_lock(&disk->writing);
	disk_each(disk, theme, operate_on, operation);
	pthread_mutex_unlock(&disk->writing);
	return operation->code;
}

enum error_code cache_disk_carry(struct cache_disk *disk, const char *theme,
				 const char *old_version, const char *new_version,
				 cache_disk_goes_f goes, void *context,
				 struct cache_removal *removal, struct error *error)
{
	struct operation operation = {
		.old_version = old_version,
		.new_version = new_version,
		.goes = goes,
		.context = context,
		.removal = removal,
		.error = error,
	};

	*removal = (struct cache_removal){0};
	set_current(disk, theme, new_version);
	return operate_on_all(disk, theme, &operation);
}

enum error_code cache_disk_remove(struct cache_disk *disk, const char *theme,
				  cache_disk_goes_f goes, void *context,
				  struct cache_removal *removal, struct error *error)
{
	struct operation operation = {
		.goes = goes,
		.context = context,
		.removal = removal,
		.error = error,
	};

	return operate_on_all(disk, theme, &operation);
}
