/* SPDX-License-Identifier: EUPL-1.2 */
#include <cpl_vsi.h>
#include <ogr_srs_api.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tiler/memory.h"
#include "tiler/source.h"
#include "tiler/source_files.h"
#include "tiler/source_names.h"
#include "tiler/source_ogr.h"

/* Tables that tools keep among the layers. */
static const char *const TOOL_TABLES[] = {"layer_styles", "qgis_projects"};

enum {
	/* Sources that do not know their count and extent are read for them up to this size; the
	 * catalogue of larger ones goes without until they are prepared. */
	READ_FOR_FACTS_MOST = 64 << 20, /* bytes */
};

/* A CRS met in the listing. Finding one in PROJ's database takes milliseconds, and most layers of a
 * portal share a few. */
struct known_crs {
	char *definition;
	struct crs *crs;
	struct transform *to_degrees; /* NULL: it cannot be used, and why */
	struct error fault;
};

struct source_listing {
	const struct source_visitor *visitor;
	const struct dataset_settings *settings; /* of the data set at hand */
	struct crs *degrees;
	struct known_crs *known;
	size_t known_count;
	size_t theme_count, left_out;
};

/* A data set while its layers are listed. */
struct open_source {
	const struct source_file *file;
	GDALDatasetH handle;
	char stamp[33];
	struct data_facts facts;
	bool counts_by_reading;
};

static void tell_problem(struct source_listing *listing, const struct source_file *file,
			 const char *layer, const char *text)
{
	char *name = ogr_utf8(layer);
	char *place = name ? memory_print("%s, layer %s", file->place, name)
			   : memory_text(file->place);

	listing->visitor->problem(place, text, listing->visitor->context);
	if (listing->visitor->refused)
		listing->visitor->refused(file->dataset, layer, listing->visitor->context);
	free(place);
	free(name);
}

static void tell_table(struct source_listing *listing, const struct source_file *file,
		       const char *layer)
{
	char *name = ogr_utf8(layer);
	char *place = memory_print("%s, layer %s", file->place, name);
	static const char text[] =
		"it has no geometry, so it is a table and not a theme; nothing is "
		"to be done unless it should have one";

	(listing->visitor->remark ? listing->visitor->remark : listing->visitor->problem)(
		place, text, listing->visitor->context);
	if (listing->visitor->refused)
		listing->visitor->refused(file->dataset, layer, listing->visitor->context);
	free(place);
	free(name);
}

static struct known_crs *look_up_crs(struct source_listing *listing, const char *definition)
{
	struct known_crs *known;

	for (size_t i = 0; i < listing->known_count; i++)
		if (strcmp(listing->known[i].definition, definition) == 0)
			return &listing->known[i];
	listing->known = memory_resize(listing->known, listing->known_count + 1,
				       sizeof(*listing->known));
	known = &listing->known[listing->known_count++];
	*known = (struct known_crs){.definition = memory_text(definition)};
	if (crs_new(definition, &known->crs, &known->fault) == ERROR_NONE &&
	    transform_new(known->crs, listing->degrees, &known->to_degrees, &known->fault) !=
		    ERROR_NONE)
		known->to_degrees = NULL;
	return known;
}

/* GeoPackage's stand-ins for "not known", which GDAL hands out as if they were something. */
static bool is_undefined(OGRSpatialReferenceH srs)
{
	const char *name = OSRGetName(srs);

	return !name || strncasecmp(name, "undefined", strlen("undefined")) == 0;
}

/* A sentence about a layer's CRS and how to give it another. New. */
static char *wrong_crs(const struct open_source *source, OGRLayerH layer, const char *what)
{
	char *dataset = source_place(source->file->dataset), *name = ogr_utf8(OGR_L_GetName(layer));
	char *text = memory_print("%s; assign one, for example with: ogr2ogr -a_srs EPSG:3948 "
				  "with_crs.gpkg \"%s\" \"%s\"",
				  what, dataset, name);

	free(name);
	free(dataset);
	return text;
}

static char *missing_crs(const struct open_source *source, OGRLayerH layer)
{
	char *declared = ogr_declared_crs(source->handle, OGR_L_GetName(layer)), *what, *text;

	if (!declared)
		return wrong_crs(source, layer, "it has no coordinate reference system");
	what = memory_print("the coordinate reference system it names, %s, is described in a way "
			    "that GDAL cannot read",
			    declared);
	text = wrong_crs(source, layer, what);
	free(what);
	free(declared);
	return text;
}

