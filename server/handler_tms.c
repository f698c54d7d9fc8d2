/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/handler.h"

#include <stdlib.h>
#include <string.h>

#include "server/documents.h"
#include "server/settings.h"
#include "server/tile_names.h"
#include "server/tms.h"
#include "server/variant_query.h"
#include "tiler/memory.h"

/* OSGeo TMS: its three documents, and tiles whose rows are counted from the south. */

static const char XML[] = "application/xml";

/* A document is of one commune where its address says so. */
struct subject {
	struct tms_scope scope;
	struct variant *variant;
	char *commune;
};

/* False: REPLY says what is wrong. To be released whatever it gives. */
static bool read_subject(const struct site *site, const struct request *request,
			 struct subject *subject, struct reply *reply)
{
	struct error error = {0};

	*subject = (struct subject){
		{site->settings->portal_title, request->base_url, NULL, NULL}, NULL, NULL};
	if (variant_query_read_commune(site, request, &subject->variant, &error)) {
		reply_error(reply, &error);
		return false;
	}
	subject->commune = variant_commune_name(site, subject->variant);
	subject->scope.variant = subject->variant;
	subject->scope.commune = subject->commune;
	return true;
}

static void release_subject(struct subject *subject)
{
	variant_unref(subject->variant);
	free(subject->commune);
}

static void begin_document(const struct site *site, struct xml *xml, struct reply *reply)
{
	reply->content_type = XML;
	reply->cache_control = site->document_cache_control;
	xml_init(xml, &reply->body);
}

void handle_tms(const struct site *site, const struct request *request, struct reply *reply)
{
	struct subject subject;
	struct xml xml;

	if (read_subject(site, request, &subject, reply)) {
		begin_document(site, &xml, reply);
		tms_write_services(&xml, &subject.scope);
	}
	release_subject(&subject);
}

static void reply_maps(const struct site *site, const struct tms_scope *scope,
		       struct catalogue *catalogue, const struct theme_choice *choice,
		       struct reply *reply)
{
	char *chosen = theme_choice_key(choice), *commune = variant_commune_key(scope->variant);
	char *key = memory_print("tms\n%s\n%s\n%s\n%s", scope->base, chosen, commune,
				 scope->commune ? scope->commune : "");
	struct xml xml;

	begin_document(site, &xml, reply);
	if (!documents_find(site->documents, catalogue, key, reply)) {
		tms_write_maps(&xml, scope, catalogue, site->grids, choice);
		documents_keep(site->documents, catalogue, key, reply);
	}
	free(key);
	free(commune);
	free(chosen);
}

void handle_tms_maps(const struct site *site, const struct request *request, struct reply *reply)
{
	struct catalogue *catalogue = engine_catalogue(site->engine);
	struct theme_choice choice;
	struct subject subject = {0};
	struct error error = {0};

	if (theme_choice_init(&choice, catalogue, request, &error))
		reply_error(reply, &error);
	else if (read_subject(site, request, &subject, reply))
		reply_maps(site, &subject.scope, catalogue, &choice, reply);
	release_subject(&subject);
	theme_choice_release(&choice);
	catalogue_unref(catalogue);
}

/* "a:b@CC48_10cm@pbf", in which the theme's id may hold an @ too. */
struct map_name {
	char *theme;	  /* new */
	const char *grid; /* in the same memory */
};

static bool read_name(const char *text, struct map_name *name)
{
	char *format, *grid;

	name->theme = memory_text(text);
	format = strrchr(name->theme, '@');
	if (!format || strcmp(format + 1, TMS_FORMAT) != 0)
		return false;
	*format = '\0';
	grid = strrchr(name->theme, '@');
	if (!grid)
		return false;
	*grid = '\0';
	name->grid = grid + 1;
	return true;
}

/* The theme and grid of the address; false: REPLY says what is wrong. THEME is CATALOGUE's. */
static bool find_map(const struct site *site, const struct request *request,
		     const struct catalogue *catalogue, const struct theme **theme,
		     const struct grid **grid, struct reply *reply)
{
	const char *text = request_parameter(request, "map");
	struct map_name name;

	*theme = NULL;
	*grid = NULL;
	if (read_name(text, &name)) {
		*theme = catalogue_find(catalogue, name.theme);
		*grid = grids_find(site->grids, name.grid);
	}
	free(name.theme);
	if (!*theme || !*grid || !theme_served_in(*theme, (*grid)->id))
		reply_problem(
			reply, 404, "Not found",
			"there is no tile map \"%.200s\": they are called THEME@GRID@" TMS_FORMAT
			", and /tms/1.0.0/ lists them",
			text);
	else if (!tms_has_grid(*grid))
		reply_problem(reply, 404, "Not for this grid",
			      "TMS knows grids only whose CRS has a code and whose levels have one "
			      "lower left corner and one tile size; %s is not one of them",
			      (*grid)->id);
	return !reply->problem_title;
}

void handle_tms_map(const struct site *site, const struct request *request, struct reply *reply)
{
	struct catalogue *catalogue = engine_catalogue(site->engine);
	const struct theme *theme;
	const struct grid *grid;
	struct subject subject;
	struct xml xml;

	if (read_subject(site, request, &subject, reply) &&
	    find_map(site, request, catalogue, &theme, &grid, reply)) {
		begin_document(site, &xml, reply);
		tms_write_map(&xml, &subject.scope, theme, grid);
	}
	release_subject(&subject);
	catalogue_unref(catalogue);
}

/* Reads the numbers of the address and turns the row where the grid counts from the north. What
 * lies outside stays outside, for reply_named_tile to say so. */
static bool read_tile(const struct request *request, const struct grid *grid, struct tile_id *tile)
{
	const struct tile_matrix *matrix;

	if (!tile_number_read(request_parameter(request, "z"), &tile->z) ||
	    !tile_number_read(request_parameter(request, "x"), &tile->x) ||
	    !tile_number_read(request_parameter(request, "y"), &tile->y))
		return false;
	if (tile->z >= grid->level_count)
		return true;
	matrix = &grid->levels[tile->z];
	if (!matrix->rows_from_south && tile->y < matrix->matrix_height)
		tile->y = matrix->matrix_height - 1 - tile->y;
	return true;
}

void handle_tms_tile(const struct site *site, const struct request *request, struct reply *reply)
{
	struct catalogue *catalogue = engine_catalogue(site->engine);
	const struct theme *theme;
	const struct grid *grid;
	struct tile_id tile;

	if (find_map(site, request, catalogue, &theme, &grid, reply)) {
		if (read_tile(request, grid, &tile))
			reply_named_tile(site, request,
					 &(struct tile_names){theme->id, grid->id, false, &tile},
					 reply);
		else
			reply_problem(reply, 400, "Bad request",
				      "\"%.40s/%.40s/%.40s\" is no tile address: level, column and "
				      "row are whole numbers from 0",
				      request_parameter(request, "z"),
				      request_parameter(request, "x"),
				      request_parameter(request, "y"));
	}
	catalogue_unref(catalogue);
}
