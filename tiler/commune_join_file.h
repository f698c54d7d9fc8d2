/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/commune_join.h"

/* How a join lies in its file, in the machine's byte order: a head, the communes with features in
 * the order of their codes, the ids of their features. Private to commune_join*.c. */

#define COMMUNE_JOIN_MAGIC "TUILCOM1"

struct commune_join_head {
	char magic[8];
	uint32_t order; /* 0x01020304 */
	uint32_t count; /* communes */
	uint64_t ids;
	char hash[32]; /* of all that follows the head */
	char spare[8];
};

struct commune_join_entry {
	char code[COMMUNE_CODE_SIZE]; /* NUL at the end */
	struct box box;
	uint64_t first, count; /* of the ids */
};

_Static_assert(sizeof(struct commune_join_head) == 64, "the head's place in the file");
_Static_assert(sizeof(struct commune_join_entry) == 64, "an entry's place in the file");

enum {
	COMMUNE_JOIN_ORDER = 0x01020304
};

/* Where the file is, and the folder it is in: new. */
char *commune_join_folder(const struct commune_join_of *of);
char *commune_join_path(const struct commune_join_of *of);

/* One commune's features on their way into a file. */
struct commune_found {
	char code[COMMUNE_CODE_SIZE];
	uint64_t *ids;
	uint64_t count, capacity;
	struct box box;
};

/* How many ids COUNT of them have together. */
uint64_t commune_join_id_count(const struct commune_found *communes, uint32_t count);

/* Writes the file of COUNT communes, in the order of their codes and each with ascending ids,
 * aside, puts it in place and removes the theme's others. ERROR_IO says why it cannot. */
MUST_CHECK enum error_code commune_join_write(const struct commune_join_of *of,
					      const struct commune_found *communes, uint32_t count,
					      struct error *error);
