/* SPDX-License-Identifier: EUPL-1.2 */
/* Any address and headers through everything between the transport and the engine: an answer that
 * HTTP, JSON and HTML find sound, into which nothing slips from the request or from the data. */
#include <arpa/inet.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "server/admin.h"
#include "server/answer.h"
#include "server/asset.h"
#include "server/base_url.h"
#include "server/reload.h"
#include "server/settings.h"
#include "server/site.h"
#include "server/target.h"
#include "server/utf8.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/small_fgb.h"
#include "tiler/compress.h"
#include "tiler/memory.h"

const unsigned fuzz_rounds = 100000;

/* An input is lines: the target, then these headers. */
static const char *const header_names[] = {
	"Host",
	"Accept",
	"Accept-Encoding",
	"If-None-Match",
	"X-Forwarded-For",
	"X-Forwarded-Host",
	"X-Forwarded-Prefix",
	"X-Forwarded-Proto",
};
enum {
	HEADER_COUNT = 8,
	LINE_COUNT = HEADER_COUNT + 1,
	THEME_COUNT = 4,
};

/* The engine and its catalogue are played by this file: themes whose names and texts are as wicked
 * as data can be, each in another state. A <fuzz or a quote before onfuzz must never reach a page
 * as it is. */
#define WICKED "<fuzz a=\"1\" onfuzz='x'>&\"onfuzz=\\ \xc3\xa9 </script>"

static const char *const ids[THEME_COUNT] = {"a:b", "a:l,m", ("g:" WICKED), "eq/x:%2F?#"};

static struct column columns[] = {{.name = "nom", .type = VALUE_TEXT, .source_type = "String"},
				  {.name = WICKED,
				   .type = VALUE_REAL,
				   .source_type = WICKED,
				   .alias = WICKED,
				   .meaning = WICKED},
				  {.name = "id", .type = VALUE_INTEGER, .source_type = "Integer"}};

struct catalogue {
	struct theme themes[THEME_COUNT];
};

static struct catalogue catalogue;
static struct grids *grids;
static struct prepared prepared;

struct catalogue *catalogue_ref(struct catalogue *given)
{
	return given;
}

void catalogue_unref(struct catalogue *given)
{
	(void)given;
}

size_t catalogue_theme_count(const struct catalogue *given)
{
	(void)given;
	return THEME_COUNT;
}

const struct theme *catalogue_theme(const struct catalogue *given, size_t index)
{
	FUZZ_CHECK(index < THEME_COUNT);
	return &given->themes[index];
}

const struct theme *catalogue_find(const struct catalogue *given, const char *id)
{
	for (unsigned i = 0; i < THEME_COUNT; i++)
		if (strcmp(id, ids[i]) == 0)
			return &given->themes[i];
	return NULL;
}

size_t catalogue_problem_count(const struct catalogue *given)
{
	(void)given;
	return 1;
}

const struct problem *catalogue_problem(const struct catalogue *given, size_t index)
{
	static const struct problem problem = {.place = WICKED, .text = WICKED};

	(void)given;
	(void)index;
	return &problem;
}

struct prepared *prepared_ref(struct prepared *given)
{
	return given;
}

void prepared_unref(struct prepared *given)
{
	(void)given;
}

uint32_t prepared_level_of_zoom(const struct prepared *given, const struct grid *grid,
				uint32_t zoom)
{
	(void)given;
	return zoom < grid->level_count ? zoom : grid->level_count - 1;
}

bool prepared_shows(const struct prepared *given, const struct grid *grid, uint32_t z)
{
	(void)grid;
	return z >= given->min_zoom;
}

struct catalogue *engine_catalogue(struct engine *engine)
{
	(void)engine;
	return &catalogue;
}

enum theme_state engine_theme(struct engine *engine, const struct theme *theme,
			      struct prepared **version, struct error *error)
{
	static const enum theme_state states[] = {THEME_READY, THEME_WAITING, THEME_FAILED,
						  THEME_PREPARING};
	enum theme_state state = states[theme - catalogue.themes];

