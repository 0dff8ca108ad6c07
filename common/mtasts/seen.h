/* What a probe of an address, and TLSA records, mean to senders. */
#ifndef MTASTS_SEEN_H
#define MTASTS_SEEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/finding.h"
#include "mtasts/sender.h"
#include "probe/probe.h"
#include "run/plan.h"
#include "tls/dane.h"

/* Whether the address answered at all. */
bool seen_reached(const struct probe *p);
/* Of one that did not: add the finding that says why, at "where". */
void seen_silence(const struct probe *p, const char *where,
    struct findings *fs);

/* The same of an address that was not looked at, or in vain. */
void seen_not_made(enum visit_end how, const char *where,
    struct findings *fs);

/*
 * Of one that answered, and not so far that a sender's outcome is known: add
 * the finding that says what it was cut short by. Else nothing.
 */
void seen_cut_short(const struct probe *p, const char *where,
    struct findings *fs);

/* How far the conversation came: SENDER_TLS_NOT_ASKED never. */
enum sender_tls seen_tls(const struct probe *p);
/* Whether TLS came about, and then EHLO got no answer to go on with. */
bool seen_put_off(const struct probe *p);
/* The certificate: its chain's verdict, and whether it is the host's. */
enum sender_cert seen_cert(enum chain_result chain, bool name_match);
/*
 * A set of records, or what became of it in a verdict, at a host that was
 * "named" by an MX for which DNSSEC vouches so far. Behind an insecure MX no
 * sender must ask for records, so that none, nor a failure to get them, holds
 * its mail up (RFC 7672 sections 2.1.2 and 2.2.1); where nobody validated,
 * nobody knows.
 */
enum sender_dane seen_dane(enum dane_status s, enum dns_security named);
/* What a DANE-TA chain failed by; SENDER_CERT_UNKNOWN where it did not. */
enum sender_cert seen_dane_cert(const struct dane_verdict *v);

/*
 * Set tls, obsolete, put_off and cert of *out from the probe of an address of
 * the host, and, where out->dane_elective is SENDER_DANE_USABLE, compare what
 * was shown with the records: "names" are those that a DANE-TA chain may have.
 */
void seen_judge(const struct probe *p, struct span host,
    const struct dane_set *dane, const struct span *names, size_t n,
    int64_t now, struct sender_host *out);

/*
 * After that: where certificates were shown and whether a record matches is
 * open, since of either more was given than is looked at, the finding that
 * says so. Else nothing.
 */
void seen_dane_open(const struct probe *p, const struct dane_set *dane,
    const struct sender_host *judged, const char *where, struct findings *fs);

#endif
