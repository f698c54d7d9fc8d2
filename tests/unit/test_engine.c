/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/engine.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/tally.h"
#include "tiler/changes.h"
#include "tiler/compress.h"
#include "tiler/memory.h"
#include "tiler/prepare.h"
#include "tiler/render.h"

enum {
	THEMES = 5,
	CLIENTS = 20,
	REQUESTS_EACH = 50,
	PREPARATION_THREADS = 2,
	LONG = 600000, /* a deadline that no test reaches, ms */
};

/* The rooms around the engine are played by this file: a catalogue of five themes, a disk that
 * holds them or not, preparations and renderings that do as each test says. */
enum on_disk {
	ABSENT,
	STANDING,
	DAMAGED, /* cannot be opened */
	ROTTEN,	 /* opens, and proves damaged when a tile is drawn */
};

struct stage {
	atomic_int disk[THEMES];
	atomic_bool preparing_fails, prepares_rotten, slow;
	atomic_bool interrupted;
	struct tally gate;	/* slow preparations wait for it */
	struct tally preparing; /* begun */
	struct tally drawing_gate, drawing;
	atomic_bool slow_drawing;
	atomic_uint drawn, catalogues, open_versions;
	pthread_mutex_t lock;
	char prepared_ids[32][16]; /* in the order begun */
	unsigned prepared_count;
};

static struct stage *stage;
static char folder[] = "/tmp/tuilerie-engine-XXXXXX";

static const char *const ids[THEMES] = {"a:tree", "b:tree", "b:road", "c:nothing", "d:huge"};

struct catalogue {
	atomic_uint references;
	struct theme *themes[THEMES];
};

static struct catalogue *new_catalogue(void)
{
	struct catalogue *catalogue = memory_zeroed(1, sizeof(*catalogue));

	atomic_init(&catalogue->references, 1);
	atomic_fetch_add(&stage->catalogues, 1);
	for (unsigned i = 0; i < THEMES; i++) {
		struct theme *theme = theme_new();

		theme->id = memory_text(ids[i]);
		theme->layer = memory_text(strchr(ids[i], ':') + 1);
		theme->feature_count = 100 * (i + 1);
		catalogue->themes[i] = theme;
	}
	return catalogue;
}

struct catalogue *catalogue_ref(struct catalogue *catalogue)
{
	atomic_fetch_add(&catalogue->references, 1);
	return catalogue;
}

void catalogue_unref(struct catalogue *catalogue)
{
	if (!catalogue || atomic_fetch_sub(&catalogue->references, 1) > 1)
		return;
	for (unsigned i = 0; i < THEMES; i++)
		theme_free(catalogue->themes[i]);
	free(catalogue);
	atomic_fetch_sub(&stage->catalogues, 1);
}

size_t catalogue_theme_count(const struct catalogue *catalogue)
{
	(void)catalogue;
	return THEMES;
}

const struct theme *catalogue_theme(const struct catalogue *catalogue, size_t index)
{
	return catalogue->themes[index];
}

const struct theme *catalogue_find(const struct catalogue *catalogue, const char *id)
{
	for (unsigned i = 0; i < THEMES; i++)
		if (strcmp(ids[i], id) == 0)
			return catalogue->themes[i];
	return NULL;
}

static unsigned index_of(const char *id)
{
	unsigned i = 0;

	while (strcmp(ids[i], id) != 0)
		i++;
	return i;
}

struct version {
	struct prepared prepared;
	atomic_uint references;
	bool rotten;
};

enum error_code prepared_open(const char *state, const struct theme *theme,
			      struct prepared **prepared, struct error *error)
{
	enum on_disk disk = (enum on_disk)atomic_load(&stage->disk[index_of(theme->id)]);
	struct version *version;

	(void)state;
	if (disk == ABSENT)
		return error_set(error, ERROR_NOT_FOUND, "not prepared");
	if (disk == DAMAGED)
		return error_set(error, ERROR_INVALID, "theme.json is damaged");
	version = memory_zeroed(1, sizeof(*version));
	snprintf(version->prepared.version, 33, "v%u", index_of(theme->id));
	version->prepared.theme_id = theme->id;
	version->prepared.feature_count = theme->feature_count;
	version->rotten = disk == ROTTEN;
	atomic_init(&version->references, 1);
	atomic_fetch_add(&stage->open_versions, 1);
	*prepared = &version->prepared;
	return ERROR_NONE;
}

