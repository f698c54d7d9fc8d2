/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tiler/filter_binding.h"
#include "tiler/memory.h"
#include "tiler/message_filter.h"
#include "tiler/nearest.h"

/* What can be compared with what. */
enum class {
	CLASS_NUMBER,
	CLASS_TEXT,
	CLASS_BOOLEAN,
	CLASS_MOMENT,
};

static const char *const class_names[] = {
	[CLASS_NUMBER] = "number",
	[CLASS_TEXT] = "text",
	[CLASS_BOOLEAN] = "true or false",
	[CLASS_MOMENT] = "date",
};
static const char *const french_names[] = {
	[CLASS_NUMBER] = "nombre",
	[CLASS_TEXT] = "texte",
	[CLASS_BOOLEAN] = "vrai ou faux",
	[CLASS_MOMENT] = "date",
};

/* A filter being checked against columns. */
struct check {
	const struct filter *filter;
	const struct column *columns;
	uint32_t column_count;
	const char *whose;
	uint32_t found[FILTER_NAMES_MOST]; /* column_count: there is none */
	struct error *error;
};

static uint32_t find_column(const struct check *check, const char *name)
{
	uint32_t i = 0;

	while (i < check->column_count && strcmp(check->columns[i].name, name) != 0)
		i++;
	return i;
}

static enum error_code no_column(const struct check *check, const char *name, uint32_t position)
{
	struct nearest nearest;

	nearest_init(&nearest, name);
	for (uint32_t i = 0; i < check->column_count; i++)
		nearest_offer(&nearest, check->columns[i].name);
	if (nearest.best)
		return error_tell(check->error, ERROR_INVALID, MESSAGE_NO_COLUMN_AT_NEAR,
				  check->whose, name, position, nearest.best);
	return error_tell(check->error, ERROR_INVALID, MESSAGE_NO_COLUMN_AT, check->whose, name,
			  position);
}

static enum class class_of_type(enum value_type type) {
	switch (type){case VALUE_BOOLEAN : return CLASS_BOOLEAN;
		      case VALUE_INTEGER : case VALUE_REAL : return CLASS_NUMBER;
		      default : return CLASS_TEXT;
}
}

static enum class class_of(const struct check *check, const struct filter_scalar *scalar) {
	switch (scalar->kind){
		case FILTER_COLUMN :
			return class_of_type(check->columns[check->found[scalar->reference]].type);
		case FILTER_VALUE : return class_of_type(scalar->value.type);
		default : return CLASS_MOMENT;
}
}

/* Dates are compared with columns of text, in which they are written. */
static bool comparable(const struct check *check, const struct filter_scalar *left,
		       const struct filter_scalar *right)
{
	enum class a = class_of(check, left), b = class_of(check, right);

	if (a == CLASS_MOMENT || b == CLASS_MOMENT)
		return (a == CLASS_TEXT && left->kind == FILTER_COLUMN && !left->folds) ||
		       (b == CLASS_TEXT && right->kind == FILTER_COLUMN && !right->folds);
	return a == b;
}

/* WHAT (with its verb, in both languages) needs a text, and SCALAR is none. */
static enum error_code no_text(const struct check *check, const struct filter_scalar *scalar,
			       const char *what, const char *french)
{
	enum class class = class_of(check, scalar);

	error_set(check->error, ERROR_INVALID, "%s a text, but at character %u is a %s", what,
		  scalar->position, class_names[class]);
	return error_add_french(check->error, ERROR_INVALID,
				"%s un texte, mais au caractère %u il y a : %s", french,
				scalar->position, french_names[class]);
}

static enum error_code not_comparable(const struct check *check, const struct filter_scalar *left,
				      const struct filter_scalar *right)
{
	enum class a = class_of(check, left), b = class_of(check, right);

	error_set(check->error, ERROR_INVALID,
		  "what is at character %u (%s) cannot be compared with what is at character %u "
		  "(%s)",
		  left->position, class_names[a], right->position, class_names[b]);
	return error_add_french(check->error, ERROR_INVALID,
				"ce qui est au caractère %u (%s) ne se compare pas à ce qui est au "
				"caractère %u (%s)",
				left->position, french_names[a], right->position, french_names[b]);
}

static enum error_code check_scalars(const struct check *check, const struct filter_node *node)
{
	const struct filter_scalar *first = node->scalars;

