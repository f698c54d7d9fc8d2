/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/prepared.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/companion.h"
#include "tiler/feature_ids.h"
#include "tiler/hash.h"
#include "tiler/mapped_file.h"
#include "tiler/memory.h"
#include "tiler/prepared_document.h"

/* What is handed out is the public part; the count of its readers lies behind it. */
struct counted {
	struct prepared prepared; /* first, so that one address serves for both */
	atomic_uint references;
};

enum {
	VERSION_LENGTH = 32,
	FOLDER_PART = 16, /* digits at a version's end that are those of its folder, too */
};

/* Ground resolution of WebMercatorQuad's level 0: the equator over 256 pixels. */
static const double MERCATOR_RESOLUTION = 2 * 3.14159265358979323846 * 6378137 / 256;

static struct prepared *prepared_new(void)
{
	struct counted *counted = memory_zeroed(1, sizeof(*counted));

	atomic_init(&counted->references, 1);
	return &counted->prepared;
}

struct prepared *prepared_ref(struct prepared *prepared)
{
	atomic_fetch_add_explicit(&((struct counted *)prepared)->references, 1,
				  memory_order_relaxed);
	return prepared;
}

static void close_level(struct prepared_level *level)
{
	fgb_close(level->fgb);
	fgb_close(level->points);
}

void prepared_unref(struct prepared *prepared)
{
	if (!prepared || atomic_fetch_sub_explicit(&((struct counted *)prepared)->references, 1,
						   memory_order_acq_rel) != 1)
		return;
	for (uint32_t i = 0; i < PREPARED_LEVELS_MOST; i++)
		close_level(&prepared->levels[i]);
	mapped_file_close(prepared->ids);
	for (uint32_t i = 0; i < prepared->column_count; i++) {
		free(prepared->columns[i].name);
		free(prepared->columns[i].source_type);
	}
	free(prepared->columns);
	free(prepared->first_zooms);
	free(prepared->commune_column);
	report_release(&prepared->report);
	free(prepared->theme_id);
	crs_free(prepared->crs);
	free(prepared);
}

void prepared_obey(struct prepared *prepared, const struct theme *theme)
{
	prepared->companion = theme->options.companion != COMPANION_NONE;
	prepared->companion_turns = prepared->companion && companion_turns(prepared->kind);
	if (theme->options.first_zoom_count == 0)
		return;
	prepared->first_zooms = memory_zeroed(prepared->column_count,
					      sizeof(*prepared->first_zooms));
	for (uint32_t i = 0; i < prepared->column_count; i++)
		prepared->first_zooms[i] = theme_options_first_zoom(&theme->options,
								    prepared->columns[i].name);
}

/* Tiles made before the zooms, or the column of the communes, were changed must not pass for those
 * made after, so the version depends on them too; its end stays that of the folder. */
static void set_drawing(struct prepared *prepared, const struct theme_options *options)
{
	char both[2 * VERSION_LENGTH + 1];

	if (options->min_zoom == 0 && options->max_zoom == THEME_ZOOM_OF_DATA &&
	    !options->commune_column)
		return;
	prepared->commune_column = memory_text(options->commune_column);
	if (options->min_zoom > prepared->min_zoom)
		prepared->min_zoom = options->min_zoom;
	if (options->max_zoom != THEME_ZOOM_OF_DATA)
		prepared->zoom_limit = options->max_zoom + 1;
	memcpy(both, prepared->version, VERSION_LENGTH);
	theme_options_drawing_hash(options, both + VERSION_LENGTH);
	hash_hex(both, sizeof(both) - 1, prepared->version);
	memcpy(prepared->version + VERSION_LENGTH - FOLDER_PART,
	       both + VERSION_LENGTH - FOLDER_PART, FOLDER_PART);
}

bool prepared_stands(const char *state, const char *theme_id, const char *version)
{
	char *name = theme_folder_name(theme_id);
	char *folder = memory_print("%s/themes/%s", state, name);
	DIR *versions = strlen(version) == VERSION_LENGTH ? opendir(folder) : NULL;
	const struct dirent *entry;
	bool stands = false;

	while (versions && !stands && (entry = readdir(versions)))
		stands = strlen(entry->d_name) == VERSION_LENGTH &&
			 strcmp(entry->d_name + VERSION_LENGTH - FOLDER_PART,
				version + VERSION_LENGTH - FOLDER_PART) == 0;
	if (versions)
		closedir(versions);
	free(folder);
	free(name);
	return stands;
}

