/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <sqlite3.h>

#include "tiler/mbtiles.h"

/* What a handle is made of; for mbtiles.c (the file), mbtiles_tiles.c (what is in it) and
 * mbtiles_now.c (how it is read without waiting). */

enum mbtiles_statement {
	STATEMENT_SET,
	STATEMENT_VALUE,
	STATEMENT_FIND_IMAGE,
	STATEMENT_ADD_IMAGE,
	STATEMENT_PUT,
	STATEMENT_GET,
	STATEMENT_TOUCH,
	STATEMENT_EACH,
	STATEMENT_REMOVE,
	STATEMENT_AGES,
	STATEMENT_USED_BY,
	STATEMENT_REMOVE_BEFORE,
	STATEMENT_REMOVE_AT,
	STATEMENT_VACUUM,
	STATEMENT_BYTES,
	STATEMENTS,
};

struct mbtiles {
	char *path;
	enum mbtiles_use use;
	sqlite3 *db;
	sqlite3_stmt *statements[STATEMENTS];
};

/* What a handle for who cannot wait does is between these two; nothing for the others. */
MUST_CHECK enum error_code mbtiles_now_begin(const struct mbtiles *mbtiles, struct error *error);
void mbtiles_now_end(void);

/* Fills ERROR from what the library said last. */
enum error_code mbtiles_failure(const struct mbtiles *mbtiles, struct error *error);

/* The statement, prepared and with nothing bound to it. */
MUST_CHECK enum error_code mbtiles_statement(struct mbtiles *mbtiles, enum mbtiles_statement which,
					     sqlite3_stmt **statement, struct error *error);

/* Runs it to its next row: SQLITE_ROW or SQLITE_DONE in *STEP. */
MUST_CHECK enum error_code mbtiles_step(struct mbtiles *mbtiles, sqlite3_stmt *statement, int *step,
					struct error *error);

/* Runs it to its end, and lets go of what it holds. */
MUST_CHECK enum error_code mbtiles_run(struct mbtiles *mbtiles, sqlite3_stmt *statement,
				       struct error *error);
MUST_CHECK enum error_code mbtiles_execute(struct mbtiles *mbtiles, const char *sql,
					   struct error *error);