	(void)engine;
	if (version)
		*version = state == THEME_READY ? &prepared : NULL;
	if (error && state == THEME_FAILED)
		error_set(error, ERROR_INVALID, "%s", WICKED);
	return state;
}

struct theme_freshness engine_freshness(struct engine *engine, const struct theme *theme)
{
	(void)engine;
	return (struct theme_freshness){.data_changed_at = 1,
					.replaced_at = theme == catalogue.themes,
					.outdated = theme != catalogue.themes};
}

void engine_state(struct engine *engine, const struct catalogue *given,
		  char state[ENGINE_STATE_SIZE])
{
	(void)engine;
	(void)given;
	memcpy(state, prepared.version, ENGINE_STATE_SIZE);
}

bool engine_version(struct engine *engine, const struct tile_request *request,
		    char version[ENGINE_VERSION_SIZE])
{
	(void)engine;
	memcpy(version, "0123456789abcdef", ENGINE_VERSION_SIZE);
	return request->tile.z % 2;
}

enum error_code engine_communes(struct engine *engine, struct commune_list **list,
				struct error *error)
{
	static struct commune communes[] = {{"35001", WICKED, {-2, 47, -1, 48}, {0, 0, 1, 1}},
					    {"35238", WICKED, {-2, 47, -1, 48}, {0, 0, 1, 1}}};
	static struct commune_list all = {.version = "1",
					  .theme_id = WICKED,
					  .communes = communes,
					  .count = 2,
					  .references = 1};

	(void)engine;
	(void)error;
	*list = commune_list_ref(&all);
	return ERROR_NONE;
}

enum error_code engine_commune_count(struct engine *engine, const struct prepared *theme,
				     const char *code, uint64_t *count, struct error *error)
{
	(void)engine;
	*count = theme->feature_count;
	return code[4] % 2 ? ERROR_NONE : error_set(error, ERROR_BUSY, "%s", WICKED);
}

struct reload_status reload_status(struct reload *reload)
{
	(void)reload;
	return (struct reload_status){.looks = 1, .failed = true};
}

static struct blob *some_tile(void)
{
	return blob_new(memory_text("tile"), 4, false, "tile", 4);
}

unsigned engine_turn(struct engine *engine)
{
	(void)engine;
	return 0;
}

bool engine_tile_key(struct engine *engine, const struct tile_request *request,
		     struct tile_key *key)
{
	(void)engine;
	(void)request;
	(void)key;
	return false;
}

struct blob *engine_tile_recalled(struct engine *engine, const char *key)
{
	(void)engine;
	(void)key;
	return NULL;
}

struct blob *engine_tile_recalled_stored(struct engine *engine, const struct tile_address *address,
					 const char *key)
{
	(void)engine;
	(void)address;
	(void)key;
	return NULL;
}

struct blob *engine_tile_cached(struct engine *engine, const struct tile_request *request)
{
	(void)engine;
	FUZZ_CHECK(grid_has(request->grid, request->tile));
	return request->tile.x % 2 ? NULL : some_tile();
}

struct blob *engine_tile_stored(struct engine *engine, const struct tile_request *request)
{
	(void)engine;
	return request->tile.y % 3 ? NULL : some_tile();
}

enum error_code engine_tile(struct engine *engine, const struct tile_request *request,
			    const struct work_waiter *waiter, struct error *error)
{
	struct blob *blob = NULL;
	struct error failure = {0};

	(void)engine;
	if (request->tile.y % 4 == 0)
		return error_set(error, ERROR_BUSY, "full");
	if (request->tile.y % 4 == 1)
		error_set(&failure, (enum error_code)(1 + request->tile.x % ERROR_INTERNAL), "%s",
			  WICKED);
	else
		blob = some_tile();
	waiter->done(blob, blob ? NULL : &failure, waiter->context);
	blob_unref(blob);
	return ERROR_NONE;
}

