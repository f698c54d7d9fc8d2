/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void passwords_become_stars(void **state)
{
	static const char *const cases[][2] = {
		{"PG:host=db password=mot2passe user=u", "PG:host=db password=*** user=u"},
		{"PG:dbname='a b' PASSWORD = 'l\\'été x' port=1",
		 "PG:dbname='a b' PASSWORD = *** port=1"},
		{"PG:password=x", "PG:password=*"},
		{"postgresql://u:s@t:x@db:5432/sig?a=b:c@d",
		 "postgresql://u:***@db:5432/sig?a=b:c@d"},
		{"http://db:8080/x", "http://db:8080/x"},
		{"MSSQL:server=s;UID=u;PWD=secret;database=d",
		 "MSSQL:server=s;UID=u;PWD=***;database=d"},
		{"https://x/wfs?token=abcd&service=WFS", "https://x/wfs?token=***&service=WFS"},
		{"`PG:password='a b'' is not recognized", "`PG:password=***' is not recognized"},
		{"password=", "password="},
		{"nothing = here", "nothing = here"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *hidden = without_secrets(cases[i][0]);

		assert_string_equal(hidden, cases[i][1]);
		free(hidden);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passwords_become_stars),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
