/* SPDX-License-Identifier: EUPL-1.2 */
#include <cpl_string.h>
#include <math.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/buf.h"
#include "tiler/memory.h"
#include "tiler/ogr_geometry.h"
#include "tiler/source.h"
#include "tiler/source_ogr.h"

/* One pass over a layer. */
struct reading {
	GDALDatasetH handle;
	OGRLayerH layer;
	const struct theme *theme;
	struct prepare_report *report;
	int *fields;		/* of the layer, one a column of the theme */
	int id, priority;	/* likewise, of the columns that the options name, or -1 */
	bool swap;		/* coordinates come northing first */
	bool shared;		/* the driver reads all layers in one go */
	struct ogr_fault fault; /* of the row at hand */
	struct arena *arena;
	struct buf text;
};

enum {
	/* Bytes of a text; longer ones would fill a tile alone, and are left out. */
	TEXT_MOST = 1000000
};

static enum error_code fail(const struct theme *theme, enum error_code code, const char *why,
			    struct error *error)
{
	char *place = source_place(theme->origin.dataset);

	error_set(error, code, "%s, layer %s: %s", place, theme->layer, why);
	free(place);
	return code;
}

static enum error_code changed(const struct theme *theme, struct error *error)
{
	return fail(theme, ERROR_NOT_FOUND,
		    "it has changed since it was listed; list the data again", error);
}

static bool is_column(const struct column *a, const struct column *list, uint32_t count,
		      uint32_t at)
{
	return at < count && a->type == list[at].type && strcmp(a->name, list[at].name) == 0;
}

static bool is_named(const struct column *column, const char *name)
{
	return name && strcmp(column->name, name) == 0;
}

/* Notes which fields hold what the theme asks for; FIELDS: of the layer, one a column. The theme's
 * columns, published or hidden, are the layer's in the layer's order. False: they are not any more.
 */
static bool find_fields(struct reading *reading, const struct column *columns, uint32_t count,
			const int *fields)
{
	const struct theme *theme = reading->theme;
	uint32_t published = 0, hidden = 0;

	reading->fields = memory_new(count * sizeof(*reading->fields));
	reading->id = reading->priority = -1;
	for (uint32_t i = 0; i < count; i++) {
		if (is_column(&columns[i], theme->columns, theme->column_count, published))
			reading->fields[published++] = fields[i];
		else if (is_column(&columns[i], theme->hidden_columns, theme->hidden_count, hidden))
			hidden++;
		else
			return false;
		if (is_named(&columns[i], theme->options.id_column))
			reading->id = fields[i];
		if (is_named(&columns[i], theme->options.priority_column))
			reading->priority = fields[i];
	}
	return published == theme->column_count && hidden == theme->hidden_count;
}

/* Drivers bring coordinates in the order of maps (easting first) and say so by a mapping of axes;
 * the rare one that does not says that too. */
static bool northing_first(OGRLayerH layer)
{
	OGRSpatialReferenceH srs = OGR_L_GetSpatialRef(layer);
	const int *mapping;
	int count = 0;

	if (!srs || !(OSREPSGTreatsAsLatLong(srs) || OSREPSGTreatsAsNorthingEasting(srs)))
		return false;
	mapping = OSRGetDataAxisToSRSAxisMapping(srs, &count);
	return count >= 2 && mapping[0] == 1 && mapping[1] == 2;
}

static enum error_code check_stamp(const struct reading *reading, struct error *error)
{
	const struct theme *theme = reading->theme;
	char stamp[33];
	enum error_code code = ogr_stamp(reading->handle, theme->origin.dataset, stamp, error);

	if (!code && strcmp(stamp, theme->origin.stamp) != 0)
		code = changed(theme, error);
	return code;
}

static enum error_code begin(struct reading *reading, const struct theme *theme,
			     struct error *error)
{
	struct column *columns;
	uint32_t count;
	int *fields;
	bool same;

