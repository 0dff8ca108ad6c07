/*
 * Bundles and messages as JSON: what is read is written as something that
 * is read as the same, and names are names.
 */
#include "fuzz.h"

#include "ratchet/bundle.h"
#include "ratchet/envelope.h"

static void
check_bundle(struct bundle *b)
{
	struct buf once = BUF(BUNDLE_MAX * 4), twice = BUF(BUNDLE_MAX * 4);
	struct bundle again;
	const char *bad = NULL;

	must(b->name[0] == '\0' || name_ok(span_str(b->name)));
	must(curve_key_ok(span_of(b->offer.identity, CURVE_PUBLIC)));
	/* ours have a name and an end that a date can tell */
	if (b->name[0] == '\0' || !b->is_signed)
		return;
	bundle_write(b, &once);
	must(bundle_read(buf_get0(&once), &again, &bad));
	bundle_write(&again, &twice);
	must(span_eq(buf_get0(&once), buf_get0(&twice)));
	buf_free(&once);
	buf_free(&twice);
}

static void
check_envelope(const struct envelope *e, struct span body)
{
	struct buf once = BUF(ENVELOPE_MAX), back = BUF(WIRE_MAX);
	struct envelope again;
	const char *bad = NULL;

	must(name_ok(span_str(e->to)));
	must((e->type == ENVELOPE_SEALED) == (e->from[0] == '\0'));
	must(e->from[0] == '\0' || name_ok(span_str(e->from)));
	envelope_write(e, body, &once);
	must(envelope_read(buf_get0(&once), &again, &back, &bad));
	must(span_eq(buf_get0(&back), body) && e->type == again.type);
	buf_free(&once);
	buf_free(&back);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n);
	struct buf body = BUF(WIRE_MAX);
	struct bundle b;
	struct envelope e;
	const char *bad = NULL;

	if (bundle_read(in, &b, &bad))
		check_bundle(&b);
	else
		must(bad != NULL);
	if (envelope_read(in, &e, &body, &bad))
		check_envelope(&e, buf_get0(&body));
	else
		must(bad != NULL && body.n == 0);
	buf_free(&body);
	return 0;
}
