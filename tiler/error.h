/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

/* An error is a code, which the caller may branch on, and one sentence a person reads:
 * what, where, why, what to do. Fallible functions return the code (ERROR_NONE is 0) and take
 * the struct as their last parameter; its text is set if and only if the code is not 0. */

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))

enum error_code {
	ERROR_NONE = 0,
	ERROR_NOT_FOUND,   /* no such file, theme, grid or tile */
	ERROR_INVALID,	   /* the input breaks its format, or an argument is nonsense */
	ERROR_UNSUPPORTED, /* sound input of a kind we do not serve */
	ERROR_LIMIT,	   /* larger than a limit that protects the service */
	ERROR_IO,	   /* the system refused: permission, full disk, vanished file */
	ERROR_BUSY,	   /* the queue is full, or the work was not done by its deadline */
	ERROR_STOPPED,	   /* the work was abandoned because the program is ending */
	ERROR_INTERNAL,	   /* a library failed in a way it should not */
};

struct error {
	enum error_code code;
	char text[480];
	char french[480]; /* the same sentence, or "": it is in English only */
};

/* Fills ERROR and returns CODE, so that a function can `return error_set(...)`.
 * ERROR may be NULL when the caller does not want the text. The text is cut, never overrun. */
enum error_code error_set(struct error *error, enum error_code code, const char *format, ...)
	PRINTF_LIKE(3, 4);

/* The same in both languages, of a pair of formats from message.h. */
enum error_code error_tell(struct error *error, enum error_code code, const char *english,
			   const char *french, ...) PRINTF_LIKE(3, 5) PRINTF_LIKE(4, 5);

/* Gives ERROR, which error_set has just filled, the same sentence in French: for those that consist
 * of different words, not only of different formats. Returns CODE. */
enum error_code error_add_french(struct error *error, enum error_code code, const char *format, ...)
	PRINTF_LIKE(3, 4);

/* Puts a sentence's beginning before the text of ERROR ("theme a:b: " + text), which is then in
 * English only; returns its code. */
enum error_code error_prefix(struct error *error, const char *format, ...) PRINTF_LIKE(2, 3);

/* The same in both languages, of a pair of formats; in French if ERROR is. */
enum error_code error_tell_prefix(struct error *error, const char *english, const char *french, ...)
	PRINTF_LIKE(2, 4) PRINTF_LIKE(3, 4);
