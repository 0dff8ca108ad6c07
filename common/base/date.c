/* Dates; see date.h. The calendar is the proleptic Gregorian one. */
#include "base/date.h"

#include <stdio.h>

#include "base/ascii.h"
#include "base/cur.h"

static const char month_names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

struct civil {
	int64_t year;
	unsigned month, day, hour, minute, second;
	int offset;		/* seconds east of UTC */
};

/*
 * Days since 1970-01-01, counted in eras of 400 years that start in March,
 * so that the leap day is the last day of a year.
 */
static int64_t
days_from_civil(int64_t y, unsigned m, unsigned d)
{
	int64_t era = 0;
	unsigned yoe = 0, doy = 0, doe = 0;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = (unsigned)(y - era * 400);
	doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
	doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + doe - 719468;
}

static void
civil_from_days(int64_t days, struct civil *c)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	unsigned doe = (unsigned)(z - era * 146097);
	unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	unsigned mp = (5 * doy + 2) / 153;

	c->day = doy - (153 * mp + 2) / 5 + 1;
	c->month = mp < 10 ? mp + 3 : mp - 9;
	c->year = (int64_t)yoe + era * 400 + (c->month <= 2);
}

static bool
civil_ok(const struct civil *c)
{
	static const unsigned char days[] = {
		31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};
	bool leap = c->year % 4 == 0 &&
	    (c->year % 100 != 0 || c->year % 400 == 0);

	return c->month >= 1 && c->month <= 12 && c->day >= 1 &&
	    c->day <= days[c->month - 1] &&
	    (c->month != 2 || c->day <= (leap ? 29u : 28u)) &&
	    c->hour <= 23 && c->minute <= 59 && c->second <= 60;
}

static int64_t
civil_seconds(const struct civil *c)
{
	return days_from_civil(c->year, c->month, c->day) * 86400 +
	    c->hour * 3600 + c->minute * 60 + c->second - c->offset;
}

/* The date of t in UTC; of the years 0 to 9999 the nearest. */
static void
civil_of(int64_t t, struct civil *c, int64_t *days)
{
	static const int64_t first = -62167219200, last = 253402300799;
	unsigned rest = 0;

	t = t < first ? first : t > last ? last : t;
	*days = t / 86400 - (t % 86400 < 0);
	rest = (unsigned)(t - *days * 86400);
	civil_from_days(*days, c);
	c->hour = rest / 3600;
	c->minute = rest / 60 % 60;
	c->second = rest % 60;
}

char *
date_rfc3339(char out[static DATE_RFC3339_SIZE], int64_t t)
{
	struct civil c = { 0 };
	int64_t days = 0;

	civil_of(t, &c, &days);
	snprintf(out, DATE_RFC3339_SIZE, "%04u-%02u-%02uT%02u:%02u:%02uZ",
	    (unsigned)c.year % 10000, c.month % 100, c.day % 100, c.hour,
	    c.minute, c.second);
	return out;
}

char *
date_mail(char out[static DATE_MAIL_SIZE], int64_t t)
{
	static const char days_of_week[] = "ThuFriSatSunMonTueWed";
	struct civil c = { 0 };
	int64_t days = 0;
	size_t day = 0;

	civil_of(t, &c, &days);
	day = (size_t)((days % 7 + 7) % 7);
	snprintf(out, DATE_MAIL_SIZE, "%.3s, %u %.3s %04u %02u:%02u:%02u "
	    "+0000", days_of_week + 3 * day, c.day % 100,
	    month_names + 3 * ((c.month - 1) % 12),
	    (unsigned)c.year % 10000, c.hour, c.minute, c.second);
	return out;
}

/* Exactly n digits. */
static unsigned
digits(struct cur *c, size_t n)
{
	struct span s = cur_take(c, n);
	uint64_t v = 0;

	if (c->bad || !span_dec(s, 9999, &v))
		cur_fail(c);
	return (unsigned)v;
}

/*
 * "+hh:mm", less than a day (RFC 3339 section 5.6), or with "mail" "+hhmm",
 * up to 99 hours (RFC 5322 section 3.3).
 */
static int
offset(struct cur *c, bool mail)
{
	int sign = cur_accept(c, '-') ? -1 : 1;
	unsigned hours = 0, minutes = 0;

	if (sign > 0)
		cur_expect(c, '+');
	hours = digits(c, 2);
	if (!mail)
		cur_expect(c, ':');
	minutes = digits(c, 2);
	if (minutes > 59 || (!mail && hours > 23))
		cur_fail(c);
	return sign * (int)(hours * 3600 + minutes * 60);
}

