/*
 * What a domain publishes about its mail, judged without any message: SPF,
 * DMARC, DKIM keys, and whether it says that it has no mail at all.
 */
#ifndef AUTH_POSTURE_H
#define AUTH_POSTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "auth/dmarc.h"
#include "auth/spf.h"
#include "base/finding.h"
#include "base/span.h"
#include "dns/mx.h"
#include "sys/env.h"

/* One key record. */
struct posture_key {
	char *selector;
	const char *algorithm;	/* "rsa", "ed25519"; NULL when unreadable */
	unsigned bits;		/* 0 when there is no key */
	bool testing, revoked;
};

/* struct posture p = { 0 }; before each, posture_free after each. */
struct posture {
	enum mx_status mx;
	bool has_spf;		/* "spf" holds a record */
	struct spf_audit spf;
	struct dmarc_ctx *dmarc_ctx;	/* what "dmarc" lends from */
	struct dmarc_verdict dmarc;	/* as if nothing had passed */
	struct {
		struct posture_key *v;
		size_t n, cap;
	} keys;
	bool no_mail;		/* null MX or no MX, and "v=spf1 -all" alone */
	struct findings findings;
};

/*
 * Judge a domain (A-labels). Keys are looked for at the selectors named,
 * each of which must be there, and at a list of well-known ones.
 */
void posture_judge(const struct env *env, struct spf_ctx *spf,
    struct span domain, const struct span *selectors, size_t n,
    struct posture *out);

/*
 * "fail", "unknown", "warn", "pass" as the findings say; "none" where there
 * is nothing to judge: no such domain, or no mail and nothing wrong.
 */
const char *posture_verdict(const struct posture *p);

void posture_free(struct posture *p);

/* The well-known selectors; *n of them. */
const char *const *posture_selectors(size_t *n);

/* The parts; for the files of this directory only. */
void posture_dmarc(const struct env *env, struct span domain,
    struct posture *p);
void posture_dkim(const struct env *env, struct span domain,
    const struct span *selectors, size_t n, struct posture *p);

#endif
