/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "server/html.h"
#include "server/qgis.h"
#include "server/tileset.h"
#include "server/variant_query.h"
#include "server/xml.h"
#include "tiler/memory.h"

static bool is_mercator(const struct grid *grid)
{
	return strcmp(grid->id, "WebMercatorQuad") == 0;
}

bool qgis_reads_grid(const struct grid *grid)
{
	return is_mercator(grid) || grid_is_quad(grid);
}

/* The chosen themes and, of each, whether another one has its title. */
struct listing {
	const struct theme **themes;
	bool *shares_title;
	size_t count;
};

struct titled {
	const struct theme *theme;
	size_t place;
};

static int by_title(const void *a, const void *b)
{
	return strcmp(((const struct titled *)a)->theme->title,
		      ((const struct titled *)b)->theme->title);
}

static void find_shared_titles(struct listing *listing)
{
	struct titled *titled = memory_zeroed(listing->count + 1, sizeof(*titled));

	for (size_t i = 0; i < listing->count; i++)
		titled[i] = (struct titled){listing->themes[i], i};
	qsort(titled, listing->count, sizeof(*titled), by_title);
	for (size_t i = 1; i < listing->count; i++)
		if (by_title(&titled[i - 1], &titled[i]) == 0)
			listing->shares_title[titled[i - 1].place] =
				listing->shares_title[titled[i].place] = true;
	free(titled);
}

static void listing_init(struct listing *listing, const struct qgis_scope *scope)
{
	const struct catalogue *catalogue = scope->catalogue;
	size_t all = catalogue_theme_count(catalogue);

	*listing = (struct listing){
		.themes = memory_zeroed(all + 1, sizeof(*listing->themes)),
		.shares_title = memory_zeroed(all + 1, sizeof(*listing->shares_title)),
	};
	for (size_t i = 0; i < all; i++)
		if (theme_choice_has(scope->choice, catalogue_theme(catalogue, i)))
			listing->themes[listing->count++] = catalogue_theme(catalogue, i);
	find_shared_titles(listing);
}

static void listing_release(struct listing *listing)
{
	free(listing->themes);
	free(listing->shares_title);
}

/* QGIS keeps connections in its settings under their names, where slashes would part them. */
static void write_name(struct xml *xml, const struct theme *theme, bool shares_title,
		       const struct grid *grid, const char *commune)
{
	char *name = memory_print("%s%s%s%s%s – %s", theme->title, shares_title ? ", " : "",
				  shares_title ? theme->id : "", commune ? " – " : "",
				  commune ? commune : "", grid->title);
	struct buf plain;

	buf_init(&plain, 0);
	for (const char *c = name; *c; c++) {
		if (*c == '/' || *c == '\\')
			buf_add_text(&plain, "\u2215");
		else
			buf_add_char(&plain, *c);
	}
	xml_attribute(xml, "name", plain.bytes);
	buf_release(&plain);
	free(name);
}

/* What QGIS writes too, and nothing of ours. */
static void write_rest(struct xml *xml, const char *service, const char *style)
{
	xml_attribute(xml, "serviceType", service);
	xml_attribute(xml, "styleUrl", style);
	xml_attribute(xml, "authcfg", "");
	xml_attribute(xml, "username", "");
	xml_attribute(xml, "password", "");
	xml_attribute(xml, "referer", "");
}

/* Levels as the catalogue knows them: of a theme that shows less QGIS gets empty tiles. */
static void write_zooms(struct xml *xml, const struct theme *theme, const struct grid *grid)
{
	uint32_t first = theme->options.min_zoom, last = tileset_last_level(grid);

	if (theme->options.max_zoom < last)
		last = theme->options.max_zoom;
	xml_print_attribute(xml, "zmin", "%u", first < last ? first : last);
	xml_print_attribute(xml, "zmax", "%u", last);
}

/* The description by which QGIS reads other grids has the levels and names the style. */
static void write_connection(struct xml *xml, const struct listing *listing, size_t index,
			     const struct grid *grid, const struct qgis_scope *scope)
{
	const struct theme *theme = listing->themes[index];
	struct buf url, style;

	buf_init(&url, 0);
	buf_init(&style, 0);
	xml_open(xml, "vectortile");
	write_name(xml, theme, listing->shares_title[index], grid, scope->commune);
	if (is_mercator(grid)) {
		buf_print(&style, "%s/styles/", scope->base);
		html_url(&style, theme->id);
		buf_add_text(&style, ".json");
		variant_query_write(scope->variant, &style);
		buf_print(&url, "%s/tiles/", scope->base);
		html_url(&url, theme->id);
		buf_add_text(&url, "/{z}/{x}/{y}.pbf");
		variant_query_write(scope->variant, &url);
		xml_attribute(xml, "url", url.bytes);
		write_zooms(xml, theme, grid);
		write_rest(xml, "generic", style.bytes);
	} else {
		buf_add_text(&url, scope->base);
		variant_query_write_service(scope->variant, theme->id, grid->id, &url);
		xml_attribute(xml, "url", url.bytes);
		xml_attribute(xml, "zmin", "-1");
		xml_attribute(xml, "zmax", "-1");
		write_rest(xml, "arcgis", "");
	}
	xml_end(xml);
	buf_release(&style);
	buf_release(&url);
}

void qgis_write_connections(struct buf *out, const struct qgis_scope *scope)
{
	const struct grids *grids = scope->grids;
	struct listing listing;
	struct xml xml;

	listing_init(&listing, scope);
	xml_init(&xml, out);
	buf_add_text(out, "<!DOCTYPE connections>\n");
	xml_open(&xml, "qgsVectorTileConnections");
	xml_attribute(&xml, "version", "1.0");
	for (size_t i = 0; i < listing.count; i++) {
		for (uint32_t g = 0; g < grids_count(grids); g++) {
			const struct grid *grid = grids_at(grids, g);

			if ((!scope->only || grid == scope->only) && qgis_reads_grid(grid) &&
			    theme_served_in(listing.themes[i], grid->id))
				write_connection(&xml, &listing, i, grid, scope);
		}
	}
	xml_end(&xml);
	listing_release(&listing);
}
