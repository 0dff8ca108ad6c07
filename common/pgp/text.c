/* Canonical text; see text.h. */
#include "pgp/text.h"

void
text_add(struct text *t, struct span s)
{
	while (s.n > 0) {
		size_t n = span_chr(s, '\n');
		bool cr = n > 0 ? s.p[n - 1] == '\r' : t->cr;

		digest_add(t->to, span_first(s, n));
		t->cr = cr;
		if (n == s.n)
			return;
		digest_add(t->to, cr ? SPAN("\n") : SPAN("\r\n"));
		t->cr = false;
		s = span_from(s, n + 1);
	}
}