	*reading = (struct reading){.theme = theme, .arena = arena_new()};
	buf_init(&reading->text, 0);
	reading->handle = ogr_open(theme->origin.dataset);
	if (!reading->handle)
		return fail(theme, ERROR_NOT_FOUND, ogr_reason(), error);
	if (check_stamp(reading, error))
		return ERROR_NOT_FOUND;
	reading->layer = GDALDatasetGetLayerByName(reading->handle, theme->origin.layer);
	if (!reading->layer)
		return changed(theme, error);
	columns = ogr_columns(OGR_L_GetLayerDefn(reading->layer), &count, &fields);
	same = find_fields(reading, columns, count, fields);
	ogr_columns_free(columns, count);
	free(fields);
	if (!same)
		return changed(theme, error);
	reading->swap = northing_first(reading->layer);
	reading->shared = GDALDatasetTestCapability(reading->handle, ODsCRandomLayerRead);
	return ERROR_NONE;
}

static void end(struct reading *reading)
{
	if (reading->handle)
		GDALClose(reading->handle);
	arena_free(reading->arena);
	buf_release(&reading->text);
	free(reading->fields);
}

static OGRFeatureH next_row(struct reading *reading)
{
	OGRLayerH layer = reading->layer;
	OGRFeatureH row;

	*reading->fault.text = '\0';
	if (!reading->shared)
		return OGR_L_GetNextFeature(layer);
	do {
		row = GDALDatasetGetNextFeature(reading->handle, &layer, NULL, NULL, NULL);
		if (!row || layer == reading->layer)
			return row;
		OGR_F_Destroy(row);
	} while (true);
}

/* "2024-05-01", "10:20:30.5", "2024-05-01T10:20:30+02:00" (or "Z", or nothing where the zone is
 * not known). */
static void print_date(struct buf *text, OGRFeatureH row, int field, OGRFieldType type)
{
	int year, month, day, hour, minute, zone;
	int milliseconds;
	float second;

	if (!OGR_F_GetFieldAsDateTimeEx(row, field, &year, &month, &day, &hour, &minute, &second,
					&zone))
		return;
	if (type != OFTTime)
		buf_print(text, "%04d-%02d-%02d", year, month, day);
	if (type == OFTDate)
		return;
	milliseconds = (int)lroundf(second * 1000);
	buf_print(text, "%s%02d:%02d:%02d", type == OFTDateTime ? "T" : "", hour, minute,
		  milliseconds / 1000);
	if (milliseconds % 1000)
		buf_print(text, ".%03d", milliseconds % 1000);
	/* OGR: 0 unknown, 1 local, 100 UTC, and a quarter of an hour a step from there. */
	if (zone == 100)
		buf_add_text(text, "Z");
	else if (zone > 1)
		buf_print(text, "%c%02d:%02d", zone > 100 ? '+' : '-', abs(zone - 100) / 4,
			  abs(zone - 100) % 4 * 15);
}

static void print_quoted(struct buf *text, const char *string)
{
	buf_add_char(text, '"');
	for (const char *c = string; *c; c++) {
		if (*c == '"' || *c == '\\')
			buf_print(text, "\\%c", *c);
		else if ((unsigned char)*c < ' ')
			buf_print(text, "\\u%04x", (unsigned char)*c);
		else
			buf_add_char(text, *c);
	}
	buf_add_char(text, '"');
}

static void print_real(struct buf *text, double real)
{
	char digits[40];

	if (!isfinite(real)) {
		buf_add_text(text, "null");
		return;
	}
	for (int precision = 15; precision <= 17; precision++) {
		snprintf(digits, sizeof(digits), "%.*g", precision, real);
		if (strtod(digits, NULL) == real)
			break;
	}
	buf_add_text(text, digits);
}

static void print_strings(struct buf *text, OGRFeatureH row, int field)
{
	char **strings = OGR_F_GetFieldAsStringList(row, field);

	for (int i = 0; strings && strings[i]; i++) {
		buf_add_text(text, i ? "," : "");
		print_quoted(text, strings[i]);
	}
}

