/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/prepare.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tiler/companion_level.h"
#include "tiler/density.h"
#include "tiler/feature_ids.h"
#include "tiler/fgb_writer.h"
#include "tiler/folder.h"
#include "tiler/generalise.h"
#include "tiler/memory.h"
#include "tiler/prepared_document.h"
#include "tiler/prepared_version.h"
#include "tiler/source.h"
#include "tiler/survey.h"
#include "tiler/weighings.h"

enum {
	ROWS_PER_REPORT = 2000 /* progress is told so often */
};

/* One preparation under way. */
struct preparation {
	const struct theme *theme;
	prepare_progress_f progress;
	void *progress_context;
	char *folder;  /* of the theme */
	char *partial; /* where the version is made */
	char *level;   /* file of level 0 */
	char *older;   /* the versions there are, a line each */
	struct transform *to_degrees;
	struct fgb_writer *writer;
	struct density *density;
	struct precedence *precedence; /* NULL: the theme has no priority column */
	struct survey *survey;
	enum geometry_kind kind; /* that level 0 is made for */
	bool kinds_seen[GEOMETRY_KINDS];
	uint64_t rows;
	struct prepared made;
};

static void count_feature(struct preparation *preparation, const struct feature *feature)
{
	struct box box = box_of_geometries(feature->geometries, feature->geometry_count);
	uint64_t vertices = 0;

	for (uint32_t i = 0; i < feature->geometry_count; i++) {
		const struct geometry *geometry = &feature->geometries[i];

		preparation->kinds_seen[geometry->kind] = true;
		for (uint32_t k = 0; k < geometry->path_count; k++)
			vertices += geometry->paths[k].count;
	}
	preparation->made.extent = box_union(preparation->made.extent, box);
	preparation->made.feature_count++;
	preparation->made.levels[0].vertices += vertices;
	density_add(preparation->density, box, vertices);
	if (preparation->precedence)
		precedence_add(preparation->precedence, feature);
	survey_add(preparation->survey, feature, &preparation->made.report);
}

/* The file is made with its first feature: without one there is no level. */
static enum error_code start_level(struct preparation *preparation, struct error *error)
{
	const struct theme *theme = preparation->theme;
	struct fgb_writer_layout layout = {
		.layer = theme->layer,
		.crs = theme->crs,
		.kind = preparation->kind,
		.columns = theme->columns,
		.column_count = theme->column_count,
	};

	return fgb_writer_new(preparation->level, &layout, &preparation->writer, error);
}

static enum error_code take_row(const struct feature *feature, void *context, struct error *error)
{
	struct preparation *preparation = context;
	enum error_code code = ERROR_NONE;

	if (++preparation->rows % ROWS_PER_REPORT == 0 && preparation->progress &&
	    !preparation->progress(preparation->rows, preparation->theme->feature_count,
				   preparation->progress_context))
		return error_set(error, ERROR_STOPPED, "theme %s: stopped", preparation->theme->id);
	if (!feature)
		return ERROR_NONE;
	if (!preparation->writer)
		code = start_level(preparation, error);
	if (!code)
		code = fgb_writer_add(preparation->writer, feature, error);
	if (!code)
		count_feature(preparation, feature);
	return code;
}

static enum error_code read_as(struct preparation *preparation, enum geometry_kind kind,
			       struct error *error)
{
	density_free(preparation->density);
	precedence_free(preparation->precedence);
	fgb_writer_free(preparation->writer);
	survey_free(preparation->survey);
	report_release(&preparation->made.report);
	preparation->writer = NULL;
	preparation->survey = survey_new();
	preparation->kind = kind;
	preparation->rows = 0;
	preparation->made.extent = box_empty();
	preparation->made.feature_count = 0;
	preparation->made.levels[0].vertices = 0;
	memset(preparation->kinds_seen, 0, sizeof(preparation->kinds_seen));
	preparation->precedence = preparation->theme->options.priority_column ? precedence_new()
									      : NULL;
	preparation->density = density_new(preparation->to_degrees);
	return source_read(preparation->theme, take_row, preparation, &preparation->made.report,
			   error);
}

