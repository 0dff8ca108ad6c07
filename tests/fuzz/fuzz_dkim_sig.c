/*
 * Signature fields of DKIM and ARC: what is taken has what RFC 6376 section
 * 6.1.1 wants, and its b= is gone from what is signed.
 */
#include "fuzz.h"

#include "auth/dkim_sig.h"

static bool
has_from(struct span names)
{
	struct span name = { NULL, 0 };

	while (span_split(&names, ':', &name))
		if (span_ieq(span_trim(name), SPAN("from")))
			return true;
	return false;
}

static void
check(const struct dkim_sig *s, enum dkim_sig_kind kind)
{
	must(s->d.n > 0 && s->s.n > 0 && s->b.n > 0);
	inside(s->b_raw, s->field->raw);
	inside(s->h, s->field->raw);
	must(kind != DKIM_SIGNATURE || has_from(s->h));
	must(kind == DKIM_SIGNATURE || (s->instance >= 1 &&
	    s->instance <= 50));
	must(kind != DKIM_SIGNATURE || s->x < 0 || s->t < 0 || s->x > s->t);
	for (int c = CANON_SIMPLE; c <= CANON_RELAXED; c++) {
		struct buf out = BUF(1 << 24);

		dkim_sig_unsigned(s->field->raw, s->b_raw, (enum canon)c,
		    &out);
		must(out.n <= s->field->raw.n * 2 + 2 && !out.over);
		must(out.n == 0 || out.p[out.n - 1] != '\n');
		buf_free(&out);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct header h = { 0 };

	if (header_split(span_of(data, n), 50, &h) == HEADER_OK) {
		for (size_t i = 0; i < 3 * h.n; i++) {
			enum dkim_sig_kind kind = (enum dkim_sig_kind)(i % 3);
			struct dkim_sig sig;
			struct buf b = BUF(DKIM_B_SHORT);

			if (h.v[i / 3].name.n == 0)
				continue;
			if (dkim_sig_parse(&h.v[i / 3], kind, &sig) == NULL)
				check(&sig, kind);
			dkim_sig_b(&sig, DKIM_B_SHORT, &b);
			must(b.n <= dkim_sig_b_common(&sig, &sig) && !b.over);
			must(b.n == DKIM_B_SHORT ||
			    b.n == dkim_sig_b_common(&sig, &sig));
			buf_free(&b);
			dkim_sig_free(&sig);
		}
	}
	header_free(&h);
	return 0;
}
