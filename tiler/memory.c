/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *pointer)
{
	if (!pointer) {
		fputs("tuilerie: out of memory\n", stderr);
		abort();
	}
	return pointer;
}

void *memory_new(size_t size)
{
	return checked(malloc(size ? size : 1));
}

void *memory_zeroed(size_t count, size_t size)
{
	return checked(calloc(count ? count : 1, size ? size : 1));
}

void *memory_resize(void *pointer, size_t count, size_t size)
{
	return checked(reallocarray(pointer, count ? count : 1, size ? size : 1));
}

char *memory_text(const char *text)
{
	return text ? checked(strdup(text)) : NULL;
}

char *memory_print(const char *format, ...)
{
	va_list arguments;
	char *text = NULL;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	return checked(text);
}
