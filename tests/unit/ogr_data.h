/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

/* Small data sets made on the fly, in a folder of their own. */

#include <gdal.h>
#include <math.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/folder.h"
#include "tiler/memory.h"
#include "tiler/source.h"

/* Setup and teardown of a cmocka group: *STATE is the folder's path. */
static inline int scratch_make(void **state)
{
	const char *above = getenv("TMPDIR");
	char *path = memory_print("%s/tuilerie-test-XXXXXX", above && *above ? above : "/tmp");

	source_init();
	*state = path;
	return mkdtemp(path) ? 0 : -1;
}

static inline int scratch_remove(void **state)
{
	folder_remove(*state);
	free(*state);
	return 0;
}

static inline GDALDatasetH data_make(const char *driver, const char *path)
{
	GDALDatasetH data = GDALCreate(GDALGetDriverByName(driver), path, 0, 0, 0, GDT_Unknown,
				       NULL);

	assert_non_null(data);
	return data;
}

/* CRS: "EPSG:3948", or NULL for none. */
static inline OGRLayerH layer_make(GDALDatasetH data, const char *name, const char *crs,
				   OGRwkbGeometryType type)
{
	OGRSpatialReferenceH srs = crs ? OSRNewSpatialReference(NULL) : NULL;
	OGRLayerH layer;

	if (srs) {
		assert_int_equal(OSRSetFromUserInput(srs, crs), OGRERR_NONE);
		OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
	}
	layer = GDALDatasetCreateLayer(data, name, srs, type, NULL);
	OSRRelease(srs);
	assert_non_null(layer);
	return layer;
}

static inline void column_make(OGRLayerH layer, const char *name, OGRFieldType type,
			       OGRFieldSubType subtype)
{
	OGRFieldDefnH field = OGR_Fld_Create(name, type);

	OGR_Fld_SetSubType(field, subtype);
	assert_int_equal(OGR_L_CreateField(layer, field, true), OGRERR_NONE);
	OGR_Fld_Destroy(field);
}

/* WKT has no word for them: coordinates of 777 become infinite, those of 888 not a number. */
static inline void poison(OGRGeometryH geometry)
{
	for (int i = 0; i < OGR_G_GetPointCount(geometry); i++) {
		double x = OGR_G_GetX(geometry, i), y = OGR_G_GetY(geometry, i);

		if (x >= 777 || y >= 777)
			OGR_G_SetPoint_2D(geometry, i,
					  x == 777   ? INFINITY
					  : x == 888 ? NAN
						     : x,
					  y == 777 ? INFINITY : y);
	}
	for (int i = 0; i < OGR_G_GetGeometryCount(geometry); i++)
		poison(OGR_G_GetGeometryRef(geometry, i));
}

static inline OGRGeometryH geometry_make(const char *wkt)
{
	OGRGeometryH geometry = NULL;
	char *text = memory_text(wkt), *rest = text;

	assert_int_equal(OGR_G_CreateFromWkt(&rest, NULL, &geometry), OGRERR_NONE);
	poison(geometry);
	free(text);
	return geometry;
}

/* WKT: NULL for a row without geometry. */
static inline void row_add(OGRLayerH layer, const char *wkt)
{
	OGRFeatureH row = OGR_F_Create(OGR_L_GetLayerDefn(layer));

	if (wkt)
		OGR_F_SetGeometryDirectly(row, geometry_make(wkt));
	assert_int_equal(OGR_L_CreateFeature(layer, row), OGRERR_NONE);
	OGR_F_Destroy(row);
}

/* A GeoPackage of one layer in EPSG:3948 with a row for each WKT up to NULL. */
static inline void gpkg_make(const char *path, const char *layer_name, OGRwkbGeometryType type,
			     const char *const *wkts)
{
	GDALDatasetH data = data_make("GPKG", path);
	OGRLayerH layer = layer_make(data, layer_name, "EPSG:3948", type);

	for (; *wkts; wkts++)
		row_add(layer, *wkts);
	GDALClose(data);
}

static inline void file_make(const char *path, const void *bytes, size_t length)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}