/* Nothing of theirs in a page, and JSON that is some. */
static void check_text(const char *text, size_t length, bool html)
{
	FUZZ_CHECK(strlen(text) == length && utf8_valid(text));
	if (html) {
		FUZZ_CHECK(!strstr(text, "<fuzz"));
		/* A quote of theirs, not one that opens an attribute of ours. */
		FUZZ_CHECK(!strstr(text, ";\"onfuzz") && !strstr(text, "zz\"onfuzz"));
		FUZZ_CHECK(!strstr(text, "href=\"javascript:"));
	} else {
		json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

		FUZZ_CHECK(json);
		json_decref(json);
	}
}

/* Which features are a commune's is not told here: all are. */
static enum error_code read_shown(const struct reading *reading, struct reading_tools *tools,
				  struct blob **blob, struct error *error)
{
	struct render_layer showing = {.prepared = &prepared};
	struct reading_source source = {&prepared, &showing};
	struct variant_view view = {0};
	enum error_code code = ERROR_NONE;

	if (!variant_is_limited(reading->variant)) {
		code = variant_view_init(&view, reading->variant, &prepared, NULL, tools->filtering,
					 error);
		variant_view_show(&view, &showing);
	}
	if (!code)
		code = reading->read(&source, tools, reading->content, blob, error);
	variant_view_release(&view);
	return code;
}

enum error_code engine_read(struct engine *engine, const struct reading *reading,
			    const struct work_waiter *waiter, struct error *error)
{
	static struct reading_tools *tools;
	struct error failure = {0};
	struct blob *blob = NULL;
	struct buf text;
	enum error_code code;

	(void)engine;
	(void)error;
	if (!tools)
		tools = reading_tools_new();
	code = read_shown(reading, tools, &blob, &failure);
	FUZZ_CHECK(!code == !!blob && (!code || code == failure.code));
	reading_tools_rest(tools);
	reading->release(reading->content);
	if (blob) {
		buf_init(&text, 0);
		FUZZ_CHECK(!inflate_gzip(blob->bytes, blob->length, &text, &failure));
		check_text(text.bytes, text.length, *text.bytes == '<');
		buf_release(&text);
	}
	waiter->done(blob, blob ? NULL : &failure, waiter->context);
	blob_unref(blob);
	return ERROR_NONE;
}

bool admin_allows(struct admin *admin, const struct request *request, struct reply *reply)
{
	(void)admin;
	return request_header(request, "Authorization") ||
	       (reply_problem(reply, 401, "No", "no"), false);
}

void admin_purge(struct admin *admin, const struct request *request, struct reply *reply)
{
	(void)admin;
	reply_problem(reply, 404, "Not found", "%s", request->path);
}

struct engine_stats engine_stats(struct engine *engine)
{
	(void)engine;
	return (struct engine_stats){.themes_ready = 1};
}

const struct asset *asset_find(const char *name)
{
	static struct asset asset = {"tuilerie.css", "text/css", NULL, "12345678"};

	if (!asset.blob)
		asset.blob = some_tile();
	return strchr(name, '.') ? &asset : NULL;
}

/* The transport's part. */
struct exchange {
	const char *lines[LINE_COUNT];
	struct reply reply;
	unsigned finished;
};

static const char *find_header(void *transport, const char *name)
{
	struct exchange *exchange = transport;

	for (unsigned i = 0; i < HEADER_COUNT; i++)
		if (strcasecmp(name, header_names[i]) == 0)
			return exchange->lines[1 + i];
	return NULL;
}

static struct reply *defer(void *transport, struct error *error)
{
	(void)error;
	return &((struct exchange *)transport)->reply;
}

void reply_finish(struct reply *reply)
{
	struct exchange *exchange = (struct exchange *)((char *)reply -
							offsetof(struct exchange, reply));

	FUZZ_CHECK(++exchange->finished == 1);
}