enum error_code prepared_open_older(const char *state, const struct theme *theme,
				    struct prepared **prepared, struct error *error)
{
	(void)state;
	(void)prepared;
	return error_set(error, ERROR_NOT_FOUND, "theme %s has no older version", theme->id);
}

bool prepared_stands(const char *state, const char *theme_id, const char *version)
{
	(void)state;
	(void)theme_id;
	(void)version;
	return true;
}

struct prepared *prepared_ref(struct prepared *prepared)
{
	atomic_fetch_add(&((struct version *)prepared)->references, 1);
	return prepared;
}

void prepared_unref(struct prepared *prepared)
{
	struct version *version = (struct version *)prepared;

	if (!version || atomic_fetch_sub(&version->references, 1) > 1)
		return;
	free(version);
	atomic_fetch_sub(&stage->open_versions, 1);
}

bool prepared_shows(const struct prepared *prepared, const struct grid *grid, uint32_t z)
{
	(void)prepared;
	(void)grid;
	return z > 0;
}

/* Versions never change here; see test_shelf.c. */
struct changes *changes_new(struct prepared *older, struct prepared *newer)
{
	fail_msg("%s took the place of %s", newer->version, older->version);
	return NULL;
}

void changes_free(struct changes *changes)
{
	assert_null(changes);
}

uint64_t changes_features(const struct changes *changes)
{
	assert_null(changes);
	return 0;
}

bool changes_touch(struct changes *changes, const struct grid *in, struct tile_id tile)
{
	assert_null(changes);
	return in == NULL || tile.z;
}

void prepare_sweep(const char *state)
{
	assert_string_equal(state, folder);
}

enum error_code prepare_theme(const char *state, const struct theme *theme,
			      prepare_progress_f progress, void *context, struct error *error)
{
	bool fails = atomic_load(&stage->preparing_fails);

	(void)state;
	pthread_mutex_lock(&stage->lock);
	snprintf(stage->prepared_ids[stage->prepared_count++ % 32], 16, "%s", theme->id);
	pthread_mutex_unlock(&stage->lock);
	tally_add(&stage->preparing);
	while (atomic_load(&stage->slow) && !tally_count(&stage->gate)) {
		if (!progress(1, theme->feature_count, context)) {
			atomic_store(&stage->interrupted, true);
			return error_set(error, ERROR_STOPPED, "asked to stop");
		}
		usleep(500);
	}
	if (fails)
		return error_set(error, ERROR_IO, "the file has gone");
	atomic_store(&stage->disk[index_of(theme->id)],
		     atomic_load(&stage->prepares_rotten) ? ROTTEN : STANDING);
	return ERROR_NONE;
}

struct renderer {
	char nothing;
};

struct renderer *renderer_new(void)
{
	return memory_zeroed(1, sizeof(struct renderer));
}

void renderer_free(struct renderer *renderer)
{
	free(renderer);
}

/* A layer of ours: a tile of one layer with a name and one key, "VERSION z/x/y;". */
static void draw(struct buf *out, const char *name, const char *version, struct tile_id tile)
{
	char key[80];

	snprintf(key, sizeof(key), "%s %u/%u/%u;", version, tile.z, tile.x, tile.y);
	buf_add_char(out, 3 << 3 | 2);
	buf_add_char(out, (char)(2 + strlen(name) + 2 + strlen(key)));
	buf_add_char(out, 1 << 3 | 2);
	buf_add_char(out, (char)strlen(name));
	buf_add_text(out, name);
	buf_add_char(out, 3 << 3 | 2);
	buf_add_char(out, (char)strlen(key));
	buf_add_text(out, key);
}

/* The same as text: "NAME VERSION z/x/y;" for each layer. */
static void read_layers(const struct buf *tile, struct buf *text)
{
	const char *at = tile->bytes, *end = at + tile->length;

	while (at < end) {
		const char *name = at + 4, *key = name + at[3] + 2;

		buf_print(text, "%.*s %.*s", at[3], name, key[-1], key);
		at += 2 + at[1];
	}
}

