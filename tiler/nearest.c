/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum {
	LONGEST = 64 /* bytes of a name that is compared */
};

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool differs(char a, char b)
{
	return tolower((unsigned char)a) != tolower((unsigned char)b);
}

/* How many letters are to be added, taken away, changed or swapped with the next. */
static size_t distance(const char *a, const char *b)
{
	size_t rows[3][LONGEST + 1], width = strlen(b);
	size_t *above = rows[0], *row = rows[1], *two_above = rows[2];

	for (size_t j = 0; j <= width; j++)
		above[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t *spare = two_above;

		row[0] = i;
		for (size_t j = 1; j <= width; j++) {
			row[j] = least(least(above[j], row[j - 1]) + 1,
				       above[j - 1] + differs(a[i - 1], b[j - 1]));
			if (i > 1 && j > 1 && !differs(a[i - 1], b[j - 2]) &&
			    !differs(a[i - 2], b[j - 1]))
				row[j] = least(row[j], two_above[j - 2] + 1);
		}
		two_above = above;
		above = row;
		row = spare;
	}
	return above[width];
}

void nearest_init(struct nearest *nearest, const char *wanted)
{
	size_t length = strlen(wanted);

	/* One letter in three may be wrong, and one in the shortest. */
	*nearest = (struct nearest){wanted, NULL, length / 3 + 2 - (length < 3)};
}

void nearest_offer(struct nearest *nearest, const char *name)
{
	size_t found;

	if (strlen(nearest->wanted) > LONGEST || strlen(name) > LONGEST)
		return;
	found = distance(nearest->wanted, name);
	if (found < nearest->distance) {
		nearest->distance = found;
		nearest->best = name;
	}
}
