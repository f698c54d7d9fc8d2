/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

/* What a FlatGeobuf file says, as text, by our reader and by GDAL's. To be included behind
 * cmocka.h.
 */

#include "ogr_data.h"
#include "tiler/arena.h"
#include "tiler/buf.h"
#include "tiler/fgb.h"

static const struct box EVERYWHERE = {-1e300, -1e300, 1e300, 1e300};

static inline struct fgb *open_fgb(const char *path)
{
	struct fgb *fgb = NULL;
	struct error error;

	if (fgb_open(path, &fgb, &error))
		fail_msg("%s", error.text);
	return fgb;
}

static inline void tell_path(struct buf *out, const struct path *path, enum geometry_kind kind)
{
	buf_add_text(out, kind == GEOMETRY_POLYGON && !path->exterior ? "-(" : "(");
	for (uint32_t i = 0; i < path->count; i++)
		buf_print(out, "%.17g %.17g,", path->points[i].x, path->points[i].y);
	buf_add_char(out, ')');
}

static inline void tell_value(struct buf *out, const struct value *value)
{
	switch (value->type) {
	case VALUE_NULL:
		buf_add_text(out, "null");
		break;
	case VALUE_BOOLEAN:
	case VALUE_INTEGER:
		buf_print(out, "%lld",
			  (long long)(value->type == VALUE_INTEGER ? value->integer
								   : value->boolean));
		break;
	case VALUE_REAL:
		buf_print(out, "%.17g", value->real);
		break;
	case VALUE_TEXT:
		buf_add(out, value->text.bytes, value->text.length);
		break;
	}
	buf_add_char(out, ';');
}

/* "point(1 2,)line(0 0,1 1,) 3;text;" */
struct told {
	struct buf text;
	uint32_t column_count;
	uint32_t count;
	bool ids; /* the file has them, in its first column */
};

static inline enum error_code tell(const struct feature *feature, void *context,
				   struct error *error)
{
	struct told *told = context;

	(void)error;
	for (uint32_t i = 0; i < feature->geometry_count; i++) {
		const struct geometry *geometry = &feature->geometries[i];

		buf_add_text(&told->text, geometry_kind_name(geometry->kind));
		for (uint32_t k = 0; k < geometry->path_count; k++)
			tell_path(&told->text, &geometry->paths[k], geometry->kind);
	}
	buf_add_char(&told->text, ' ');
	if (told->ids && feature->has_id)
		buf_print(&told->text, "%llu;", (unsigned long long)feature->id);
	else if (told->ids)
		buf_add_text(&told->text, "null;");
	for (uint32_t i = 0; i < told->column_count; i++)
		tell_value(&told->text, &feature->values[i]);
	buf_add_char(&told->text, '\n');
	told->count++;
	return ERROR_NONE;
}

static inline void tell_ogr_points(struct buf *out, OGRGeometryH line, const char *opening)
{
	buf_add_text(out, opening);
	for (int i = 0; i < OGR_G_GetPointCount(line); i++)
		buf_print(out, "%.17g %.17g,", OGR_G_GetX(line, i), OGR_G_GetY(line, i));
	buf_add_char(out, ')');
}

/* WITH_KIND: the kind is said once for all parts of a multi geometry. */
static inline void tell_ogr(struct buf *out, OGRGeometryH geometry, bool with_kind)
{
	OGRwkbGeometryType type = wkbFlatten(OGR_G_GetGeometryType(geometry));
	bool multi = type == wkbMultiLineString || type == wkbMultiPolygon;
	int count = OGR_G_GetGeometryCount(geometry);

	if (with_kind && (type == wkbPoint || type == wkbMultiPoint))
		buf_add_text(out, "point");
	if (with_kind && (type == wkbLineString || type == wkbMultiLineString))
		buf_add_text(out, "line");
	if (with_kind && (type == wkbPolygon || type == wkbMultiPolygon))
		buf_add_text(out, "polygon");
	if (type == wkbPoint || type == wkbLineString)
		tell_ogr_points(out, geometry, "(");
	if (type == wkbMultiPoint)
		buf_add_char(out, '(');
	for (int i = 0; i < count; i++) {
		OGRGeometryH part = OGR_G_GetGeometryRef(geometry, i);

		if (type == wkbPolygon)
			tell_ogr_points(out, part, i ? "-(" : "(");
		else if (type == wkbMultiPoint)
			buf_print(out, "%.17g %.17g,", OGR_G_GetX(part, 0), OGR_G_GetY(part, 0));
		else
			tell_ogr(out, part, !multi);
	}
	if (type == wkbMultiPoint)
		buf_add_char(out, ')');
}

/* All features of the file as GDAL reads them, in file order; *IDS: it has the column of ids. */
static inline void tell_file_by_gdal(const char *path, struct buf *out, bool *ids)
{
	static const char id_column[] = FGB_ID_COLUMN;
	GDALDatasetH data = GDALOpenEx(path, GDAL_OF_VECTOR, NULL, NULL, NULL);
	OGRLayerH layer = GDALDatasetGetLayer(data, 0);
	OGRFeatureH row;

	*ids = OGR_L_FindFieldIndex(layer, id_column, true) == 0;
	while ((row = OGR_L_GetNextFeature(layer))) {
		tell_ogr(out, OGR_F_GetGeometryRef(row), true);
		buf_add_char(out, ' ');
		for (int i = 0; i < OGR_F_GetFieldCount(row); i++) {
			if (OGR_Fld_GetType(OGR_F_GetFieldDefnRef(row, i)) == OFTReal &&
			    OGR_F_IsFieldSetAndNotNull(row, i))
				buf_print(out, "%.17g", OGR_F_GetFieldAsDouble(row, i));
			else
				buf_add_text(out, OGR_F_IsFieldSetAndNotNull(row, i)
							  ? OGR_F_GetFieldAsString(row, i)
							  : "null");
			buf_add_char(out, ';');
		}
		buf_add_char(out, '\n');
		OGR_F_Destroy(row);
	}
	GDALClose(data);
}

static inline void assert_read_as_by_gdal(const char *path)
{
	struct arena *arena = arena_new();
	struct fgb *fgb = open_fgb(path);
	struct told told = {.column_count = fgb_column_count(fgb)};
	struct buf expected;
	struct error error;

	buf_init(&told.text, 0);
	buf_init(&expected, 0);
	tell_file_by_gdal(path, &expected, &told.ids);
	if (fgb_query(fgb, EVERYWHERE, arena, tell, &told, &error))
		fail_msg("%s", error.text);
	assert_true(told.count > 0);
	assert_int_equal(told.count, fgb_feature_count(fgb));
	assert_string_equal(told.text.bytes, expected.bytes);
	buf_release(&told.text);
	buf_release(&expected);
	fgb_close(fgb);
	arena_free(arena);
}