enum error_code renderer_tile(struct renderer *renderer, const struct render_layer *layers,
			      uint32_t layer_count, const struct grid *grid, struct tile_id tile,
			      struct buf *out, struct render_stats *stats, struct error *error)
{
	(void)renderer;
	(void)grid;
	atomic_fetch_add(&stage->drawn, 1);
	tally_add(&stage->drawing);
	if (atomic_load(&stage->slow_drawing))
		tally_wait(&stage->drawing_gate, 1);
	for (uint32_t i = 0; i < layer_count; i++) {
		const struct prepared *prepared = layers[i].prepared;

		if (((const struct version *)prepared)->rotten)
			return error_set(error, ERROR_INVALID, "level 0 is damaged");
		if (strcmp(prepared->theme_id, "c:nothing") == 0)
			continue;
		draw(out, layers[i].name, prepared->version, tile);
		if (strcmp(prepared->theme_id, "d:huge") == 0)
			buf_reserve(out, out->limit);
		stats->features_read = 3;
		stats->features_drawn = 2;
	}
	return out->full ? error_set(error, ERROR_LIMIT, "full") : ERROR_NONE;
}

static const struct grid grid = {
	.id = "G",
	.level_count = 2,
	.levels = {{.matrix_width = 1, .matrix_height = 1},
		   {.matrix_width = 1000, .matrix_height = 1000}},
};

static void set_all(enum on_disk disk)
{
	for (unsigned i = 0; i < THEMES; i++)
		atomic_store(&stage->disk[i], (int)disk);
}

static int stage_up(void **state)
{
	struct tally zero = TALLY_ZERO;

	(void)state;
	stage = memory_zeroed(1, sizeof(*stage));
	stage->gate = stage->preparing = stage->drawing_gate = stage->drawing = zero;
	pthread_mutex_init(&stage->lock, NULL);
	return 0;
}

static int stage_down(void **state)
{
	unsigned left = stage->catalogues + stage->open_versions;

	(void)state;
	free(stage);
	return left ? -1 : 0;
}

static struct engine *new_engine(unsigned deadline_ms)
{
	struct engine_settings settings = {
		.state = folder,
		.cache_bytes = 16 << 20,
		.workers = 2,
		.queue_limit = 100,
		.deadline_ms = deadline_ms,
		.gzip_level = 6,
	};
	struct catalogue *catalogue = new_catalogue();
	struct engine *engine;
	struct error error;

	assert_int_equal(engine_new(&settings, catalogue, &engine, &error), ERROR_NONE);
	catalogue_unref(catalogue);
	return engine;
}

/* What a client was told, the blob inflated. */
struct reply {
	struct tally answered;
	enum error_code code;
	struct buf text;
	bool gzipped;
};

static void reply_init(struct reply *reply)
{
	struct tally zero = TALLY_ZERO;

	*reply = (struct reply){.answered = zero};
	buf_init(&reply->text, 0);
}

static void done(struct blob *blob, const struct error *error, void *context)
{
	struct reply *reply = context;
	struct error ignored;

	buf_empty(&reply->text);
	buf_add_text(&reply->text, error ? error->text : "");
	reply->code = error ? error->code : ERROR_NONE;
	if (blob && blob->length) {
		struct buf tile;

		buf_init(&tile, 0);
		if (blob->gzipped)
			reply->code = inflate_gzip(blob->bytes, blob->length, &tile, &ignored);
		else
			buf_add(&tile, blob->bytes, blob->length);
		read_layers(&tile, &reply->text);
		buf_release(&tile);
	}
	reply->gzipped = blob && blob->gzipped;
	tally_add(&reply->answered);
}

static enum error_code request_init(struct engine *engine, const char *themes, uint32_t z,
				    uint32_t x, struct tile_request *request)
{
	struct catalogue *catalogue = engine_catalogue(engine);
	struct tile_id tile = {z, x, 0};
	struct error error;
	enum error_code code = tile_request_init(request, catalogue, themes, &grid, tile, &error);

	catalogue_unref(catalogue);
	return code;
}

static void ask_as(struct engine *engine, const char *themes, uint32_t z, uint32_t x, bool unpacked,
		   struct reply *reply)
{
	struct tile_request request;
	struct error error;

	reply_init(reply);
	assert_int_equal(request_init(engine, themes, z, x, &request), ERROR_NONE);
	request.unpacked = unpacked;
	assert_int_equal(
		engine_tile(engine, &request, &(struct work_waiter){done, reply, 0}, &error),
		ERROR_NONE);
}

