/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stddef.h>

/* Allocation that does not fail: without memory the program says so and ends. What could ask for
 * much (tiles, queues, caches, requests) is bounded elsewhere, by limits with an error of their
 * own, so running out here means that the machine is too small, and no caller could go on. */

/* New memory of SIZE bytes (at least 1), owned by the caller, released with free(). */
void *memory_new(size_t size) __attribute__((malloc, returns_nonnull));

/* The same, zeroed, for COUNT items of SIZE bytes; ends the program if the product overflows. */
void *memory_zeroed(size_t count, size_t size) __attribute__((malloc, returns_nonnull));

/* realloc() for COUNT items of SIZE bytes that does not fail. Steals POINTER (may be NULL). */
void *memory_resize(void *pointer, size_t count, size_t size) __attribute__((returns_nonnull));

/* New copy of TEXT; NULL gives NULL. */
char *memory_text(const char *text);

/* New text printed as by printf. */
char *memory_print(const char *format, ...)
	__attribute__((format(printf, 1, 2), malloc, returns_nonnull));
