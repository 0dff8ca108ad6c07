/* What signing and verifying commands share. */
#include <unistd.h>

#include "base/utf8.h"
#include "pgp-lite.h"
#include "pgp/packet_out.h"
#include "pgp/verify.h"
#include "sys/say.h"

enum { REASON_MAX = 1024 };

bool
signed_stdin(struct run *r, bool text, struct signers *s, struct sink *to)
{
	struct utf8_stream utf8 = { .n = 0 };
	struct in in;

	in_of_fd(&in, STDIN_FILENO, &r->error);
	for (struct span p = in_peek(&in, 1); p.n > 0; p = in_peek(&in, 1)) {
		if (text)
			utf8_stream_add(&utf8, p);
		signers_data(s, p);
		if (to != NULL)
			sink_write(to, p);
		in_skip(&in, p.n);
	}
	in_free(&in);
	if (!utf8_stream_end(&utf8))
		return run_fail(r, SOP_EXPECTED_TEXT, "stdin: not UTF-8");
	return run_fail_error(r, "stdin", SOP_UNSPECIFIED_FAILURE);
}

bool
signed_end(struct run *r, struct signers *s, struct buf *out)
{
	return signers_end(s, out) ||
	    run_fail(r, SOP_KEY_CANNOT_SIGN, "a key cannot sign");
}

bool
signed_message(struct run *r, struct signers *s,
    bool (*feed)(void *arg, struct sink *to), void *arg, struct sink *to)
{
	struct buf part = BUF(SIGS_MAX);
	struct packet_out p;
	struct sink literal;
	bool ok = false;

	signers_begin(s, &part);
	sink_write(to, buf_get0(&part));
	packet_out_start(&p, TAG_LITERAL, false, to, &literal);
	sink_write(&literal, r->a.as == AS_TEXT ? SPAN("u\0\0\0\0\0") :
	    SPAN("b\0\0\0\0\0"));
	ok = feed(arg, &literal);
	sink_end(&literal);
	buf_reset(&part);
	ok = ok && signed_end(r, s, &part);
	sink_write(to, buf_get0(&part));
	buf_free(&part);
	return ok;
}

void
signed_bounds(const struct run *r, struct files *certs, struct verifier *out)
{
	int64_t latest = r->now + VERIFY_SKEW;

	*out = (struct verifier){ .files = certs->v, .n = certs->n,
	    .now = r->now, .not_before = r->a.not_before,
	    .not_after = r->a.not_after };
	if (out->not_before == DATE_NOW)
		out->not_before = r->now;
	if (out->not_after == DATE_NOW)
		out->not_after = latest;
	else if (out->not_after == DATE_UNBOUND)
		out->not_after = INT64_MAX;
}

size_t
signed_judge(const struct signatures *s, const struct hasher *h,
    const struct verifier *v, struct buf *out)
{
	struct verdict verdicts[HASHER_MAX];
	size_t good = signatures_verify(s, h, v, verdicts);

	for (size_t i = 0; i < s->n; i++) {
		struct buf reason = BUF(REASON_MAX);

		if (verdicts[i].why == NULL) {
			verdict_line(v, &verdicts[i], out);
			continue;
		}
		verdict_reason(&verdicts[i], &reason);
		say_warn("signature %zu%.*s", i + 1, (int)reason.n,
		    (const char *)reason.p);
		buf_free(&reason);
	}
	return good;
}