static void ask(struct engine *engine, const char *themes, uint32_t z, uint32_t x,
		struct reply *reply)
{
	ask_as(engine, themes, z, x, false, reply);
}

static void expect(struct reply *reply, enum error_code code, const char *part)
{
	tally_wait(&reply->answered, 1);
	assert_int_equal(reply->code, code);
	if (!reply->text.bytes || !strstr(reply->text.bytes, part))
		fail_msg("\"%s\" not in \"%s\"", part, reply->text.bytes);
	buf_release(&reply->text);
}

static bool is_cached(struct engine *engine, const char *themes, uint32_t z, uint32_t x)
{
	struct tile_request request;
	struct blob *blob;

	assert_int_equal(request_init(engine, themes, z, x, &request), ERROR_NONE);
	blob = engine_tile_cached(engine, &request);
	blob_unref(blob);
	return blob != NULL;
}

static void test_made_once_then_cached(void **state)
{
	struct engine_stats stats;
	struct engine *engine;
	struct reply reply;

	(void)state;
	set_all(STANDING);
	engine = new_engine(LONG);
	assert_false(is_cached(engine, "a:tree", 1, 7));
	ask(engine, "a:tree", 1, 7, &reply);
	tally_wait(&reply.answered, 1);
	assert_true(reply.gzipped);
	expect(&reply, ERROR_NONE, "tree v");
	assert_true(is_cached(engine, "a:tree", 1, 7));
	assert_false(is_cached(engine, "a:tree", 1, 8));
	ask(engine, "a:tree", 1, 7, &reply);
	expect(&reply, ERROR_NONE, "1/7/0;");
	stats = engine_stats(engine);
	assert_int_equal(stage->drawn, 1);
	assert_int_equal(stats.tiles_rendered, 1);
	assert_int_equal(stats.features_read, 3);
	assert_int_equal(stats.features_drawn, 2);
	assert_int_equal(stats.cache.hits, 1);
	assert_true(stats.cache.misses >= 1);
	engine_free(engine);
}

struct client {
	struct engine *engine;
	struct reply replies[REQUESTS_EACH];
	unsigned refused;
};

/* Who cannot read gzip gets the tile as it is, at once; it is kept as for everybody. */
static void test_unpacked_for_who_cannot_read_gzip(void **state)
{
	struct engine_stats stats;
	struct engine *engine;
	struct reply reply;

	(void)state;
	set_all(STANDING);
	engine = new_engine(LONG);
	for (uint32_t x = 0; x < 20; x++) {
		ask_as(engine, "a:tree", 1, x, true, &reply);
		tally_wait(&reply.answered, 1);
		assert_false(reply.gzipped);
		expect(&reply, ERROR_NONE, "tree v");
		ask(engine, "a:tree", 1, x, &reply);
		tally_wait(&reply.answered, 1);
		assert_true(reply.gzipped);
		expect(&reply, ERROR_NONE, "tree v");
	}
	/* by now that of each but the last is packed */
	assert_true(is_cached(engine, "a:tree", 1, 7));
	stats = engine_stats(engine);
	assert_int_equal(stats.tiles_rendered, 20);
	ask_as(engine, "b:tree,b:road", 1, 0, true, &reply);
	tally_wait(&reply.answered, 1);
	assert_true(reply.gzipped);
	buf_release(&reply.text);
	engine_free(engine);
}

/* One who is told at once, and holds the worker up. */
static void done_slowly(struct blob *blob, const struct error *error, void *context)
{
	done(blob, error, context);
	tally_wait(&stage->gate, 1);
}

/* The worker that was to pack a tile may come too late to do so: its version has gone. */
static void test_packed_for_one_is_packed_for_all(void **state)
{
	struct tile_request request;
	struct engine *engine;
	struct reply first, reply;
	struct error error;

	(void)state;
	set_all(STANDING);
	engine = new_engine(LONG);
	reply_init(&first);
	assert_int_equal(request_init(engine, "a:tree", 1, 3, &request), ERROR_NONE);
	request.unpacked = true;
	assert_int_equal(engine_tile(engine, &request,
				     &(struct work_waiter){done_slowly, &first, 0}, &error),
			 ERROR_NONE);
	tally_wait(&first.answered, 1);
	assert_false(is_cached(engine, "a:tree", 1, 3));
	ask(engine, "a:tree", 1, 3, &reply);
	expect(&reply, ERROR_NONE, "tree v");
	assert_true(is_cached(engine, "a:tree", 1, 3));
	tally_add(&stage->gate);
	engine_free(engine);
	buf_release(&first.text);
}