/* A list as a JSON array. */
static void print_list(struct buf *text, OGRFeatureH row, int field, OGRFieldType type)
{
	int count = 0;

	buf_add_char(text, '[');
	if (type == OFTIntegerList) {
		const int *list = OGR_F_GetFieldAsIntegerList(row, field, &count);

		for (int i = 0; i < count; i++)
			buf_print(text, i ? ",%d" : "%d", list[i]);
	} else if (type == OFTInteger64List) {
		const GIntBig *list = OGR_F_GetFieldAsInteger64List(row, field, &count);

		for (int i = 0; i < count; i++)
			buf_print(text, i ? ",%lld" : "%lld", (long long)list[i]);
	} else if (type == OFTRealList) {
		const double *list = OGR_F_GetFieldAsDoubleList(row, field, &count);

		for (int i = 0; i < count; i++) {
			buf_add_text(text, i ? "," : "");
			print_real(text, list[i]);
		}
	} else {
		print_strings(text, row, field);
	}
	buf_add_char(text, ']');
}

/* The field as text; borrowed until the next one is read. */
static const char *text_of(struct reading *reading, OGRFeatureH row, int field)
{
	OGRFieldType type = OGR_Fld_GetType(OGR_F_GetFieldDefnRef(row, field));

	buf_empty(&reading->text);
	switch (type) {
	case OFTDate:
	case OFTTime:
	case OFTDateTime:
		print_date(&reading->text, row, field, type);
		break;
	case OFTIntegerList:
	case OFTInteger64List:
	case OFTRealList:
	case OFTStringList:
		print_list(&reading->text, row, field, type);
		break;
	default:
		return OGR_F_GetFieldAsString(row, field);
	}
	return reading->text.length ? reading->text.bytes : "";
}

static void report_length(struct reading *reading, OGRFeatureH row, int field, size_t length)
{
	char *name;

	if (reading->report->example)
		return;
	name = ogr_utf8(OGR_Fld_GetNameRef(OGR_F_GetFieldDefnRef(row, field)));
	reading->report->example = memory_print(
		"feature %lld: the text of column %s has %zu bytes and is left out",
		(long long)OGR_F_GetFID(row), name, length);
	free(name);
}

static struct value text_value(struct reading *reading, OGRFeatureH row, int field)
{
	const char *text = text_of(reading, row, field);
	size_t length = strlen(text);
	char *recoded = NULL, *copy;

	if (length > TEXT_MOST) {
		report_length(reading, row, field, length);
		return (struct value){.type = VALUE_NULL};
	}
	if (!CPLIsUTF8(text, -1)) {
		text = recoded = ogr_utf8(text);
		length = strlen(text);
	}
	copy = arena_alloc(reading->arena, length + 1);
	memcpy(copy, text, length + 1);
	free(recoded);
	return (struct value){.type = VALUE_TEXT, .text = {copy, (uint32_t)length}};
}

static struct value read_value(struct reading *reading, OGRFeatureH row, uint32_t column)
{
	int field = reading->fields[column];
	enum value_type type = reading->theme->columns[column].type;
	struct value value = {.type = type};

	if (!OGR_F_IsFieldSetAndNotNull(row, field))
		return (struct value){.type = VALUE_NULL};
	switch (type) {
	case VALUE_BOOLEAN:
		value.boolean = OGR_F_GetFieldAsInteger(row, field) != 0;
		return value;
	case VALUE_INTEGER:
		value.integer = OGR_F_GetFieldAsInteger64(row, field);
		return value;
	case VALUE_REAL:
		value.real = OGR_F_GetFieldAsDouble(row, field);
		return value;
	default:
		return text_value(reading, row, field);
	}
}

static void report_shape(struct prepare_report *report, OGRFeatureH row, enum shape_state state,
			 const char *reason)
{
	const char *what = state == SHAPE_REPAIRED ? "was repaired" : "cannot be drawn";

	report->rows++;
	report->without_geometry += state == SHAPE_NONE;
	report->repaired += state == SHAPE_REPAIRED;
	report->unreadable += state == SHAPE_UNREADABLE;
	if (state != SHAPE_REPAIRED && state != SHAPE_UNREADABLE)
		return;
	/* What cannot be drawn wants a hand; it goes before what has been repaired. */
	if (state == SHAPE_UNREADABLE && report->unreadable == 1) {
		free(report->example);
		report->example = NULL;
	}
	if (!report->example)
		report->example = memory_print("feature %lld %s: %s", (long long)OGR_F_GetFID(row),
					       what, reason);
}

