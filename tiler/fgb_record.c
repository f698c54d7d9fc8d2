/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "tiler/fgb_file.h"

bool fgb_record(const struct fgb *fgb, uint64_t index, struct fgb_record *record)
{
	struct flatbuffer buffer;
	const uint8_t *node;

	if (!fgb->nodes || index >= fgb->feature_count)
		return false;
	node = fgb->nodes + (fgb->level_start[0] + index) * FGB_NODE_SIZE;
	if (!fgb_feature_buffer(fgb, load_u64(node + 32), &buffer))
		return false;
	record->box = fgb_load_box(node);
	record->bytes = buffer.bytes;
	record->length = buffer.size;
	return true;
}

uint64_t fgb_record_id(const struct fgb *fgb, const struct fgb_record *record)
{
	uint64_t id;

	return fgb_record_find_id(fgb, record, &id) ? id : 0;
}

bool fgb_record_find_id(const struct fgb *fgb, const struct fgb_record *record, uint64_t *id)
{
	struct flatbuffer buffer = {record->bytes, record->length};

	return fgb_feature_id(buffer, &fgb->layout, id);
}

bool fgb_same_layout(const struct fgb *a, const struct fgb *b)
{
	const struct fgb_layout *left = &a->layout, *right = &b->layout;
	bool same = left->geometry_type == right->geometry_type &&
		    left->column_count == right->column_count && a->column_count == b->column_count;

	for (uint32_t i = 0; same && i < left->column_count; i++)
		same = left->columns[i].type == right->columns[i].type &&
		       left->columns[i].is_id == right->columns[i].is_id;
	for (uint32_t i = 0; same && i < a->column_count; i++)
		same = strcmp(a->columns[i].name, b->columns[i].name) == 0;
	return same;
}
