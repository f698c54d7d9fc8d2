/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/fgb_writer.h"

#include <cpl_error.h>
#include <cpl_string.h>
#include <errno.h>
#include <fcntl.h>
#include <gdal.h>
#include <math.h>
#include <ogr_srs_api.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tiler/buf.h"
#include "tiler/fgb.h"
#include "tiler/memory.h"
#include "tiler/ogr_geometry.h"
#include "tiler/source_ogr.h"

struct fgb_writer {
	char *path;
	GDALDatasetH file;
	OGRLayerH layer;
	enum geometry_kind kind;
	uint32_t column_count;
	struct buf text; /* NUL-terminated copy of one text value */
	uint64_t feature_count;
};

static enum error_code refused(const char *path, struct error *error)
{
	return error_set(error, ERROR_IO, "%s cannot be written: %s", path, ogr_reason());
}

static bool add_column(OGRLayerH layer, const char *name, enum value_type type)
{
	static const OGRFieldType types[] = {OFTString, OFTInteger, OFTInteger64, OFTReal,
					     OFTString};
	OGRFieldDefnH field = OGR_Fld_Create(name, types[type]);
	OGRErr failure;

	if (type == VALUE_BOOLEAN)
		OGR_Fld_SetSubType(field, OFSTBoolean);
	failure = OGR_L_CreateField(layer, field, false);
	OGR_Fld_Destroy(field);
	return failure == OGRERR_NONE;
}

static OGRSpatialReferenceH reference_of(const struct crs *crs)
{
	OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);

	if (OSRSetFromUserInput(srs, crs->definition) != OGRERR_NONE) {
		OSRDestroySpatialReference(srs);
		return NULL;
	}
	OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
	return srs;
}

static bool make_layer(struct fgb_writer *writer, const struct fgb_writer_layout *layout)
{
	static const OGRwkbGeometryType types[GEOMETRY_KINDS] = {
		wkbUnknown, wkbMultiPoint, wkbMultiLineString, wkbMultiPolygon};
	char **options = CSLSetNameValue(NULL, "SPATIAL_INDEX", "YES");
	OGRSpatialReferenceH srs = reference_of(layout->crs);
	bool made;

	options = CSLSetNameValue(options, "TEMPORARY_DIR", layout->scratch);
	writer->layer = GDALDatasetCreateLayer(writer->file, layout->layer, srs,
					       types[layout->kind], options);
	made = writer->layer && add_column(writer->layer, FGB_ID_COLUMN, VALUE_INTEGER);
	for (uint32_t i = 0; made && i < layout->column_count; i++)
		made = add_column(writer->layer, layout->columns[i].name, layout->columns[i].type);
	OSRRelease(srs);
	CSLDestroy(options);
	return made;
}

enum error_code fgb_writer_new(const char *path, const struct fgb_writer_layout *layout,
			       struct fgb_writer **result, struct error *error)
{
	struct fgb_writer *writer = memory_zeroed(1, sizeof(*writer));

	writer->path = memory_text(path);
	writer->kind = layout->kind;
	writer->column_count = layout->column_count;
	buf_init(&writer->text, 0);
	unlink(path);
	CPLErrorReset();
	writer->file = GDALCreate(GDALGetDriverByName("FlatGeobuf"), path, 0, 0, 0, GDT_Unknown,
				  NULL);
	if (!writer->file || !make_layer(writer, layout)) {
		refused(path, error);
		fgb_writer_free(writer);
		return ERROR_IO;
	}
	*result = writer;
	return ERROR_NONE;
}

void fgb_writer_free(struct fgb_writer *writer)
{
	if (!writer)
		return;
	if (writer->file)
		GDALClose(writer->file);
	buf_release(&writer->text);
	free(writer->path);
	free(writer);
}

