/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "tiler/hash.h"
#include "tiler/mbtiles_handle.h"
#include "tiler/memory.h"

enum {
	HASH_BYTES = 16
};

/* What the row of a tile stands for; its hash tells a row that was damaged or put elsewhere. No
 * padding: it is hashed as it lies in memory. */
struct tile_row {
	uint64_t zoom, column, row;
	uint64_t raw_length, image_checksum;
	uint8_t hash[HASH_BYTES];
};

static int64_t checksum_of(const struct tile_row *row)
{
	return (int64_t)hash_bytes(row, sizeof(*row));
}

static unsigned digit(char hex)
{
	return (unsigned)(hex <= '9' ? hex - '0' : hex - 'a' + 10);
}

static void hash_to_bytes(const char hex[33], uint8_t bytes[HASH_BYTES])
{
	for (unsigned i = 0; i < HASH_BYTES; i++)
		bytes[i] = (uint8_t)(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
}

static void hash_to_hex(const uint8_t bytes[HASH_BYTES], char hex[33])
{
	static const char digits[] = "0123456789abcdef";

	for (unsigned i = 0; i < HASH_BYTES; i++) {
		hex[2 * i] = digits[bytes[i] >> 4];
		hex[2 * i + 1] = digits[bytes[i] & 15];
	}
	hex[32] = '\0';
}

/* MBTiles counts rows from the south. Its own inverse. */
static int64_t turned(uint32_t zoom, int64_t row)
{
	return (INT64_C(1) << zoom) - 1 - row;
}

static void bind_tile(sqlite3_stmt *statement, struct tile_id tile)
{
	sqlite3_bind_int64(statement, 1, tile.z);
	sqlite3_bind_int64(statement, 2, tile.x);
	sqlite3_bind_int64(statement, 3, turned(tile.z, tile.y));
}

static struct tile_row row_of(struct tile_id tile)
{
	return (struct tile_row){.zoom = tile.z, .column = tile.x, .row = tile.y};
}

static enum error_code add_image(struct mbtiles *mbtiles, const struct blob *blob,
				 struct tile_row *row, int64_t *id, struct error *error)
{
	sqlite3_stmt *statement;
	enum error_code code = mbtiles_statement(mbtiles, STATEMENT_ADD_IMAGE, &statement, error);

	if (code)
		return code;
	row->raw_length = blob->raw_length;
	row->image_checksum = hash_bytes(blob->bytes, blob->length);
	sqlite3_bind_blob(statement, 1, row->hash, HASH_BYTES, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 2, (int64_t)row->raw_length);
	sqlite3_bind_int64(statement, 3, (int64_t)row->image_checksum);
	sqlite3_bind_blob64(statement, 4, blob->bytes, blob->length, SQLITE_STATIC);
	code = mbtiles_run(mbtiles, statement, error);
	*id = sqlite3_last_insert_rowid(mbtiles->db);
	return code;
}

/* The image of the blob's content: the one there, which may have been compressed otherwise, or a
 * new one. */
static enum error_code find_or_add_image(struct mbtiles *mbtiles, const struct blob *blob,
					 struct tile_row *row, int64_t *id, struct error *error)
{
	sqlite3_stmt *statement;
	int step;
	enum error_code code = mbtiles_statement(mbtiles, STATEMENT_FIND_IMAGE, &statement, error);

	if (code)
		return code;
	hash_to_bytes(blob->hash, row->hash);
	sqlite3_bind_blob(statement, 1, row->hash, HASH_BYTES, SQLITE_STATIC);
	code = mbtiles_step(mbtiles, statement, &step, error);
	if (!code && step == SQLITE_ROW) {
		*id = sqlite3_column_int64(statement, 0);
		row->raw_length = (uint64_t)sqlite3_column_int64(statement, 1);
		row->image_checksum = (uint64_t)sqlite3_column_int64(statement, 2);
	}
	sqlite3_reset(statement);
	return code || step == SQLITE_ROW ? code : add_image(mbtiles, blob, row, id, error);
}

enum error_code mbtiles_put(struct mbtiles *mbtiles, struct tile_id tile, const struct blob *blob,
			    int64_t used, struct error *error)
{
	struct tile_row row = row_of(tile);
	sqlite3_stmt *statement;
	int64_t image = 0;
	enum error_code code = ERROR_NONE;

	if (blob->length)
		code = find_or_add_image(mbtiles, blob, &row, &image, error);
	if (!code)
		code = mbtiles_statement(mbtiles, STATEMENT_PUT, &statement, error);
	if (code)
		return code;
	bind_tile(statement, tile);
	if (blob->length)
		sqlite3_bind_int64(statement, 4, image);
	sqlite3_bind_int64(statement, 5, used);
	sqlite3_bind_int64(statement, 6, checksum_of(&row));
	return mbtiles_run(mbtiles, statement, error);
}

/* The blob in the row the statement stands on; NULL when the row is not what was written. */
static struct blob *read_blob(sqlite3_stmt *statement, struct tile_id tile)
{
	struct tile_row row = row_of(tile);
	int64_t checksum = sqlite3_column_int64(statement, 0);
	const void *data = sqlite3_column_blob(statement, 6);
	size_t length = (size_t)sqlite3_column_bytes(statement, 6);
	void *bytes = NULL;
	char hex[33];

	if (sqlite3_column_type(statement, 2) == SQLITE_NULL)
		return checksum == checksum_of(&row) ? blob_new(NULL, 0, false, "", 0) : NULL;
	if (!data || sqlite3_column_bytes(statement, 3) != HASH_BYTES)
		return NULL;
	memcpy(row.hash, sqlite3_column_blob(statement, 3), HASH_BYTES);
	row.raw_length = (uint64_t)sqlite3_column_int64(statement, 4);
	row.image_checksum = (uint64_t)sqlite3_column_int64(statement, 5);
	if (checksum != checksum_of(&row) || row.image_checksum != hash_bytes(data, length))
		return NULL;
	bytes = memory_new(length);
	memcpy(bytes, data, length);
	hash_to_hex(row.hash, hex);
	return blob_new_hashed(bytes, length, row.raw_length, hex);
}

static enum error_code get(struct mbtiles *mbtiles, const char *version, struct tile_id tile,
			   struct blob **blob, int64_t *used, struct error *error)
{
	sqlite3_stmt *statement;
	int step;
	enum error_code code = mbtiles_statement(mbtiles, STATEMENT_GET, &statement, error);

	if (code)
		return code;
	bind_tile(statement, tile);
	if (version)
		sqlite3_bind_text(statement, 4, version, -1, SQLITE_STATIC);
	code = mbtiles_step(mbtiles, statement, &step, error);
	if (!code && step == SQLITE_DONE)
		code = error_set(error, ERROR_NOT_FOUND, "%s has no tile %u/%u/%u", mbtiles->path,
				 tile.z, tile.x, tile.y);
	if (!code) {
		if (used)
			*used = sqlite3_column_int64(statement, 1);
		*blob = read_blob(statement, tile);
		if (!*blob)
			code = error_set(error, ERROR_INVALID, "%s: tile %u/%u/%u is damaged",
					 mbtiles->path, tile.z, tile.x, tile.y);
	}
	sqlite3_reset(statement);
	return code;
}

enum error_code mbtiles_get(struct mbtiles *mbtiles, const char *version, struct tile_id tile,
			    struct blob **blob, int64_t *used, struct error *error)
{
	enum error_code code = mbtiles_now_begin(mbtiles, error);

	if (!code)
		code = get(mbtiles, version, tile, blob, used, error);
	mbtiles_now_end();
	return code;
}

enum error_code mbtiles_touch(struct mbtiles *mbtiles, struct tile_id tile, int64_t used,
			      struct error *error)
{
	sqlite3_stmt *statement;
	enum error_code code = mbtiles_statement(mbtiles, STATEMENT_TOUCH, &statement, error);

	if (code)
		return code;
	bind_tile(statement, tile);
	sqlite3_bind_int64(statement, 4, used);
	return mbtiles_run(mbtiles, statement, error);
}

enum error_code mbtiles_each(struct mbtiles *mbtiles, mbtiles_visit_f visit, void *context,
			     struct error *error)
{
	sqlite3_stmt *statement;
	int step = SQLITE_DONE;
	enum error_code code = mbtiles_statement(mbtiles, STATEMENT_EACH, &statement, error);

	if (code)
		return code;
	while (!(code = mbtiles_step(mbtiles, statement, &step, error)) && step == SQLITE_ROW) {
		uint32_t zoom = (uint32_t)sqlite3_column_int64(statement, 0) % 32;
		struct tile_id tile = {zoom, (uint32_t)sqlite3_column_int64(statement, 1),
				       (uint32_t)turned(zoom, sqlite3_column_int64(statement, 2))};

		if (!visit(tile, sqlite3_column_type(statement, 3) == SQLITE_NULL, context))
			break;
	}
	sqlite3_reset(statement);
	return code;
}

/* The tiles to be removed, gathered before the first goes. */
struct gathering {
	mbtiles_goes_f goes;
	void *context;
	struct tile_id *tiles;
	size_t count, capacity;
	uint64_t kept;
};

static bool gather(struct tile_id tile, bool empty, void *context)
{
	struct gathering *gathering = context;

	(void)empty;
	if (!gathering->goes(tile, gathering->context)) {
		gathering->kept++;
		return true;
	}
	if (gathering->count == gathering->capacity) {
		gathering->capacity = 2 * gathering->capacity + 64;
		gathering->tiles = memory_resize(gathering->tiles, gathering->capacity,
						 sizeof(*gathering->tiles));
	}
	gathering->tiles[gathering->count++] = tile;
	return true;
}

static enum error_code remove_tile(struct mbtiles *mbtiles, struct tile_id tile,
				   struct error *error)
{
	sqlite3_stmt *statement;
	enum error_code code = mbtiles_statement(mbtiles, STATEMENT_REMOVE, &statement, error);

	if (code)
		return code;
	bind_tile(statement, tile);
	return mbtiles_run(mbtiles, statement, error);
}

enum error_code mbtiles_remove(struct mbtiles *mbtiles, mbtiles_goes_f goes, void *context,
			       struct mbtiles_removal *removal, struct error *error)
{
	struct gathering gathering = {.goes = goes, .context = context};
	bool alone = sqlite3_get_autocommit(mbtiles->db);
	enum error_code code = alone ? mbtiles_begin(mbtiles, error) : ERROR_NONE;

	if (!code)
		code = mbtiles_each(mbtiles, gather, &gathering, error);
	for (size_t i = 0; i < gathering.count && !code; i++)
		code = remove_tile(mbtiles, gathering.tiles[i], error);
	if (!code && alone)
		code = mbtiles_commit(mbtiles, error);
	if (code && alone)
		mbtiles_roll_back(mbtiles);
	*removal = (struct mbtiles_removal){gathering.count, gathering.kept};
	free(gathering.tiles);
	return code;
}

enum error_code mbtiles_ages(struct mbtiles *mbtiles, mbtiles_age_f visit, void *context,
			     struct error *error)
{
	sqlite3_stmt *statement;
	int step = SQLITE_DONE;
	enum error_code code = mbtiles_statement(mbtiles, STATEMENT_AGES, &statement, error);

	if (code)
		return code;
	while (!(code = mbtiles_step(mbtiles, statement, &step, error)) && step == SQLITE_ROW)
		visit(sqlite3_column_int64(statement, 0),
		      (uint64_t)sqlite3_column_int64(statement, 1), context);
	sqlite3_reset(statement);
	return code;
}

enum error_code mbtiles_used_by(struct mbtiles *mbtiles, int64_t now, struct error *error)
{
	sqlite3_stmt *statement;
	enum error_code code = mbtiles_statement(mbtiles, STATEMENT_USED_BY, &statement, error);

	if (code)
		return code;
	sqlite3_bind_int64(statement, 1, now);
	return mbtiles_run(mbtiles, statement, error);
}

static enum error_code run_removal(struct mbtiles *mbtiles, enum mbtiles_statement which,
				   int64_t used, uint64_t most, uint64_t *removed,
				   struct error *error)
{
	sqlite3_stmt *statement;
	enum error_code code = mbtiles_statement(mbtiles, which, &statement, error);

	if (code)
		return code;
	sqlite3_bind_int64(statement, 1, used);
	if (which == STATEMENT_REMOVE_AT)
		sqlite3_bind_int64(statement, 2, (int64_t)most);
	code = mbtiles_run(mbtiles, statement, error);
	if (!code)
		*removed += (uint64_t)sqlite3_changes64(mbtiles->db);
	return code;
}

enum error_code mbtiles_remove_older(struct mbtiles *mbtiles, int64_t oldest, uint64_t most,
				     uint64_t *removed, struct error *error)
{
	sqlite3_stmt *statement;
	enum error_code code;

	*removed = 0;
	code = run_removal(mbtiles, STATEMENT_REMOVE_BEFORE, oldest, 0, removed, error);
	if (!code && most)
		code = run_removal(mbtiles, STATEMENT_REMOVE_AT, oldest, most, removed, error);
	if (!code)
		code = mbtiles_statement(mbtiles, STATEMENT_VACUUM, &statement, error);
	return code ? code : mbtiles_run(mbtiles, statement, error);
}

enum error_code mbtiles_bytes(struct mbtiles *mbtiles, uint64_t *bytes, struct error *error)
{
	sqlite3_stmt *statement;
	int step;
	enum error_code code = mbtiles_statement(mbtiles, STATEMENT_BYTES, &statement, error);

	if (code)
		return code;
	code = mbtiles_step(mbtiles, statement, &step, error);
	*bytes = code ? 0 : (uint64_t)sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return code;
}
