/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tiler/mbtiles.h"
#include "tiler/memory.h"
#include "tiler/pmtiles.h"

struct export
{
	char *path, *aside;
	const struct grid *grid;
	struct mbtiles *mbtiles; /* one of these is NULL */
	struct pmtiles *pmtiles;
	bool in_place;
};

static bool ends_in(const char *path, const char *ending)
{
	size_t length = strlen(path), ending_length = strlen(ending);

	return length > ending_length && strcmp(path + length - ending_length, ending) == 0;
}

static bool is_web_mercator(const struct grid *grid)
{
	return strcmp(grid->id, "WebMercatorQuad") == 0;
}

static enum error_code open_format(struct export *export, struct error *error)
{
	const struct grid *grid = export->grid;

	if (ends_in(export->path, ".mbtiles")) {
		if (!grid_is_quad(grid))
			return error_set(error, ERROR_UNSUPPORTED,
					 "MBTiles cannot hold tiles of the grid %s, which does not "
					 "start from one square tile and halve",
					 grid->id);
		return mbtiles_open(export->aside, MBTILES_EXPORT, &export->mbtiles, error);
	}
	if (!ends_in(export->path, ".pmtiles"))
		return error_set(error, ERROR_UNSUPPORTED,
				 "%s: the name of the file must end in .mbtiles or .pmtiles",
				 export->path);
	if (!is_web_mercator(grid))
		return error_set(error, ERROR_UNSUPPORTED,
				 "PMTiles knows no grid but WebMercatorQuad: export %s to MBTiles",
				 grid->id);
	return pmtiles_new(export->aside, &export->pmtiles, error);
}

enum error_code export_new(const char *path, const struct grid *grid, struct export **result,
			   struct error *error)
{
	struct export *export = memory_zeroed(1, sizeof(*export));
	enum error_code code;

	export->path = memory_text(path);
	export->aside = memory_print("%s.partial-%d", path, (int)getpid());
	export->grid = grid;
	code = open_format(export, error);
	if (code)
		export_free(export);
	else
		*result = export;
	return code;
}

void export_free(struct export *export)
{
	if (!export)
		return;
	mbtiles_close(export->mbtiles);
	pmtiles_free(export->pmtiles);
	if (!export->in_place)
		unlink(export->aside);
	free(export->path);
	free(export->aside);
	free(export);
}

enum error_code export_add(struct export *export, struct tile_id tile, const struct blob *blob,
			   struct error *error)
{
	return export->mbtiles
		       ? mbtiles_put(export->mbtiles, tile, blob, 0, error)
		       : pmtiles_add(export->pmtiles, tile, blob->bytes, blob->length, error);
}

/* A row of the metadata whose value is printed. */
static enum error_code set_row(struct export *export, struct error *error, const char *name,
			       const char *format, ...) __attribute__((format(printf, 4, 5)));

static enum error_code set_row(struct export *export, struct error *error, const char *name,
			       const char *format, ...)
{
	char value[160];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(value, sizeof(value), format, arguments);
	va_end(arguments);
	return mbtiles_set(export->mbtiles, name, value, error);
}

static enum error_code set_texts(struct export *export,
				 const struct export_description *description, struct error *error)
{
	const struct {
		const char *name, *value;
	} rows[] = {
		{"name", description->name},
		{"format", "pbf"},
		{"type", "overlay"},
		{"description", description->description},
		{"attribution", description->attribution},
		{"version", description->version},
		{"json", description->vector_layers},
	};
	enum error_code code = ERROR_NONE;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && !code; i++) {
		if (rows[i].value)
			code = mbtiles_set(export->mbtiles, rows[i].name, rows[i].value, error);
	}
	return code;
}

static enum error_code set_grid(struct export *export, struct error *error)
{
	const struct crs *crs = export->grid->crs;
	const struct tile_matrix *top = &export->grid->levels[0];
	enum error_code code = crs->code ? set_row(export, error, "crs", "%s:%s", crs->authority,
						   crs->code)
					 : mbtiles_set(export->mbtiles, "crs", crs->definition,
						       error);

	if (!code)
		code = set_row(export, error, "tile_origin_upper_left_x", "%.17g", top->origin.x);
	if (!code)
		code = set_row(export, error, "tile_origin_upper_left_y", "%.17g", top->origin.y);
	if (!code)
		code = set_row(export, error, "tile_dimension_zoom_0", "%.17g",
			       top->cell_size * top->tile_width);
	return code;
}

static enum error_code finish_mbtiles(struct export *export,
				      const struct export_description *description,
				      struct error *error)
{
	const struct box *bounds = &description->bounds;
	enum error_code code = set_texts(export, description, error);

	if (!code)
		code = set_row(export, error, "bounds", "%.7f,%.7f,%.7f,%.7f", bounds->minx,
			       bounds->miny, bounds->maxx, bounds->maxy);
	if (!code)
		code = set_row(export, error, "center", "%.7f,%.7f,%u", description->centre.x,
			       description->centre.y, description->centre_zoom);
	if (!code)
		code = set_row(export, error, "minzoom", "%u", description->min_zoom);
	if (!code)
		code = set_row(export, error, "maxzoom", "%u", description->max_zoom);
	if (!code && !is_web_mercator(export->grid))
		code = set_grid(export, error);
	return code ? code : mbtiles_finish(export->mbtiles, error);
}

static enum error_code finish_pmtiles(struct export *export,
				      const struct export_description *description,
				      struct error *error)
{
	struct pmtiles_header header = {
		.min_zoom = description->min_zoom,
		.max_zoom = description->max_zoom,
		.bounds = description->bounds,
		.centre = description->centre,
		.centre_zoom = description->centre_zoom,
		.metadata = description->metadata,
	};

	return pmtiles_finish(export->pmtiles, &header, error);
}

/* So that the new name outlives a power cut. What cannot be synced (a network share) is left. */
static void sync_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? memory_print("%.*s", (int)(slash - path + 1), path)
			     : memory_text(".");
	int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (file >= 0) {
		fsync(file);
		close(file);
	}
	free(folder);
}

enum error_code export_finish(struct export *export, const struct export_description *description,
			      struct error *error)
{
	enum error_code code = export->mbtiles ? finish_mbtiles(export, description, error)
					       : finish_pmtiles(export, description, error);

	if (code)
		return code;
	mbtiles_close(export->mbtiles);
	pmtiles_free(export->pmtiles);
	export->mbtiles = NULL;
	export->pmtiles = NULL;
	if (rename(export->aside, export->path))
		return error_set(error, ERROR_IO, "%s cannot be put in place: %s", export->path,
				 strerror(errno));
	export->in_place = true;
	sync_folder_of(export->path);
	return ERROR_NONE;
}
