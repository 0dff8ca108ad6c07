/* From facts to findings; each file takes one part of what was seen. */
#ifndef MSTLS_PROBE_JUDGE_H
#define MSTLS_PROBE_JUDGE_H

#include "mstls-probe.h"
#include "policy.h"
#include "target.h"

/* One address under judgement. */
struct view {
	const struct job *job;
	struct target *target;
	struct server *server;
	struct address *address;
	char where[PLACE_NAME_MAX + PLACE_TEXT_SIZE + 4];
	struct findings *fs;	/* the target's */
};

/* All of it: certificates, DANE, findings, senders. */
void judge_target(const struct job *job, const struct policy *policy,
    struct target *t);

/* judge_talk.c: connection, dialogue, STARTTLS, and whether TLS came about. */
void judge_talk(struct view *v);

/* judge_tls.c: versions, suites, groups and what goes with them. */
void judge_tls(struct view *v);

/*
 * judge_cert.c: gather the chains that the address shows and their verdicts,
 * hold them against names and TLSA records; then say what of it matters.
 */
void judge_certs(struct view *v);

/* judge_dane.c: the server's TLSA records, whatever its addresses show. */
void judge_dane(const struct server *s, struct findings *fs);
/* Whether DANE is on: what names the host must be secure, too. */
bool dane_applies(const struct server *s);

/* senders.c: the rows of each server, and what follows from them. */
void judge_senders(const struct policy *policy, struct target *t);
/* The findings alone, of senders that have but one family of addresses. */
void judge_senders_by(const struct policy *policy, const struct target *t,
    int family, struct findings *fs);

/*
 * families.c: what IPv4 alone, and IPv6 alone, come to, after all else was
 * judged and graded ("ignore" is --ignore's list, or NULL).
 */
void judge_families(const struct policy *policy, const char *ignore,
    struct target *t);

#endif