/* A file of one kind tells a GIS more and is smaller, so that is tried first where the source
 * declares one; sources exist that do not keep to it. */
static enum error_code read_source(struct preparation *preparation, struct error *error)
{
	enum error_code code = read_as(preparation, preparation->theme->kind, error);

	if (code == ERROR_UNSUPPORTED && preparation->kind != GEOMETRY_MIXED)
		code = read_as(preparation, GEOMETRY_MIXED, error);
	if (!code && preparation->writer) {
		code = fgb_writer_finish(preparation->writer, error);
		preparation->writer = NULL;
	}
	return code;
}

static enum geometry_kind kind_seen(const struct preparation *preparation)
{
	enum geometry_kind seen = GEOMETRY_MIXED;

	for (int kind = GEOMETRY_POINT; kind <= GEOMETRY_POLYGON; kind++) {
		if (!preparation->kinds_seen[kind])
			continue;
		if (seen != GEOMETRY_MIXED)
			return GEOMETRY_MIXED;
		seen = (enum geometry_kind)kind;
	}
	return seen == GEOMETRY_MIXED ? preparation->theme->kind : seen;
}

static struct box bounds_of(struct preparation *preparation)
{
	static const struct box earth = {-180, -90, 180, 90};
	struct box bounds = box_empty();

	if (!box_is_empty(preparation->made.extent))
		bounds = box_intersection(
			transform_box(preparation->to_degrees, preparation->made.extent, NULL),
			earth);
	return box_is_empty(bounds) ? box_empty() : bounds;
}

static enum error_code complete_report(struct preparation *preparation, struct error *error)
{
	struct prepared *made = &preparation->made;
	enum error_code code = ERROR_NONE;

	survey_free(preparation->survey);
	preparation->survey = NULL;
	if (made->feature_count)
		code = survey_places(preparation->level, preparation->theme->crs,
				     preparation->to_degrees, made->bounds, &made->report, error);
	survey_examples(&made->report, preparation->to_degrees);
	return code;
}

static void describe(struct preparation *preparation)
{
	struct prepared *made = &preparation->made;
	struct density_summary summary;

	made->bounds = bounds_of(preparation);
	summary = density_summary(preparation->density, made->bounds);
	made->theme_id = preparation->theme->id;
	made->crs = preparation->theme->crs;
	made->kind = kind_seen(preparation);
	made->min_zoom = summary.min_zoom;
	made->centre = summary.centre;
	made->centre_zoom = summary.centre_zoom;
	made->prepared_at = (int64_t)time(NULL);
	made->columns = preparation->theme->columns;
	made->column_count = preparation->theme->column_count;
	made->level_count = made->feature_count > 0;
	made->levels[0].features = made->feature_count;
	prepared_obey(made, preparation->theme);
}

static bool may_go_on(void *context)
{
	const struct preparation *preparation = context;

	return !preparation->progress ||
	       preparation->progress(preparation->rows, preparation->theme->feature_count,
				     preparation->progress_context);
}

/* New: of a version of the theme that there is. */
static struct weighings *older_weighings(const struct preparation *preparation)
{
	char *folder = memory_print("%s/%.*s", preparation->folder,
				    (int)strcspn(preparation->older, "\n"), preparation->older);
	char *path = prepared_weighings_path(folder);
	struct weighings *weighings = weighings_read(path);

	free(path);
	free(folder);
	return weighings;
}

static enum error_code make_levels(struct preparation *preparation, struct error *error)
{
	char *path = prepared_weighings_path(preparation->partial);
	struct weighings *weighings = older_weighings(preparation);
	enum error_code code = ERROR_NONE;
	struct generalise_job job = {
		.folder = preparation->partial,
		.theme = preparation->theme,
		.kind = preparation->kind,
		.budget = preparation->theme->options.tile_budget,
		.precedence = preparation->precedence,
		.weighings = weighings,
		.go_on = may_go_on,
		.context = preparation,
	};

