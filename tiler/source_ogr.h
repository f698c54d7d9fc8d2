/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gdal.h>
#include <ogr_api.h>

#include "tiler/error.h"
#include "tiler/theme.h"

/* What the files that know GDAL share; private to source_*.c and fgb_writer.c. */

/* What GDAL said last on this thread, as the end of a sentence, without a full stop. Borrowed until
 * the thread's next call. */
const char *ogr_reason(void);

/* The first failure GDAL told of since it was emptied; its later words often say only that there
 * was one. "": none. */
struct ogr_fault {
	char text[240];
};

/* Fills FAULT (emptied) with what happens on this thread from now to ogr_unwatch. */
void ogr_watch(struct ogr_fault *fault);
void ogr_unwatch(void);

/* A copy of TEXT that is UTF-8 whatever TEXT was (Windows-1252 is supposed where it was not). New;
 * NULL gives NULL. */
char *ogr_utf8(const char *text);

/* Opens a data set for reading its vector layers; NULL when GDAL cannot, and the cause in
 * ogr_reason. */
GDALDatasetH ogr_open(const char *dataset);

/* When the youngest of a data set's files was written (seconds since 1970), and the disk they are
 * on. */
struct data_facts {
	int64_t changed_at;
	uint64_t device;
};

/* The stamp of an open data set's files, and what else is known of them (may be NULL);
 * ERROR_NOT_FOUND when they are gone. */
MUST_CHECK enum error_code ogr_stamp(GDALDatasetH handle, const char *dataset, char stamp[33],
				     struct data_facts *facts, struct error *error);

/* Path of the zip that a /vsizip/ path lies in, new; NULL for any other path. */
char *ogr_zip_of(const char *dataset);

/* The way to a member of a zip, as GDAL writes it; the zip itself when MEMBER is NULL. New. */
char *ogr_zip_path(const char *zip, const char *member);

/* What to ask crs_new for: "EPSG:3948" where a register has the CRS, else WKT. New. */
char *ogr_crs_definition(OGRSpatialReferenceH srs);

/* The name under which a GeoPackage registers the CRS of LAYER, with its code, where it does, for
 * people: what GDAL can make nothing of, it says nothing of. New; NULL where there is none. */
char *ogr_declared_crs(GDALDatasetH handle, const char *layer);

/* The kind of what a layer of this type holds, multi kinds and curves included. */
enum geometry_kind ogr_kind(OGRwkbGeometryType type);

/* The columns to publish (new, *COUNT of them) and, where FIELDS is not NULL, the field of the
 * definition that each is (new). Binary fields are left out. */
struct column *ogr_columns(OGRFeatureDefnH definition, uint32_t *count, int **fields);
void ogr_columns_free(struct column *columns, uint32_t count);
