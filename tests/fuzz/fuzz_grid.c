/* SPDX-License-Identifier: EUPL-1.2 */
/* Any bytes as a tile matrix set: read or refused with a sentence, and what is read can be used. An
 * input that begins with '{' is the document itself; any other tells how to change a sound one, so
 * that what is tried is mostly JSON. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tiler/grid.h"
#include "tiler/grid_document.h"

const unsigned fuzz_rounds = 1500;

static const char *const SOUND[] = {
	"{\"id\":\"a\",\"title\":\"A\",\"crs\":\"http://www.opengis.net/def/crs/EPSG/0/2056\","
	"\"orderedAxes\":[\"E\",\"N\"],\"tileMatrices\":["
	"{\"id\":\"0\",\"scaleDenominator\":1e6,\"cellSize\":280,\"cornerOfOrigin\":\"topLeft\","
	"\"pointOfOrigin\":[2420000,1350000],\"tileWidth\":256,\"tileHeight\":256,"
	"\"matrixWidth\":6,\"matrixHeight\":5},"
	"{\"id\":\"1\",\"scaleDenominator\":2e5,\"cellSize\":56,\"pointOfOrigin\":[2420000,1350000],"
	"\"tileWidth\":512,\"tileHeight\":256,\"matrixWidth\":15,\"matrixHeight\":25}]}",
	"{\"crs\":{\"uri\":\"EPSG:3035\"},\"tileMatrices\":["
	"{\"id\":\"x\",\"cellSize\":1000,\"cornerOfOrigin\":\"bottomLeft\",\"pointOfOrigin\":"
	"[900000,900000],\"tileWidth\":256,\"tileHeight\":256,\"matrixWidth\":30,"
	"\"matrixHeight\":20,\"variableMatrixWidths\":[]}]}",
};
enum {
	SOUND_COUNT = sizeof(SOUND) / sizeof(SOUND[0])
};

struct choices {
	const uint8_t *bytes;
	size_t left;
};

static unsigned choose(struct choices *choices, unsigned limit)
{
	if (!choices->left)
		return 0;
	choices->left--;
	return *choices->bytes++ % limit;
}

static json_t *odd_value(struct choices *choices)
{
	static const double numbers[] = {0,    -1,  1,	  0.5,	 255,	256,	      1e-300,
					 1e-9, 1e9, 1e12, 1e300, -1e15, 2147483648.0, 280};
	static const char *const texts[] = {"",		 "a/b",		"topLeft",   "bottomLeft",
					    "0",	 "Y",		"EPSG:4326", "EPSG:2056",
					    "OGC:CRS84", "[EPSG:3413]", "é"};

	switch (choose(choices, 6)) {
	case 0:
		return json_null();
	case 1:
		return json_array();
	case 2:
		return json_object();
	case 3:
		return json_string(texts[choose(choices, sizeof(texts) / sizeof(*texts))]);
	default:
		return json_real(numbers[choose(choices, sizeof(numbers) / sizeof(*numbers))]);
	}
}

static void change_member(json_t *object, struct choices *choices)
{
	static const char *const members[] = {"id",
					      "title",
					      "crs",
					      "orderedAxes",
					      "tileMatrices",
					      "uri",
					      "wkt",
					      "cellSize",
					      "scaleDenominator",
					      "cornerOfOrigin",
					      "tileWidth",
					      "tileHeight",
					      "matrixWidth",
					      "matrixHeight",
					      "pointOfOrigin",
					      "variableMatrixWidths",
					      "tileMatrix"};
	const char *member = members[choose(choices, sizeof(members) / sizeof(*members))];

	if (choose(choices, 4) == 0)
		json_object_del(object, member);
	else
		json_object_set_new(object, member, odd_value(choices));
}

/* Changes the document, one of its matrices, or a number of these. */
static void change(json_t *root, struct choices *choices)
{
	json_t *matrices = json_object_get(root, "tileMatrices");
	json_t *matrix = json_array_get(matrices, choose(choices, 2));

	switch (choose(choices, 6)) {
	case 0:
		change_member(root, choices);
		break;
	case 1:
		json_array_append_new(matrices, json_deep_copy(matrix));
		break;
	case 2:
		json_array_set_new(json_object_get(matrix, "pointOfOrigin"), choose(choices, 2),
				   odd_value(choices));
		break;
	default:
		if (json_is_object(matrix))
			change_member(matrix, choices);
	}
}

/* Every tile of what was read is finite ground, and found again from its middle. */
static void use(const struct grid *grid)
{
	FUZZ_CHECK(grid->level_count >= 1 && grid->level_count <= GRID_LEVELS_MOST);
	FUZZ_CHECK(*grid->id && !strpbrk(grid->id, "/?#% ,"));
	for (uint32_t z = 0; z < grid->level_count; z++) {
		const struct tile_matrix *level = &grid->levels[z];
		struct tile_id tiles[] = {{z, 0, 0},
					  {z, level->matrix_width - 1, level->matrix_height - 1},
					  {z, level->matrix_width / 2, level->matrix_height / 3}};

		FUZZ_CHECK(z == 0 || grid_resolution(grid, z) < grid_resolution(grid, z - 1));
		for (size_t i = 0; i < 3; i++) {
			struct box box = grid_tile_box(grid, tiles[i]);
			struct point middle = {(box.minx + box.maxx) / 2,
					       (box.miny + box.maxy) / 2};
			struct tile_range range;

			FUZZ_CHECK(grid_has(grid, tiles[i]) && box_is_finite(box));
			FUZZ_CHECK(box.minx < box.maxx && box.miny < box.maxy);
			FUZZ_CHECK(grid_range(grid, z, box_of_points(&middle, 1), &range));
			FUZZ_CHECK(range.min_x == tiles[i].x && range.max_x == tiles[i].x);
			FUZZ_CHECK(range.min_y == tiles[i].y && range.max_y == tiles[i].y);
		}
	}
	grid_is_quad(grid);
}

static void try_text(const char *text, size_t length)
{
	struct grid *grid = NULL;
	struct error error = {0};
	enum error_code code = grid_document_parse(text, length, "nom", &grid, &error);

	FUZZ_CHECK(code == ERROR_NONE || code == ERROR_INVALID || code == ERROR_UNSUPPORTED ||
		   code == ERROR_LIMIT);
	FUZZ_CHECK((code == ERROR_NONE) == (grid != NULL));
	FUZZ_CHECK(code == ERROR_NONE || error.text[0]);
	if (grid)
		use(grid);
	grid_free(grid);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct choices choices = {bytes, size};
	json_t *document;
	char *text;

	if (size && *bytes == '{') {
		try_text((const char *)bytes, size);
		return 0;
	}
	document = json_loads(SOUND[choose(&choices, SOUND_COUNT)], 0, NULL);
	FUZZ_CHECK(document);
	while (choices.left)
		change(document, &choices);
	text = json_dumps(document, 0);
	FUZZ_CHECK(text);
	try_text(text, strlen(text));
	free(text);
	json_decref(document);
	return 0;
}

bool fuzz_seed(unsigned index, struct buf *seed)
{
	uint64_t state = index;

	if (index >= 24)
		return false;
	if (index < SOUND_COUNT)
		buf_add_text(seed, SOUND[index]);
	for (unsigned i = SOUND_COUNT; i < index; i++)
		buf_add_char(seed, (char)(fuzz_random(&state) & 0x3f));
	return true;
}