/* The layer's CRS for THEME; else the reason why it has none that serves, new. */
static char *take_crs(struct source_listing *listing, const struct open_source *source,
		      OGRLayerH layer, struct theme *theme, struct known_crs **known)
{
	OGRSpatialReferenceH srs = OGR_L_GetSpatialRef(layer);
	char *definition;

	if (!srs || is_undefined(srs))
		return missing_crs(source, layer);
	definition = ogr_crs_definition(srs);
	*known = look_up_crs(listing, definition);
	free(definition);
	if (!(*known)->to_degrees)
		return memory_text((*known)->fault.text);
	theme->crs = crs_copy((*known)->crs);
	return NULL;
}

static void take_extent(const struct open_source *source, OGRLayerH layer, struct theme *theme,
			struct known_crs *known)
{
	static const struct box earth = {-180, -90, 180, 90};
	OGREnvelope envelope;
	struct box box;

	if (OGR_L_GetExtent(layer, &envelope, false) != OGRERR_NONE &&
	    (!source->counts_by_reading || OGR_L_GetExtent(layer, &envelope, true) != OGRERR_NONE))
		return;
	box = (struct box){envelope.MinX, envelope.MinY, envelope.MaxX, envelope.MaxY};
	if (box_is_empty(box) || !box_is_finite(box))
		return;
	theme->extent = box;
	theme->bounds = box_intersection(transform_box(known->to_degrees, box, NULL), earth);
	if (box_is_empty(theme->bounds))
		theme->bounds = box_empty();
}

/* Formats exist whose data are in degrees unless they say otherwise, and files that should have. */
static char *check_degrees(const struct open_source *source, OGRLayerH layer,
			   const struct theme *theme)
{
	static const struct box more_than_earth = {-400, -100, 400, 100};
	char *what, *text;

	if (!theme->crs->geographic || box_is_empty(theme->extent) ||
	    box_intersects(theme->extent, more_than_earth))
		return NULL;
	what = memory_print("its coordinates (%.0f %.0f, for example) are not degrees, and so not "
			    "of the coordinate reference system that it names or implies, %s",
			    theme->extent.minx, theme->extent.miny, theme->crs->name);
	text = wrong_crs(source, layer, what);
	free(what);
	return text;
}

static void take_count(const struct open_source *source, OGRLayerH layer, struct theme *theme)
{
	GIntBig count = OGR_L_GetFeatureCount(layer, false);

	if (count < 0 && source->counts_by_reading)
		count = OGR_L_GetFeatureCount(layer, true);
	theme->feature_count = count > 0 ? (uint64_t)count : 0;
}

/* What stands in the layer's metadata, or in the data set's, under one of two names. New; NULL
 * where it does not stand. */
static char *metadata(const struct open_source *source, OGRLayerH layer, const char *name,
		      const char *other)
{
	const char *value = GDALGetMetadataItem(layer, name, NULL);

	if (!value && other)
		value = GDALGetMetadataItem(layer, other, NULL);
	if (!value)
		value = GDALGetMetadataItem(source->handle, name, NULL);
	if (!value && other)
		value = GDALGetMetadataItem(source->handle, other, NULL);
	return value && *value ? ogr_utf8(value) : NULL;
}

static void take_texts(const struct open_source *source, OGRLayerH layer, struct theme *theme)
{
	const char *title = GDALGetMetadataItem(layer, "IDENTIFIER", NULL);
	const char *abstract = GDALGetMetadataItem(layer, "DESCRIPTION", NULL);

	theme->title = ogr_utf8(title && *title ? title : theme->layer);
	theme->abstract = abstract && *abstract ? ogr_utf8(abstract) : NULL;
	theme->licence = metadata(source, layer, "LICENCE", "LICENSE");
	theme->attribution = metadata(source, layer, "ATTRIBUTION", NULL);
	theme->frequency = metadata(source, layer, "FREQUENCY", NULL);
}

static void take_names(const struct source_listing *listing, const struct open_source *source,
		       OGRLayerH layer, struct theme *theme)
{
	const char *name = OGR_L_GetName(layer);

	source_name_theme(theme, source->file, name, listing->settings);
	theme->origin.dataset = memory_text(source->file->dataset);
	theme->origin.layer = memory_text(name);
	theme->origin.driver = memory_text(
		GDALGetDriverShortName(GDALGetDatasetDriver(source->handle)));
	memcpy(theme->origin.stamp, source->stamp, sizeof(theme->origin.stamp));
	theme->origin.changed_at = source->facts.changed_at;
	theme->origin.device = source->facts.device;
}

static bool is_tool_table(const char *name)
{
	for (size_t i = 0; i < sizeof(TOOL_TABLES) / sizeof(*TOOL_TABLES); i++)
		if (strcmp(name, TOOL_TABLES[i]) == 0)
			return true;
	return false;
}

