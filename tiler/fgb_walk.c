/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/fgb_file.h"

/* How far a level of the tree has been looked through: leaves before `from` are passed over. */
struct seeking {
	const struct fgb *fgb;
	struct box box;
	uint64_t from;
};

/* Leaves below a node of LEVEL. */
static uint64_t leaves_of(const struct fgb *fgb, uint32_t level)
{
	uint64_t leaves = 1;

	while (level-- > 0 && leaves < fgb->feature_count)
		leaves *= fgb->node_size;
	return leaves;
}

/* Looks among the children of one node, which are on LEVEL and begin with number FIRST of it, and
 * below; true: *FOUND is a leaf. The nodes of a level lie in the order of the leaves below them, so
 * their number says which these are. */
static bool seek_below(const struct seeking *seeking, uint32_t level, uint64_t first,
		       uint64_t *found)
{
	const struct fgb *fgb = seeking->fgb;
	uint64_t leaves = leaves_of(fgb, level), start = fgb->level_start[level];
	uint64_t count = fgb->level_end[level] - start, end = first + fgb->node_size;
	uint64_t passed = seeking->from / leaves;

	for (uint64_t i = first > passed ? first : passed; i < end && i < count; i++) {
		const uint8_t *node = fgb->nodes + (start + i) * FGB_NODE_SIZE;

		if (!box_intersects(fgb_load_box(node), seeking->box))
			continue;
		if (level == 0) {
			*found = i;
			return true;
		}
		if (seek_below(seeking, level - 1, i * fgb->node_size, found))
			return true;
	}
	return false;
}

enum error_code fgb_seek(const struct fgb *fgb, struct box box, uint64_t *index,
			 struct error *error)
{
	struct seeking seeking = {fgb, box, *index};

	if (*index < fgb->feature_count && !fgb->nodes)
		return fgb_damaged(error, "it has no index");
	if (*index >= fgb->feature_count || !seek_below(&seeking, fgb->level_count - 1, 0, index))
		*index = fgb->feature_count;
	return ERROR_NONE;
}

enum error_code fgb_read(const struct fgb *fgb, uint64_t index, struct arena *arena,
			 struct feature *feature, struct error *error)
{
	struct flatbuffer buffer;
	uint64_t offset;

	if (!fgb->nodes || index >= fgb->feature_count)
		return fgb_damaged(error, "it has no such feature");
	offset = load_u64(fgb->nodes + (fgb->level_start[0] + index) * FGB_NODE_SIZE + 32);
	if (!fgb_feature_buffer(fgb, offset, &buffer))
		return fgb_damaged(error, "a feature runs out of the file");
	if (!fgb_feature_read(buffer, &fgb->layout, arena, feature))
		return fgb_damaged(error, "a feature's content");
	feature->place = offset;
	return ERROR_NONE;
}
