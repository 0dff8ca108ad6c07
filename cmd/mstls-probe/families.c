/*
 * IPv4 and IPv6, each as if there were no other: senders may have either, and
 * two servers that are not set up alike may stand behind one name. See
 * judge.h.
 */
#include "judge.h"

#include "mtasts/seen.h"

static const int family_of[FAMILIES] = { 4, 6 };

/* The address family of a finding's place; 0: it is no address's. */
static int
family_at(struct span where)
{
	size_t open = span_rchr(where, '['), colon = span_rchr(where, ':');
	struct span host = span_first(where, colon);
	struct ip_addr ip;

	if (open < where.n)
		host = span_first(span_from(where, open + 1),
		    span_chr(span_from(where, open + 1), ']'));
	return ip_parse(host, &ip) ? ip.family : 0;
}

/* They are of all addresses together, and are judged anew for these. */
static bool
is_of_senders(enum finding_code code)
{
	return code == F_SENDER_DANE || code == F_SENDER_DANE_INSECURE_MX ||
	    code == F_SENDER_MTA_STS || code == F_SENDER_MTA_STS_TESTING;
}

static void
count(const struct target *t, int family, struct family *out)
{
	for (size_t i = 0; i < t->servers.n; i++)
		for (size_t k = 0; k < t->servers.v[i].n; k++) {
			const struct address *a = &t->servers.v[i].v[k];

			if (a->place.address.family != family)
				continue;
			out->addresses++;
			out->connected += a->seen && seen_reached(&a->probe);
		}
}

static enum severity
worst_of(const struct target *t, int family)
{
	enum severity worst = SEV_INFO;

	for (size_t i = 0; i < t->findings.n; i++) {
		const struct finding *f = &t->findings.v[i];
		int at = family_at(span_str(f->where));
		enum severity sev = finding_info(f->code)->sev;

		if (!f->ignored && sev > worst && (at == 0 || at == family) &&
		    !is_of_senders(f->code))
			worst = sev;
	}
	return worst;
}

void
judge_families(const struct policy *policy, const char *ignore,
    struct target *t)
{
	for (size_t i = 0; i < FAMILIES; i++) {
		struct family f = { .worst = worst_of(t, family_of[i]) };
		struct findings senders = { 0 };

		count(t, family_of[i], &f);
		judge_senders_by(policy, t, family_of[i], &senders);
		if (ignore != NULL)
			findings_ignore(&senders, span_str(ignore));
		if (findings_worst(&senders) > f.worst)
			f.worst = findings_worst(&senders);
		findings_free(&senders);
		t->family[i] = f;
	}
}
