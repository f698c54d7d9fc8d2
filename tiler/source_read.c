/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/buf.h"
#include "tiler/memory.h"
#include "tiler/ogr_geometry.h"
#include "tiler/ogr_value.h"
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
	return fail(theme, ERROR_BUSY, "it has changed since it was listed; list the data again",
		    error);
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
	enum error_code code = ogr_stamp(reading->handle, theme->origin.dataset, stamp, NULL,
					 error);

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
	enum error_code code;

	*reading = (struct reading){.theme = theme, .arena = arena_new()};
	buf_init(&reading->text, 0);
	reading->handle = ogr_open(theme->origin.dataset);
	if (!reading->handle)
		return fail(theme, ERROR_NOT_FOUND, ogr_reason(), error);
	code = check_stamp(reading, error);
	if (code)
		return code;
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

static struct flaw_example example_of(OGRFeatureH row, const struct shape *shape)
{
	struct flaw_example example = {.has_id = OGR_F_GetFID(row) >= 0};

	example.id = example.has_id ? (uint64_t)OGR_F_GetFID(row) : 0;
	if (shape && shape->has_place) {
		example.has_place = true;
		example.place = shape->place;
	}
	return example;
}

static void report_shape(struct prepare_report *report, OGRFeatureH row, enum shape_state state,
			 const struct shape *shape)
{
	struct flaw_example example = example_of(row, state == SHAPE_NONE ? NULL : shape);
	char reason[sizeof(shape->reason)];

	report->rows++;
	if (state == SHAPE_NONE) {
		report_note(report, FLAW_EMPTY, &example);
	} else if (state != SHAPE_SOUND) {
		snprintf(reason, sizeof(reason), "%s", shape->reason);
		example.detail = *reason ? reason : NULL;
		report_note(report, shape->flaw, &example);
	}
}

static void report_long_text(struct reading *reading, OGRFeatureH row, const struct shape *shape,
			     uint32_t column)
{
	struct flaw_example example = example_of(row, NULL);

	example.has_place = true;
	example.place = shape->geometries[0].paths[0].points[0];
	example.detail = reading->theme->columns[column].name;
	report_note(reading->report, FLAW_LONG_TEXT, &example);
}

static struct value *read_values(struct reading *reading, OGRFeatureH row,
				 const struct shape *shape)
{
	const struct theme *theme = reading->theme;
	struct value *values = arena_alloc(reading->arena,
					   sizeof(*values) * (theme->column_count + 1));
	bool told = false, too_long;

	for (uint32_t i = 0; i < theme->column_count; i++) {
		values[i] = ogr_value(row, reading->fields[i], theme->columns[i].type,
				      &reading->text, reading->arena, &too_long);
		if (too_long && !told)
			report_long_text(reading, row, shape, i);
		told = told || too_long;
	}
	return values;
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
	struct feature feature = {0};
	struct shape shape;
	enum shape_state state;

	arena_reset(reading->arena);
	state = read_shape(reading, OGR_F_GetGeometryRef(row), &shape);
	if (state == SHAPE_NONE && *reading->fault.text) {
		state = SHAPE_UNREADABLE;
		shape.flaw = FLAW_UNREAD;
		snprintf(shape.reason, sizeof(shape.reason), "%s", reading->fault.text);
	}
	report_shape(reading->report, row, state, &shape);
	if (state == SHAPE_NONE || state == SHAPE_UNREADABLE)
		return visit(NULL, context, error);
	read_id(reading, row, &feature);
	feature.priority = read_priority(reading, row);
	feature.geometry_count = shape.count;
	feature.geometries = shape.geometries;
	feature.values = read_values(reading, row, &shape);
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
	enum error_code code = begin(&reading, theme, error), replaced = ERROR_NONE;
	struct error since;
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
	/* What fails while the data are replaced fails because they are. */
	if (reading.handle && (!code || code == ERROR_INVALID))
		replaced = check_stamp(&reading, &since);
	if (replaced)
		code = error_set(error, replaced, "%s", since.text);
	else if (!code && *reading.fault.text)
		code = unread(&reading, report->rows, error);
	end(&reading);
	return code;
}
