/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/grid.h"

/* Grids from JSON documents as OGC 17-083r4 (Two Dimensional Tile Matrix Set 2.0) defines them: any
 * CRS PROJ knows, any origin, cells, sizes of tiles and matrices, either order of axes and either
 * corner of origin. Levels are numbered from 0, the coarsest, whatever the identifiers of the
 * document's matrices. */

enum {
	GRID_DOCUMENT_BYTES_MOST = 1 << 20 /* the largest registered grid is a hundredth of it */
};

/* New grid of the file at PATH. Without an "id" it gets the file's name. The error says which
 * member is wrong, why and what to do, and leaves the file to the caller to name. ERROR_INVALID;
 * ERROR_UNSUPPORTED: joined tiles (variableMatrixWidths), version 1 of the standard; ERROR_LIMIT:
 * larger than any grid is; ERROR_IO: it cannot be read. */
MUST_CHECK enum error_code grid_document_read(const char *path, struct grid **grid,
					      struct error *error);

/* The same from LENGTH bytes of text. NAME: the id where the document has none. */
MUST_CHECK enum error_code grid_document_parse(const char *text, size_t length, const char *name,
					       struct grid **grid, struct error *error);