static void list_layer(struct source_listing *listing, const struct open_source *source,
		       OGRLayerH layer)
{
	OGRFeatureDefnH definition = OGR_L_GetLayerDefn(layer);
	struct known_crs *known = NULL;
	struct theme *theme;
	char *fault;

	if (OGR_L_GetGeomType(layer) == wkbNone || OGR_FD_GetGeomFieldCount(definition) == 0) {
		if (!is_tool_table(OGR_L_GetName(layer)))
			tell_table(listing, source->file, OGR_L_GetName(layer));
		return;
	}
	theme = theme_new();
	fault = take_crs(listing, source, layer, theme, &known);
	if (!fault) {
		take_extent(source, layer, theme, known);
		fault = check_degrees(source, layer, theme);
	}
	if (fault) {
		tell_problem(listing, source->file, OGR_L_GetName(layer), fault);
		free(fault);
		theme_free(theme);
		return;
	}
	take_names(listing, source, layer, theme);
	take_texts(source, layer, theme);
	theme->kind = ogr_kind(OGR_L_GetGeomType(layer));
	theme->columns = ogr_columns(definition, &theme->column_count, NULL);
	take_count(source, layer, theme);
	listing->theme_count++;
	listing->visitor->theme(theme, listing->visitor->context);
}

static void tell_no_layer(struct source_listing *listing, const struct source_file *file)
{
	/* Pictures are no affair of ours, but need no word either. */
	if (GDALIdentifyDriverEx(file->dataset, GDAL_OF_RASTER, NULL, NULL) && !file->doubtful)
		return;
	tell_problem(listing, file, NULL, "it holds no layer; there is nothing to serve");
}

static void tell_not_opened(struct source_listing *listing, const struct source_file *file)
{
	char *text = file->doubtful
			     ? memory_print(
				       "it cannot be opened: it is not data of a kind that GDAL "
				       "knows (%s); is it damaged or misnamed?",
				       ogr_reason())
			     : memory_print("it cannot be opened: %s; is it damaged?",
					    ogr_reason());

	tell_problem(listing, file, NULL, text);
	free(text);
}

static void list_dataset(struct source_listing *listing, const struct source_file *file)
{
	struct open_source source = {.file = file};
	struct error error;
	VSIStatBufL facts;
	int layer_count;

	if (listing->visitor->enter &&
	    !listing->visitor->enter(file->dataset, listing->visitor->context)) {
		listing->left_out++;
		return;
	}
	source.handle = ogr_open(file->dataset);
	if (!source.handle) {
		tell_not_opened(listing, file);
		return;
	}
	if (ogr_stamp(source.handle, file->dataset, source.stamp, &source.facts, &error) !=
	    ERROR_NONE) {
		tell_problem(listing, file, NULL, error.text);
		GDALClose(source.handle);
		return;
	}
	source.counts_by_reading = !GDALDatasetTestCapability(source.handle, ODsCRandomLayerRead) &&
				   VSIStatL(file->dataset, &facts) == 0 &&
				   facts.st_size <= READ_FOR_FACTS_MOST;
	layer_count = GDALDatasetGetLayerCount(source.handle);
	for (int i = 0; i < layer_count; i++) {
		OGRLayerH layer = GDALDatasetGetLayer(source.handle, i);

		if (source_wants_layer(listing->settings, OGR_L_GetName(layer)))
			list_layer(listing, &source, layer);
	}
	if (layer_count == 0)
		tell_no_layer(listing, file);
	GDALClose(source.handle);
}

enum error_code source_listing_new(const struct source_visitor *visitor,
				   struct source_listing **listing, struct error *error)
{
	struct crs *degrees;
	enum error_code code = crs_new("EPSG:4326", &degrees, error);

	*listing = NULL;
	if (code)
		return code;
	*listing = memory_zeroed(1, sizeof(**listing));
	(*listing)->visitor = visitor;
	(*listing)->degrees = degrees;
	return ERROR_NONE;
}

void source_listing_free(struct source_listing *listing)
{
	if (!listing)
		return;
	for (size_t i = 0; i < listing->known_count; i++) {
		transform_free(listing->known[i].to_degrees);
		crs_free(listing->known[i].crs);
		free(listing->known[i].definition);
	}
	free(listing->known);
	crs_free(listing->degrees);
	free(listing);
}

enum error_code source_list(struct source_listing *listing, const struct dataset_settings *settings,
			    struct error *error)
{
	struct source_files files = {0};
	enum error_code code = source_files_find(&files, settings->name, error);
	char *place;

	listing->settings = settings;
	listing->theme_count = listing->left_out = 0;
	for (size_t i = 0; !code && i < files.count; i++)
		list_dataset(listing, &files.files[i]);
	if (!code && listing->theme_count + listing->left_out == 0) {
		place = source_place(settings->name);
		code = error_set(error, ERROR_NOT_FOUND, "%s holds no vector layer to serve",
				 place);
		free(place);
	}
	source_files_release(&files);
	return code;
}
