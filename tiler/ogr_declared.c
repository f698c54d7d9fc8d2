/* SPDX-License-Identifier: EUPL-1.2 */
#include <gdal.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/buf.h"
#include "tiler/memory.h"
#include "tiler/source_ogr.h"

/* The question, with LAYER as a text of SQL. */
static char *question(const char *layer)
{
	struct buf sql;

	buf_init(&sql, 0);
	buf_add_text(&sql, "SELECT s.srs_name, s.organization, CAST(s.organization_coordsys_id AS "
			   "TEXT) FROM gpkg_geometry_columns g JOIN gpkg_spatial_ref_sys s ON "
			   "g.srs_id = s.srs_id WHERE lower(s.definition) <> 'undefined' AND "
			   "g.table_name = '");
	for (const char *c = layer; *c; c++)
		buf_add_text(&sql, *c == '\'' ? "''" : (const char[]){*c, '\0'});
	buf_add_char(&sql, '\'');
	return buf_take(&sql, NULL);
}

char *ogr_declared_crs(GDALDatasetH handle, const char *layer)
{
	const char *driver = GDALGetDriverShortName(GDALGetDatasetDriver(handle));
	char *sql, *text, *declared = NULL;
	OGRFeatureH row;
	OGRLayerH rows;

	if (strcmp(driver, "GPKG") != 0)
		return NULL;
	sql = question(layer);
	rows = GDALDatasetExecuteSQL(handle, sql, NULL, NULL);
	row = rows ? OGR_L_GetNextFeature(rows) : NULL;
	if (row) {
		text = memory_print("\"%.80s\" (%.40s:%.20s)", OGR_F_GetFieldAsString(row, 0),
				    OGR_F_GetFieldAsString(row, 1), OGR_F_GetFieldAsString(row, 2));
		declared = ogr_utf8(text);
		free(text);
		OGR_F_Destroy(row);
	}
	if (rows)
		GDALDatasetReleaseResultSet(handle, rows);
	free(sql);
	return declared;
}