static void set_value(struct fgb_writer *writer, OGRFeatureH row, int column, struct value value)
{
	switch (value.type) {
	case VALUE_NULL:
		return;
	case VALUE_BOOLEAN:
		OGR_F_SetFieldInteger(row, column, value.boolean);
		return;
	case VALUE_INTEGER:
		OGR_F_SetFieldInteger64(row, column, value.integer);
		return;
	case VALUE_REAL:
		OGR_F_SetFieldDouble(row, column, value.real);
		return;
	case VALUE_TEXT:
		buf_empty(&writer->text);
		buf_add(&writer->text, value.text.bytes, value.text.length);
		OGR_F_SetFieldString(row, column, value.text.length ? writer->text.bytes : "");
		return;
	}
}

static void set_geometry(OGRFeatureH row, const struct feature *feature)
{
	OGRGeometryH whole = ogr_geometry_new(&feature->geometries[0]);

	if (feature->geometry_count > 1) {
		OGRGeometryH collection = OGR_G_CreateGeometry(wkbGeometryCollection);

		OGR_G_AddGeometryDirectly(collection, whole);
		for (uint32_t i = 1; i < feature->geometry_count; i++)
			OGR_G_AddGeometryDirectly(collection,
						  ogr_geometry_new(&feature->geometries[i]));
		whole = collection;
	}
	OGR_F_SetGeometryDirectly(row, whole);
}

enum error_code fgb_writer_add(struct fgb_writer *writer, const struct feature *feature,
			       struct error *error)
{
	enum error_code code = ERROR_NONE;
	OGRFeatureH row;

	if (writer->kind != GEOMETRY_MIXED &&
	    (feature->geometry_count != 1 || feature->geometries[0].kind != writer->kind))
		return error_set(error, ERROR_UNSUPPORTED, "%s: a feature is not a %s",
				 writer->path, geometry_kind_name(writer->kind));
	row = OGR_F_Create(OGR_L_GetLayerDefn(writer->layer));
	for (uint32_t i = 0; i < writer->column_count; i++)
		set_value(writer, row, (int)i + 1, feature->values[i]);
	if (feature->has_id)
		OGR_F_SetFieldInteger64(row, 0, (GIntBig)feature->id);
	set_geometry(row, feature);
	CPLErrorReset();
	if (OGR_L_CreateFeature(writer->layer, row) != OGRERR_NONE)
		code = refused(writer->path, error);
	writer->feature_count++;
	OGR_F_Destroy(row);
	return code;
}

static enum error_code count_feature(const struct feature *feature, void *context,
				     struct error *error)
{
	uint64_t *count = context;

	(void)feature;
	(void)error;
	++*count;
	return ERROR_NONE;
}

/* GDAL does not say whether the last bytes reached the disk: so the file is read whole. */
static enum error_code read_back(const char *path, uint64_t expected, struct error *error)
{
	static const struct box everywhere = {-INFINITY, -INFINITY, INFINITY, INFINITY};
	enum error_code code;
	struct arena *arena;
	uint64_t count = 0;
	struct fgb *fgb;

	code = fgb_open(path, &fgb, error);
	if (code)
		return code;
	arena = arena_new();
	code = fgb_query(fgb, everywhere, arena, count_feature, &count, error);
	if (!code && count != expected)
		code = error_set(error, ERROR_IO, "%llu of %llu features can be read back",
				 (unsigned long long)count, (unsigned long long)expected);
	arena_free(arena);
	fgb_close(fgb);
	return code;
}

static enum error_code to_disk(const char *path, struct error *error)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	enum error_code code = ERROR_NONE;

	if (file < 0 || fsync(file) != 0)
		code = error_set(error, ERROR_IO, "%s", strerror(errno));
	if (file >= 0)
		close(file);
	return code;
}

enum error_code fgb_writer_finish(struct fgb_writer *writer, struct error *error)
{
	enum error_code code = ERROR_NONE;

	CPLErrorReset();
	GDALClose(writer->file);
	writer->file = NULL;
	if (CPLGetLastErrorType() >= CE_Failure)
		code = error_set(error, ERROR_IO, "%s", ogr_reason());
	if (!code)
		code = to_disk(writer->path, error);
	if (!code)
		code = read_back(writer->path, writer->feature_count, error);
	if (code) {
		error_prefix(error, "%s cannot be written (is the disk full?): ", writer->path);
		code = error->code = ERROR_IO;
	}
	fgb_writer_free(writer);
	return code;
}