	if (preparation->made.level_count)
		code = generalise(&job, &preparation->made, error);
	if (preparation->made.level_count && !code)
		code = weighings_write(weighings, path, error);
	weighings_free(weighings);
	free(path);
	return code;
}

static enum error_code order_ids(struct preparation *preparation, struct error *error)
{
	enum error_code code;
	char *path;

	if (!preparation->made.level_count)
		return ERROR_NONE;
	path = prepared_ids_path(preparation->partial);
	code = feature_ids_write(preparation->level, path, error);
	free(path);
	return code;
}

static enum error_code make_companions(struct preparation *preparation, struct error *error)
{
	struct companion_job job = {
		.folder = preparation->partial,
		.theme = preparation->theme,
		.made = &preparation->made,
		.go_on = may_go_on,
		.context = preparation,
	};

	return companion_levels(&job, error);
}

static enum error_code publish(struct preparation *preparation, struct error *error)
{
	char *path = memory_print("%s/theme.json", preparation->partial);
	char *place = memory_print("%s/%s", preparation->folder, preparation->made.version);
	enum error_code code;

	code = prepared_document_write(path, &preparation->made, preparation->theme, error);
	if (!code)
		code = folder_publish(preparation->partial, place, error);
	free(path);
	free(place);
	return code;
}

static enum error_code find_degrees(struct preparation *preparation, struct error *error)
{
	struct crs *degrees = NULL;
	enum error_code code = crs_new("EPSG:4326", &degrees, error);

	if (!code)
		code = transform_new(preparation->theme->crs, degrees, &preparation->to_degrees,
				     error);
	crs_free(degrees);
	return code;
}

static enum error_code begin(struct preparation *preparation, const char *state,
			     struct error *error)
{
	char *name = theme_folder_name(preparation->theme->id);
	enum error_code code;

	preparation->folder = memory_print("%s/themes/%s", state, name);
	free(name);
	code = find_degrees(preparation, error);
	if (!code)
		code = folder_make(preparation->folder, error);
	if (!code)
		code = folder_make_partial(preparation->folder, &preparation->partial, error);
	if (!code) {
		name = prepared_level_file(0);
		preparation->level = memory_print("%s/%s", preparation->partial, name);
		free(name);
	}
	return code;
}

static void end(struct preparation *preparation)
{
	fgb_writer_free(preparation->writer);
	precedence_free(preparation->precedence);
	density_free(preparation->density);
	survey_free(preparation->survey);
	transform_free(preparation->to_degrees);
	if (preparation->partial)
		folder_remove(preparation->partial);
	report_release(&preparation->made.report);
	free(preparation->made.first_zooms);
	free(preparation->folder);
	free(preparation->partial);
	free(preparation->level);
	free(preparation->older);
}

enum error_code prepare_theme(const char *state, const struct theme *theme,
			      prepare_progress_f progress, void *context, struct error *error)
{
	struct preparation preparation = {
		.theme = theme, .progress = progress, .progress_context = context};
	enum error_code code;

	code = begin(&preparation, state, error);
	if (!code) {
		preparation.older = prepared_versions(preparation.folder);
		code = read_source(&preparation, error);
	}
	if (!code) {
		describe(&preparation);
		code = complete_report(&preparation, error);
	}
	if (!code)
		code = order_ids(&preparation, error);
	if (!code)
		code = make_levels(&preparation, error);
	if (!code)
		code = make_companions(&preparation, error);
	if (!code)
		code = prepared_name_version(preparation.partial, &preparation.made, error);
	if (!code)
		code = publish(&preparation, error);
	if (!code) {
		free(preparation.partial); /* it is the version now */
		preparation.partial = NULL;
		prepared_versions_remove(preparation.folder, preparation.older,
					 preparation.made.version);
	}
	end(&preparation);
	return code;
}

void prepare_sweep(const char *state)
{
	char *themes = memory_print("%s/themes", state);
	DIR *folder = opendir(themes);
	struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		char *path = memory_print("%s/%s", themes, entry->d_name);

		if (entry->d_name[0] != '.')
			folder_sweep(path);
		free(path);
	}
	if (folder)
		closedir(folder);
	free(themes);
}
