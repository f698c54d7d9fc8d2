/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>

/* The order of two uint64_t, for qsort and bsearch: the least first. */
static inline int compare_u64(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}
