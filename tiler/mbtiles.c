/* SPDX-License-Identifier: EUPL-1.2 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tiler/mbtiles_handle.h"
#include "tiler/memory.h"

enum {
	LAYOUT = 1, /* of the tables below; a cache laid out otherwise is made anew */
	WRITER_PATIENCE_MS = 10000,
	READER_PATIENCE_MS = 500,
};

/* The application id that the file(1) command and others know MBTiles by: "MPBX". */
#define APPLICATION_ID "0x4d504258"

/* Small page caches, since the system has the file in memory anyway; no mapping of the file, so
 * that one cut short is an error and not a signal. */
static const char cache_setup[] = "PRAGMA auto_vacuum = INCREMENTAL;"
				  "PRAGMA journal_mode = WAL;"
				  "PRAGMA synchronous = NORMAL;"
				  "PRAGMA journal_size_limit = 1048576;"
				  "PRAGMA cache_size = -1024;"
				  "PRAGMA mmap_size = 0;";

static const char reader_setup[] = "PRAGMA cache_size = -256;"
				   "PRAGMA mmap_size = 0;";

/* Nothing is lost that was not about to be written again: an export that breaks is thrown away. */
static const char export_setup[] = "PRAGMA page_size = 8192;"
				   "PRAGMA journal_mode = OFF;"
				   "PRAGMA synchronous = OFF;"
				   "PRAGMA locking_mode = EXCLUSIVE;"
				   "PRAGMA cache_size = -16384;";

static const char tables[] =
	"CREATE TABLE metadata (name TEXT PRIMARY KEY, value TEXT);"
	"CREATE TABLE images (tile_id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE,"
	" raw_length INTEGER NOT NULL, checksum INTEGER NOT NULL, tile_data BLOB NOT NULL);"
	"CREATE TABLE map (zoom_level INTEGER NOT NULL, tile_column INTEGER NOT NULL,"
	" tile_row INTEGER NOT NULL, tile_id INTEGER, used INTEGER NOT NULL,"
	" checksum INTEGER NOT NULL,"
	" PRIMARY KEY (zoom_level, tile_column, tile_row)) WITHOUT ROWID;"
	"CREATE VIEW tiles AS SELECT map.zoom_level AS zoom_level,"
	" map.tile_column AS tile_column, map.tile_row AS tile_row,"
	" images.tile_data AS tile_data FROM map JOIN images ON images.tile_id = map.tile_id;"
	"PRAGMA application_id = " APPLICATION_ID ";";

/* An image goes with the last tile that shows it. */
static const char cache_tables[] =
	"CREATE INDEX map_images ON map (tile_id);"
	"CREATE TRIGGER map_removed AFTER DELETE ON map WHEN old.tile_id IS NOT NULL BEGIN"
	" DELETE FROM images WHERE tile_id = old.tile_id AND NOT EXISTS"
	" (SELECT 1 FROM map WHERE map.tile_id = old.tile_id); END;"
	"CREATE TRIGGER map_replaced AFTER UPDATE OF tile_id ON map"
	" WHEN old.tile_id IS NOT new.tile_id BEGIN"
	" DELETE FROM images WHERE tile_id = old.tile_id AND NOT EXISTS"
	" (SELECT 1 FROM map WHERE map.tile_id = old.tile_id); END;";

