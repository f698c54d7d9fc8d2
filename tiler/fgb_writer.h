/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/error.h"
#include "tiler/feature.h"
#include "tiler/theme.h"

/* Writes FlatGeobuf 3 (https://flatgeobuf.org) as fgb.h, and any GIS, reads it: spatially indexed
 * by a packed Hilbert R-tree, each feature's number in the column FGB_ID_COLUMN. For one thread. */
struct fgb_writer;

/* What the file is to hold; all borrowed until the call returns. */
struct fgb_writer_layout {
	const char *layer;
	const struct crs *crs;
	enum geometry_kind kind; /* GEOMETRY_MIXED takes all */
	const struct column *columns;
	uint32_t column_count; /* below 65,535 */
	/* How many features there will be at most, when they come in the order in which they are to
	 * lie: that of a file of the same theme. 0: they come in any, are kept aside (a file beside
	 * PATH) and put in the order of the Hilbert curve in the end. */
	uint64_t in_order;
};

/* New; PATH is made, or made anew. */
MUST_CHECK enum error_code fgb_writer_new(const char *path, const struct fgb_writer_layout *layout,
					  struct fgb_writer **writer, struct error *error);

/* The values of FEATURE are of the columns' types, or null; its id goes into the file where it has
 * one. ERROR_UNSUPPORTED: it is not of the layout's kind; it was not written. ERROR_IO: the disk is
 * full or failing, and WRITER good for fgb_writer_free alone. */
MUST_CHECK enum error_code fgb_writer_add(struct fgb_writer *writer, const struct feature *feature,
					  struct error *error);

/* Ends the file: on disk (fsync). WRITER is gone in every case. ERROR_IO: the disk is full or
 * failing; the file is useless. */
MUST_CHECK enum error_code fgb_writer_finish(struct fgb_writer *writer, struct error *error);

/* Gives up; the file is useless. NULL is nothing. */
void fgb_writer_free(struct fgb_writer *writer);
