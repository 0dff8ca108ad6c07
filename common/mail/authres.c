/* Reading Authentication-Results fields: RFC 8601 section 2.2. */
#include "mail/authres.h"

#include <stdlib.h>

#include "base/ascii.h"
#include "base/cur.h"
#include "base/vec.h"
#include "mail/authres_int.h"
#include "mail/lex.h"

/* Where the parser is: the first error that it names is the one it gives. */
struct reader {
	struct cur c;
	struct authres a;
	enum authres_error e;
};

static bool
stop(struct reader *r, enum authres_error e)
{
	if (r->e == AUTHRES_OK)
		r->e = e;
	cur_fail(&r->c);
	return false;
}

static bool
skip(struct reader *r, struct span *comment)
{
	if (r->c.bad)
		return false;
	lex_cfws(&r->c, comment);
	return !r->c.bad || stop(r, AUTHRES_BAD_COMMENT);
}

/* Keyword of RFC 5321 section 4.1.2; some writers use "_", too. */
static bool
is_keyword(unsigned char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '_';
}

static struct span
keyword(struct reader *r)
{
	return cur_while(&r->c, is_keyword, 0, 128);
}

/*
 * Unquoted text goes to a.text, which has had room for the whole input from
 * the start, so that what points into it stays valid.
 */
static struct span
unquoted(struct reader *r, struct span quoted)
{
	size_t from = r->a.text.n;

	lex_unquote(&r->a.text, quoted);
	return span_from(buf_get0(&r->a.text), from);
}

static struct span
plain_comment(struct reader *r, struct span comment)
{
	size_t from = r->a.text.n;

	for (size_t i = 0; i < comment.n; i++) {
		if (comment.p[i] == '\r' || comment.p[i] == '\n')
			continue;
		if (comment.p[i] == '\\' && i + 1 < comment.n)
			i++;
		buf_byte(&r->a.text, comment.p[i]);
	}
	return span_from(buf_get0(&r->a.text), from);
}

static bool
is_in_run(unsigned char c)
{
	return ascii_is_graph(c) ? c != ';' && c != '(' && c != '"' :
	    c >= 0x80;
}

static bool
is_domain_octet(unsigned char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '.' || c == '_' ||
	    c >= 0x80;
}

static bool
is_dot_atom(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		bool edge = i == 0 || i + 1 == s.n || s.p[i - 1] == '.';

		if (s.p[i] == '.' ? edge :
		    !ascii_is_atext(s.p[i]) && s.p[i] < 0x80)
			return false;
	}
	return true;
}

bool
authres_is_token(struct span value)
{
	for (size_t i = 0; i < value.n; i++)
		if (!lex_is_token(value.p[i]))
			return false;
	return value.n > 0;
}

bool
authres_is_bare(struct span value)
{
	size_t at = span_chr(value, '@');
	struct span rest = span_from(value, at + 1);

	if (authres_is_token(value))
		return true;
	if (at == value.n || rest.n == 0)
		return false;
	for (size_t i = 0; i < rest.n; i++)
		if (!is_domain_octet(rest.p[i]))
			return false;
	return is_dot_atom(span_first(value, at));
}

static struct span
quoted_string(struct reader *r)
{
	struct span quoted = lex_quoted(&r->c);

	if (r->c.bad) {
		stop(r, AUTHRES_BAD_VALUE);
		return quoted;
	}
	return unquoted(r, quoted);
}

/* A quoted-string, or a quoted local-part with its domain. */
static struct span
quoted_value(struct reader *r)
{
	size_t from = r->a.text.n;
	struct span quoted = quoted_string(r);

	if (r->c.bad || cur_peek(&r->c) != '@')
		return quoted;
	buf_span(&r->a.text, cur_while(&r->c, is_in_run, 1, SIZE_MAX));
	return span_from(buf_get0(&r->a.text), from);
}

/*
 * A value, or what is written in its place. Behind a blank, something that
 * may not stand bare is what follows a missing one: "smtp.mailfrom=
 * header.from=x".
 */
static struct span
read_value(struct reader *r, bool (*is_bare)(struct span))
{
	size_t from = r->c.at;
	struct span run = { NULL, 0 };

	if (!skip(r, NULL))
		return run;
	if (cur_peek(&r->c) == '"')
		return quoted_value(r);
	run = cur_while(&r->c, is_in_run, 0, SIZE_MAX);
	if (is_bare(run))
		return run;
	r->a.loose = true;
	if (span_first(span_from(r->c.in, from), 1).p != run.p) {
		r->c.at = from;
		return span_of(r->c.in.p + from, 0);
	}
	return run;
}

static bool
read_prop(struct reader *r, struct authres_result *res)
{
	struct span first = keyword(r), name = { NULL, 0 };
	struct authres_prop *p = NULL;

	if (first.n == 0 || !skip(r, NULL))
		return stop(r, AUTHRES_BAD_PROPERTY);
	if (cur_accept(&r->c, '.')) {
		if (!skip(r, NULL))
			return false;
		name = keyword(r);
		if (name.n == 0 || !skip(r, NULL))
			return stop(r, AUTHRES_BAD_PROPERTY);
	}
	if (!cur_accept(&r->c, '='))
		return stop(r, AUTHRES_BAD_PROPERTY);
	if (name.n == 0 && span_ieq(first, SPAN("reason"))) {
		res->reason = read_value(r, authres_is_token);
		return !r->c.bad;
	}
	if (res->n == AUTHRES_PROPS_MAX)
		return stop(r, AUTHRES_TOO_MANY);
	p = VEC_PUSH(res);
	p->ptype = name.n > 0 ? first : span_of(NULL, 0);
	p->name = name.n > 0 ? name : first;
	r->a.loose = r->a.loose || name.n == 0;
	p->value = read_value(r, authres_is_bare);
	return !r->c.bad;
}

