/*
 * The MX hosts of a domain as its policy sees them, every one of them: which
 * pattern lets it in, what its TLSA records say, and what each kind of sender
 * does with it as far as names, policy and DNS tell.
 */
#ifndef MTASTS_HOSTS_H
#define MTASTS_HOSTS_H

#include <stdbool.h>

#include "base/finding.h"
#include "dns/host.h"
#include "dns/mx.h"
#include "mtasts/inquiry.h"
#include "mtasts/sender.h"
#include "sys/env.h"
#include "tls/dane.h"

struct sts_host {
	const struct mx_host *mx;	/* lent by the set */
	struct host addresses;
	struct dane_set dane;
	bool secure;		/* DNSSEC vouches for MX and addresses */
	bool matched;
	struct span pattern;	/* the one that matched; lent by the policy */
	struct sender_row rows[SENDERS];
};

/* struct sts_hosts h = { 0 }; is empty. */
struct sts_hosts {
	struct mx_set mx;
	enum dns_trust trust;	/* why DANE is unknown, where it is */
	struct sts_host *v;	/* mx.n of them, in its order */
};

/* Ask the DNS, adding what there is to say. End with sts_hosts_free. */
void sts_hosts_find(const struct env *env, struct span domain,
    struct sts_hosts *out, struct findings *fs);
void sts_hosts_free(struct sts_hosts *h);

/*
 * Hold the policy in force against the hosts, and the other way round: hosts
 * without a pattern, patterns without a host, patterns that let in too many.
 */
void sts_hosts_match(struct sts_hosts *h, struct span domain,
    const struct sts_inquiry *q, struct findings *fs);

/* Whether a sender that obeys DANE has usable records to hold a host to. */
enum sender_dane sts_host_dane(const struct sts_hosts *h, size_t i);

#endif
