/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Well-formed UTF-8 (Unicode 15, table 3-7): no overlong form, no surrogate, nothing past U+10FFFF.
 */

/* Bytes of the sequence at TEXT, which is not at its NUL; 0 if it is not well-formed. */
size_t utf8_length(const char *text);

/* Is the whole of TEXT well-formed? */
bool utf8_valid(const char *text);