static bool
read_version(struct reader *r, unsigned *version)
{
	uint64_t v = 1;

	if (!cur_accept(&r->c, '/'))
		return true;
	if (!skip(r, NULL))
		return false;
	v = cur_dec(&r->c, 999);
	if (r->c.bad || !skip(r, NULL))
		return stop(r, AUTHRES_BAD_METHOD);
	*version = (unsigned)v;
	return true;
}

/* One resinfo behind its ";" and CFWS, the method's name taken already. */
static bool
read_result(struct reader *r, struct span method)
{
	struct authres_result *res = NULL;
	struct span comment = { NULL, 0 };

	if (r->a.n == AUTHRES_RESULTS_MAX)
		return stop(r, AUTHRES_TOO_MANY);
	res = VEC_PUSH(&r->a);
	res->method = method;
	res->version = 1;
	if (!read_version(r, &res->version))
		return false;
	if (!cur_accept(&r->c, '='))
		return stop(r, AUTHRES_BAD_METHOD);
	if (!skip(r, NULL))
		return false;
	res->result = keyword(r);
	if (res->result.n == 0)
		return stop(r, AUTHRES_BAD_METHOD);
	if (!skip(r, &comment))
		return false;
	if (comment.p != NULL)
		res->comment = plain_comment(r, comment);
	while (cur_peek(&r->c) >= 0 && cur_peek(&r->c) != ';')
		if (!read_prop(r, res) || !skip(r, NULL))
			return false;
	return true;
}

static bool
read_results(struct reader *r)
{
	bool none = false;

	while (skip(r, NULL) && !cur_done(&r->c)) {
		struct span method = { NULL, 0 };

		if (!cur_accept(&r->c, ';'))
			return stop(r, AUTHRES_BAD_METHOD);
		if (!skip(r, NULL))
			return false;
		method = keyword(r);
		if (method.n == 0 && cur_peek(&r->c) < 0 && r->a.n > 0) {
			r->a.loose = true;
			return true;
		}
		if (method.n == 0)
			return stop(r, AUTHRES_BAD_METHOD);
		if (!skip(r, NULL))
			return false;
		none = r->a.n == 0 && cur_peek(&r->c) < 0 &&
		    span_ieq(method, SPAN("none"));
		if (!none && !read_result(r, method))
			return false;
	}
	return !r->c.bad && (none || r->a.n > 0 ||
	    stop(r, AUTHRES_NO_RESULT));
}

/* A token or quoted-string: no "@", as in a pvalue, stands outside quotes. */
static bool
read_id(struct reader *r)
{
	if (!skip(r, NULL))
		return false;
	if (cur_peek(&r->c) == '"')
		r->a.id = quoted_string(r);
	else
		r->a.id = lex_token(&r->c);
	if (r->c.bad || r->a.id.n == 0)
		return stop(r, AUTHRES_BAD_ID);
	if (!skip(r, NULL))
		return false;
	if (cur_peek(&r->c) >= 0 && cur_peek(&r->c) != ';' &&
	    cur_dec(&r->c, 999) != 1)
		return stop(r, AUTHRES_BAD_VERSION);
	return true;
}

enum authres_error
authres_parse(struct span value, struct authres *out)
{
	struct reader r = { .c = cur_of(value), .e = AUTHRES_OK };

	r.a.text = BUF(value.n + 1);
	buf_room(&r.a.text, value.n + 1);
	if (!read_id(&r) || !read_results(&r)) {
		authres_free(&r.a);
		return r.e;
	}
	*out = r.a;
	return AUTHRES_OK;
}

const char *
authres_error_text(enum authres_error e)
{
	static const char *const texts[] = {
		"no error", "the authserv-id is missing",
		"the version is not 1", "there is no result",
		"\"method=result\" is missing", "a property has no value",
		"a quoted string does not end", "a comment does not end",
		"there are too many results or properties"
	};

	return texts[e];
}

void
authres_free(struct authres *a)
{
	for (size_t i = 0; i < a->n; i++)
		free(a->v[i].v);
	free(a->v);
	buf_free(&a->text);
	*a = (struct authres){ .n = 0 };
}

const struct authres_result *
authres_get0(const struct authres *a, struct span method)
{
	for (size_t i = 0; i < a->n; i++)
		if (span_ieq(a->v[i].method, method))
			return &a->v[i];
	return NULL;
}

struct span
authres_value(const struct authres_result *r, struct span ptype,
    struct span name)
{
	for (size_t i = 0; r != NULL && i < r->n; i++)
		if (span_ieq(r->v[i].ptype, ptype) &&
		    span_ieq(r->v[i].name, name))
			return r->v[i].value;
	return (struct span){ NULL, 0 };
}