bool
date_parse(struct span s, int64_t *out)
{
	struct cur c = cur_of(s);
	struct civil v = { 0 };
	uint64_t epoch = 0;

	if (cur_accept(&c, '@')) {
		if (!span_dec(cur_left(&c), INT64_MAX, &epoch))
			return false;
		*out = (int64_t)epoch;
		return true;
	}
	v.year = digits(&c, 4);
	cur_expect(&c, '-');
	v.month = digits(&c, 2);
	cur_expect(&c, '-');
	v.day = digits(&c, 2);
	if (!cur_accept(&c, 't') && !cur_accept(&c, ' '))
		cur_expect(&c, 'T');
	v.hour = digits(&c, 2);
	cur_expect(&c, ':');
	v.minute = digits(&c, 2);
	cur_expect(&c, ':');
	v.second = digits(&c, 2);
	if (cur_accept(&c, '.'))
		cur_while(&c, ascii_is_digit, 1, 20);
	if (!cur_accept(&c, 'Z') && !cur_accept(&c, 'z'))
		v.offset = offset(&c, false);
	if (!cur_done(&c) || !civil_ok(&v))
		return false;
	*out = civil_seconds(&v);
	return true;
}

/* RFC 5322 CFWS: white space and nested comments. */
static void
skip_cfws(struct cur *c)
{
	size_t depth = 0;

	for (;;) {
		cur_skip_fws(c);
		if (depth == 0 && cur_peek(c) != '(')
			return;
		if (cur_peek(c) < 0) {
			cur_fail(c);
			return;
		}
		if (cur_accept(c, '\\'))
			cur_take(c, 1);
		else if (cur_accept(c, '('))
			depth++;
		else if (cur_accept(c, ')'))
			depth--;
		else
			cur_take(c, 1);
	}
}

static unsigned
month_named(struct cur *c)
{
	struct span name = cur_take(c, 3);

	for (unsigned m = 0; !c->bad && m < 12; m++)
		if (span_ieq(name, span_of(month_names + 3 * m, 3)))
			return m + 1;
	cur_fail(c);
	return 0;
}

/* Section 4.3: 00-49 are 2000 on, 50-99 and three digits are 1900 on. */
static int64_t
year_mail(struct cur *c)
{
	size_t from = c->at;
	int64_t y = (int64_t)cur_dec(c, 9999);
	size_t n = c->at - from;

	if (n < 2)
		cur_fail(c);
	if (n == 2)
		return y < 50 ? y + 2000 : y + 1900;
	return n == 3 ? y + 1900 : y;
}

/* Section 4.3: the North American names; all others mean "unknown", 0. */
static int
zone_mail(struct cur *c)
{
	static const char names[] = "ESTEDTCSTCDTMSTMDTPSTPDT";
	static const signed char hours[] = { -5, -4, -6, -5, -7, -6, -8, -7 };
	struct span name = { NULL, 0 };

	if (cur_peek(c) == '+' || cur_peek(c) == '-')
		return offset(c, true);
	name = cur_while(c, ascii_is_alpha, 1, 5);
	for (size_t i = 0; !c->bad && i < 8; i++)
		if (span_ieq(name, span_of(names + 3 * i, 3)))
			return hours[i] * 3600;
	return 0;
}

bool
date_parse_mail(struct span s, int64_t *out)
{
	struct cur c = cur_of(s);
	struct civil v = { 0 };

	skip_cfws(&c);
	if (cur_peek(&c) >= 0 && !ascii_is_digit((unsigned char)cur_peek(&c))) {
		cur_while(&c, ascii_is_alpha, 3, 3);
		skip_cfws(&c);
		cur_expect(&c, ',');
		skip_cfws(&c);
	}
	v.day = (unsigned)cur_dec(&c, 31);
	skip_cfws(&c);
	v.month = month_named(&c);
	skip_cfws(&c);
	v.year = year_mail(&c);
	skip_cfws(&c);
	v.hour = digits(&c, 2);
	skip_cfws(&c);
	cur_expect(&c, ':');
	skip_cfws(&c);
	v.minute = digits(&c, 2);
	skip_cfws(&c);
	if (cur_accept(&c, ':')) {
		skip_cfws(&c);
		v.second = digits(&c, 2);
		skip_cfws(&c);
	}
	v.offset = zone_mail(&c);
	skip_cfws(&c);
	if (!cur_done(&c) || !civil_ok(&v))
		return false;
	*out = civil_seconds(&v);
	return true;
}
