/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/companion_level.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/companion.h"
#include "tiler/fgb_writer.h"
#include "tiler/interior.h"
#include "tiler/memory.h"
#include "tiler/prepared_document.h"

enum {
	FEATURES_BETWEEN_QUESTIONS = 200,
};

static const struct box EVERYWHERE = {-INFINITY, -INFINITY, INFINITY, INFINITY};

/* Where the point of a feature of the data is; two features may have one id. */
struct known {
	uint64_t id;
	struct point at;
};

struct companion_writing {
	const struct companion_job *job;
	uint32_t level;
	struct arena *arena;
	struct fgb_writer *writer;
	struct value *values; /* room for those of a feature and its angle */
	uint64_t visits;
	struct known *known; /* of the data's polygons; sorted once level 0 is written */
	uint64_t known_count;
};

static int by_id(const void *left, const void *right)
{
	const struct known *a = left, *b = right;

	return (a->id > b->id) - (a->id < b->id);
}

/* Two of one id in an order that is the same everywhere. */
static int by_id_and_place(const void *left, const void *right)
{
	const struct known *a = left, *b = right;
	int order = by_id(left, right);

	if (order)
		return order;
	if (a->at.x != b->at.x)
		return a->at.x < b->at.x ? -1 : 1;
	return (a->at.y > b->at.y) - (a->at.y < b->at.y);
}

static void note(struct companion_writing *writing, const struct feature *feature,
		 struct companion found)
{
	if (writing->known && feature->has_id &&
	    writing->known_count < writing->job->made->feature_count)
		writing->known[writing->known_count++] = (struct known){feature->id, found.at};
}

/* Is the point that the data gave still inside? */
static bool stays(const struct companion_writing *writing, const struct feature *feature,
		  struct companion *found)
{
	struct known wanted = {.id = feature->id}, *known = NULL;
	const struct geometry *polygons = companion_polygons(feature->geometries,
							     feature->geometry_count);

	if (writing->level > 0 && feature->has_id && polygons && writing->known_count)
		known = bsearch(&wanted, writing->known, writing->known_count, sizeof(wanted),
				by_id);
	if (!known || !interior_holds(polygons, known->at))
		return false;
	*found = (struct companion){.at = known->at};
	return true;
}

static enum error_code write_companion(struct companion_writing *writing,
				       const struct feature *feature, struct companion companion,
				       struct error *error)
{
	uint32_t count = writing->job->made->column_count;
	struct path path = {&companion.at, 1, false};
	struct geometry geometry = {GEOMETRY_POINT, 1, &path};
	struct feature point = *feature;

	if (count)
		memcpy(writing->values, feature->values, count * sizeof(*writing->values));
	writing->values[count] = companion.turned ? (struct value){.type = VALUE_REAL,
								   .real = companion.angle}
						  : (struct value){.type = VALUE_NULL};
	point.values = writing->values;
	point.geometries = &geometry;
	point.geometry_count = 1;
	return fgb_writer_add(writing->writer, &point, error);
}

static enum error_code accompany(const struct feature *feature, void *context, struct error *error)
{
	struct companion_writing *writing = context;
	const struct companion_job *job = writing->job;
	struct companion found;

	if (job->go_on && ++writing->visits % FEATURES_BETWEEN_QUESTIONS == 0 &&
	    !job->go_on(job->context))
		return error_set(error, ERROR_STOPPED, "stopped");
	if (!stays(writing, feature, &found) &&
	    !companion_find(job->theme->options.companion, feature->geometries,
			    feature->geometry_count, writing->arena, &found))
		return ERROR_NONE;
	if (writing->level == 0)
		note(writing, feature, found);
	return write_companion(writing, feature, found, error);
}

/* New: the theme's columns, and that of the angle. */
static struct column *columns_of(const struct prepared *made)
{
	uint32_t count = made->column_count;
	struct column *columns = memory_zeroed(count + 1, sizeof(*columns));

	if (count)
		memcpy(columns, made->columns, count * sizeof(*columns));
	columns[count].name = (char *)(uintptr_t)COMPANION_ANGLE_STORED;
	columns[count].type = VALUE_REAL;
	return columns;
}

static enum error_code open_writer(struct companion_writing *writing, const char *path,
				   struct error *error)
{
	const struct companion_job *job = writing->job;
	struct column *columns = columns_of(job->made);
	struct fgb_writer_layout layout = {
		.layer = job->theme->layer,
		.crs = job->theme->crs,
		.kind = GEOMETRY_POINT,
		.columns = columns,
		.column_count = job->made->column_count + job->made->companion_turns,
		.in_order = job->made->levels[writing->level].features,
	};
	enum error_code code = fgb_writer_new(path, &layout, &writing->writer, error);

	free(columns);
	return code;
}

static enum error_code write_level(struct companion_writing *writing, const char *shapes_path,
				   const char *points_path, struct error *error)
{
	struct fgb *shapes = NULL;
	enum error_code code = fgb_open(shapes_path, &shapes, error);

	if (!code)
		code = open_writer(writing, points_path, error);
	if (!code) {
		code = fgb_query(shapes, EVERYWHERE, writing->arena, accompany, writing, error);
		if (code)
			fgb_writer_free(writing->writer);
		else
			code = fgb_writer_finish(writing->writer, error);
	}
	fgb_close(shapes);
	return code;
}

enum error_code companion_levels(const struct companion_job *job, struct error *error)
{
	const struct prepared *made = job->made;
	struct companion_writing writing = {.job = job};
	enum error_code code = ERROR_NONE;

	if (!made->companion)
		return ERROR_NONE;
	writing.arena = arena_new();
	writing.values = memory_new((made->column_count + 1) * sizeof(*writing.values));
	if (job->theme->options.companion == COMPANION_INTERIOR && made->level_count > 1)
		writing.known = memory_zeroed(made->feature_count, sizeof(*writing.known));
	for (uint32_t level = 0; level < made->level_count && !code; level++) {
		char *shapes = prepared_level_file(level), *points = prepared_points_file(level);
		char *shapes_path = memory_print("%s/%s", job->folder, shapes);
		char *points_path = memory_print("%s/%s", job->folder, points);

		writing.level = level;
		code = write_level(&writing, shapes_path, points_path, error);
		if (level == 0 && writing.known)
			qsort(writing.known, writing.known_count, sizeof(*writing.known),
			      by_id_and_place);
		free(points_path);
		free(shapes_path);
		free(points);
		free(shapes);
	}
	free(writing.known);
	free(writing.values);
	arena_free(writing.arena);
	return code;
}
