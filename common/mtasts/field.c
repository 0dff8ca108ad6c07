/* Versioned TXT records; see field.h. */
#include "mtasts/field.h"

#include "base/ascii.h"
#include "dns/name.h"

enum { NAME_OCTETS = 32, TXT_MAX = 65535 };

bool
field_is_name_octet(unsigned char c)
{
	return ascii_is_alnum(c) || c == '_' || c == '-' || c == '.';
}

bool
field_next(struct cur *c, struct field *out)
{
	struct span name = { NULL, 0 }, rest = { NULL, 0 };
	size_t n = 0;

	if (cur_done(c))
		return false;
	cur_skip_wsp(c);
	cur_expect(c, ';');
	cur_skip_wsp(c);
	if (c->bad || cur_done(c))
		return false;
	name = cur_while(c, field_is_name_octet, 1, NAME_OCTETS);
	cur_expect(c, '=');
	if (c->bad)
		return false;
	rest = cur_left(c);
	n = span_chr(rest, ';');
	/* in front of nothing at all a blank is no part of a delimiter */
	if (n < rest.n)
		while (n > 0 && ascii_is_wsp(rest.p[n - 1]))
			n--;
	rest = cur_take(c, n);
	if (!ascii_is_alnum(name.p[0]) || rest.n == 0) {
		cur_fail(c);
		return false;
	}
	*out = (struct field){ name, rest };
	return true;
}

bool
field_is_plain(struct span value)
{
	for (size_t i = 0; i < value.n; i++)
		if (!ascii_is_graph(value.p[i]) || value.p[i] == '=' ||
		    value.p[i] == ';')
			return false;
	return value.n > 0;
}

bool
field_begins(struct span txt, struct span version, bool by_the_letter)
{
	struct cur c = cur_of(txt);

	if (!cur_accept_lit(&c, version))
		return false;
	if (!by_the_letter)
		cur_skip_wsp(&c);
	return cur_peek(&c) == ';';
}

/* Letters aside, with blanks anywhere in front and around "=". */
bool
field_resembles(struct span txt, struct span version)
{
	struct cur c = cur_of(txt);
	size_t eq = span_chr(version, '=');

	cur_skip_fws(&c);
	cur_accept(&c, '"');
	if (!cur_accept_ilit(&c, span_first(version, eq)))
		return false;
	cur_skip_wsp(&c);
	if (!cur_accept(&c, '='))
		return false;
	cur_skip_wsp(&c);
	return cur_accept_ilit(&c, span_from(version, eq + 1));
}

bool
field_is_domain(struct span s)
{
	return dns_text_is_domain(s) && span_chr(s, '_') == s.n;
}

/* Sort one record in; the first of a kind is the one that is shown. */
static void
sort_in(struct txt_search *s, struct span txt, struct span version)
{
	if (field_begins(txt, version, false)) {
		if (s->found == TXT_ONE) {
			s->found = TXT_SEVERAL;
			return;
		}
		if (s->found == TXT_SEVERAL)
			return;
		s->found = TXT_ONE;
		s->ambiguous = !field_begins(txt, version, true);
	} else if (s->found == TXT_NONE && field_resembles(txt, version)) {
		s->found = TXT_RESEMBLES;
	} else {
		s->foreign = true;
		return;
	}
	buf_reset(&s->text);
	buf_span(&s->text, txt);
}

void
txt_search(struct dns *dns, const char *label, struct span domain,
    struct span version, struct txt_search *out)
{
	struct buf name = BUF(2 * DNS_NAME_MAX), txt = BUF(TXT_MAX);
	struct dns_answer *a = NULL;

	*out = (struct txt_search){ .found = TXT_NONE, .text = BUF(TXT_MAX) };
	if (*label != '\0')
		buf_printf(&name, "%s.", label);
	buf_span(&name, domain);
	a = dns_query(dns, buf_get0(&name), DNS_TXT);
	out->dns = a->status;
	if (dns_failed(a->status))
		out->found = TXT_FAILED;
	for (size_t i = 0; i < a->n; i++) {
		buf_reset(&txt);
		if (dns_rr_txt(a->rdata[i], &txt))
			sort_in(out, buf_get0(&txt), version);
	}
	dns_answer_free(a);
	buf_free(&name);
	buf_free(&txt);
}

void
txt_search_free(struct txt_search *s)
{
	buf_free(&s->text);
}
