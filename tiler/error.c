/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum error_code error_set(struct error *error, enum error_code code, const char *format, ...)
{
	if (error) {
		va_list arguments;

		error->code = code;
		error->french[0] = '\0';
		va_start(arguments, format);
		vsnprintf(error->text, sizeof(error->text), format, arguments);
		va_end(arguments);
	}
	return code;
}

enum error_code error_tell(struct error *error, enum error_code code, const char *english,
			   const char *french, ...)
{
	va_list arguments;

	if (!error)
		return code;
	error->code = code;
	va_start(arguments, french);
	vsnprintf(error->text, sizeof(error->text), english, arguments);
	va_end(arguments);
	va_start(arguments, french);
	vsnprintf(error->french, sizeof(error->french), french, arguments);
	va_end(arguments);
	return code;
}

enum error_code error_add_french(struct error *error, enum error_code code, const char *format, ...)
{
	va_list arguments;

	if (!error)
		return code;
	va_start(arguments, format);
	vsnprintf(error->french, sizeof(error->french), format, arguments);
	va_end(arguments);
	return code;
}

/* Puts what FORMAT and ARGUMENTS come to before TEXT, of SIZE bytes. */
static void put_before(char *text, size_t size, const char *format, va_list arguments)
{
	char after[sizeof(((struct error *)0)->text)];
	int length;

	snprintf(after, sizeof(after), "%s", text);
	length = vsnprintf(text, size, format, arguments);
	if (length >= 0 && (size_t)length < size)
		snprintf(text + length, size - (size_t)length, "%s", after);
}

enum error_code error_prefix(struct error *error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	put_before(error->text, sizeof(error->text), format, arguments);
	va_end(arguments);
	error->french[0] = '\0';
	return error->code;
}

enum error_code error_tell_prefix(struct error *error, const char *english, const char *french, ...)
{
	va_list arguments;

	va_start(arguments, french);
	put_before(error->text, sizeof(error->text), english, arguments);
	va_end(arguments);
	if (!*error->french)
		return error->code;
	va_start(arguments, french);
	put_before(error->french, sizeof(error->french), french, arguments);
	va_end(arguments);
	return error->code;
}