/* A tile of several themes comes packed to everybody, and is made once. */
static void test_who_cannot_read_gzip_joins_the_others(void **state)
{
	struct engine *engine;
	struct reply packed, unpacked;

	(void)state;
	set_all(STANDING);
	atomic_store(&stage->slow_drawing, true);
	engine = new_engine(LONG);
	ask(engine, "b:tree,b:road", 1, 5, &packed);
	tally_wait(&stage->drawing, 1);
	ask_as(engine, "b:tree,b:road", 1, 5, true, &unpacked);
	assert_int_equal(engine_stats(engine).work.joined, 1);
	tally_add(&stage->drawing_gate);
	expect(&packed, ERROR_NONE, "road v");
	expect(&unpacked, ERROR_NONE, "road v");
	engine_free(engine);
}

static void *ask_many(void *context)
{
	struct client *client = context;
	struct tile_request request;
	struct error error;

	client->refused = request_init(client->engine, "b:tree,a:tree", 1, 1, &request) != 0;
	for (unsigned i = 0; i < REQUESTS_EACH; i++)
		client->refused += engine_tile(client->engine, &request,
					       &(struct work_waiter){done, &client->replies[i], 0},
					       &error) != 0;
	return NULL;
}

static void test_a_thousand_requests_one_rendering(void **state)
{
	struct client *clients = memory_zeroed(CLIENTS, sizeof(*clients));
	pthread_t threads[CLIENTS];
	struct engine *engine;

	(void)state;
	set_all(STANDING);
	atomic_store(&stage->slow_drawing, true);
	engine = new_engine(LONG);
	for (unsigned i = 0; i < CLIENTS; i++) {
		clients[i].engine = engine;
		for (unsigned j = 0; j < REQUESTS_EACH; j++)
			reply_init(&clients[i].replies[j]);
		pthread_create(&threads[i], NULL, ask_many, &clients[i]);
	}
	for (unsigned i = 0; i < CLIENTS; i++)
		pthread_join(threads[i], NULL);
	tally_add(&stage->drawing_gate);
	for (unsigned i = 0; i < CLIENTS; i++) {
		assert_int_equal(clients[i].refused, 0);
		for (unsigned j = 0; j < REQUESTS_EACH; j++)
			expect(&clients[i].replies[j], ERROR_NONE, "b:tree v");
	}
	/* Two layers, each drawn once. */
	assert_int_equal(stage->drawn, 2);
	engine_free(engine);
	free(clients);
}

static void test_composites(void **state)
{
	struct engine *engine;
	struct reply reply;

	(void)state;
	set_all(STANDING);
	engine = new_engine(LONG);
	ask(engine, "b:tree,b:road,a:tree,c:nothing", 1, 1, &reply);
	tally_wait(&reply.answered, 1);
	assert_non_null(strstr(reply.text.bytes, "a:tree v"));
	assert_non_null(strstr(reply.text.bytes, ";road v"));
	expect(&reply, ERROR_NONE, ";b:tree v");
	assert_true(is_cached(engine, "c:nothing,a:tree,b:tree,b:road", 1, 1));
	engine_free(engine);
}

static void test_empty_tiles(void **state)
{
	struct engine *engine;
	struct reply reply;

	(void)state;
	set_all(STANDING);
	engine = new_engine(LONG);
	ask(engine, "c:nothing", 1, 1, &reply);
	expect(&reply, ERROR_NONE, "");
	assert_int_equal(stage->drawn, 1);
	ask(engine, "a:tree", 0, 0, &reply);
	expect(&reply, ERROR_NONE, "");
	assert_int_equal(stage->drawn, 1);
	assert_true(is_cached(engine, "a:tree", 0, 0));
	engine_free(engine);
}

/* A reading of TEXT: which version it was done with, and how often. */
struct reader {
	const char *text;
	atomic_uint *done, *released;
	enum error_code code;
};