/* Farther out, in metres, lies no place in any CRS: such a coordinate is a mistake, and its feature
 * would make the theme's extent nonsense. */
static const double FARTHEST = 1e8;

static enum shape_state read_shape(struct reading *reading, OGRGeometryH geometry,
				   struct shape *shape)
{
	const struct crs *crs = reading->theme->crs;
	struct coordinate_habit habit = {reading->swap, FARTHEST / crs->metres_per_unit};
	OGRGeometryH within = NULL;
	enum shape_state state;

	if (crs->geographic && !reading->swap)
		within = ogr_within_a_turn(geometry, crs_full_turn(crs));
	state = shape_of(within ? within : geometry, habit, reading->arena, shape);
	OGR_G_DestroyGeometry(within);
	return state;
}

/* A row whose id column holds no id goes without. */
static void read_id(const struct reading *reading, OGRFeatureH row, struct feature *feature)
{
	GIntBig id = OGR_F_GetFID(row);

	if (reading->id >= 0)
		id = OGR_F_IsFieldSetAndNotNull(row, reading->id)
			     ? OGR_F_GetFieldAsInteger64(row, reading->id)
			     : -1;
	feature->has_id = id >= 0;
	feature->id = feature->has_id ? (uint64_t)id : 0;
}

static double read_priority(const struct reading *reading, OGRFeatureH row)
{
	double priority;

	if (reading->priority < 0 || !OGR_F_IsFieldSetAndNotNull(row, reading->priority))
		return -HUGE_VAL;
	priority = OGR_F_GetFieldAsDouble(row, reading->priority);
	if (isnan(priority))
		return -HUGE_VAL;
	return reading->theme->options.smallest_first ? -priority : priority;
}

static enum error_code visit_row(struct reading *reading, OGRFeatureH row, source_visit_f visit,
				 void *context, struct error *error)
{
	const struct theme *theme = reading->theme;
	struct feature feature = {0};
	struct value *values;
	struct shape shape;
	enum shape_state state;

	arena_reset(reading->arena);
	state = read_shape(reading, OGR_F_GetGeometryRef(row), &shape);
	if (state == SHAPE_NONE && *reading->fault.text) {
		state = SHAPE_UNREADABLE;
		snprintf(shape.reason, sizeof(shape.reason), "%s", reading->fault.text);
	}
	report_shape(reading->report, row, state, shape.reason);
	if (state == SHAPE_NONE || state == SHAPE_UNREADABLE)
		return visit(NULL, context, error);
	values = arena_alloc(reading->arena, sizeof(*values) * (theme->column_count + 1));
	for (uint32_t i = 0; i < theme->column_count; i++)
		values[i] = read_value(reading, row, i);
	read_id(reading, row, &feature);
	feature.priority = read_priority(reading, row);
	feature.geometry_count = shape.count;
	feature.geometries = shape.geometries;
	feature.values = values;
	return visit(&feature, context, error);
}

static enum error_code unread(const struct reading *reading, uint64_t rows, struct error *error)
{
	char *why = memory_print("after row %llu it cannot be read: %s; is the file damaged?",
				 (unsigned long long)rows, reading->fault.text);

	fail(reading->theme, ERROR_INVALID, why, error);
	free(why);
	return ERROR_INVALID;
}

enum error_code source_read(const struct theme *theme, source_visit_f visit, void *context,
			    struct prepare_report *report, struct error *error)
{
	struct reading reading;
	enum error_code code = begin(&reading, theme, error);
	OGRFeatureH row;

	*report = (struct prepare_report){0};
	reading.report = report;
	ogr_watch(&reading.fault);
	while (!code) {
		row = next_row(&reading);
		if (!row)
			break;
		code = visit_row(&reading, row, visit, context, error);
		OGR_F_Destroy(row);
	}
	ogr_unwatch();
	if (!code && *reading.fault.text)
		code = unread(&reading, report->rows, error);
	if (!code)
		code = check_stamp(&reading, error);
	end(&reading);
	return code;
}
