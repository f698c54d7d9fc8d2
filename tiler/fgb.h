/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/arena.h"
#include "tiler/error.h"
#include "tiler/feature.h"

/* Reads FlatGeobuf 3 (https://flatgeobuf.org) from a mapped file: no library call, no copy and no
 * lock on the way to a feature, so all workers share one. Every offset is checked against the file:
 * a damaged one gives ERROR_INVALID, never a crash. */
struct fgb;

struct fgb_column {
	const char *name; /* borrowed from the struct fgb */
	enum value_type type;
};

/* New; the file stays mapped until fgb_close. It should not be changed in place meanwhile (prepared
 * themes never are); when it is, reading gives ERROR_INVALID. */
MUST_CHECK enum error_code fgb_open(const char *path, struct fgb **fgb, struct error *error);
void fgb_close(struct fgb *fgb);

/* Gives the pages read so far back to the system: after a pass over all of a large file. */
void fgb_rest(const struct fgb *fgb);

/* What the header says of the file; the columns are borrowed, without that of the id. */
uint64_t fgb_feature_count(const struct fgb *fgb);
uint64_t fgb_bytes(const struct fgb *fgb); /* of the file */
struct box fgb_extent(const struct fgb *fgb);
uint32_t fgb_column_count(const struct fgb *fgb);
const struct fgb_column *fgb_columns(const struct fgb *fgb);

/* Called for each feature; all it points at lies in the mapped file and the arena, and is gone
 * after the call. Any code but ERROR_NONE ends the query and is returned by it. */
typedef enum error_code (*fgb_visit_f)(const struct feature *feature, void *context,
				       struct error *error);

/* Every feature whose box touches BOX, in file order (along the Hilbert curve). The column named
 * FGB_ID_COLUMN, where there is one, is the feature's id and not among fgb_columns; the others are
 * its values, in the order of fgb_columns. */
#define FGB_ID_COLUMN "tuilerie:id"
MUST_CHECK enum error_code fgb_query(const struct fgb *fgb, struct box box, struct arena *arena,
				     fgb_visit_f visit, void *context, struct error *error);

/* The same in the order of the features' ids, that is, of the source: what the source draws last
 * lies on top, and neighbours in a table, which have much in common, compress well. */
MUST_CHECK enum error_code fgb_query_by_id(const struct fgb *fgb, struct box box,
					   struct arena *arena, fgb_visit_f visit, void *context,
					   struct error *error);

/* One feature by its place, as fgb_query gave it in struct feature. */
MUST_CHECK enum error_code fgb_visit_at(const struct fgb *fgb, uint64_t place, struct arena *arena,
					fgb_visit_f visit, void *context, struct error *error);

/* *INDEX: the first feature from there on, in file order, whose box touches BOX; at the end
 * fgb_feature_count. Costs the same wherever it begins (the way down the tree), so that a walk
 * through the file can be put off at any feature and taken up again. ERROR_INVALID: the index is
 * damaged, or there is none. */
MUST_CHECK enum error_code fgb_seek(const struct fgb *fgb, struct box box, uint64_t *index,
				    struct error *error);

/* The feature INDEX of the file's order, with its place; what it points at lies in the mapped file
 * and in ARENA. */
MUST_CHECK enum error_code fgb_read(const struct fgb *fgb, uint64_t index, struct arena *arena,
				    struct feature *feature, struct error *error);

/* A feature as it lies in the file, of which all is borrowed: two of equal bytes, in files of the
 * same layout, are drawn alike. */
struct fgb_record {
	struct box box;
	const uint8_t *bytes;
	uint32_t length;
};

/* The feature at place INDEX of the file's order. False: the file is damaged there, or has no
 * index. */
bool fgb_record(const struct fgb *fgb, uint64_t index, struct fgb_record *record);
uint64_t fgb_record_id(const struct fgb *fgb, const struct fgb_record *record); /* 0: or none */
bool fgb_record_find_id(const struct fgb *fgb, const struct fgb_record *record, uint64_t *id);

/* Has nobody cut or written to the file since it was opened? Otherwise what records were read from
 * it are not to be trusted. A system call. */
bool fgb_is_unchanged(const struct fgb *fgb);

/* Have they the same columns and the same kind of geometry? */
bool fgb_same_layout(const struct fgb *a, const struct fgb *b);
