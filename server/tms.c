/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/tms.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "server/html.h"
#include "server/variant_query.h"

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

static void write_title(struct xml *xml, const struct tms_scope *scope, const char *title)
{
	xml_print_element(xml, "Title", "%s%s%s", title, scope->commune ? " – " : "",
			  scope->commune ? scope->commune : "");
}

static void write_title_attribute(struct xml *xml, const struct tms_scope *scope, const char *title)
{
	xml_print_attribute(xml, "title", "%s%s%s", title, scope->commune ? " – " : "",
			    scope->commune ? scope->commune : "");
}

static void write_map_href(struct xml *xml, const struct tms_scope *scope,
			   const struct theme *theme, const struct grid *grid, const char *end)
{
	struct buf href;

	buf_init(&href, 0);
	buf_print(&href, "%s/tms/1.0.0", scope->base);
	variant_query_write_path(scope->variant, &href);
	buf_add_char(&href, '/');
	html_url(&href, theme->id);
	buf_print(&href, "@%s@" TMS_FORMAT "%s", grid->id, end);
	xml_attribute(xml, "href", href.bytes);
	buf_release(&href);
}

/* The address of a document on several maps. */
static void write_address(struct xml *xml, const struct tms_scope *scope, const char *name,
			  const char *path)
{
	struct buf address;

	buf_init(&address, 0);
	buf_print(&address, "%s%s", scope->base, path);
	variant_query_write_commune(scope->variant, &address);
	xml_attribute(xml, name, address.bytes);
	buf_release(&address);
}

void tms_write_services(struct xml *xml, const struct tms_scope *scope)
{
	xml_open(xml, "Services");
	xml_open(xml, "TileMapService");
	write_title_attribute(xml, scope, scope->title);
	xml_attribute(xml, "version", "1.0.0");
	write_address(xml, scope, "href", "/tms/1.0.0/");
	xml_end(xml);
	xml_end(xml);
}

static void write_entry(struct xml *xml, const struct tms_scope *scope, const struct theme *theme,
			const struct grid *grid)
{
	struct buf srs;

	buf_init(&srs, 0);
	print_srs(&srs, grid->crs);
	xml_open(xml, "TileMap");
	write_title_attribute(xml, scope, theme->title);
	xml_attribute(xml, "srs", srs.bytes);
	xml_attribute(xml, "profile", profile_of(grid));
	write_map_href(xml, scope, theme, grid, "");
	xml_end(xml);
	buf_release(&srs);
}

void tms_write_maps(struct xml *xml, const struct tms_scope *scope,
		    const struct catalogue *catalogue, const struct grids *grids,
		    const struct theme_choice *choice)
{
	xml_open(xml, "TileMapService");
	xml_attribute(xml, "version", "1.0.0");
	write_address(xml, scope, "services", "/tms/");
	write_title(xml, scope, scope->title);
	xml_element(xml, "Abstract",
		    "Thèmes géographiques en tuiles vectorielles (Mapbox Vector Tile), dans chaque "
		    "grille ; pas d'images.");
	xml_open(xml, "TileMaps");
	for (size_t i = 0; i < catalogue_theme_count(catalogue); i++) {
		const struct theme *theme = catalogue_theme(catalogue, i);

		for (uint32_t g = 0; theme_choice_has(choice, theme) && g < grids_count(grids); g++)
			if (tms_has_grid(grids_at(grids, g)) &&
			    theme_served_in(theme, grids_at(grids, g)->id))
				write_entry(xml, scope, theme, grids_at(grids, g));
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

void tms_write_map(struct xml *xml, const struct tms_scope *scope, const struct theme *theme,
		   const struct grid *grid)
{
	xml_open(xml, "TileMap");
	xml_attribute(xml, "version", "1.0.0");
	write_address(xml, scope, "tilemapservice", "/tms/1.0.0/");
	write_title(xml, scope, theme->title);
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
		write_map_href(xml, scope, theme, grid, level);
		xml_print_attribute(xml, "units-per-pixel", "%.17g", grid->levels[z].cell_size);
		xml_print_attribute(xml, "order", "%u", z);
		xml_end(xml);
	}
	xml_end(xml);
	xml_end(xml);
}
