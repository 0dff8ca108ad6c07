/* Content-Type; see mime.h. */
#include "mail/mime.h"

#include <stdio.h>

#include "base/cur.h"
#include "base/percent.h"
#include "mail/lex.h"

static struct span
parameter_value(struct cur *c)
{
	struct span s = lex_quoted(c);

	if (s.n == 0 && !c->bad)
		s = lex_token(c);
	if (s.n == 0)
		cur_fail(c);
	return s;
}

bool
mime_type_parse(struct span value, struct mime_type *out)
{
	struct cur c = cur_of(value);
	struct mime_type t = { .n = 0 };

	if (value.n > MIME_TYPE_MAX)
		return false;
	lex_cfws(&c, NULL);
	t.type = lex_token(&c);
	cur_expect(&c, '/');
	t.subtype = lex_token(&c);
	lex_cfws(&c, NULL);
	while (!c.bad && c.at < c.in.n) {
		cur_expect(&c, ';');
		lex_cfws(&c, NULL);
		/* a semicolon at the end is common */
		if (c.at == c.in.n)
			break;
		if (t.n == MIME_PARAMS_MAX)
			return false;
		t.v[t.n].name = lex_token(&c);
		lex_cfws(&c, NULL);
		cur_expect(&c, '=');
		lex_cfws(&c, NULL);
		t.v[t.n].value = parameter_value(&c);
		lex_cfws(&c, NULL);
		t.n++;
	}
	if (!cur_done(&c) || t.type.n == 0 || t.subtype.n == 0)
		return false;
	*out = t;
	return true;
}

bool
mime_type_is(const struct mime_type *t, struct span type,
    struct span subtype)
{
	return span_ieq(t->type, type) && span_ieq(t->subtype, subtype);
}

bool
mime_type_is_leaf(const struct mime_type *t)
{
	return !span_ieq(t->type, SPAN("multipart")) &&
	    !span_ieq(t->type, SPAN("message"));
}

/* Whether "has" is the name or, unless that is one itself, a form of it. */
static bool
is_form(struct span has, struct span name)
{
	if (span_chr(name, '*') == name.n)
		has = span_first(has, span_chr(has, '*'));
	return span_ieq(has, name);
}

size_t
mime_param_count(const struct mime_type *t, struct span name)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += is_form(t->v[i].name, name);
	return n;
}

bool
mime_param(const struct mime_type *t, struct span name, struct buf *out)
{
	size_t i = 0;

	while (i < t->n && !span_ieq(t->v[i].name, name))
		i++;
	if (i == t->n || mime_param_count(t, name) != 1)
		return false;
	if (span_starts(t->v[i].value, SPAN("\"")))
		lex_unquote(out, t->v[i].value);
	else
		buf_span(out, t->v[i].value);
	return true;
}

/* Append what is encoded; "first": a charset and a language go before. */
static void
put_encoded(struct span v, bool first, struct buf *out)
{
	for (int quotes = 0; first && quotes < 2; quotes++)
		v = span_from(v, span_chr(v, '\'') + 1);
	percent_undo(out, v);
}

/* "name" and its ending, or that and the "*" of what is encoded. */
static bool
put_section(const struct mime_type *t, struct span name, const char *ending,
    bool first, struct buf *out)
{
	struct buf full = BUF(256), value = BUF(out->max - out->n);
	bool there = false;

	buf_span(&full, name);
	buf_str(&full, ending);
	there = *ending != '\0' && mime_param(t, buf_get0(&full), &value);
	if (there) {
		buf_span(out, buf_get0(&value));
	} else {
		buf_byte(&full, '*');
		there = mime_param(t, buf_get0(&full), &value);
		put_encoded(buf_get0(&value), first, out);
	}
	buf_free(&full);
	buf_free(&value);
	return there;
}

bool
mime_param_long(const struct mime_type *t, struct span name, struct buf *out)
{
	char ending[16];
	size_t n = 0;

	do {
		snprintf(ending, sizeof(ending), "*%zu", n);
	} while (put_section(t, name, ending, n == 0, out) && ++n);
	return n > 0 || put_section(t, name, "", true, out) ||
	    mime_param(t, name, out);
}
