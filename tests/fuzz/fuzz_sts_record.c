/*
 * _mta-sts and _smtp._tls records: what is taken lies in the input, an id is
 * 1 to 32 letters and digits, and the record written anew says the same.
 * What is not taken is explained.
 */
#include "fuzz.h"

#include "base/ascii.h"
#include "mtasts/record.h"
#include "mtasts/tlsrpt.h"

static void
sts(struct span in)
{
	struct findings fs = { 0 };
	struct sts_record r = { { NULL, 0 } }, again = { { NULL, 0 } };
	struct buf plain = BUF(200);

	if (sts_record_parse(in, "x", &r, &fs)) {
		inside(r.id, in);
		must(r.id.n > 0 && r.id.n <= STS_ID_MAX);
		for (size_t i = 0; i < r.id.n; i++)
			must(ascii_is_alnum(r.id.p[i]));
		must(field_begins(in, SPAN("v=STSv1"), false));
		must(field_resembles(in, SPAN("v=STSv1")));
		buf_str(&plain, "v=STSv1; id=");
		buf_span(&plain, r.id);
		must(sts_record_parse(buf_get0(&plain), "x", &again, &fs));
		must(span_eq(r.id, again.id));
	} else {
		must(finding_has(&fs, F_MTASTS_INVALID));
	}
	buf_free(&plain);
	findings_free(&fs);
}

static void
tlsrpt(struct span in)
{
	struct findings fs = { 0 };
	struct tlsrpt_record r = { .n = 0 }, again = { .n = 0 };
	struct buf plain = BUF(1 << 20);

	if (tlsrpt_parse(in, "x", &r, &fs)) {
		must(r.n > 0 && r.n <= TLSRPT_URIS_MAX);
		buf_str(&plain, "v=TLSRPTv1;rua=");
		for (size_t i = 0; i < r.n; i++) {
			inside(r.rua[i], in);
			buf_str(&plain, i > 0 ? "," : "");
			buf_span(&plain, r.rua[i]);
		}
		must(tlsrpt_parse(buf_get0(&plain), "x", &again, &fs));
		must(again.n == r.n);
	} else {
		must(finding_has(&fs, F_TLSRPT_INVALID));
	}
	buf_free(&plain);
	findings_free(&fs);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	sts(span_of(data, n));
	tlsrpt(span_of(data, n));
	return 0;
}
