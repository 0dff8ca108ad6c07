/* MX hosts against the policy: RFC 8461 section 4.1; see hosts.h. */
#include "mtasts/hosts.h"

#include <stdlib.h>

#include "base/mem.h"
#include "mtasts/meeting.h"
#include "mtasts/patterns.h"
#include "mtasts/seen.h"
#include "net/service.h"

static void
find_host(const struct env *env, const struct mx_set *mx,
    struct sts_host *h, struct findings *fs)
{
	/* a name that is no host's has no address to look for */
	if (h->mx->kind != MX_HOST)
		return;
	host_find(env->dns, &h->mx->name, &h->addresses);
	host_findings(&h->addresses, fs);
	dane_find(env->dns, &h->addresses, service_info(SERVICE_SMTP)->port,
	    &h->dane);
	h->secure = mx->security == DNS_SECURE &&
	    host_security(&h->addresses) == DNS_SECURE;
}

void
sts_hosts_find(const struct env *env, struct span domain,
    struct sts_hosts *out, struct findings *fs)
{
	struct sts_hosts h = { .v = NULL };

	mx_find(env->dns, domain, &h.mx);
	h.trust = h.mx.trust;
	/* without DNSSEC only the rows of DANE stay unknown, no verdict */
	h.mx.trust = DNS_CHECKED;
	mx_findings(&h.mx, fs);
	h.v = xcalloc(h.mx.n + 1, sizeof(*h.v));
	for (size_t i = 0; i < h.mx.n; i++) {
		h.v[i].mx = &h.mx.v[i];
		find_host(env, &h.mx, &h.v[i], fs);
	}
	*out = h;
}

void
sts_hosts_free(struct sts_hosts *h)
{
	for (size_t i = 0; i < h->mx.n; i++) {
		host_free(&h->v[i].addresses);
		dane_free(&h->v[i].dane);
	}
	free(h->v);
	mx_free(&h->mx);
	*h = (struct sts_hosts){ .v = NULL };
}

enum sender_dane
sts_host_dane(const struct sts_hosts *h, size_t i)
{
	return seen_dane(h->v[i].dane.status, h->mx.security);
}

/* --- against the policy */

static void
judge_rows(struct sts_hosts *h, size_t i, const struct sender_policy *policy)
{
	struct sts_host *host = &h->v[i];
	const struct host *a = &host->addresses;
	struct sender_host facts = {
		.no_address = a->n == 0 && !host_failed(a),
		.matched = host->matched, .dane = sts_host_dane(h, i),
		.tls = a->n > 0 ? SENDER_TLS_NOT_ASKED : SENDER_TLS_UNKNOWN,
	};

	for (enum sender who = 0; who < SENDERS; who++)
		host->rows[who] = sender_judge(who, policy, &facts);
	if (h->mx.null_not_alone)
		meeting_null_mx(host->rows);
}

static void
judge_patterns(const struct sts_hosts *h, struct span domain,
    const struct sts_policy *p, struct findings *fs)
{
	/* where the MX is not known, no pattern can be called dead */
	const char **hosts = xcalloc(h->mx.n + 1, sizeof(*hosts));

	for (size_t i = 0; i < h->mx.n; i++)
		hosts[i] = h->mx.v[i].text;
	patterns_judge(p, hosts, h->mx.n, domain, fs);
	free(hosts);
}

void
sts_hosts_match(struct sts_hosts *h, struct span domain,
    const struct sts_inquiry *q, struct findings *fs)
{
	struct sender_policy sender = sts_sender_policy(q);
	const struct sts_policy *p = &q->policy;

	for (size_t i = 0; i < h->mx.n; i++) {
		struct sts_host *host = &h->v[i];

		if (q->standing == STS_IN_FORCE)
			host->matched = p->mode == SENDER_POLICY_NONE ?
			    sts_policy_matches(p, span_str(host->mx->text),
			    &host->pattern) : patterns_find(p,
			    host->mx->text, &host->pattern, fs);
		judge_rows(h, i, &sender);
	}
	if (q->standing == STS_IN_FORCE && p->mode != SENDER_POLICY_NONE)
		judge_patterns(h, domain, p, fs);
}
