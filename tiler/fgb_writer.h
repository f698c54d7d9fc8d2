/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/error.h"
#include "tiler/feature.h"
#include "tiler/theme.h"

/* Writes FlatGeobuf files as fgb.h reads them: through GDAL, spatially indexed, each feature's
 * number in the column FGB_ID_COLUMN. For one thread. */
struct fgb_writer;

/* What the file is to hold; all borrowed until the call returns. */
struct fgb_writer_layout {
	const char *layer;
	const struct crs *crs;
	enum geometry_kind kind; /* GEOMETRY_MIXED takes all */
	const struct column *columns;
	uint32_t column_count;
	const char *scratch; /* folder for what does not yet have its place in the file */
};

/* New; PATH is made, or made anew. */
MUST_CHECK enum error_code fgb_writer_new(const char *path, const struct fgb_writer_layout *layout,
					  struct fgb_writer **writer, struct error *error);

/* ERROR_UNSUPPORTED: the feature is not of the layout's kind; it was not written. */
MUST_CHECK enum error_code fgb_writer_add(struct fgb_writer *writer, const struct feature *feature,
					  struct error *error);

/* Ends the file: on disk (fsync) and read back whole. WRITER is gone in every case. ERROR_IO: the
 * disk is full or failing; the file is useless. */
MUST_CHECK enum error_code fgb_writer_finish(struct fgb_writer *writer, struct error *error);

/* Gives up; the file is useless. */
void fgb_writer_free(struct fgb_writer *writer);