static enum error_code read_version(const struct reading_source *source,
				    struct reading_tools *tools, void *content, struct blob **blob,
				    struct error *error)
{
	const struct reader *reader = content;

	if (atomic_load(&stage->slow_drawing))
		tally_wait(&stage->drawing_gate, 1);
	atomic_fetch_add(reader->done, 1);
	if (reader->code)
		return error_set(error, reader->code, "%s", reader->text);
	assert_int_equal(tools->document.length, 0);
	/* a layer as read_layers knows them */
	draw(&tools->document, reader->text, source->prepared->version, (struct tile_id){0, 0, 0});
	return reading_pack(tools, blob, error);
}

static void release_reader(void *content)
{
	atomic_fetch_add(((struct reader *)content)->released, 1);
	free(content);
}

static enum error_code ask_reading(struct engine *engine, const char *theme, struct reader reader,
				   struct reply *reply)
{
	struct catalogue *catalogue = engine_catalogue(engine);
	struct reader *content = memory_new(sizeof(*content));
	struct reading reading = {catalogue,	catalogue_find(catalogue, theme),
				  NULL,		reader.text,
				  read_version, release_reader,
				  content};
	struct error error;
	enum error_code code;

	*content = reader;
	reply_init(reply);
	code = engine_read(engine, &reading, &(struct work_waiter){done, reply, 0}, &error);
	catalogue_unref(catalogue);
	return code;
}

static void test_readings_are_queued_as_tiles(void **state)
{
	struct reply replies[4], failure;
	atomic_uint times = 0, released = 0;
	struct reader reader = {"same", &times, &released, ERROR_NONE};
	struct reader other = {"other", &times, &released, ERROR_NONE};
	struct reader failing = {"no such feature", &times, &released, ERROR_NOT_FOUND};
	struct engine *engine;

	(void)state;
	/* the theme is prepared first, as for a tile */
	atomic_store(&stage->slow_drawing, true);
	engine = new_engine(LONG);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(ask_reading(engine, "a:tree", reader, &replies[i]), ERROR_NONE);
	assert_int_equal(ask_reading(engine, "a:tree", other, &replies[3]), ERROR_NONE);
	assert_int_equal(ask_reading(engine, "b:road", failing, &failure), ERROR_NONE);
	tally_add(&stage->drawing_gate);
	for (unsigned i = 0; i < 3; i++)
		expect(&replies[i], ERROR_NONE, "same v");
	expect(&replies[3], ERROR_NONE, "other v");
	expect(&failure, ERROR_NOT_FOUND, "no such feature");
	engine_free(engine);
	assert_int_equal(times, 3); /* three wait for one */
	assert_int_equal(released, 5);
}

static void test_damage_found_by_a_reading_is_mended(void **state)
{
	atomic_uint times = 0, released = 0;
	struct reader reader = {"level 0 is damaged", &times, &released, ERROR_INVALID};
	struct engine *engine;
	struct reply reply;

	(void)state;
	set_all(STANDING);
	engine = new_engine(LONG);
	assert_int_equal(ask_reading(engine, "a:tree", reader, &reply), ERROR_NONE);
	expect(&reply, ERROR_BUSY, "is being prepared anew");
	tally_wait(&stage->preparing, 1);
	engine_free(engine);
	assert_int_equal(released, 1);
}

static void test_too_large_a_tile(void **state)
{
	struct engine *engine;
	struct reply reply;

	(void)state;
	set_all(STANDING);
	engine = new_engine(LONG);
	ask(engine, "d:huge", 1, 1, &reply);
	expect(&reply, ERROR_INTERNAL, "raise the theme's minimum zoom");
	ask(engine, "a:tree", 1, 1, &reply);
	expect(&reply, ERROR_NONE, "tree v");
	engine_free(engine);
}

static void test_request_waits_for_its_theme(void **state)
{
	struct reply waiting, other;
	struct engine *engine;

	(void)state;
	set_all(STANDING);
	atomic_store(&stage->disk[0], ABSENT);
	atomic_store(&stage->slow, true);
	engine = new_engine(LONG);
	ask(engine, "a:tree,b:road", 1, 1, &waiting);
	tally_wait(&stage->preparing, 1);
	/* Others are served meanwhile. */
	ask(engine, "b:road", 1, 1, &other);
	expect(&other, ERROR_NONE, "road v");
	assert_int_equal(tally_count(&waiting.answered), 0);
	assert_int_equal(engine_stats(engine).work.held, 1);
	assert_true(engine_stats(engine).themes_waiting >= 1);
	tally_add(&stage->gate);
	expect(&waiting, ERROR_NONE, "tree v");
	assert_true(engine_stats(engine).themes_ready >= 2);
	engine_free(engine);
}

