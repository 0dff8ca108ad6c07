/* Domains as people write them, as the DNS has them, and back. */
#include "unit.h"

#include "dns/idn.h"

static void
to_ascii(void **state)
{
	static const struct {
		const char *in, *want;	/* NULL: no domain */
	} rows[] = {
		{ "Example.ORG", "example.org" },
		{ "example.org.", "example.org" },
		{ "_dmarc.example.org", "_dmarc.example.org" },
		{ "B\303\274cher.example", "xn--bcher-kva.example" },
		{ "BU\314\210CHER.example", "xn--bcher-kva.example" },
		/* non-transitional: the sharp s is kept */
		{ "fa\303\237.de", "xn--fa-hia.de" },
		{ "xn--bcher-kva.example", "xn--bcher-kva.example" },
		{ "XN--BCHER-KVA.example", "xn--bcher-kva.example" },
		{ "\346\227\245\346\234\254\343\200\202jp", "xn--wgv71a.jp" },
		{ "_dmarc.b\303\274cher.example",
		    "_dmarc.xn--bcher-kva.example" },
		{ "", NULL },
		{ ".", NULL },
		{ "a..b", NULL },
		{ "a b.org", NULL },
		{ "b\303\274 cher.example", NULL },
		{ "b\303.example", NULL },
		{ "-a.org", NULL },
		{ "a\342\200\256b.org", NULL },
	};

	struct buf none = BUF(1024);

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf out = BUF(1024);
		bool ok = idn_to_ascii(span_str(rows[i].in), &out);

		if (ok != (rows[i].want != NULL) || (ok &&
		    !span_eq(buf_get0(&out), span_str(rows[i].want))))
			fail_msg("row \"%s\": %.*s", rows[i].in, (int)out.n,
			    out.p);
		if (!ok)
			assert_int_equal(out.n, 0);
		buf_free(&out);
	}
	assert_false(idn_to_ascii(span_of("\303\274\0", 3), &none));
}

static void
to_unicode(void **state)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
		{ "example.org", "example.org" },
		{ "xn--bcher-kva.example", "b\303\274cher.example" },
		{ "xn--fa-hia.de", "fa\303\237.de" },
		{ "xn--a.example", "xn--a.example" },
		{ "a\033b.example", "a?b.example" },
		{ "_dmarc.xn--bcher-kva.example",
		    "_dmarc.b\303\274cher.example" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf out = BUF(1024);

		idn_to_unicode(span_str(rows[i].in), &out);
		if (!span_eq(buf_get0(&out), span_str(rows[i].want)))
			fail_msg("row \"%s\": %.*s", rows[i].in, (int)out.n,
			    out.p);
		buf_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(to_ascii),
		cmocka_unit_test(to_unicode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
