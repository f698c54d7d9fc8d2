/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/tms.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "server/html.h"

bool tms_has_grid(const struct grid *grid)
{
	struct box first = grid_level_box(grid, 0);

	if (!grid->crs->authority || !grid->crs->code)
		return false;
	for (uint32_t z = 1; z < grid->level_count; z++) {
		struct box box = grid_level_box(grid, z);
		double tolerance = 1e-6 * grid->levels[z].cell_size;

		if (grid->levels[z].tile_width != grid->levels[0].tile_width ||
		    grid->levels[z].tile_height != grid->levels[0].tile_height ||
		    fabs(box.minx - first.minx) > tolerance ||
		    fabs(box.miny - first.miny) > tolerance)
			return false;
	}
	return true;
}

/* The specification knows EPSG's codes only, and means longitude before latitude by 4326. */
static void print_srs(struct buf *srs, const struct crs *crs)
{
	if (strcmp(crs->authority, "OGC") == 0)
		buf_add_text(srs, "EPSG:4326");
	else
		buf_print(srs, "%s:%s", crs->authority, crs->code);
}

/* "global-geodetic" fixes levels that are exactly those of WorldCRS84Quad; that of Web Mercator
 * begins one level deeper than WebMercatorQuad, so clients had better read the document. */
static const char *profile_of(const struct grid *grid)
{
	return strcmp(grid->id, "WorldCRS84Quad") == 0 ? "global-geodetic" : "local";
}

static void write_map_href(struct xml *xml, const struct theme *theme, const struct grid *grid,
			   const char *base, const char *end)
{
	struct buf href;

	buf_init(&href, 0);
	buf_print(&href, "%s/tms/1.0.0/", base);
	html_url(&href, theme->id);
	buf_print(&href, "@%s@" TMS_FORMAT "%s", grid->id, end);
	xml_attribute(xml, "href", href.bytes);
	buf_release(&href);
}

void tms_write_services(struct xml *xml, const char *title, const char *base)
{
	xml_open(xml, "Services");
	xml_open(xml, "TileMapService");
	xml_attribute(xml, "title", title);
	xml_attribute(xml, "version", "1.0.0");
	xml_print_attribute(xml, "href", "%s/tms/1.0.0/", base);
	xml_end(xml);
	xml_end(xml);
}

static void write_entry(struct xml *xml, const struct theme *theme, const struct grid *grid,
			const char *base)
{
	struct buf srs;

	buf_init(&srs, 0);
	print_srs(&srs, grid->crs);
	xml_open(xml, "TileMap");
	xml_attribute(xml, "title", theme->title);
	xml_attribute(xml, "srs", srs.bytes);
	xml_attribute(xml, "profile", profile_of(grid));
	write_map_href(xml, theme, grid, base, "");
	xml_end(xml);
	buf_release(&srs);
}

void tms_write_maps(struct xml *xml, const struct catalogue *catalogue, const struct grids *grids,
		    const struct theme_choice *choice, const char *title, const char *base)
{
	xml_open(xml, "TileMapService");
	xml_attribute(xml, "version", "1.0.0");
	xml_print_attribute(xml, "services", "%s/tms/", base);
	xml_element(xml, "Title", title);
	xml_element(xml, "Abstract",
		    "Thèmes géographiques en tuiles vectorielles (Mapbox Vector Tile), dans chaque "
		    "grille ; pas d'images.");
	xml_open(xml, "TileMaps");
	for (size_t i = 0; i < catalogue_theme_count(catalogue); i++) {
		const struct theme *theme = catalogue_theme(catalogue, i);

		for (uint32_t g = 0; theme_choice_has(choice, theme) && g < grids_count(grids); g++)
			if (tms_has_grid(grids_at(grids, g)) &&
			    theme_served_in(theme, grids_at(grids, g)->id))
				write_entry(xml, theme, grids_at(grids, g), base);
	}
	xml_end(xml);
	xml_end(xml);
}

static void write_place(struct xml *xml, const struct grid *grid)
{
	struct box box = grid_level_box(grid, 0);
	struct buf srs;

	buf_init(&srs, 0);
	print_srs(&srs, grid->crs);
	xml_element(xml, "SRS", srs.bytes);
	buf_release(&srs);
	xml_open(xml, "BoundingBox");
	xml_print_attribute(xml, "minx", "%.17g", box.minx);
	xml_print_attribute(xml, "miny", "%.17g", box.miny);
	xml_print_attribute(xml, "maxx", "%.17g", box.maxx);
	xml_print_attribute(xml, "maxy", "%.17g", box.maxy);
	xml_end(xml);
	xml_open(xml, "Origin");
	xml_print_attribute(xml, "x", "%.17g", box.minx);
	xml_print_attribute(xml, "y", "%.17g", box.miny);
	xml_end(xml);
}

void tms_write_map(struct xml *xml, const struct theme *theme, const struct grid *grid,
		   const char *base)
{
	xml_open(xml, "TileMap");
	xml_attribute(xml, "version", "1.0.0");
	xml_print_attribute(xml, "tilemapservice", "%s/tms/1.0.0/", base);
	xml_element(xml, "Title", theme->title);
	xml_element(xml, "Abstract", theme->abstract ? theme->abstract : "");
	write_place(xml, grid);
	xml_open(xml, "TileFormat");
	xml_print_attribute(xml, "width", "%u", grid->levels[0].tile_width);
	xml_print_attribute(xml, "height", "%u", grid->levels[0].tile_height);
	xml_attribute(xml, "mime-type", "application/vnd.mapbox-vector-tile");
	xml_attribute(xml, "extension", TMS_FORMAT);
	xml_end(xml);
	xml_open(xml, "TileSets");
	xml_attribute(xml, "profile", profile_of(grid));
	for (uint32_t z = 0; z < grid->level_count; z++) {
		char level[12];

		snprintf(level, sizeof(level), "/%u", z);
		xml_open(xml, "TileSet");
		write_map_href(xml, theme, grid, base, level);
		xml_print_attribute(xml, "units-per-pixel", "%.17g", grid->levels[z].cell_size);
		xml_print_attribute(xml, "order", "%u", z);
		xml_end(xml);
	}
	xml_end(xml);
	xml_end(xml);
}
