/*
 * Authentication-Results: what was read and written is read again without
 * complaint and written the same; a field that is read as one id's is also
 * recognised as claiming it; no octet of a value ends a line.
 */
#include <stdint.h>
#include <stdlib.h>

#include "mail/authres.h"
#include "mail/lex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static bool
is_token(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!lex_is_token(s.p[i]))
			return false;
	return s.n > 0;
}

static bool
has_loose_prop(const struct authres *a)
{
	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < a->v[i].n; k++)
			if (a->v[i].v[k].ptype.n == 0)
				return true;
	return false;
}

/* Every line but the last ends in ";", or the next one begins blank. */
static void
lines_are_one_field(struct span field)
{
	for (size_t i = 0; i + 1 < field.n; i++)
		if (field.p[i] == '\n')
			must(field.p[i + 1] == '\t' || field.p[i + 1] == ' ');
	must(field.n > 0 && field.p[field.n - 1] == '\n');
	must(span_chr(field, '\0') == field.n);
	must(span_chr(field, '\r') == field.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n);
	struct authres a = { 0 }, b = { 0 };
	struct buf once = BUF(1 << 24), twice = BUF(1 << 24);

	if (authres_parse(in, &a) != AUTHRES_OK) {
		must(a.v == NULL && a.text.p == NULL);
		authres_claims(in, SPAN("x"));
		return 0;
	}
	must(!a.text.over);
	if (is_token(a.id) && a.id.n < AUTHRES_VALUE_MAX)
		must(authres_claims(in, a.id));
	authres_write(&once, SPAN(""), &a, SPAN("\n"));
	lines_are_one_field(buf_get0(&once));
	must(authres_parse(buf_get0(&once), &b) == AUTHRES_OK);
	must(b.n == a.n && b.loose == has_loose_prop(&b));
	authres_write(&twice, SPAN(""), &b, SPAN("\n"));
	must(span_eq(buf_get0(&once), buf_get0(&twice)));
	authres_free(&a);
	authres_free(&b);
	buf_free(&once);
	buf_free(&twice);
	return 0;
}
