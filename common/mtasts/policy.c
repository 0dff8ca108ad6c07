/* Policy bodies by the ABNF of RFC 8461 section 3.2; see policy.h. */
#include "mtasts/policy.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "base/cur.h"
#include "base/ip.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mtasts/field.h"
#include "mtasts/match.h"

enum { KEY_MAX = 32, DAY = 86400, MAX_AGE_DIGITS = 10, WHERE_SIZE = 32 };

/* The keys that may stand once. */
enum once { ONCE_VERSION, ONCE_MODE, ONCE_MAX_AGE, ONCES };

struct reader {
	struct sts_policy policy;
	struct findings *fs;
	bool seen[ONCES];
	bool bad;
	size_t line;
	char where[WHERE_SIZE];
};

static void
fail(struct reader *r, enum finding_code code, const char *what)
{
	r->bad = true;
	finding_add(r->fs, code, r->where, "%s", what);
}

/*
 * sts-policy-ext-value: visible ASCII, blanks inside, UTF-8 of two to four
 * octets. C1 controls are well-formed UTF-8 and allowed by the letter.
 */
static bool
is_value(struct span s)
{
	uint32_t cp = 0;

	if (s.n == 0)
		return false;
	while (s.n > 0) {
		size_t n = utf8_next(s, &cp);

		if (n == 0 || cp < ' ' || cp == 0x7f)
			return false;
		s = span_from(s, n);
	}
	return true;
}

/* --- the known keys */

static void
take_version(struct reader *r, struct span value)
{
	if (!span_eq(value, SPAN("STSv1")))
		fail(r, F_POLICY_VERSION, "another version");
}

static void
take_mode(struct reader *r, struct span value)
{
	r->policy.mode = sender_policy_named(value);
	if (r->policy.mode == SENDER_POLICY_UNKNOWN)
		fail(r, F_POLICY_MODE, "no such mode");
}

/* Judged at the end, when the mode is known, too. */
static void
take_max_age(struct reader *r, struct span value)
{
	uint64_t seconds = 0;

	if (value.n > MAX_AGE_DIGITS ||
	    !span_dec(value, UINT64_MAX, &seconds)) {
		fail(r, F_POLICY_MAX_AGE, "not 1 to 10 digits");
		return;
	}
	if (seconds > STS_MAX_AGE_MAX) {
		finding_add(r->fs, F_POLICY_MAX_AGE_OVER, r->where, NULL);
		seconds = STS_MAX_AGE_MAX;
	}
	r->policy.max_age = (uint32_t)seconds;
}

static bool
is_ascii(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= 0x80)
			return false;
	return true;
}

static void
take_mx(struct reader *r, struct span value)
{
	struct span name = span_starts(value, SPAN("*.")) ?
	    span_from(value, 2) : value;
	struct ip_addr unused;

	if (!is_ascii(value))
		fail(r, F_POLICY_MX_U_LABEL, "not ASCII");
	else if (ip_parse(value, &unused))
		finding_add(r->fs, F_POLICY_MX_ADDRESS, r->where, "%.*s",
		    (int)value.n, (const char *)value.p);
	else if (!field_is_domain(name))
		fail(r, F_POLICY_MX_INVALID, "not a host name");
	else
		*VEC_PUSH(&r->policy.mx) = value;
}

/* --- lines */

static void
take_field(struct reader *r, struct span key, struct span value)
{
	static const struct {
		const char *key;
		void (*take)(struct reader *r, struct span value);
	} onces[ONCES] = {
		[ONCE_VERSION] = { "version", take_version },
		[ONCE_MODE] = { "mode", take_mode },
		[ONCE_MAX_AGE] = { "max_age", take_max_age },
	};

	if (span_eq(key, SPAN("mx")))
		take_mx(r, value);
	for (size_t i = 0; i < ONCES; i++) {
		if (!span_eq(key, span_str(onces[i].key)))
			continue;
		if (r->seen[i])
			finding_add(r->fs, F_POLICY_DUPLICATE, r->where, "%s",
			    onces[i].key);
		else
			onces[i].take(r, value);
		r->seen[i] = true;
	}
}

