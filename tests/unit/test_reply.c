/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void writes_problems_as_json(void **state)
{
	struct reply reply;

	(void)state;
	reply_init(&reply);
	reply_problem(&reply, 404, "Not found", "no \"%s\" \\ \n\x01 here", "thème");
	assert_int_equal(reply.status, 404);
	assert_string_equal(reply.content_type, "application/problem+json");
	assert_string_equal(reply.body.bytes,
			    "{\"type\":\"about:blank\",\"title\":\"Not found\",\"status\":404,"
			    "\"detail\":\"no \\\"thème\\\" \\\\ \\u000a\\u0001 here\"}");
	assert_string_equal(reply.problem_title, "Not found");
	assert_string_equal(reply.problem_detail, "no \"thème\" \\ \n\x01 here");
	reply_release(&reply);
}

static void cuts_details_between_characters(void **state)
{
	char name[1200];
	struct reply reply;

	(void)state;
	/* two bytes a character: wherever it is cut, what is left must be UTF-8 */
	for (size_t shift = 0; shift < 2; shift++) {
		memset(name, 'x', sizeof(name));
		for (size_t i = shift; i + 2 < sizeof(name); i += 2)
			memcpy(name + i, "é", 2);
		name[sizeof(name) - 1] = '\0';
		reply_init(&reply);
		reply_problem(&reply, 400, "Bad request", "%s", name);
		assert_null(strstr(reply.body.bytes, "\xc3\""));
		reply_release(&reply);
	}
}

static void replaces_what_was_answered(void **state)
{
	struct reply reply;

	(void)state;
	reply_init(&reply);
	buf_add_text(&reply.body, "half a document");
	reply.frame_anywhere = true;
	reply.blob = blob_new(NULL, 0, false, "", 0);
	reply_problem(&reply, 500, "Internal error", "it broke");
	reply_problem(&reply, 400, "Bad request", "no, it was %s", "you");
	assert_null(strstr(reply.body.bytes, "half"));
	assert_null(reply.blob);
	assert_false(reply.frame_anywhere);
	assert_int_equal(reply.status, 400);
	reply_release(&reply);
}

static void knows_the_status_of_errors(void **state)
{
	static const struct {
		enum error_code code;
		unsigned status;
		bool retry;
	} cases[] = {
		{ERROR_NOT_FOUND, 404, false}, {ERROR_INVALID, 400, false},
		{ERROR_LIMIT, 400, false},     {ERROR_BUSY, 503, true},
		{ERROR_STOPPED, 503, true},    {ERROR_UNSUPPORTED, 500, false},
		{ERROR_IO, 500, false},	       {ERROR_INTERNAL, 500, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct error error;
		struct reply reply;

		error_set(&error, cases[i].code, "so it is");
		reply_init(&reply);
		reply_error(&reply, &error);
		assert_int_equal(reply.status, cases[i].status);
		assert_int_equal(reply.retry_after > 0, cases[i].retry);
		assert_non_null(strstr(reply.body.bytes, "so it is"));
		reply_release(&reply);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_problems_as_json),
		cmocka_unit_test(cuts_details_between_characters),
		cmocka_unit_test(replaces_what_was_answered),
		cmocka_unit_test(knows_the_status_of_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
