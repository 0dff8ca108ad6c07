/* Content-Type; see mime.h. */
#include "mail/mime.h"

#include "base/cur.h"
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

size_t
mime_param_count(const struct mime_type *t, struct span name)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += span_ieq(t->v[i].name, name);
	return n;
}

bool
mime_param(const struct mime_type *t, struct span name, struct buf *out)
{
	if (mime_param_count(t, name) != 1)
		return false;
	for (size_t i = 0; i < t->n; i++) {
		struct span v = t->v[i].value;

		if (!span_ieq(t->v[i].name, name))
			continue;
		if (v.n > 0 && v.p[0] == '"')
			lex_unquote(out, v);
		else
			buf_span(out, v);
	}
	return true;
}