/* FURTHER: columns behind the theme's own. */
static bool same_columns(const struct prepared *prepared, const struct fgb *fgb, uint32_t further)
{
	const struct fgb_column *columns = fgb_columns(fgb);
	bool same = fgb_column_count(fgb) == prepared->column_count + further;

	for (uint32_t i = 0; same && i < prepared->column_count; i++)
		same = columns[i].type == prepared->columns[i].type &&
		       strcmp(columns[i].name, prepared->columns[i].name) == 0;
	return same;
}

static enum error_code open_points(const char *folder, struct prepared *prepared, uint32_t level,
				   struct error *error)
{
	struct fgb **points = &prepared->levels[level].points;
	char *file = prepared_points_file(level), *path = memory_print("%s/%s", folder, file);
	enum error_code code = fgb_open(path, points, error);

	if (code)
		code = error_set(error, ERROR_INVALID, "%s is missing or damaged", path);
	else if (!same_columns(prepared, *points, prepared->companion_turns))
		code = error_set(error, ERROR_INVALID, "%s is not what theme.json says", path);
	free(path);
	free(file);
	return code;
}

static enum error_code open_levels(const char *folder, struct prepared *prepared,
				   struct error *error)
{
	enum error_code code = ERROR_NONE;

	for (uint32_t i = 0; !code && i < prepared->level_count; i++) {
		char *file = prepared_level_file(i);
		char *path = memory_print("%s/%s", folder, file);

		code = fgb_open(path, &prepared->levels[i].fgb, error);
		if (code)
			code = error_set(error, ERROR_INVALID, "%s is missing or damaged", path);
		else if (!same_columns(prepared, prepared->levels[i].fgb, 0) ||
			 (i == 0 &&
			  fgb_feature_count(prepared->levels[i].fgb) != prepared->feature_count))
			code = error_set(error, ERROR_INVALID, "%s is not what theme.json says",
					 path);
		if (!code && prepared->companion)
			code = open_points(folder, prepared, i, error);
		free(path);
		free(file);
	}
	return code;
}

static void open_ids(const char *folder, struct prepared *prepared)
{
	char *path = prepared_ids_path(folder);

	prepared->ids = feature_ids_open(path, prepared->levels[0].fgb);
	free(path);
}

/* Was the version made of THEME's data as they are? */
static bool is_of_present(const struct theme *theme, const struct prepared *prepared,
			  const struct prepared_origin *origin)
{
	char wanted[33];

	(void)prepared;
	prepared_identity(theme, wanted);
	return strcmp(origin->identity, wanted) == 0;
}

/* May it be shown until that one is there? */
static bool may_stand_in(const struct theme *theme, const struct prepared *prepared,
			 const struct prepared_origin *origin)
{
	char wanted[33];

	prepared_likeness(theme, wanted);
	return strcmp(origin->likeness, wanted) == 0 &&
	       theme_publishes(theme, prepared->columns, prepared->column_count);
}

typedef bool (*version_fits_f)(const struct theme *theme, const struct prepared *prepared,
			       const struct prepared_origin *origin);

static enum error_code open_version(const char *place, const struct theme *theme,
				    version_fits_f fits, struct prepared **result,
				    struct error *error)
{
	char *path = memory_print("%s/theme.json", place);
	struct prepared *prepared = prepared_new();
	struct prepared_origin origin;
	enum error_code code;

	code = prepared_document_read(path, prepared, &origin, error);
	if (code)
		goto out;
	if (!fits(theme, prepared, &origin))
		code = error_set(error, ERROR_NOT_FOUND, "%s was made of other data", place);
	else if (strcmp(prepared->theme_id, theme->id) != 0)
		code = error_set(error, ERROR_INVALID, "%s belongs to theme %s", place,
				 prepared->theme_id);
	else
		prepared_obey(prepared, theme);
	if (!code)
		code = open_levels(place, prepared, error);
	if (!code && prepared->level_count)
		open_ids(place, prepared);
	if (!code) {
		prepared->crs = crs_copy(theme->crs);
		memcpy(prepared->version, strrchr(place, '/') + 1, VERSION_LENGTH);
		set_drawing(prepared, &theme->options);
	}
out:
	if (code)
		prepared_unref(prepared);
	else
		*result = prepared;
	free(path);
	return code;
}

