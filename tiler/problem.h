/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

/* What stands in the way of a layer or a file; served nowhere, told to the operator. */
struct problem {
	char *place; /* the file, or "file, layer NAME" */
	char *text;  /* one sentence: what, why, what to do */
	bool remark; /* worth knowing; nothing is kept from being served */
};
