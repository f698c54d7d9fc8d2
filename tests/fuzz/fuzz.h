/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tiler/buf.h"

/* What a fuzz target gives. It aborts when a promise is broken; the sanitizers watch the rest. Two
 * drivers run it: driver.c, a short deterministic run with any compiler, and clang's libFuzzer, as
 * long as one likes (long.sh). */

/* The entry point has the name libFuzzer looks for. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Appends sound input number INDEX to SEED; false past the last. */
bool fuzz_seed(unsigned index, struct buf *seed);

/* Inputs tried in a short run. */
extern const unsigned fuzz_rounds;

/* Ends the program with a sentence when a promise is broken, whatever NDEBUG says. */
#define FUZZ_CHECK(promise) ((promise) ? (void)0 : fuzz_broken(#promise, __FILE__, __LINE__))
_Noreturn void fuzz_broken(const char *promise, const char *file, int line);

/* The numbers the short run is made of: each round has its own, the same on every machine. */
uint32_t fuzz_random(uint64_t *state);
void fuzz_mutate(struct buf *input, const struct buf *other, uint64_t *state);
