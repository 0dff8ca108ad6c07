/*
 * Armor: the same octets, or the same refusal, whether they come whole or one
 * by one; and what is written from them reads back.
 */
#include "../support/drip.h"
#include "fuzz.h"

#include "pgp/armor.h"

static enum pgp_result
dearmor(struct in *in, struct pgp_error *e, struct buf *out)
{
	struct armor armor;
	struct in plain;

	armor_open(&armor, in, true, &plain);
	for (struct span s = in_peek(&plain, 1); s.n > 0;
	    s = in_peek(&plain, 1)) {
		buf_span(out, s);
		in_skip(&plain, s.n);
	}
	in_free(&plain);
	in_free(in);
	return e->result;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct pgp_error e = { PGP_OK, NULL }, f = e, g = e;
	struct buf a = BUF(1 << 24), b = BUF(1 << 24), text = BUF(1 << 25);
	struct drip slow = { span_of(data, n), 1 };
	struct in whole, one, again;

	in_of_span(&whole, span_of(data, n), &e);
	in_init(&one, drip_in, &slow, &f);
	must(dearmor(&whole, &e, &a) == dearmor(&one, &f, &b));
	must(e.result != PGP_OK || span_eq(buf_get0(&a), buf_get0(&b)));
	if (e.result == PGP_OK && a.n > 0) {
		armor_write(&text, ARMOR_MESSAGE, buf_get0(&a));
		buf_reset(&b);
		in_of_span(&again, buf_get0(&text), &g);
		must(dearmor(&again, &g, &b) == PGP_OK);
		must(span_eq(buf_get0(&a), buf_get0(&b)));
	}
	buf_free(&a);
	buf_free(&b);
	buf_free(&text);
	return 0;
}
