/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/negotiate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void takes_the_better_coding(void **state)
{
	static const struct {
		const char *accept;
		enum content_coding coding;
	} cases[] = {
		{NULL, CODING_IDENTITY},
		{"", CODING_IDENTITY},
		{"gzip", CODING_GZIP},
		{"GZIP", CODING_GZIP},
		{"x-gzip", CODING_GZIP},
		{"gzip, deflate, br, zstd", CODING_GZIP},
		{"deflate,br , gzip", CODING_GZIP},
		{"\tgzip\t;\tq=0.3", CODING_GZIP},
		{"br, deflate", CODING_IDENTITY},
		{"gzipped", CODING_IDENTITY},
		{"*", CODING_GZIP},
		{"*;q=0.1", CODING_GZIP},
		{"gzip;q=1.0, identity;q=0.5, *;q=0", CODING_GZIP},
		{"gzip;q=0.5, identity;q=0.6", CODING_IDENTITY},
		{"gzip;q=0.5, identity;q=0.5", CODING_GZIP},
		{"gzip;q=0.001", CODING_GZIP},
		{"gzip;foo=bar;q=0", CODING_IDENTITY},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		print_message("# %s\n", cases[i].accept ? cases[i].accept : "(none)");
		assert_int_equal(negotiate_coding(cases[i].accept), cases[i].coding);
	}
}

static void respects_refusals(void **state)
{
	(void)state;
	assert_int_equal(negotiate_coding("gzip;q=0"), CODING_IDENTITY);
	assert_int_equal(negotiate_coding("gzip;q=0.0, *"), CODING_IDENTITY);
	assert_int_equal(negotiate_coding("gzip; q=0.000"), CODING_IDENTITY);
	assert_int_equal(negotiate_coding("gzip ;q=0 , br"), CODING_IDENTITY);
	assert_int_equal(negotiate_coding("identity;q=0, gzip;q=0.5"), CODING_GZIP);
	assert_int_equal(negotiate_coding("*;q=0, gzip"), CODING_GZIP);
	assert_int_equal(negotiate_coding("*;q=0, identity;q=0.1"), CODING_IDENTITY);
	assert_int_equal(negotiate_coding("identity;q=0"), CODING_NONE);
	assert_int_equal(negotiate_coding("*;q=0"), CODING_NONE);
	assert_int_equal(negotiate_coding("br, *;q=0"), CODING_NONE);
	assert_int_equal(negotiate_coding("gzip;q=0, identity;q=0"), CODING_NONE);
}

static void survives_nonsense(void **state)
{
	(void)state;
	assert_int_equal(negotiate_coding(",,;;=,q=1"), CODING_IDENTITY);
	assert_int_equal(negotiate_coding("gzip;q="), CODING_IDENTITY);
	assert_int_equal(negotiate_coding("gzip;q=-1"), CODING_IDENTITY);
	assert_int_equal(negotiate_coding("gzip;q=1.9999999999999999"), CODING_GZIP);
	assert_int_equal(negotiate_coding("gzip;q"), CODING_GZIP);
	assert_int_equal(negotiate_coding("gzip;"), CODING_GZIP);
	assert_int_equal(negotiate_coding(";q=0"), CODING_IDENTITY);
}

static void knows_people_from_programs(void **state)
{
	static const char browser[] =
		"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

	(void)state;
	assert_true(prefers_html(browser));
	assert_false(prefers_json(browser));
	assert_true(prefers_json("application/json"));
	assert_true(prefers_json("text/html;q=0.5, application/json"));
	assert_true(prefers_html("application/json;q=0.5, text/html;q=0.6"));
	assert_false(prefers_html("text/html;q=0"));
	assert_false(prefers_html("*/*"));
	assert_false(prefers_json("*/*"));
	assert_false(prefers_html(NULL));
	assert_false(prefers_json(NULL));
	assert_false(prefers_html("text/html, application/json"));
	assert_true(prefers_json("text/html;q=0.8, application/ld+json;q=0.9"));
	/* Java's own, of programs that said nothing */
	assert_false(prefers_html("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"));
}

static void finds_tags_in_lists(void **state)
{
	static const char *const hits[] = {
		"\"a1\"",
		"W/\"a1\"",
		"*",
		" * ",
		"\"x\", \"a1\"",
		"\"x\",\"a1\",\"y\"",
		"\"x\" , W/\"a1\"",
		"\"a,b\", \"a1\"",
		"junk, \"a1\"",
		",,\"a1\"",
	};
	static const char *const misses[] = {
		"\"a2\"", "a1", "\"a1",	  "a1\"",    "W/a1",	"\"\"",	       "",
		",",	  "W/", "\"A1\"", "\"xa1\"", "\"a1x\"", "\"x, \"a1\"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(hits) / sizeof(*hits); i++) {
		print_message("# %s\n", hits[i]);
		assert_true(etag_listed(hits[i], "\"a1\""));
	}
	for (size_t i = 0; i < sizeof(misses) / sizeof(*misses); i++) {
		print_message("# %s\n", misses[i]);
		assert_false(etag_listed(misses[i], "\"a1\""));
	}
	assert_false(etag_listed(NULL, "\"a1\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_the_better_coding),
		cmocka_unit_test(respects_refusals),
		cmocka_unit_test(survives_nonsense),
		cmocka_unit_test(knows_people_from_programs),
		cmocka_unit_test(finds_tags_in_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