static void test_early_and_late_share_one_rendering(void **state)
{
	struct reply early, late;
	struct engine *engine;

	(void)state;
	set_all(STANDING);
	atomic_store(&stage->disk[0], ABSENT);
	atomic_store(&stage->slow, true);
	atomic_store(&stage->slow_drawing, true);
	engine = new_engine(LONG);
	ask(engine, "a:tree", 1, 1, &early);
	tally_wait(&stage->preparing, 1);
	tally_add(&stage->gate);
	tally_wait(&stage->drawing, 1);
	ask(engine, "a:tree", 1, 1, &late);
	assert_int_equal(engine_stats(engine).work.joined, 1);
	tally_add(&stage->drawing_gate);
	expect(&early, ERROR_NONE, "tree v");
	expect(&late, ERROR_NONE, "tree v");
	assert_int_equal(stage->drawn, 1);
	engine_free(engine);
}

static void test_those_asked_for_first_then_the_small(void **state)
{
	struct engine *engine;
	struct reply reply;

	(void)state;
	atomic_store(&stage->slow, true);
	engine = new_engine(LONG);
	tally_wait(&stage->preparing, PREPARATION_THREADS);
	ask(engine, "d:huge", 0, 0, &reply);
	tally_add(&stage->gate);
	expect(&reply, ERROR_NONE, "");
	tally_wait(&stage->preparing, THEMES);
	assert_string_equal(stage->prepared_ids[PREPARATION_THREADS], "d:huge");
	assert_string_not_equal(stage->prepared_ids[0], "d:huge");
	engine_free(engine);
}

static void test_failed_preparation_is_told(void **state)
{
	const struct theme *theme;
	struct catalogue *catalogue;
	struct prepared *prepared;
	struct engine *engine;
	struct reply reply;
	struct error error;

	(void)state;
	set_all(STANDING);
	atomic_store(&stage->disk[0], ABSENT);
	atomic_store(&stage->preparing_fails, true);
	engine = new_engine(LONG);
	for (unsigned i = 0; i < 2; i++) {
		ask(engine, "a:tree,b:road", 1, 1, &reply);
		expect(&reply, ERROR_INVALID,
		       "theme a:tree could not be prepared: the file has gone");
	}
	catalogue = engine_catalogue(engine);
	theme = catalogue_find(catalogue, "a:tree");
	assert_int_equal(engine_theme(engine, theme, &prepared, &error), THEME_FAILED);
	assert_null(prepared);
	assert_non_null(strstr(error.text, "the file has gone"));
	assert_int_equal(engine_stats(engine).themes_failed, 1);
	catalogue_unref(catalogue);
	engine_free(engine);
}

static void test_damaged_theme_is_prepared_anew(void **state)
{
	struct engine *engine;
	struct reply reply;

	(void)state;
	set_all(STANDING);
	atomic_store(&stage->disk[0], DAMAGED);
	engine = new_engine(LONG);
	ask(engine, "a:tree", 1, 1, &reply);
	expect(&reply, ERROR_NONE, "tree v");
	assert_int_equal(stage->prepared_count, 1);
	engine_free(engine);
}

static void test_rotten_theme_is_mended_once(void **state)
{
	struct engine *engine;
	struct reply reply;

	(void)state;
	set_all(STANDING);
	atomic_store(&stage->disk[0], ROTTEN);
	engine = new_engine(LONG);
	ask(engine, "a:tree", 1, 1, &reply);
	expect(&reply, ERROR_BUSY, "is being prepared anew");
	ask(engine, "a:tree", 1, 1, &reply);
	expect(&reply, ERROR_NONE, "tree v");
	assert_int_equal(stage->prepared_count, 1);
	engine_free(engine);
}

