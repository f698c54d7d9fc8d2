/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>

#include "tiler/buf.h"

/* Texts without regard to case, to accents, or to both, in all languages: Unicode's case folding,
 * and decomposition without combining marks. The one room that knows utf8proc. */

enum {
	FOLD_CASE = 1,
	FOLD_ACCENTS = 2,
};

/* Appends the LENGTH bytes at TEXT to OUT, without what HOW (FOLD_...) names. What is not UTF-8 is
 * appended as it is. */
void fold_text(const char *text, uint32_t length, unsigned how, struct buf *out);

/* TEXT with each letter and its accents as one character where there is one (Unicode's form NFC),
 * as keyboards write them: files that come from a Mac have the other form. New; a copy of what is
 * not UTF-8. */
char *fold_composed(const char *text);