static const char *const texts[STATEMENTS] = {
	[STATEMENT_SET] = "INSERT OR REPLACE INTO metadata (name, value) VALUES (?1, ?2)",
	[STATEMENT_VALUE] = "SELECT value FROM metadata WHERE name = ?1",
	[STATEMENT_FIND_IMAGE] = "SELECT tile_id, raw_length, checksum FROM images WHERE hash = ?1",
	[STATEMENT_ADD_IMAGE] = "INSERT INTO images (hash, raw_length, checksum, tile_data)"
				" VALUES (?1, ?2, ?3, ?4)",
	[STATEMENT_PUT] = "INSERT INTO map VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE"
			  " SET tile_id = excluded.tile_id, used = excluded.used,"
			  " checksum = excluded.checksum",
	[STATEMENT_GET] = "SELECT map.checksum, map.used, map.tile_id, images.hash,"
			  " images.raw_length, images.checksum, images.tile_data"
			  " FROM map LEFT JOIN images ON images.tile_id = map.tile_id"
			  " WHERE zoom_level = ?1 AND tile_column = ?2 AND tile_row = ?3"
			  " AND (?4 IS NULL OR ?4 = (SELECT value FROM metadata"
			  " WHERE name = '" MBTILES_VERSION "'))",
	[STATEMENT_TOUCH] = "UPDATE map SET used = ?4 WHERE zoom_level = ?1 AND tile_column = ?2"
			    " AND tile_row = ?3 AND used < ?4",
	[STATEMENT_EACH] = "SELECT zoom_level, tile_column, tile_row, tile_id FROM map"
			   " ORDER BY zoom_level, tile_column, tile_row DESC",
	[STATEMENT_REMOVE] = "DELETE FROM map WHERE zoom_level = ?1 AND tile_column = ?2"
			     " AND tile_row = ?3",
	[STATEMENT_AGES] = "SELECT used, count(*) FROM map GROUP BY used",
	[STATEMENT_USED_BY] = "UPDATE map SET used = ?1 WHERE used > ?1",
	[STATEMENT_REMOVE_BEFORE] = "DELETE FROM map WHERE used < ?1",
	[STATEMENT_REMOVE_AT] = "DELETE FROM map WHERE (zoom_level, tile_column, tile_row) IN"
				" (SELECT zoom_level, tile_column, tile_row FROM map"
				" WHERE used = ?1 LIMIT ?2)",
	[STATEMENT_VACUUM] = "PRAGMA incremental_vacuum",
	[STATEMENT_BYTES] = "SELECT (page_count - freelist_count) * page_size"
			    " FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
};

void mbtiles_setup(void)
{
	/* refused where SQLite is in use already, which then works as before */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static enum error_code code_of(int result)
{
	switch (result & 0xff) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_FORMAT:
	case SQLITE_ERROR: /* a table that is not there */
	case SQLITE_CONSTRAINT:
		return ERROR_INVALID;
	case SQLITE_IOERR:
		return result == SQLITE_IOERR_SHORT_READ ? ERROR_INVALID : ERROR_IO;
	case SQLITE_FULL:
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
	case SQLITE_NOLFS:
		return ERROR_IO;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ERROR_BUSY;
	default:
		return ERROR_INTERNAL;
	}
}

enum error_code mbtiles_failure(const struct mbtiles *mbtiles, struct error *error)
{
	return error_set(error, code_of(sqlite3_extended_errcode(mbtiles->db)), "%s: %s",
			 mbtiles->path, sqlite3_errmsg(mbtiles->db));
}

enum error_code mbtiles_execute(struct mbtiles *mbtiles, const char *sql, struct error *error)
{
	return sqlite3_exec(mbtiles->db, sql, NULL, NULL, NULL) ? mbtiles_failure(mbtiles, error)
								: ERROR_NONE;
}

enum error_code mbtiles_statement(struct mbtiles *mbtiles, enum mbtiles_statement which,
				  sqlite3_stmt **statement, struct error *error)
{
	*statement = mbtiles->statements[which];
	if (*statement) {
		sqlite3_clear_bindings(*statement);
		return ERROR_NONE;
	}
	if (sqlite3_prepare_v3(mbtiles->db, texts[which], -1, SQLITE_PREPARE_PERSISTENT, statement,
			       NULL))
		return mbtiles_failure(mbtiles, error);
	mbtiles->statements[which] = *statement;
	return ERROR_NONE;
}

enum error_code mbtiles_step(struct mbtiles *mbtiles, sqlite3_stmt *statement, int *step,
			     struct error *error)
{
	*step = sqlite3_step(statement);
	return *step == SQLITE_ROW || *step == SQLITE_DONE ? ERROR_NONE
							   : mbtiles_failure(mbtiles, error);
}

enum error_code mbtiles_run(struct mbtiles *mbtiles, sqlite3_stmt *statement, struct error *error)
{
	enum error_code code;
	int step;

	do
		code = mbtiles_step(mbtiles, statement, &step, error);
	while (!code && step == SQLITE_ROW);
	sqlite3_reset(statement);
	return code;
}