static struct span
without_end_wsp(struct span s)
{
	while (s.n > 0 && ascii_is_wsp(s.p[s.n - 1]))
		s.n--;
	return s;
}

static void
take_line(struct reader *r, struct span line)
{
	struct cur c = cur_of(without_end_wsp(line));
	struct span key = { NULL, 0 }, value = { NULL, 0 };

	if (cur_done(&c)) {
		finding_add(r->fs, F_POLICY_BLANK_LINE, r->where, NULL);
		return;
	}
	key = cur_while(&c, field_is_name_octet, 1, KEY_MAX);
	cur_expect(&c, ':');
	cur_skip_wsp(&c);
	value = cur_left(&c);
	if (c.bad || !ascii_is_alnum(key.p[0]))
		fail(r, F_POLICY_SYNTAX, "no key");
	else if (value.n == 0 && span_eq(key, SPAN("max_age")))
		fail(r, F_POLICY_MAX_AGE, "no value");
	else if (!is_value(value))
		fail(r, F_POLICY_SYNTAX, "no value, or octets not allowed");
	else
		take_field(r, key, value);
}

/* What has to be there, and what only the whole shows. */
static void
take_whole(struct reader *r)
{
	const struct sts_policy *p = &r->policy;
	bool unknown = p->mode == SENDER_POLICY_UNKNOWN;

	r->where[0] = '\0';
	if (!r->seen[ONCE_VERSION])
		fail(r, F_POLICY_VERSION, "no version");
	if (!r->seen[ONCE_MODE])
		fail(r, F_POLICY_MODE, "no mode");
	if (!r->seen[ONCE_MAX_AGE])
		fail(r, F_POLICY_MAX_AGE, "no max_age");
	if (r->bad || unknown)
		return;
	if (p->mx.n == 0 && p->mode != SENDER_POLICY_NONE)
		fail(r, F_POLICY_MX_MISSING, sts_mode_name(p->mode));
	if (p->max_age < DAY && p->mode != SENDER_POLICY_NONE)
		finding_add(r->fs, F_POLICY_MAX_AGE_SHORT, NULL, "%u",
		    (unsigned)p->max_age);
	if (p->mode == SENDER_POLICY_TESTING)
		finding_add(r->fs, F_POLICY_TESTING, NULL, NULL);
	if (p->mode == SENDER_POLICY_NONE)
		finding_add(r->fs, F_POLICY_NONE, NULL, NULL);
}

bool
sts_policy_parse(struct span body, struct sts_policy *out,
    struct findings *fs)
{
	struct reader r = { .fs = fs };
	struct span rest = body, line = { NULL, 0 };

	/* the last terminator ends a line and begins none */
	if (rest.n > 0 && rest.p[rest.n - 1] == '\n')
		rest.n--;
	while (body.n > 0 && span_split(&rest, '\n', &line)) {
		snprintf(r.where, sizeof(r.where), "line %zu", ++r.line);
		/* in front of LF, or of the LF that was cut off */
		if (line.n > 0 && line.p[line.n - 1] == '\r' &&
		    line.p + line.n < body.p + body.n)
			line.n--;
		take_line(&r, line);
	}
	take_whole(&r);
	if (r.bad)
		sts_policy_free(&r.policy);
	else
		*out = r.policy;
	return !r.bad;
}

void
sts_policy_free(struct sts_policy *p)
{
	free(p->mx.v);
	*p = (struct sts_policy){ 0 };
}

bool
sts_policy_matches(const struct sts_policy *p, struct span host,
    struct span *pattern)
{
	for (size_t i = 0; i < p->mx.n; i++) {
		if (!sts_match(p->mx.v[i], host))
			continue;
		*pattern = p->mx.v[i];
		return true;
	}
	return false;
}

const char *
sts_mode_name(enum sender_policy_mode mode)
{
	static const char *const names[] = {
		"unknown", "none", "testing", "enforce"
	};

	return names[mode];
}
