/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "server/wmts.h"

/* Grids as tile matrix sets of WMTS: scale denominators for pixels of 0.28 mm, corners in the order
 * of the CRS's axes, since CRS are named by URN. */

static const double STANDARD_PIXEL = 0.00028; /* metres */

bool wmts_has_grid(const struct grid *grid)
{
	return grid->crs->authority && grid->crs->code;
}

static void write_crs(struct xml *xml, const struct crs *crs)
{
	/* CRS84 is of OGC's register, which has versions */
	const char *version = strcmp(crs->authority, "OGC") == 0 ? "1.3" : "";

	xml_print_element(xml, "ows:SupportedCRS", "urn:ogc:def:crs:%s:%s:%s", crs->authority,
			  version, crs->code);
}

static void write_matrix(struct xml *xml, const struct grid *grid, uint32_t z)
{
	const struct tile_matrix *matrix = &grid->levels[z];
	bool turned = grid->crs->northing_first;

	xml_open(xml, "TileMatrix");
	xml_print_element(xml, "ows:Identifier", "%u", z);
	xml_print_element(xml, "ScaleDenominator", "%.17g",
			  matrix->cell_size * grid->crs->metres_per_unit / STANDARD_PIXEL);
	xml_print_element(xml, "TopLeftCorner", "%.17g %.17g",
			  turned ? matrix->origin.y : matrix->origin.x,
			  turned ? matrix->origin.x : matrix->origin.y);
	xml_print_element(xml, "TileWidth", "%u", matrix->tile_width);
	xml_print_element(xml, "TileHeight", "%u", matrix->tile_height);
	xml_print_element(xml, "MatrixWidth", "%u", matrix->matrix_width);
	xml_print_element(xml, "MatrixHeight", "%u", matrix->matrix_height);
	xml_end(xml);
}

void wmts_write_grids(struct xml *xml, const struct grids *grids)
{
	for (uint32_t i = 0; i < grids_count(grids); i++) {
		const struct grid *grid = grids_at(grids, i);

		if (!wmts_has_grid(grid))
			continue;
		xml_open(xml, "TileMatrixSet");
		xml_element(xml, "ows:Title", grid->title);
		xml_element(xml, "ows:Identifier", grid->id);
		write_crs(xml, grid->crs);
		if (strcmp(grid->id, "WebMercatorQuad") == 0)
			xml_element(xml, "WellKnownScaleSet",
				    "urn:ogc:def:wkss:OGC:1.0:GoogleMapsCompatible");
		for (uint32_t z = 0; z < grid->level_count; z++)
			write_matrix(xml, grid, z);
		xml_end(xml);
	}
}