static void test_what_cannot_be_mended_is_told(void **state)
{
	struct engine *engine;
	struct reply reply;

	(void)state;
	set_all(STANDING);
	atomic_store(&stage->disk[0], ROTTEN);
	atomic_store(&stage->prepares_rotten, true);
	engine = new_engine(LONG);
	ask(engine, "a:tree", 1, 1, &reply);
	expect(&reply, ERROR_BUSY, "is being prepared anew");
	ask(engine, "a:tree", 1, 1, &reply);
	expect(&reply, ERROR_INVALID, "level 0 is damaged");
	assert_int_equal(stage->prepared_count, 1);
	engine_free(engine);
}

static void test_deadline_while_preparing(void **state)
{
	struct engine *engine;
	struct reply reply;

	(void)state;
	set_all(STANDING);
	atomic_store(&stage->disk[0], ABSENT);
	atomic_store(&stage->slow, true);
	engine = new_engine(20);
	ask(engine, "a:tree", 1, 1, &reply);
	expect(&reply, ERROR_BUSY, "ask again");
	assert_false(atomic_load(&stage->interrupted));
	assert_int_equal(engine_stats(engine).work.held, 0);
	engine_free(engine);
}

static void test_end_in_the_middle(void **state)
{
	struct engine *engine;
	struct reply reply;

	(void)state;
	atomic_store(&stage->slow, true);
	engine = new_engine(LONG);
	ask(engine, "a:tree", 1, 1, &reply);
	tally_wait(&stage->preparing, PREPARATION_THREADS);
	engine_free(engine);
	assert_true(atomic_load(&stage->interrupted));
	assert_int_equal(stage->prepared_count, PREPARATION_THREADS);
	expect(&reply, ERROR_STOPPED, "stopping");
}

static void test_theme_prepared_before_is_ready_at_once(void **state)
{
	struct catalogue *catalogue;
	struct prepared *prepared;
	struct engine *engine;

	(void)state;
	set_all(STANDING);
	engine = new_engine(LONG);
	catalogue = engine_catalogue(engine);
	assert_int_equal(engine_theme(engine, catalogue->themes[2], &prepared, NULL), THEME_READY);
	assert_string_equal(prepared->theme_id, "b:road");
	prepared_unref(prepared);
	assert_int_equal(engine_theme(engine, catalogue->themes[1], NULL, NULL), THEME_READY);
	catalogue_unref(catalogue);
	engine_free(engine);
}

static void test_state_folder_that_cannot_be(void **state)
{
	struct engine_settings settings = {.state = "/proc/self/status/x", .workers = 1};
	struct catalogue *catalogue = new_catalogue();
	struct engine *engine;
	struct error error;

	(void)state;
	assert_int_equal(engine_new(&settings, catalogue, &engine, &error), ERROR_IO);
	assert_non_null(strstr(error.text, "/proc/self/status/x"));
	catalogue_unref(catalogue);
}

#define ON_STAGE(test) cmocka_unit_test_setup_teardown(test, stage_up, stage_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(test_made_once_then_cached),
		ON_STAGE(test_unpacked_for_who_cannot_read_gzip),
		ON_STAGE(test_packed_for_one_is_packed_for_all),
		ON_STAGE(test_who_cannot_read_gzip_joins_the_others),
		ON_STAGE(test_a_thousand_requests_one_rendering),
		ON_STAGE(test_composites),
		ON_STAGE(test_empty_tiles),
		ON_STAGE(test_readings_are_queued_as_tiles),
		ON_STAGE(test_damage_found_by_a_reading_is_mended),
		ON_STAGE(test_too_large_a_tile),
		ON_STAGE(test_request_waits_for_its_theme),
		ON_STAGE(test_early_and_late_share_one_rendering),
		ON_STAGE(test_those_asked_for_first_then_the_small),
		ON_STAGE(test_failed_preparation_is_told),
		ON_STAGE(test_damaged_theme_is_prepared_anew),
		ON_STAGE(test_rotten_theme_is_mended_once),
		ON_STAGE(test_what_cannot_be_mended_is_told),
		ON_STAGE(test_deadline_while_preparing),
		ON_STAGE(test_end_in_the_middle),
		ON_STAGE(test_theme_prepared_before_is_ready_at_once),
		ON_STAGE(test_state_folder_that_cannot_be),
	};
	int failed;

	alarm(120);
	if (!mkdtemp(folder))
		return 1;
	failed = cmocka_run_group_tests_name("engine", tests, NULL, NULL);
	rmdir(folder);
	return failed;
}