static void set_theme(unsigned index, struct crs *crs)
{
	struct theme *theme = &catalogue.themes[index];

	*theme = (struct theme){
		.id = (char *)(uintptr_t)ids[index],
		.group = memory_print("%.*s", (int)strcspn(ids[index], ":"), ids[index]),
		.layer = strchr(ids[index], ':') + 1,
		.title = (char *)(uintptr_t)(index ? WICKED : "Titre"),
		.abstract = index % 2 ? NULL : (char *)(uintptr_t)WICKED,
		.licence = index ? (char *)(uintptr_t) "javascript:alert(1)" : NULL,
		.attribution = index ? (char *)(uintptr_t)WICKED : NULL,
		.frequency = index ? (char *)(uintptr_t)WICKED : NULL,
		.kind = (enum geometry_kind)(index % GEOMETRY_KINDS),
		.crs = crs,
		.feature_count = 1000 * index,
		.extent = {1340000, 7220000, 1360000, 7240000},
		.bounds = {-1.8, 48, -1.6, 48.2},
		.columns = columns,
		.column_count = 3,
		.origin = {(char *)(uintptr_t)WICKED, (char *)(uintptr_t)WICKED,
			   (char *)(uintptr_t) "GPKG", "00"},
	};
}

/* A level whose one feature has a wicked value, too. */
static struct fgb *make_level(void)
{
	static const struct small_fgb_column level_columns[] = {
		{"nom", 11}, {WICKED, 10}, {"id", 5}};
	struct point points[] = {{1350000, 7230000}};
	struct path path = {points, 1, false};
	struct geometry geometry = {GEOMETRY_POINT, 1, &path};
	struct small_fgb small;
	struct buf properties, file;
	uint32_t length = sizeof(WICKED) - 1;
	struct error error;
	struct fgb *fgb;
	char name[64];
	int handle;

	buf_init(&properties, 0);
	buf_init(&file, 0);
	buf_add(&properties, "\0\0", 2);
	buf_add(&properties, &length, 4);
	buf_add_text(&properties, WICKED);
	small_fgb_init(&small, level_columns, 3, 16);
	small_fgb_add(&small, &geometry, 1, properties.bytes, properties.length);
	small_fgb_write(&small, &file);
	handle = small_file_open(file.bytes, file.length, name);
	FUZZ_CHECK(!fgb_open(name, &fgb, &error));
	small_file_close(handle);
	small_fgb_release(&small);
	buf_release(&properties);
	buf_release(&file);
	return fgb;
}

static void set_stage(void)
{
	struct error error;
	struct crs *crs;

	if (grids)
		return;
	FUZZ_CHECK(!grids_new(&grids, &error) && !crs_new("EPSG:3948", &crs, &error));
	for (unsigned i = 0; i < THEME_COUNT; i++)
		set_theme(i, crs);
	prepared = (struct prepared){
		.version = "0123456789abcdef0123456789abcdef",
		.theme_id = (char *)(uintptr_t)ids[0],
		.crs = crs,
		.extent = catalogue.themes[0].extent,
		.bounds = catalogue.themes[0].bounds,
		.feature_count = 7,
		.centre = {-1.7, 48.1},
		.centre_zoom = 13,
		.columns = columns,
		.column_count = 3,
		.level_count = 1,
		.levels = {{.fgb = make_level()}},
	};
}

/* Cuts the input into lines, in place. */
static void cut_lines(char *text, struct exchange *exchange)
{
	for (unsigned i = 0; i < LINE_COUNT && text; i++) {
		char *line = strsep(&text, "\n");

		exchange->lines[i] = i == 0 || *line ? line : NULL;
	}
	if (!exchange->lines[0])
		exchange->lines[0] = "";
}

static void check_body(const struct reply *reply)
{
	const char *type = reply->content_type;

	if (reply->blob || !reply->body.length)
		return;
	FUZZ_CHECK(type);
	if (strstr(type, "html") || strstr(type, "json"))
		check_text(reply->body.bytes, reply->body.length, strstr(type, "html") != NULL);
	else
		FUZZ_CHECK(utf8_valid(reply->body.bytes));
}

