/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "server/html.h"
#include "server/page_group.h"
#include "server/tile_limits.h"
#include "server/tileset.h"
#include "server/variant_query.h"
#include "server/wmts.h"

/* The layers of the capabilities, and the groups they are in. */

/* Degrees; nothing where they are not known. Web Mercator's users do not miss the poles. */
static void write_bounds(struct xml *xml, struct box bounds)
{
	static const struct box world = {-180, -90, 180, 90};

	bounds = box_intersection(bounds, world);
	if (box_is_empty(bounds) || !box_is_finite(bounds))
		return;
	xml_open(xml, "ows:WGS84BoundingBox");
	xml_print_element(xml, "ows:LowerCorner", "%.7f %.7f", bounds.minx, bounds.miny);
	xml_print_element(xml, "ows:UpperCorner", "%.7f %.7f", bounds.maxx, bounds.maxy);
	xml_end(xml);
}

static void write_keywords(struct xml *xml, const struct theme *theme)
{
	if (theme->keywords.count == 0)
		return;
	xml_open(xml, "ows:Keywords");
	for (size_t i = 0; i < theme->keywords.count; i++)
		xml_element(xml, "ows:Keyword", theme->keywords.texts[i]);
	xml_end(xml);
}

/* WMTS counts rows from the north, whatever the grid does. */
static uint32_t row_from_north(const struct grid *grid, uint32_t z, uint32_t row)
{
	const struct tile_matrix *matrix = &grid->levels[z];

	return matrix->rows_from_south ? matrix->matrix_height - 1 - row : row;
}

static void write_level_limits(struct xml *xml, const struct grid *grid, uint32_t z,
			       const struct tile_range *range)
{
	uint32_t first = row_from_north(grid, z, range->min_y);
	uint32_t last = row_from_north(grid, z, range->max_y);

	xml_open(xml, "TileMatrixLimits");
	xml_print_element(xml, "TileMatrix", "%u", z);
	xml_print_element(xml, "MinTileRow", "%u", first < last ? first : last);
	xml_print_element(xml, "MaxTileRow", "%u", first < last ? last : first);
	xml_print_element(xml, "MinTileCol", "%u", range->min_x);
	xml_print_element(xml, "MaxTileCol", "%u", range->max_x);
	xml_end(xml);
}

static void write_limits(struct xml *xml, const struct wmts_scope *scope, const struct theme *theme,
			 const struct grid *grid)
{
	const struct site *site = scope->site;
	struct tile_limits limits;
	struct tile_range range;
	struct tileset tileset;

	if (tileset_open_named(&tileset, site, theme->id, grid->id, &(struct error){0}))
		return;
	tileset_vary_to(&tileset, site, scope->variant);
	limits = tile_limits_of(site->limits, site, &tileset);
	xml_open(xml, "TileMatrixSetLimits");
	for (uint32_t z = limits.min_zoom; z <= limits.max_zoom; z++)
		if (tile_limits_range(&limits, z, &range))
			write_level_limits(xml, grid, z, &range);
	xml_end(xml);
	tileset_release(&tileset);
}

/* The style is written out: there is one, and some readers know no {Style}. */
static void write_template(struct xml *xml, const struct wmts_scope *scope,
			   const struct theme *theme)
{
	struct buf template;

	buf_init(&template, 0);
	buf_print(&template, "%s/wmts/", scope->base);
	html_url(&template, theme->id);
	buf_add_text(&template,
		     "/" WMTS_STYLE "/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.pbf");
	variant_query_write_commune(scope->variant, &template);
	xml_open(xml, "ResourceURL");
	xml_attribute(xml, "format", WMTS_FORMAT);
	xml_attribute(xml, "resourceType", "tile");
	xml_attribute(xml, "template", template.bytes);
	xml_end(xml);
	buf_release(&template);
}

static void write_layer(struct xml *xml, const struct wmts_scope *scope, const struct theme *theme,
			bool limited)
{
	const struct grids *grids = scope->site->grids;

	xml_open(xml, "Layer");
	xml_print_element(xml, "ows:Title", "%s%s%s", theme->title, scope->commune ? " – " : "",
			  scope->commune ? scope->commune : "");
	xml_element(xml, "ows:Abstract", theme->abstract);
	write_keywords(xml, theme);
	write_bounds(xml, variant_bounds(scope->variant, theme->bounds));
	xml_element(xml, "ows:Identifier", theme->id);
	xml_open(xml, "Style");
	xml_attribute(xml, "isDefault", "true");
	xml_element(xml, "ows:Identifier", WMTS_STYLE);
	xml_end(xml);
	xml_element(xml, "Format", WMTS_FORMAT);
	for (uint32_t i = 0; i < grids_count(grids); i++) {
		const struct grid *grid = grids_at(grids, i);

		if (!wmts_has_grid(grid) || !theme_served_in(theme, grid->id))
			continue;
		xml_open(xml, "TileMatrixSetLink");
		xml_element(xml, "TileMatrixSet", grid->id);
		if (limited)
			write_limits(xml, scope, theme, grid);
		xml_end(xml);
	}
	write_template(xml, scope, theme);
	xml_end(xml);
}

/* Layers must be in one grid at least. */
static bool is_layer(const struct wmts_scope *scope, const struct theme *theme)
{
	const struct grids *grids = scope->site->grids;

	if (!theme_choice_has(scope->choice, theme))
		return false;
	for (uint32_t i = 0; i < grids_count(grids); i++)
		if (wmts_has_grid(grids_at(grids, i)) &&
		    theme_served_in(theme, grids_at(grids, i)->id))
			return true;
	return false;
}

/* Groups are runs of themes: the catalogue is sorted by id, which begins with the group. */
static void write_groups(struct xml *xml, const struct wmts_scope *scope)
{
	const char *group = NULL;

	xml_open(xml, "Themes");
	for (size_t i = 0; i < catalogue_theme_count(scope->catalogue); i++) {
		const struct theme *theme = catalogue_theme(scope->catalogue, i);

		if (!is_layer(scope, theme))
			continue;
		if (!group || strcmp(group, theme->group) != 0) {
			const struct group_name *name = group_name_find(theme->group);

			if (group)
				xml_end(xml);
			group = theme->group;
			xml_open(xml, "Theme");
			xml_element(xml, "ows:Title", name ? name->name[LANGUAGE_FRENCH] : group);
			xml_element(xml, "ows:Identifier", group);
		}
		/* the schema wants a URI, which knows a percent sign as an escape only */
		if (!strchr(theme->id, '%'))
			xml_element(xml, "LayerRef", theme->id);
	}
	if (group)
		xml_end(xml);
	xml_end(xml);
}

void wmts_write_contents(struct xml *xml, const struct wmts_scope *scope)
{
	size_t count = 0;

	for (size_t i = 0; i < catalogue_theme_count(scope->catalogue); i++)
		count += is_layer(scope, catalogue_theme(scope->catalogue, i));
	xml_open(xml, "Contents");
	for (size_t i = 0; i < catalogue_theme_count(scope->catalogue); i++) {
		const struct theme *theme = catalogue_theme(scope->catalogue, i);

		if (is_layer(scope, theme))
			write_layer(xml, scope, theme, count <= WMTS_LIMITED_LAYERS_MOST);
	}
	wmts_write_grids(xml, scope->site->grids);
	xml_end(xml);
	write_groups(xml, scope);
}
