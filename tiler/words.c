/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/words.h"

#include <string.h>

bool words_have(const char *words, const char *separators, const char *word,
		words_compare_f compare)
{
	size_t length = strlen(word), next;

	for (words += strspn(words, separators); *words;
	     words += next + strspn(words + next, separators)) {
		next = strcspn(words, separators);
		if (next == length && compare(words, word, length) == 0)
			return true;
	}
	return false;
}
