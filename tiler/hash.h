/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Fast hashes of bytes (XXH3, https://xxhash.com). For keys, versions and entity tags: equal on
 * every machine and across restarts. Not for secrets. */

/* A 64-bit hash, for tables and shards. */
uint64_t hash_bytes(const void *bytes, size_t length);

/* A 128-bit hash as 32 lower-case hexadecimal digits and a NUL. */
void hash_hex(const void *bytes, size_t length, char hex[33]);
