/* A server's TLSA records; see judge.h. */
#include "judge.h"

/* RFC 7672 section 2.2.1, RFC 7673 section 3.1 */
bool
dane_applies(const struct server *s)
{
	return s->dane.status >= DANE_UNUSABLE && s->named == DNS_SECURE;
}

static void
judge_records(const struct server *s, struct findings *fs)
{
	for (size_t i = 0; i < s->dane.n; i++) {
		const struct dane_record *r = &s->dane.v[i];

		if (r->use != DANE_USABLE)
			finding_add(fs, F_DANE_RECORD, s->name,
			    "%u %u %u: %s", r->usage, r->selector,
			    r->matching, dane_use_name(r->use));
	}
}

/* Records that no certificate bears out, where another record does. */
static void
judge_rollover(const struct server *s, struct findings *fs)
{
	uint64_t matched = 0, idle = 0;

	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < s->v[i].shown_n; k++)
			matched |= s->v[i].shown[k].dane.matched;
	idle = matched != 0 ? dane_idle(&s->dane, matched) : 0;
	for (size_t i = 0; i < s->dane.n; i++) {
		const struct dane_record *r = &s->dane.v[i];

		if ((idle >> i & 1) != 0)
			finding_add(fs, F_DANE_ROLLOVER, s->name,
			    "%u %u %u, record %zu", r->usage, r->selector,
			    r->matching, i + 1);
	}
}

/* Of an MX that was said with the domain; services can do without DANE. */
static void
judge_trust(const struct server *s, struct findings *fs)
{
	if (s->source == SOURCE_MX || s->service != SERVICE_SMTP)
		return;
	if (s->dane.trust == DNS_NO_ANCHOR)
		finding_add(fs, F_DNSSEC_NO_ANCHOR, s->name, NULL);
	if (s->dane.trust == DNS_STRIPPED)
		finding_add(fs, F_DNSSEC_STRIPPED, s->name, NULL);
}

void
judge_dane(const struct server *s, struct findings *fs)
{
	switch (s->dane.status) {
	case DANE_INSECURE:
		finding_add(fs, F_DANE_INSECURE, s->name, NULL);
		break;
	case DANE_BOGUS:
		/* else sender.dane-insecure-mx says who minds */
		if (s->source != SOURCE_MX || s->named != DNS_INSECURE)
			finding_add(fs, F_DNSSEC_BOGUS, s->name, "TLSA");
		break;
	case DANE_UNKNOWN:
		if (s->dane.trust == DNS_CHECKED)
			finding_add(fs, F_DANE_DNS, s->name, "%s",
			    dns_status_name(s->dane.dns));
		break;
	case DANE_UNUSABLE:
		finding_add(fs, F_DANE_UNUSABLE, s->name, NULL);
		break;
	case DANE_NONE: case DANE_PRESENT: case DANE_MATCH:
	case DANE_MISMATCH:
		break;
	}
	judge_trust(s, fs);
	judge_records(s, fs);
	if (s->dane.status >= DANE_UNUSABLE && !dane_applies(s))
		finding_add(fs, F_DANE_MX_INSECURE, s->name, NULL);
	if (s->dane.status == DANE_PRESENT)
		judge_rollover(s, fs);
}