static enum error_code read_number(struct mbtiles *mbtiles, const char *sql, int64_t *number,
				   struct error *error)
{
	sqlite3_stmt *statement;
	enum error_code code;
	int step;

	if (sqlite3_prepare_v2(mbtiles->db, sql, -1, &statement, NULL))
		return mbtiles_failure(mbtiles, error);
	code = mbtiles_step(mbtiles, statement, &step, error);
	*number = !code && step == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
	sqlite3_finalize(statement);
	return code;
}

/* In a transaction, since several processes may find the file empty at once. */
static enum error_code make_tables(struct mbtiles *mbtiles, struct error *error)
{
	bool cache = mbtiles->use == MBTILES_CACHE;
	int64_t objects;
	char layout[64];
	enum error_code code = mbtiles_begin(mbtiles, error);

	snprintf(layout, sizeof(layout), "PRAGMA user_version = %d", LAYOUT);
	if (!code)
		code = read_number(mbtiles, "SELECT count(*) FROM sqlite_schema", &objects, error);
	if (!code && !objects) {
		code = mbtiles_execute(mbtiles, tables, error);
		if (!code && cache)
			code = mbtiles_execute(mbtiles, cache_tables, error);
		if (!code)
			code = mbtiles_execute(mbtiles, layout, error);
	}
	if (!code && cache)
		return mbtiles_commit(mbtiles, error);
	if (code)
		mbtiles_roll_back(mbtiles);
	return code;
}

static enum error_code check_layout(struct mbtiles *mbtiles, struct error *error)
{
	int64_t objects, layout;
	enum error_code code = read_number(mbtiles, "SELECT count(*) FROM sqlite_schema", &objects,
					   error);

	/* Another process has made the file and not yet its tables, which come with the layout. */
	if (!code && objects == 0)
		return error_set(error, ERROR_NOT_FOUND, "%s: nothing is in it yet", mbtiles->path);
	if (!code)
		code = read_number(mbtiles, "PRAGMA user_version", &layout, error);
	if (!code && layout != LAYOUT)
		code = error_set(error, ERROR_INVALID, "%s: laid out by another version",
				 mbtiles->path);
	return code;
}

static int patience_ms(enum mbtiles_use use)
{
	return use == MBTILES_READ_NOW ? 0
	       : use == MBTILES_READ   ? READER_PATIENCE_MS
				       : WRITER_PATIENCE_MS;
}

static enum error_code open_database(struct mbtiles *mbtiles, const char *name, int flags,
				     struct error *error)
{
	int persist = 1;

	sqlite3_close_v2(mbtiles->db);
	mbtiles->db = NULL;
	if (sqlite3_open_v2(name, &mbtiles->db, flags | SQLITE_OPEN_NOMUTEX, NULL))
		return mbtiles->db ? mbtiles_failure(mbtiles, error)
				   : error_set(error, ERROR_INTERNAL, "SQLite does not start");
	sqlite3_extended_result_codes(mbtiles->db, 1);
	sqlite3_busy_timeout(mbtiles->db, patience_ms(mbtiles->use));
	/* The last handle of a file that was removed would else remove the log of the one that
	 * has taken its place. */
	sqlite3_file_control(mbtiles->db, NULL, SQLITE_FCNTL_PERSIST_WAL, &persist);
	return ERROR_NONE;
}

/* Where the folder cannot be written, the log of a cache cannot be looked for: there is no writer
 * either. */
static enum error_code open_immutable(struct mbtiles *mbtiles, struct error *error)
{
	char *escaped = memory_new(3 * strlen(mbtiles->path) + 1), *end = escaped, *name;
	enum error_code code;

	for (const char *c = mbtiles->path; *c; c++)
		end += sprintf(end, strchr("%?#", *c) ? "%%%02X" : "%c", (unsigned char)*c);
	name = memory_print("file:%s?immutable=1", escaped);
	code = open_database(mbtiles, name, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, error);
	if (!code)
		code = check_layout(mbtiles, error);
	free(name);
	free(escaped);
	return code;
}

static enum error_code open_reader(struct mbtiles *mbtiles, struct error *error)
{
	enum error_code code;

