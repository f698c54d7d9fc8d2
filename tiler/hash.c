/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/hash.h"

#include <stdio.h>

#define XXH_INLINE_ALL /* most of what is hashed is short: a call would cost as much */
#include <xxhash.h>

uint64_t hash_bytes(const void *bytes, size_t length)
{
	return XXH3_64bits(bytes, length);
}

void hash_hex(const void *bytes, size_t length, char hex[33])
{
	XXH128_hash_t hash = XXH3_128bits(bytes, length);

	snprintf(hex, 33, "%016llx%016llx", (unsigned long long)hash.high64,
		 (unsigned long long)hash.low64);
}
