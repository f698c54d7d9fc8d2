/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static void nests(void **state)
{
	struct xml xml;
	struct buf out;

	(void)state;
	buf_init(&out, 0);
	xml_init(&xml, &out);
	xml_open(&xml, "a");
	xml_attribute(&xml, "b", "c");
	xml_attribute(&xml, "left-out", NULL);
	xml_print_attribute(&xml, "d", "%d", -1);
	xml_element(&xml, "e", "f");
	xml_element(&xml, "left-out", NULL);
	xml_element(&xml, "g", "");
	xml_open(&xml, "h");
	xml_open(&xml, "i");
	xml_end(&xml);
	xml_text(&xml, "j");
	xml_end(&xml);
	xml_print_element(&xml, "k", "%s %u", "&", 2u);
	xml_end(&xml);
	assert_string_equal(out.bytes, DECLARATION "<a b=\"c\" d=\"-1\"><e>f</e><g></g>"
						   "<h><i/>j</h><k>&amp; 2</k></a>");
	buf_release(&out);
}

/* What is printed may be of any length. */
static void prints_whole(void **state)
{
	char text[1000];

	(void)state;
	for (size_t length = 250; length < 260; length++) {
		struct buf out;
		struct xml xml;

		memset(text, 'x', length);
		text[length] = '\0';
		buf_init(&out, 0);
		xml_init(&xml, &out);
		xml_open(&xml, "a");
		xml_print_attribute(&xml, "b", "%s", text);
		xml_print_element(&xml, "c", "%s", text);
		xml_end(&xml);
		assert_int_equal(out.length,
				 strlen(DECLARATION "<a b=\"\"><c></c></a>") + 2 * length);
		buf_release(&out);
	}
}

static void expect_text(const char *text, const char *in_element, const char *in_attribute)
{
	struct buf out, expected;
	struct xml xml;

	buf_init(&out, 0);
	buf_init(&expected, 0);
	xml_init(&xml, &out);
	xml_open(&xml, "a");
	xml_attribute(&xml, "b", text);
	xml_text(&xml, text);
	xml_end(&xml);
	buf_print(&expected, DECLARATION "<a b=\"%s\">%s</a>", in_attribute, in_element);
	assert_string_equal(out.bytes, expected.bytes);
	buf_release(&expected);
	buf_release(&out);
}

static void markup_becomes_text(void **state)
{
	(void)state;
	expect_text("<b>&'\"</b>]]>", "&lt;b&gt;&amp;'\"&lt;/b&gt;]]&gt;",
		    "&lt;b&gt;&amp;'&quot;&lt;/b&gt;]]&gt;");
	expect_text("École 東京 🏫", "École 東京 🏫", "École 東京 🏫");
}

static void what_xml_cannot_hold_is_left_out(void **state)
{
	(void)state;
	expect_text("a\t\n\rb\x01\x1f\x7f", "a\t\n&#13;b\x7f", "a&#9;&#10;&#13;b\x7f");
	expect_text("\xff|\xed\xa0\x80|\xef\xbf\xbf|\xc3",
		    "\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd|\xef\xbf\xbd|\xef\xbf\xbd",
		    "\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd|\xef\xbf\xbd|\xef\xbf\xbd");
}

/* What Python's expat makes of any bytes is what was written, but for what XML cannot hold. */
static void parsers_read_it(void **state)
{
	static const char script[] =
		"import sys, xml.etree.ElementTree as tree\n"
		"root = tree.fromstring(sys.stdin.buffer.read())\n"
		"sent = bytes(range(1, 256)).decode('utf-8', 'replace') + '\\ufffd\\U0001f3eb'\n"
		"kept = ''.join(c for c in sent if c >= ' ' or c in '\\t\\n\\r')\n"
		"assert root.get('b') == kept, (root.get('b'), kept)\n"
		"assert root.text == kept, (root.text, kept)\n";
	const char *python = getenv("PYTHON");
	char bytes[300], command[1024];
	struct buf out;
	struct xml xml;
	FILE *reader;

	(void)state;
	if (!python || !*python)
		skip();
	for (int i = 1; i < 256; i++)
		bytes[i - 1] = (char)i;
	strcpy(bytes + 255, "\xef\xbf\xbe🏫");
	buf_init(&out, 0);
	xml_init(&xml, &out);
	xml_open(&xml, "a");
	xml_attribute(&xml, "b", bytes);
	xml_text(&xml, bytes);
	xml_end(&xml);
	snprintf(command, sizeof(command), "%s -c \"%s\"", python, script);
	reader = popen(command, "w");
	assert_non_null(reader);
	assert_int_equal(fwrite(out.bytes, 1, out.length, reader), out.length);
	assert_int_equal(pclose(reader), 0);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nests),
		cmocka_unit_test(prints_whole),
		cmocka_unit_test(markup_becomes_text),
		cmocka_unit_test(what_xml_cannot_hold_is_left_out),
		cmocka_unit_test(parsers_read_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
