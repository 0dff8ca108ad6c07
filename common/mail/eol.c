/* Line ends; see eol.h. */
#include "mail/eol.h"

void
to_crlf_add(struct to_crlf *c, struct span s)
{
	while (s.n > 0) {
		size_t n = span_chr(s, '\n');
		bool cr = n > 0 ? s.p[n - 1] == '\r' : c->cr;

		if (n > 0)
			c->to(c->arg, span_first(s, n));
		c->cr = cr;
		if (n == s.n)
			return;
		c->to(c->arg, cr ? SPAN("\n") : SPAN("\r\n"));
		c->cr = false;
		s = span_from(s, n + 1);
	}
}

void
to_eol_add(struct to_eol *e, struct span s)
{
	while (s.n > 0) {
		size_t n = span_chr(s, '\n');
		bool ended = n < s.n;
		bool last_cr = n > 0 && s.p[n - 1] == '\r';

		if (e->cr && !(ended && n == 0))
			e->to(e->arg, SPAN("\r"));
		e->cr = last_cr && !ended;
		if (n > last_cr)
			e->to(e->arg, span_first(s, n - last_cr));
		if (ended)
			e->to(e->arg, span_str(e->eol));
		s = span_from(s, n + ended);
	}
}

void
to_eol_end(struct to_eol *e)
{
	if (e->cr)
		e->to(e->arg, SPAN("\r"));
	e->cr = false;
}