	for (uint32_t i = 0; i < node->scalar_count; i++) {
		const struct filter_scalar *scalar = &node->scalars[i];

		if (scalar->kind == FILTER_COLUMN &&
		    check->found[scalar->reference] == check->column_count)
			return no_column(check, scalar->name, scalar->position);
		if (scalar->folds && class_of(check, scalar) != CLASS_TEXT)
			return no_text(check, scalar, "CASEI and ACCENTI need",
				       "CASEI et ACCENTI demandent");
		if (node->kind == FILTER_LIKE && class_of(check, scalar) != CLASS_TEXT)
			return no_text(check, scalar, "LIKE needs", "LIKE demande");
		if (i > 0 && !comparable(check, first, scalar))
			return not_comparable(check, first, scalar);
	}
	return ERROR_NONE;
}

static enum error_code check_geometry(const struct check *check,
				      const struct filter_geometry *geometry)
{
	bool usual = strcasecmp(geometry->column, "geometry") == 0 ||
		     strcasecmp(geometry->column, "geom") == 0;

	if (!usual && find_column(check, geometry->column) < check->column_count)
		return error_tell(check->error, ERROR_INVALID, MESSAGE_NO_GEOMETRY_COLUMN,
				  geometry->column, geometry->column_position);
	if (filter_geometry_check(geometry, check->error))
		return error_tell_prefix(check->error, MESSAGE_AT_CHARACTER, geometry->position);
	return ERROR_NONE;
}

static enum error_code check_node(const struct check *check, const struct filter_node *node)
{
	for (const struct filter_node *child = node->first; child; child = child->next)
		if (check_node(check, child))
			return check->error->code;
	if (node->kind == FILTER_INTERSECTS)
		return check_geometry(check, node->geometry);
	return check_scalars(check, node);
}

static enum error_code run(struct check *check)
{
	for (uint32_t i = 0; i < check->filter->name_count; i++)
		check->found[i] = find_column(check, check->filter->names[i]);
	return check_node(check, check->filter->root);
}

enum error_code filter_check(const struct filter *filter, const struct column *columns,
			     uint32_t column_count, const char *whose, struct error *error)
{
	struct check check = {.filter = filter,
			      .columns = columns,
			      .column_count = column_count,
			      .whose = whose,
			      .error = error};

	return run(&check);
}

static enum error_code bind_geometry(const struct filter_geometry *geometry,
				     const struct filter_place *place, struct region **bound,
				     struct error *error)
{
	struct region *region;
	enum error_code code = filter_geometry_region(geometry, place->northing_first, &region,
						      error);

	if (code)
		return code;
	if (!place->transform) {
		*bound = region;
		return ERROR_NONE;
	}
	code = region_moved(region, place->transform, place->crs, place->within, bound, error);
	region_free(region);
	if (code == ERROR_NOT_FOUND) {
		*bound = NULL;
		return ERROR_NONE;
	}
	return code;
}

enum error_code filter_bind(const struct filter *filter, const struct column *columns,
			    uint32_t column_count, const struct filter_place *place,
			    const char *whose, struct filter_binding **out, struct error *error)
{
	struct check check = {.filter = filter,
			      .columns = columns,
			      .column_count = column_count,
			      .whose = whose,
			      .error = error};
	enum error_code code = run(&check);
	struct filter_binding *binding;

	if (code)
		return code;
	binding = memory_zeroed(1, sizeof(*binding));
	binding->filter = filter;
	buf_init(&binding->folded[0], 0);
	buf_init(&binding->folded[1], 0);
	binding->regions = memory_zeroed(filter->geometry_count + 1, sizeof(*binding->regions));
	memcpy(binding->columns, check.found, sizeof(check.found));
	for (const struct filter_geometry *next = filter->geometries; next && !code;
	     next = next->next)
		code = bind_geometry(next, place, &binding->regions[next->number], error);
	if (code)
		filter_binding_free(binding);
	else
		*out = binding;
	return code;
}

void filter_binding_free(struct filter_binding *binding)
{
	if (!binding)
		return;
	for (uint32_t i = 0; i < binding->filter->geometry_count; i++)
		region_free(binding->regions[i]);
	free(binding->regions);
	buf_release(&binding->folded[0]);
	buf_release(&binding->folded[1]);
	free(binding);
}
