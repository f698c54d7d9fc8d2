/* SPDX-License-Identifier: EUPL-1.2 */
/* Any bytes as a filter: refused with a sentence, or printed in a spelling that reads back as
 * itself and keeps the same features. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tiler/filter.h"
#include "tiler/memory.h"

const unsigned fuzz_rounds = 40000;

static const struct column columns[] = {
	{.name = (char *)(uintptr_t) "nom", .type = VALUE_TEXT},
	{.name = (char *)(uintptr_t) "numero", .type = VALUE_INTEGER},
	{.name = (char *)(uintptr_t) "surface", .type = VALUE_REAL},
	{.name = (char *)(uintptr_t) "ouvert", .type = VALUE_BOOLEAN},
	{.name = (char *)(uintptr_t) "l'\"a", .type = VALUE_TEXT},
};

enum {
	COLUMNS = sizeof(columns) / sizeof(*columns),
	FEATURES = 4
};

static struct value values[FEATURES][COLUMNS] = {
	{{.type = VALUE_TEXT, .text = {"\xff%_\\", 4}},
	 {.type = VALUE_INTEGER, .integer = INT64_MIN},
	 {.type = VALUE_REAL, .real = -0.0},
	 {.type = VALUE_BOOLEAN, .boolean = true},
	 {.type = VALUE_TEXT, .text = {"2024-05-01T10:20:30+02:00", 25}}},
	{{.type = VALUE_TEXT, .text = {"", 0}},
	 {.type = VALUE_INTEGER, .integer = 5},
	 {.type = VALUE_REAL, .real = HUGE_VAL},
	 {.type = VALUE_BOOLEAN},
	 {.type = VALUE_TEXT, .text = {"2024-02-30", 10}}},
	{{.type = VALUE_TEXT, .text = {"aaaaaaaaaaaaaaaaaaaaaaaaab", 26}},
	 {.type = VALUE_INTEGER, .integer = INT64_MAX},
	 {.type = VALUE_REAL, .real = NAN},
	 {.type = VALUE_BOOLEAN},
	 {.type = VALUE_TEXT, .text = {"2024-05-01", 10}}},
	{{.type = VALUE_NULL}},
};

static struct filter_binding *bind(const struct filter *filter)
{
	static const struct filter_place place = {.within = {-10, -10, 10, 10}};
	struct filter_binding *binding = NULL;
	struct error error = {0};

	if (filter_bind(filter, columns, COLUMNS, &place, "it", &binding, &error)) {
		FUZZ_CHECK(*error.text);
		return NULL;
	}
	return binding;
}

static void compare(struct filter_binding *one, struct filter_binding *other)
{
	struct point points[] = {{0, 0}, {3, 0}, {3, 3}, {0, 0}};
	struct path path = {points, 4, true};
	struct geometry geometry = {GEOMETRY_POLYGON, 1, &path};

	for (int i = 0; i < FEATURES; i++) {
		struct feature feature = {
			.values = values[i], .geometries = &geometry, .geometry_count = i % 2};

		FUZZ_CHECK(filter_keeps(one, &feature) == filter_keeps(other, &feature));
	}
}

/* FILTER and the same read from its own text. */
static void check_twice(const struct filter *filter)
{
	struct filter_binding *one = bind(filter), *other;
	struct filter *again;
	struct error error;

	if (!filter_parse(filter_text(filter), &again, &error)) {
		FUZZ_CHECK(strcmp(filter_text(again), filter_text(filter)) == 0);
		other = bind(again);
		FUZZ_CHECK(!one == !other);
		if (one)
			compare(one, other);
		filter_binding_free(other);
		filter_free(again);
	} else {
		/* parentheses and names that it did without */
		FUZZ_CHECK(error.code == ERROR_LIMIT);
	}
	filter_binding_free(one);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = memory_zeroed(size + 1, 1);
	struct filter *filter;
	struct error error = {0};

	if (size)
		memcpy(text, bytes, size);
	if (filter_parse(text, &filter, &error)) {
		FUZZ_CHECK(*error.text);
	} else {
		check_twice(filter);
		filter_free(filter);
	}
	free(text);
	return 0;
}

bool fuzz_seed(unsigned index, struct buf *seed)
{
	static const char *const seeds[] = {
		"nom = 'l''\xc3\xa9t\xc3\xa9' AND numero >= 5",
		"NOT (surface < 1e3 OR 2.50 = numero) and ouvert=true",
		"nom LIKE 'a%a%a%b_\\%' OR nom NOT LIKE '%\\\\%'",
		"numero NOT BETWEEN -1 AND 9223372036854775807 OR TRUE",
		"nom IN ('a','b\\'','') AND \"l'\"\"a\" IS NOT NULL",
		"\"l'\"\"a\" > DATE('2024-04-30') OR nom < TIMESTAMP('2024-05-01T08:20:30.5Z')",
		"S_INTERSECTS(geom,BBOX(-1,-1.5,2e0,3))",
		"NOT S_INTERSECTS(MULTIPOLYGON(((0 0,1 0,1 1,0 0),(.2 .1,.5 .1,.5 .2,.2 .1))),g)",
		"S_INTERSECTS(g,GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1),MULTIPOINT((0 1),2 3)))",
		"((((((((((numero=1))))))))))",
		"NOT NOT NOT FALSE",
		"CASEI(nom) = ACCENTI('\xc3\x89') OR ACCENTI(CASEI(nom)) LIKE ACCENTI(CASEI('%\\_\xc3\x9f'))",
	};

	if (index >= sizeof(seeds) / sizeof(*seeds))
		return false;
	buf_add_text(seed, seeds[index]);
	return true;
}
