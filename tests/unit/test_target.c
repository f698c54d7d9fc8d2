/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/target.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tiler/memory.h"

static void cuts_before_it_decodes(void **state)
{
	struct target target;
	struct error error = {0};

	(void)state;
	assert_int_equal(target_init(&target, "/view/eau%2Fassainissement/a%20b%C3%A9", &error), 0);
	assert_int_equal(target.segment_count, 3);
	assert_string_equal(target.segments[0], "view");
	assert_string_equal(target.segments[1], "eau/assainissement");
	assert_string_equal(target.segments[2], "a bé");
	assert_string_equal(target.path, "/view/eau/assainissement/a bé");
	assert_string_equal(target.sent, "/view/eau%2Fassainissement/a%20b%C3%A9");
	target_release(&target);
}

static void counts_segments(void **state)
{
	static const struct {
		const char *sent;
		uint32_t count;
	} cases[] = {
		{"/", 0},
		{"/a", 1},
		{"/a/", 1},
		{"/a/b", 2},
		{"//", 1},
		{"/a//b", 3},
		{"/%2F", 1},
		{"/a+b", 1},
		{"/?a/b", 0},
		{"/#a/b", 0},
		{"/1/2/3/4/5/6/7/8/9/10/11/12", 12},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct target target;

		assert_int_equal(target_init(&target, cases[i].sent, NULL), 0);
		assert_int_equal(target.segment_count, cases[i].count);
		target_release(&target);
	}
}

static void says_so_when_there_are_too_many(void **state)
{
	struct target target;

	(void)state;
	assert_int_equal(target_init(&target, "/1/2/3/4/5/6/7/8/9/10/11/12/13/14", NULL), 0);
	assert_true(target.segment_count > TARGET_SEGMENTS_MOST);
	target_release(&target);
}

static void reads_queries(void **state)
{
	struct target target;

	(void)state;
	assert_int_equal(target_init(&target,
				     "/a+b?q=l%27%C3%A9t%C3%A9+chaud&&f=json&e=&g&q=2&a=b=c#x",
				     NULL),
			 0);
	assert_string_equal(target.segments[0], "a+b");
	assert_string_equal(target_query(&target, "q"), "l'été chaud");
	assert_string_equal(target_query(&target, "f"), "json");
	assert_string_equal(target_query(&target, "e"), "");
	assert_string_equal(target_query(&target, "g"), "");
	assert_string_equal(target_query(&target, "a"), "b=c");
	assert_null(target_query(&target, "Q"));
	assert_string_equal(target.sent, "/a+b");
	target_release(&target);
}

static void takes_the_host_of_absolute_forms(void **state)
{
	struct target target;

	(void)state;
	assert_int_equal(target_init(&target, "http://a.example:80/x?y=1", NULL), 0);
	assert_string_equal(target.authority, "a.example:80");
	assert_string_equal(target.segments[0], "x");
	assert_string_equal(target_query(&target, "y"), "1");
	target_release(&target);
	assert_int_equal(target_init(&target, "HTTPS://b", NULL), 0);
	assert_string_equal(target.authority, "b");
	assert_int_equal(target.segment_count, 0);
	target_release(&target);
	assert_int_equal(target_init(&target, "/http://b/", NULL), 0);
	assert_null(target.authority);
	target_release(&target);
}

static void refuses_what_is_broken(void **state)
{
	static const char *const broken[] = {
		"",	   "a",	       "*",	     "ftp://a/",      "/%",
		"/%4",	   "/%zz",     "/%00",	     "/a%00b",	      "/%ff",
		"/\xff",   "/%c0%af",  "/%ed%a0%80", "/?a=%",	      "/?%=a",
		"/?a=%00", "/%e9t%e9", "/?a=%80",    "/%f4%90%80%80", "/%e2%82",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
		struct target target;
		struct error error = {0};

		print_message("# %s\n", broken[i]);
		assert_int_equal(target_init(&target, broken[i], &error), ERROR_INVALID);
		assert_int_equal(error.code, ERROR_INVALID);
		assert_non_null(target.sent);
		assert_non_null(target.path);
		target_release(&target);
	}
}

static void refuses_what_is_too_long(void **state)
{
	char *sent = memory_zeroed(1, TARGET_LONGEST + 2);
	struct target target;

	(void)state;
	memset(sent, 'a', TARGET_LONGEST + 1);
	sent[0] = '/';
	assert_int_equal(target_init(&target, sent, NULL), ERROR_LIMIT);
	assert_int_equal(strlen(target.sent), TARGET_LONGEST);
	target_release(&target);
	sent[TARGET_LONGEST] = '\0';
	assert_int_equal(target_init(&target, sent, NULL), 0);
	target_release(&target);
	/* as many query parameters as there may be, each as small as can be, and one more */
	memset(sent, 0, TARGET_LONGEST);
	strcpy(sent, "/?");
	for (int i = 0; i < TARGET_QUERY_MOST; i++)
		strcat(sent, "=&");
	assert_int_equal(target_init(&target, sent, NULL), 0);
	assert_int_equal(target.query_count, TARGET_QUERY_MOST);
	target_release(&target);
	strcat(sent, "=");
	assert_int_equal(target_init(&target, sent, NULL), ERROR_INVALID);
	target_release(&target);
	free(sent);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts_before_it_decodes),
		cmocka_unit_test(counts_segments),
		cmocka_unit_test(says_so_when_there_are_too_many),
		cmocka_unit_test(reads_queries),
		cmocka_unit_test(takes_the_host_of_absolute_forms),
		cmocka_unit_test(refuses_what_is_broken),
		cmocka_unit_test(refuses_what_is_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
