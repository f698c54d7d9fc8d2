/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/target.h"

/* Handlers are told apart by their addresses alone. */
#define HANDLER(name)                                                            \
	static void name(const struct site *site, const struct request *request, \
			 struct reply *reply)                                    \
	{                                                                        \
		(void)site;                                                      \
		(void)request;                                                   \
		(void)reply;                                                     \
	}
HANDLER(root)
HANDLER(tile)
HANDLER(grid_tile)
HANDLER(document)
HANDLER(literal)
HANDLER(esri)

static const struct route routes[] = {
	{"/", root, REQUEST_DOCUMENT, NULL, NULL, NULL},
	{"/tiles/{themes}/{z}/{x}/{y}", tile, REQUEST_DOCUMENT, NULL, NULL, NULL},
	{"/tiles/{themes}/{grid}/{z}/{x}/{y}", grid_tile, REQUEST_DOCUMENT, NULL, NULL, NULL},
	{"/tiles/{themes}/metadata.json", literal, REQUEST_DOCUMENT, NULL, NULL, NULL},
	{"/tiles/{themes}.json", document, REQUEST_DOCUMENT, NULL, NULL, NULL},
	{"/esri/{theme}/tile/{z}/{y}/{x}.pbf", esri, REQUEST_DOCUMENT, NULL, NULL, NULL},
};

struct found {
	handler_f handler;
	struct target target;
	struct request request;
};

static void find(const char *address, struct found *found)
{
	const struct route *route;

	*found = (struct found){0};
	assert_int_equal(target_init(&found->target, address, NULL), 0);
	found->request.target = &found->target;
	route = route_find(routes, sizeof(routes) / sizeof(*routes), &found->request);
	found->handler = route ? route->handler : NULL;
}

static void expect(const char *address, handler_f handler)
{
	struct found found;

	print_message("# %s\n", address);
	find(address, &found);
	assert_ptr_equal(found.handler, handler);
	target_release(&found.target);
}

static void finds_by_shape(void **state)
{
	(void)state;
	expect("/", root);
	expect("/?q=x", root);
	expect("/tiles/a:b/1/2/3", tile);
	expect("/tiles/a:b/1/2/3/", tile);
	expect("/tiles/a%2Fb/1/2/3", tile);
	expect("/tiles/a:b/CC48/1/2/3", grid_tile);
	expect("/tiles/a:b.json", document);
	expect("/tiles/a:b.json.json", document);
	expect("/tiles/a:b/metadata.json", literal);
	expect("/esri/a/tile/1/2/3.pbf", esri);
}

static void finds_nothing_else(void **state)
{
	static const char *const nowhere[] = {
		"/tiles",
		"/tiles/",
		"/tiles/a",
		"/Tiles/a.json",
		"/tiles/.json",
		"/tiles/a/1/2",
		"/tiles//1/2/3",
		"/tiles/a/1/2/3/4/5",
		"/esri/a/tile/1/2/3",
		"/esri/a/tile/1/2/.pbf",
		"/esri/a/tiles/1/2/3.pbf",
		"//",
		"/tilesx/a.json",
		"/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(nowhere) / sizeof(*nowhere); i++)
		expect(nowhere[i], NULL);
}

static void names_the_parts(void **state)
{
	struct found found;

	(void)state;
	find("/tiles/a%3Ab,c%2Fd/CC48_10cm/4/5/6.mvt", &found);
	assert_string_equal(request_parameter(&found.request, "themes"), "a:b,c/d");
	assert_string_equal(request_parameter(&found.request, "grid"), "CC48_10cm");
	assert_string_equal(request_parameter(&found.request, "z"), "4");
	assert_string_equal(request_parameter(&found.request, "x"), "5");
	assert_string_equal(request_parameter(&found.request, "y"), "6.mvt");
	target_release(&found.target);
	find("/esri/a:b/tile/4/6/5.pbf", &found);
	assert_string_equal(request_parameter(&found.request, "theme"), "a:b");
	assert_string_equal(request_parameter(&found.request, "y"), "6");
	assert_string_equal(request_parameter(&found.request, "x"), "5");
	target_release(&found.target);
	find("/tiles/couche.json.json", &found);
	assert_string_equal(request_parameter(&found.request, "themes"), "couche.json");
	target_release(&found.target);
}

static void takes_the_first_that_matches(void **state)
{
	static const struct route twice[] = {
		{"/tiles/x.json", literal, REQUEST_DOCUMENT, NULL, NULL, NULL},
		{"/tiles/{themes}.json", document, REQUEST_DOCUMENT, NULL, NULL, NULL}};
	struct target target;
	struct request request = {.target = &target};

	(void)state;
	assert_int_equal(target_init(&target, "/tiles/x.json", NULL), 0);
	assert_ptr_equal(route_find(twice, 2, &request), &twice[0]);
	assert_int_equal(request.parameter_count, 0);
	assert_ptr_equal(route_find(twice + 1, 1, &request), &twice[1]);
	target_release(&target);
}

static void spells_the_address(void **state)
{
	static const char *const addresses[] = {"/tiles/a%2Fb:c.json", "/esri/a:b/tile/4/6/5.pbf",
						"/tiles/%C3%A9%20%22%25/CC48/1/2/3", "/"};

	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++) {
		struct found found;
		struct buf path;

		find(addresses[i], &found);
		buf_init(&path, 0);
		route_print(&found.request, &path);
		assert_string_equal(path.bytes, addresses[i]);
		buf_release(&path);
		target_release(&found.target);
	}
}

static void offers_formats(void **state)
{
	static const struct {
		const char *address, *formats;
		bool offered;
	} asked[] = {
		{"/", "json, html", true},	  {"/?f=json", "json, html", true},
		{"/?f=html", "json, html", true}, {"/?f=pjson", "html, json", true},
		{"/?f=xml", "json, html", false}, {"/?f=json,%20html", "json, html", false},
		{"/?f=", "json, html", false},	  {"/?f=jso", "json", false},
		{"/?f=pjson", "xml", false},	  {"/?f=x", NULL, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		struct route route = {.formats = asked[i].formats};
		struct found found;

		print_message("# %s of %s\n", asked[i].address, asked[i].formats);
		find(asked[i].address, &found);
		assert_true(route_offers(&route, &found.request) == asked[i].offered);
		target_release(&found.target);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_by_shape),
		cmocka_unit_test(finds_nothing_else),
		cmocka_unit_test(names_the_parts),
		cmocka_unit_test(takes_the_first_that_matches),
		cmocka_unit_test(spells_the_address),
		cmocka_unit_test(offers_formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
