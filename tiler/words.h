/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* strncmp, or strncasecmp where the case of letters does not matter. */
typedef int (*words_compare_f)(const char *a, const char *b, size_t length);

/* Is WORD one of WORDS, which the characters of SEPARATORS part? The empty word never is. */
bool words_have(const char *words, const char *separators, const char *word,
		words_compare_f compare);