/* The newest of THEME's versions that FITS; *DAMAGED: one that does may be. */
static struct prepared *open_newest(const char *state, const struct theme *theme,
				    version_fits_f fits, bool *damaged)
{
	char *name = theme_folder_name(theme->id);
	char *folder = memory_print("%s/themes/%s", state, name);
	struct prepared *newest = NULL, *prepared = NULL;
	DIR *versions = opendir(folder);
	struct dirent *entry;
	struct error error;

	*damaged = false;
	while (versions && (entry = readdir(versions))) {
		char *place = memory_print("%s/%s", folder, entry->d_name);
		enum error_code code = ERROR_NOT_FOUND;

		if (strlen(entry->d_name) == VERSION_LENGTH && entry->d_name[0] != '.')
			code = open_version(place, theme, fits, &prepared, &error);
		*damaged = *damaged || code == ERROR_INVALID;
		if (!code && newest && newest->prepared_at >= prepared->prepared_at) {
			prepared_unref(prepared);
		} else if (!code) {
			prepared_unref(newest);
			newest = prepared;
		}
		free(place);
	}
	if (versions)
		closedir(versions);
	free(folder);
	free(name);
	return newest;
}

enum error_code prepared_open(const char *state, const struct theme *theme,
			      struct prepared **result, struct error *error)
{
	bool damaged;
	struct prepared *prepared = open_newest(state, theme, is_of_present, &damaged);

	if (!prepared)
		return error_set(error, damaged ? ERROR_INVALID : ERROR_NOT_FOUND, "theme %s %s",
				 theme->id,
				 damaged ? "is damaged on disk; prepare it anew"
					 : "is not prepared from its present data");
	*result = prepared;
	return ERROR_NONE;
}

enum error_code prepared_open_older(const char *state, const struct theme *theme,
				    struct prepared **result, struct error *error)
{
	bool damaged;
	struct prepared *prepared = open_newest(state, theme, may_stand_in, &damaged);

	if (!prepared)
		return error_set(error, damaged ? ERROR_INVALID : ERROR_NOT_FOUND,
				 "theme %s has no older version that can be shown", theme->id);
	*result = prepared;
	return ERROR_NONE;
}

double prepared_resolution(const struct prepared *prepared, struct transform *transform,
			   const struct grid *grid, uint32_t z)
{
	const struct tile_matrix *level = &grid->levels[z];
	struct point middle = {(prepared->extent.minx + prepared->extent.maxx) / 2,
			       (prepared->extent.miny + prepared->extent.maxy) / 2};
	double scale = transform ? transform_scale(transform, middle) : 1;
	double pixel = level->cell_size * fmin(level->tile_width, level->tile_height) / 256;

	return scale > 0 ? pixel / scale * prepared->crs->metres_per_unit
			 : pixel * grid->crs->metres_per_unit;
}

/* Grids whose levels show the same ground within a few per cent share the levels of themes. */
static const double CLOSE_ENOUGH = 1.02;

const struct prepared_level *prepared_level(const struct prepared *prepared, double resolution)
{
	const struct prepared_level *found = NULL;

	for (uint32_t i = 0; i < prepared->level_count; i++)
		if (i == 0 || prepared->levels[i].resolution <= resolution * CLOSE_ENOUGH)
			found = &prepared->levels[i];
	return found;
}

/* Web Mercator and grids in degrees measure metres at the equator, the others those of the ground:
 * these are carried over at the latitude where the theme is densest. */
static double mercator_resolution(const struct prepared *prepared, const struct grid *grid,
				  uint32_t z)
{
	double resolution = grid_resolution(grid, z);
	double latitude = fmin(fabs(prepared->centre.y), 85) * M_PI / 180;

	if (grid->crs->geographic || strcmp(grid->crs->definition, "EPSG:3857") == 0)
		return resolution;
	return resolution / cos(latitude);
}

long prepared_zoom(const struct prepared *prepared, const struct grid *grid, uint32_t z)
{
	double zoom = log2(MERCATOR_RESOLUTION / mercator_resolution(prepared, grid, z));

	/* a grid's first level may be coarser than Web Mercator's, and shows what that shows */
	return lround(fmax(zoom, 0));
}

uint32_t prepared_level_of_zoom(const struct prepared *prepared, const struct grid *grid,
				uint32_t zoom)
{
	uint32_t z = 0;

	while (z + 1 < grid->level_count && prepared_zoom(prepared, grid, z) < (long)zoom)
		z++;
	return z;
}

bool prepared_shows(const struct prepared *prepared, const struct grid *grid, uint32_t z)
{
	return prepared->level_count > 0 &&
	       prepared_zoom(prepared, grid, z) >= (long)prepared->min_zoom;
}