static void check_answer(const struct answer *answer)
{
	FUZZ_CHECK(answer->status >= 200 && answer->status < 600);
	for (uint32_t i = 0; i < answer->header_count; i++)
		for (const char *c = answer->headers[i].value; *c; c++)
			FUZZ_CHECK((unsigned char)*c >= ' ' && *c != 0x7f);
}

static void check_target(const struct target *target)
{
	uint32_t kept = target->segment_count < TARGET_SEGMENTS_MOST ? target->segment_count
								     : TARGET_SEGMENTS_MOST;

	FUZZ_CHECK(utf8_valid(target->path));
	for (uint32_t i = 0; i < kept; i++)
		FUZZ_CHECK(utf8_valid(target->segments[i]));
	for (uint32_t i = 0; i < target->query_count; i++)
		FUZZ_CHECK(utf8_valid(target->query[i].name) && utf8_valid(target->query[i].value));
}

static void check_base_url(const char *base_url)
{
	FUZZ_CHECK(strncmp(base_url, "http://", 7) == 0 || strncmp(base_url, "https://", 8) == 0);
	FUZZ_CHECK(strlen(base_url) < BASE_URL_LONGEST);
	for (const char *c = base_url; *c; c++)
		FUZZ_CHECK((unsigned char)*c > ' ' && !strchr("\"<>\\'`", *c) && *c != 0x7f);
}

static enum error_code make_base_url(const struct exchange *exchange, const struct target *target,
				     char *base_url)
{
	static const struct network all = {.prefix = 0};
	static const struct sockaddr_in peer = {.sin_family = AF_INET};
	struct base_url_policy policy = {NULL, &all, 1, "127.0.0.1:8080"};
	struct base_url_claim claim = {
		.authority = target->authority,
		.host = exchange->lines[1],
		.forwarded_host = exchange->lines[6],
		.forwarded_prefix = exchange->lines[7],
		.forwarded_proto = exchange->lines[8],
		.peer = (const struct sockaddr *)&peer,
	};
	struct error error;

	return base_url_make(&policy, &claim, base_url, &error);
}

