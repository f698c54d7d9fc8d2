/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/prepared_report.h"

#include <math.h>
#include <string.h>

#include "tiler/memory.h"

static void set_point(json_t *object, const char *key, struct point point)
{
	json_object_set_new(object, key, json_pack("[ff]", point.x, point.y));
}

static json_t *example_json(const struct flaw_example *example)
{
	json_t *object = json_object();

	if (example->has_id)
		json_object_set_new(object, "id", json_integer((json_int_t)example->id));
	if (example->has_place)
		set_point(object, "place", example->place);
	if (example->has_degrees)
		set_point(object, "degrees", example->degrees);
	if (example->detail)
		json_object_set_new(object, "detail", json_string(example->detail));
	return object;
}

json_t *report_json(const struct prepare_report *report)
{
	json_t *flaws = json_object();

	for (int flaw = 0; flaw < FLAWS; flaw++) {
		const struct flaw_count *count = &report->flaws[flaw];

		if (count->features)
			json_object_set_new(flaws, flaw_name((enum flaw)flaw),
					    json_pack("{sI so}", "features",
						      (json_int_t)count->features, "example",
						      example_json(&count->example)));
	}
	return json_pack("{sI sI sI sI so}", "rows", (json_int_t)report->rows, "without_geometry",
			 (json_int_t)report->without_geometry, "unreadable",
			 (json_int_t)report->unreadable, "repaired", (json_int_t)report->repaired,
			 "flaws", flaws);
}

json_t *losses_json(const struct level_losses *losses)
{
	json_t *object = json_object();

	for (int loss = 0; loss < LOSSES; loss++)
		if (losses->features[loss])
			json_object_set_new(object, loss_name((enum loss)loss),
					    json_integer((json_int_t)losses->features[loss]));
	return object;
}

static bool take_count(const json_t *object, const char *key, uint64_t *count)
{
	const json_t *value = json_object_get(object, key);

	*count = (uint64_t)json_integer_value(value);
	return json_is_integer(value) && json_integer_value(value) >= 0;
}

static bool take_point(const json_t *object, const char *key, bool *has, struct point *point)
{
	const json_t *value = json_object_get(object, key);

	*has = json_array_size(value) == 2 && json_is_number(json_array_get(value, 0)) &&
	       json_is_number(json_array_get(value, 1));
	if (*has)
		*point = (struct point){json_number_value(json_array_get(value, 0)),
					json_number_value(json_array_get(value, 1))};
	return *has || !value;
}

static bool take_example(const json_t *object, struct flaw_example *example)
{
	const json_t *id = json_object_get(object, "id");
	const json_t *detail = json_object_get(object, "detail");

	example->has_id = json_is_integer(id);
	example->id = (uint64_t)json_integer_value(id);
	example->detail = memory_text(json_string_value(detail));
	return json_is_object(object) && (!id || example->has_id) &&
	       (!detail || json_is_string(detail)) &&
	       take_point(object, "place", &example->has_place, &example->place) &&
	       take_point(object, "degrees", &example->has_degrees, &example->degrees);
}

static bool take_flaws(const json_t *flaws, struct prepare_report *report)
{
	for (int flaw = 0; flaw < FLAWS; flaw++) {
		const json_t *object = json_object_get(flaws, flaw_name((enum flaw)flaw));
		struct flaw_count *count = &report->flaws[flaw];

		if (object && (!take_count(object, "features", &count->features) ||
			       !take_example(json_object_get(object, "example"), &count->example)))
			return false;
	}
	return json_is_object(flaws);
}

bool take_report(const json_t *object, struct prepare_report *report)
{
	return take_count(object, "rows", &report->rows) &&
	       take_count(object, "without_geometry", &report->without_geometry) &&
	       take_count(object, "unreadable", &report->unreadable) &&
	       take_count(object, "repaired", &report->repaired) &&
	       take_flaws(json_object_get(object, "flaws"), report);
}

bool take_losses(const json_t *object, struct level_losses *losses)
{
	for (int loss = 0; loss < LOSSES; loss++) {
		const char *name = loss_name((enum loss)loss);

		if (json_object_get(object, name) &&
		    !take_count(object, name, &losses->features[loss]))
			return false;
	}
	return json_is_object(object);
}
