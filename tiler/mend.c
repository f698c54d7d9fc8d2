/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/mend.h"

#include "tiler/untangle.h"

static void orient(struct tile_rings rings)
{
	for (uint32_t i = 0; i < rings.count; i++)
		tile_path_orient(rings.rings[i], rings.rings[i].exterior);
}

enum error_code mend_rings(struct repairer *repairer, struct tile_rings *rings, struct arena *arena,
			   bool *repaired, struct error *error)
{
	enum error_code code;

	orient(*rings);
	*repaired = !rings_are_sound(*rings, arena);
	if (!*repaired || untangle_rings(rings, arena))
		return ERROR_NONE;
	code = repair_rings(repairer, rings, arena, repaired, error);
	orient(*rings);
	return code;
}

enum error_code meet_rings(struct repairer *repairer, struct tile_rings *rings,
			   struct tile_rings others, struct arena *arena, struct error *error)
{
	enum error_code code;

	if (common_rings(rings, others, arena))
		return ERROR_NONE;
	code = intersect_rings(repairer, rings, others, arena, error);
	orient(*rings);
	return code;
}