static void answer(struct exchange *exchange, const struct target *target, const char *base_url)
{
	static struct settings settings = {.public_url = (char *)(uintptr_t) "http://h",
					   .portal_title = (char *)(uintptr_t)WICKED,
					   .portal_description = (char *)(uintptr_t)WICKED,
					   .portal_publisher = (char *)(uintptr_t) "",
					   .portal_contact = (char *)(uintptr_t)WICKED};
	struct site site = {.settings = &settings,
			    .engine = NULL,
			    .grids = grids,
			    .tile_cache_control = "public, max-age=60",
			    .document_cache_control = "no-cache"};
	struct request request = {.path = target->path,
				  .base_url = base_url,
				  .target = target,
				  .header = find_header,
				  .defer = defer,
				  .transport = exchange};
	struct answer final;

	reply_init(&exchange->reply);
	site_answer(&request, &exchange->reply, &site);
	site_present(&request, &exchange->reply, &site);
	check_body(&exchange->reply);
	answer_init(&final, &request, &exchange->reply, NULL);
	check_answer(&final);
	answer_release(&final);
	reply_release(&exchange->reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = memory_zeroed(size + 1, 1);
	struct exchange exchange = {.finished = 0};
	char base_url[BASE_URL_LONGEST];
	struct target target;
	struct error error;

	set_stage();
	if (size)
		memcpy(text, bytes, size);
	cut_lines(text, &exchange);
	if (!target_init(&target, exchange.lines[0], &error)) {
		check_target(&target);
		if (!make_base_url(&exchange, &target, base_url)) {
			check_base_url(base_url);
			answer(&exchange, &target, base_url);
		}
	}
	target_release(&target);
	free(text);
	return 0;
}

bool fuzz_seed(unsigned index, struct buf *seed)
{
	static const char *const seeds[] = {
		"/\nlocalhost:8080\ntext/html\ngzip",
		"/?q=%3Cfuzz%22onfuzz=&f=html\nlocalhost",
		"/catalogue.jsonld?page=1",
		"/catalogue/g:%3Cfuzz%20a=%221%22%20onfuzz='x'%3E&%22onfuzz=%5C%20%C3%A9%20%3C%2Fscript"
		"%3E.jsonld",
		"/sitemap.xml?page=2",
		"/?f=json&q=b\n[::1]:80\napplication/json",
		"/tiles/a:b/3/4/2.mvt\nlocalhost\n*/*\ngzip;q=0.5, identity;q=0",
		"/tiles/a:b,a:l,m/CC48_10cm/3/1/1?x=1\nh\n\n\n\"abc\", W/\"def\", *",
		"/tiles/g:%3Cfuzz%20a=%221%22%20onfuzz='x'%3E&%22onfuzz=%5C%20%C3%A9%20%3C%2Fscript%3E/"
		"3/1/1\nh",
		"/tiles/eq%2Fx:%252F%3F%23.json\nh\n\n\n\n1.2.3.4\nexample.org\n/prefix\nhttps",
		"/tiles/a:b/CC48_10cm.json\nh",
		"/tiles/a:b,eq%2Fx:%252F%3F%23/metadata.json\nh",
		"http://h/view/g:%3Cfuzz%20a=%221%22%20onfuzz='x'%3E&%22onfuzz=%5C%20%C3%A9%20%3C%2Fscript"
		"%3E\nh\ntext/html",
		"/view/a:b?lang=%3Cfuzz%22onfuzz=\nh\ntext/html",
		"/view/%3Cfuzz%22onfuzz=%00\nh\ntext/html",
		"/view/%3Cfuzz%22onfuzz=\nh\ntext/html;q=0.9, application/json;q=0.8",
		"/embed/a:l,m?a=b\nh\ntext/html",
		"/collections/a:b/items?bbox=-1.8,48,-1.6,48.2&limit=1&crs=EPSG:3948\nh",
		"/collections/a:l,m/items?bbox-crs=[EPSG:4326]&bbox=48,170,0,49,-170,1&f=html\nh",
		"/collections/a:b/items?cursor=0123456789abcdef-0&properties=nom,id&lang=en\nh\ntext/html",
		"/collections/a:b/items?filter=nom%20LIKE%20%27%25fuzz%25%27&commune=35238\nh",
		"/collections/a:b/items?filter=S_INTERSECTS(geom,POINT(-1.7%2048.1))%20OR%20id%3E1\nh",
		"/collections/a:b/items/7?crs=http://www.opengis.net/def/crs/EPSG/0/4326\nh",
		"/collections/g:%3Cfuzz%20a=%221%22%20onfuzz='x'%3E&%22onfuzz=%5C%20%C3%A9%20%3C%2Fscript%3E/"
		"items?datetime=../2026-01-31T12:00:00Z&properties=%3Cfuzz%22onfuzz=&f=html\nh",
		"/styles/a:b.json\nh",
		"/tileMatrixSets\nh\n\nbr, gzip",
		"/tileMatrixSets/CC48_10cm?f=json\nh",
		"/arcgis/rest/services/a:b/CC48_10cm/VectorTileServer?f=pjson\nh",
		"/arcgis/rest/services/a:b/CC48_10cm/VectorTileServer/tile/3/1/1.pbf\nh",
		"/arcgis/rest/services/a:b/CC48_10cm/VectorTileServer/resources/styles/root.json\nh",
		"/assets/tuilerie.css?v=1\nh",
		"/healthz\nh",
		"/readyz\nh\n\n\n\"x\"",
	};

	if (index >= sizeof(seeds) / sizeof(*seeds))
		return false;
	buf_add_text(seed, seeds[index]);
	return true;
}
