/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/grid_json.h"

#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"

void grid_write_uri(struct json *json, const char *name, const struct grid *grid, const char *base)
{
	char *uri = grid->uri ? memory_text(grid->uri)
			      : memory_print("%s/tileMatrixSets/%s", base, grid->id);

	json_text_member(json, name, uri);
	free(uri);
}

char *crs_uri(const struct crs *crs)
{
	if (!crs->authority || !crs->code)
		return NULL;
	/* CRS84 is of OGC's register, which counts its versions otherwise than EPSG */
	return memory_print("http://www.opengis.net/def/crs/%s/%s/%s", crs->authority,
			    strcmp(crs->authority, "OGC") == 0 ? "1.3" : "0", crs->code);
}

void grid_write_crs(struct json *json, const struct grid *grid)
{
	char *uri = crs_uri(grid->crs), *definition = uri ? NULL : crs_projjson(grid->crs);

	json_text_member(json, "crs", uri);
	if (definition) {
		json_object_member(json, "crs");
		json_raw_member(json, "wkt", definition);
		json_end(json);
	}
	free(definition);
	free(uri);
	json_array_member(json, "orderedAxes");
	json_text(json, grid->crs->axes[0]);
	json_text(json, grid->crs->axes[1]);
	json_end(json);
}
