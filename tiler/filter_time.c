/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/filter_time.h"

#include <ctype.h>
#include <string.h>

#include "tiler/filter_parser.h"
#include "tiler/message_filter.h"

/* A text being read. */
struct reading {
	const char *at, *end;
};

static bool take(struct reading *reading, char c)
{
	bool found = reading->at < reading->end && *reading->at == c;

	reading->at += found;
	return found;
}

/* A number of just COUNT digits from LEAST to MOST. */
static bool take_number(struct reading *reading, int count, int least, int most, int *number)
{
	*number = 0;
	for (int i = 0; i < count; i++) {
		if (reading->at >= reading->end || !isdigit((unsigned char)*reading->at))
			return false;
		*number = 10 * *number + (*reading->at++ - '0');
	}
	return *number >= least && *number <= most;
}

static int days_of_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* Days since 1 March of the year 0, by which leap days come last in a year. */
static int64_t day_number(int year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1, m = (month + 9) % 12;

	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1;
}

static bool take_date(struct reading *reading, int64_t *days)
{
	int year, month, day;

	if (!take_number(reading, 4, 0, 9999, &year) || !take(reading, '-') ||
	    !take_number(reading, 2, 1, 12, &month) || !take(reading, '-') ||
	    !take_number(reading, 2, 1, days_of_month(year, month), &day))
		return false;
	*days = day_number(year, month, day);
	return true;
}

/* Of what comes after the thousandths nothing is kept. */
static bool take_fraction(struct reading *reading, int *thousandths)
{
	int place = 100;

	*thousandths = 0;
	if (!take(reading, '.'))
		return true;
	if (reading->at >= reading->end || !isdigit((unsigned char)*reading->at))
		return false;
	for (; reading->at < reading->end && isdigit((unsigned char)*reading->at); reading->at++) {
		*thousandths += place * (*reading->at - '0');
		place /= 10;
	}
	return true;
}

/* Minutes to the east of Greenwich; none where nothing is said. */
static bool take_zone(struct reading *reading, int *minutes)
{
	int sign = reading->at < reading->end && *reading->at == '-' ? -1 : 1, hours;

	*minutes = 0;
	if (reading->at == reading->end || take(reading, 'Z'))
		return true;
	if ((!take(reading, '+') && !take(reading, '-')) ||
	    !take_number(reading, 2, 0, 14, &hours) || !take(reading, ':') ||
	    !take_number(reading, 2, 0, 59, minutes))
		return false;
	*minutes = sign * (60 * hours + *minutes);
	return true;
}

bool filter_time_read(const char *text, uint32_t length, struct filter_time *time)
{
	struct reading reading = {text, text + length};
	int hour, minute, second, thousandths, zone;

	*time = (struct filter_time){0};
	if (!take_date(&reading, &time->day))
		return false;
	time->instant = time->day * 86400000;
	if (reading.at == reading.end)
		return true;
	time->has_clock = true;
	if ((!take(&reading, 'T') && !take(&reading, ' ')) ||
	    !take_number(&reading, 2, 0, 23, &hour) || !take(&reading, ':') ||
	    !take_number(&reading, 2, 0, 59, &minute) || !take(&reading, ':') ||
	    !take_number(&reading, 2, 0, 60, &second) || !take_fraction(&reading, &thousandths) ||
	    !take_zone(&reading, &zone))
		return false;
	time->instant += ((hour * 60 + minute - zone) * 60 + second) * 1000LL + thousandths;
	return reading.at == reading.end;
}

enum error_code filter_parse_time(struct filter_parser *parser, struct filter_scalar *scalar,
				  struct error *error)
{
	const struct filter_token *token = &parser->lexer.token;
	bool date = filter_lexer_is(&parser->lexer, "DATE");
	struct filter_time time;

	scalar->kind = date ? FILTER_DATE : FILTER_TIMESTAMP;
	if (filter_lexer_advance(&parser->lexer, error) || filter_parse_word(parser, "(", error))
		return error->code;
	if (token->kind != FILTER_TOKEN_TEXT ||
	    !filter_time_read(token->text, token->text_length, &time) || time.has_clock == date)
		return date ? filter_lexer_expected(&parser->lexer, EXPECTED_DAY, error)
			    : filter_lexer_expected(&parser->lexer, EXPECTED_MOMENT, error);
	scalar->value = (struct value){.type = VALUE_TEXT,
				       .text = {token->text, token->text_length}};
	scalar->moment = date ? time.day : time.instant;
	if (filter_lexer_advance(&parser->lexer, error))
		return error->code;
	return filter_parse_word(parser, ")", error);
}
