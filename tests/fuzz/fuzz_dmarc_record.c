/*
 * DMARC records: a record read, written in its plain form and read again
 * says the same; nothing that is not exactly version 1 is a record; a usable
 * record always gives a policy, and an unusable one never more than none.
 */
#include <stdint.h>
#include <stdlib.h>

#include "auth/dmarc.h"
#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
write_policy(struct buf *out, const char *name, enum dmarc_policy p)
{
	if (p == DMARC_INVALID)
		buf_printf(out, ";%s=?", name);
	else if (p != DMARC_ABSENT)
		buf_printf(out, ";%s=%s", name, dmarc_policy_name(p));
}

static void
write_uris(struct buf *out, const char *name, const struct dmarc_uris *uris)
{
	for (size_t i = 0; i < uris->n; i++) {
		if (i == 0)
			buf_printf(out, ";%s=", name);
		else
			buf_byte(out, ',');
		buf_span(out, uris->v[i].text);
	}
}

static void
write_record(struct buf *out, const struct dmarc_record *r)
{
	buf_str(out, "v=DMARC1");
	write_policy(out, "p", r->p);
	write_policy(out, "sp", r->sp);
	write_policy(out, "np", r->np);
	buf_printf(out, ";psd=%s;adkim=%c;aspf=%c;t=%c",
	    dmarc_psd_name(r->psd), r->adkim_strict ? 's' : 'r',
	    r->aspf_strict ? 's' : 'r', r->testing ? 'y' : 'n');
	write_uris(out, "rua", &r->rua);
	write_uris(out, "ruf", &r->ruf);
	buf_str(out, ";fo=");
	buf_span(out, r->fo);
}

static bool
is_inside(struct span s, struct span whole)
{
	return s.n == 0 || (s.p >= whole.p && s.p + s.n <= whole.p + whole.n);
}

static void
uris_hold(struct span in, const struct dmarc_uris *uris)
{
	must(uris->n <= DMARC_URIS_MAX);
	for (size_t i = 0; i < uris->n; i++) {
		const struct dmarc_uri *u = &uris->v[i];

		must(is_inside(u->text, in) && is_inside(u->host, u->text));
		must(u->valid || u->host.n == 0);
		must(!(u->valid && u->mailto) || u->host.n > 0);
	}
}

static void
policies_hold(const struct dmarc_record *r)
{
	enum dmarc_policy all[] = { dmarc_policy_own(r),
	    dmarc_policy_sub(r, true), dmarc_policy_sub(r, false) };

	for (size_t i = 0; i < 3; i++) {
		must(all[i] >= DMARC_NONE && all[i] <= DMARC_REJECT);
		must(dmarc_record_usable(r) || all[i] == DMARC_NONE);
		must(dmarc_policy_tested(r, all[i]) <= all[i]);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n);
	struct dmarc_record a = { 0 }, b = { 0 };
	struct buf once = BUF(1 << 22), twice = BUF(1 << 22);

	if (!dmarc_record_parse(in, &a))
		return 0;
	must(dmarc_record_looks_like(in));
	uris_hold(in, &a.rua);
	uris_hold(in, &a.ruf);
	policies_hold(&a);
	write_record(&once, &a);
	must(dmarc_record_parse(buf_get0(&once), &b));
	write_record(&twice, &b);
	must(span_eq(buf_get0(&once), buf_get0(&twice)));
	must(dmarc_has_rua(&a) == dmarc_has_rua(&b));
	must(dmarc_record_usable(&a) == dmarc_record_usable(&b));
	buf_free(&once);
	buf_free(&twice);
	return 0;
}
