/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tiler/transforms.h"

static struct crs *crs_of(const char *definition)
{
	struct error error;
	struct crs *crs = NULL;

	if (crs_new(definition, &crs, &error))
		fail_msg("%s: %s", definition, error.text);
	return crs;
}

static struct transform *get(struct transforms *transforms, const struct crs *from,
			     const struct crs *to)
{
	struct transform *transform = NULL;
	struct error error;

	if (transforms_get(transforms, from, to, &transform, &error))
		fail_msg("%s", error.text);
	return transform;
}

static void nothing_to_do_between_equal_crs(void **state)
{
	struct transforms *transforms = transforms_new();
	struct crs *a = crs_of("EPSG:3948"), *b = crs_of("urn:ogc:def:crs:EPSG::3948");

	(void)state;
	assert_null(get(transforms, a, a));
	assert_null(get(transforms, a, b));
	crs_free(a);
	crs_free(b);
	transforms_free(transforms);
}

static void a_pair_is_made_once(void **state)
{
	struct transforms *transforms = transforms_new();
	struct crs *cc48 = crs_of("EPSG:3948"), *mercator = crs_of("EPSG:3857");
	struct transform *there = get(transforms, cc48, mercator);
	struct transform *back = get(transforms, mercator, cc48);
	struct point point = {1351000, 7222000};

	(void)state;
	assert_ptr_not_equal(there, back);
	assert_int_equal(transform_forward(there, &point, 1), 0);
	crs_free(cc48);
	cc48 = crs_of("EPSG:3948"); /* another catalogue's */
	assert_ptr_equal(get(transforms, cc48, mercator), there);
	assert_ptr_equal(get(transforms, mercator, cc48), back);
	assert_int_equal(transform_calls(there), 1);
	crs_free(cc48);
	crs_free(mercator);
	transforms_free(transforms);
}

static void the_longest_unused_pair_is_let_go(void **state)
{
	struct transforms *transforms = transforms_new();
	struct crs *mercator = crs_of("EPSG:3857"), *cc48 = crs_of("EPSG:3948");
	struct transform *kept = get(transforms, cc48, mercator), *lent;
	struct point point = {1351000, 7222000};

	(void)state;
	assert_int_equal(transform_forward(kept, &point, 1), 0);
	for (int zone = 1; zone <= 40; zone++) {
		char code[24];
		struct crs *utm;

		snprintf(code, sizeof(code), "EPSG:%d", 32600 + zone);
		utm = crs_of(code);
		lent = get(transforms, utm, mercator);
		point = (struct point){500000, 5000000};
		assert_int_equal(transform_forward(lent, &point, 1), 0);
		assert_ptr_equal(get(transforms, cc48, mercator), kept);
		assert_int_equal(transform_calls(kept), 1);
		crs_free(utm);
	}
	crs_free(mercator);
	crs_free(cc48);
	transforms_free(transforms);
}

static void a_failure_is_told_and_not_kept(void **state)
{
	struct transforms *transforms = transforms_new();
	struct crs *earth = crs_of("EPSG:4326");
	struct crs *moon = crs_of("+proj=longlat +R=1737400 +no_defs +type=crs");
	struct transform *transform = NULL;
	struct error error = {0};
	enum error_code code = transforms_get(transforms, moon, earth, &transform, &error);

	(void)state;
	/* PROJ may know a way from the Moon or refuse it: never a crash, never a silent NULL. */
	assert_true(code == ERROR_NONE ? transform != NULL
				       : code == ERROR_UNSUPPORTED && error.text[0]);
	crs_free(earth);
	crs_free(moon);
	transforms_free(transforms);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_to_do_between_equal_crs),
		cmocka_unit_test(a_pair_is_made_once),
		cmocka_unit_test(the_longest_unused_pair_is_let_go),
		cmocka_unit_test(a_failure_is_told_and_not_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
