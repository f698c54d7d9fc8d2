/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_trouble.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void check(const char *text, const char *expected)
{
	struct buf html;
	buf_init(&html, 0);
	trouble_text(&html, text);
	assert_string_equal(html.bytes, expected);
	buf_release(&html);
}

static void test_folders_are_left_out(void **state)
{
	(void)state;
	check("/srv/data/ville.gpkg, layer rue", "ville.gpkg, layer rue");
	check("cannot read /srv/data/a.shp: it is cut short", "cannot read a.shp: it is cut short");
	check("/vsizip//srv/x.zip/dossier/a.shp", "a.shp");
	check("folder /srv/data/ is empty", "folder data/ is empty");
	check("`/srv/mes plans/a.gpkg' not recognized", "`a.gpkg&#39; not recognized");
	check("try ogr2ogr 'b.gpkg' '/srv/mes données/a.gpkg' 'rue'",
	      "try ogr2ogr &#39;b.gpkg&#39; &#39;a.gpkg&#39; &#39;rue&#39;");
}

static void test_what_is_no_path_stays(void **state)
{
	(void)state;
	check("it has no CRS", "it has no CRS");
	check("lines and/or points, 1/2", "lines and/or points, 1/2");
	check("https://example.org/licence", "https://example.org/licence");
	check("a lone / and \"/\"", "a lone / and &quot;/&quot;");
	check("<b>", "&lt;b&gt;");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_folders_are_left_out),
		cmocka_unit_test(test_what_is_no_path_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