	if (access(mbtiles->path, F_OK))
		return error_set(error, ERROR_NOT_FOUND, "there is no file %s", mbtiles->path);
	code = open_database(mbtiles, mbtiles->path, SQLITE_OPEN_READONLY, error);
	if (!code)
		code = check_layout(mbtiles, error);
	if (code == ERROR_IO && mbtiles->use == MBTILES_READ)
		code = open_immutable(mbtiles, error);
	return code ? code : mbtiles_execute(mbtiles, reader_setup, error);
}

static enum error_code open_writer(struct mbtiles *mbtiles, struct error *error)
{
	const char *setup = mbtiles->use == MBTILES_CACHE ? cache_setup : export_setup;
	enum error_code code;

	if (mbtiles->use == MBTILES_EXPORT)
		unlink(mbtiles->path);
	code = open_database(mbtiles, mbtiles->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
			     error);
	if (!code)
		code = mbtiles_execute(mbtiles, setup, error);
	if (!code)
		code = make_tables(mbtiles, error);
	return code ? code : check_layout(mbtiles, error);
}

enum error_code mbtiles_open(const char *path, enum mbtiles_use use, struct mbtiles **result,
			     struct error *error)
{
	struct mbtiles *mbtiles = memory_zeroed(1, sizeof(*mbtiles));
	enum error_code code;

	mbtiles->path = memory_text(path);
	mbtiles->use = use;
	code = mbtiles_now_begin(mbtiles, error);
	if (!code)
		code = use == MBTILES_READ || use == MBTILES_READ_NOW ? open_reader(mbtiles, error)
								      : open_writer(mbtiles, error);
	mbtiles_now_end();
	if (code) {
		mbtiles_close(mbtiles);
		return code;
	}
	*result = mbtiles;
	return ERROR_NONE;
}

void mbtiles_close(struct mbtiles *mbtiles)
{
	if (!mbtiles)
		return;
	for (unsigned i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(mbtiles->statements[i]);
	sqlite3_close_v2(mbtiles->db);
	free(mbtiles->path);
	free(mbtiles);
}

enum error_code mbtiles_finish(struct mbtiles *mbtiles, struct error *error)
{
	enum error_code code = mbtiles_commit(mbtiles, error);
	int file;

	if (code)
		return code;
	file = open(mbtiles->path, O_RDONLY | O_CLOEXEC);
	if (file < 0 || fsync(file))
		code = error_set(error, ERROR_IO, "%s: what was written did not reach the disk",
				 mbtiles->path);
	if (file >= 0)
		close(file);
	return code;
}

enum error_code mbtiles_begin(struct mbtiles *mbtiles, struct error *error)
{
	return mbtiles_execute(mbtiles, "BEGIN IMMEDIATE", error);
}

enum error_code mbtiles_commit(struct mbtiles *mbtiles, struct error *error)
{
	return mbtiles_execute(mbtiles, "COMMIT", error);
}

void mbtiles_roll_back(struct mbtiles *mbtiles)
{
	if (!sqlite3_get_autocommit(mbtiles->db))
		sqlite3_exec(mbtiles->db, "ROLLBACK", NULL, NULL, NULL);
}

enum error_code mbtiles_set(struct mbtiles *mbtiles, const char *name, const char *value,
			    struct error *error)
{
	sqlite3_stmt *statement;
	enum error_code code = mbtiles_statement(mbtiles, STATEMENT_SET, &statement, error);

	if (code)
		return code;
	sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, value, -1, SQLITE_STATIC);
	return mbtiles_run(mbtiles, statement, error);
}

enum error_code mbtiles_value(struct mbtiles *mbtiles, const char *name, char **value,
			      struct error *error)
{
	sqlite3_stmt *statement;
	int step;
	enum error_code code = mbtiles_statement(mbtiles, STATEMENT_VALUE, &statement, error);

	if (code)
		return code;
	sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
	code = mbtiles_step(mbtiles, statement, &step, error);
	*value = !code && step == SQLITE_ROW
			 ? memory_text((const char *)sqlite3_column_text(statement, 0))
			 : NULL;
	sqlite3_reset(statement);
	return code;
}
