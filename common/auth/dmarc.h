/*
 * DMARC: records, the DNS tree walk, evaluation (RFC 9989), and beside it
 * the way of RFC 7489 with the public suffix list. "No record", "a record
 * that cannot be used" and "could not find out" are three different answers.
 */
#ifndef AUTH_DMARC_H
#define AUTH_DMARC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/finding.h"
#include "base/span.h"
#include "dns/dns.h"
#include "dns/name.h"

/* A p=, sp= or np= value; the order of the valid ones is their strictness. */
enum dmarc_policy {
	DMARC_ABSENT,
	DMARC_NONE,
	DMARC_QUARANTINE,
	DMARC_REJECT,
	DMARC_INVALID,
};

enum dmarc_psd { DMARC_PSD_U, DMARC_PSD_N, DMARC_PSD_Y };

/* The result names of RFC 9989 section 9.2. */
enum dmarc_result {
	DMARC_R_NONE,
	DMARC_R_PASS,
	DMARC_R_FAIL,
	DMARC_R_TEMPERROR,
	DMARC_R_PERMERROR,
};

/* What a record says that a receiver discards or no longer heeds. */
enum dmarc_problem {
	DMARC_SYNTAX = 1 << 0,		/* a piece that is no tag */
	DMARC_DUPLICATE = 1 << 1,	/* a tag twice: the first counts */
	DMARC_BAD_VALUE = 1 << 2,	/* default taken (adkim, fo, t, ...) */
	DMARC_BAD_POLICY = 1 << 3,	/* p, sp or np present, but invalid */
	DMARC_BAD_URI = 1 << 4,		/* in rua or ruf */
	DMARC_HISTORIC = 1 << 5,	/* pct, rf, ri: RFC 9989 section 9.3 */
	DMARC_SIZE = 1 << 6,		/* "!10m" behind an address */
	DMARC_UNKNOWN_TAG = 1 << 7,
	DMARC_FO_ALONE = 1 << 8,	/* fo without ruf is ignored */
};

/* One entry of rua or ruf. */
struct dmarc_uri {
	struct span text;	/* without the obsolete size */
	struct span host;	/* lent from text; empty when not valid */
	bool valid;		/* by RFC 3986, and RFC 6068 for mailto */
	bool mailto;
};

enum { DMARC_URIS_MAX = 16, DMARC_QUERIES_MAX = 8, DMARC_FROM_MAX = 8 };

struct dmarc_uris {
	struct dmarc_uri v[DMARC_URIS_MAX];
	size_t n;		/* entries past the maximum are not kept */
};

/* A record; every span points into the text that was parsed. */
struct dmarc_record {
	enum dmarc_policy p, sp, np;	/* as published */
	enum dmarc_psd psd;
	bool adkim_strict, aspf_strict, testing;
	struct span fo;			/* "0" where absent or discarded */
	struct dmarc_uris rua, ruf;
	unsigned problems;		/* enum dmarc_problem, or'ed */
};

/*
 * Read one TXT string (RFC 9989 sections 4.7 and 4.8). False when it is no
 * DMARC record: the v tag is not the first or not exactly DMARC1. All other
 * errors leave the default in place and are noted in problems.
 */
bool dmarc_record_parse(struct span txt, struct dmarc_record *out);

/* Whether it was meant as a DMARC record: "v=dmarc1", " v=DMARC1", ... */
bool dmarc_record_looks_like(struct span txt);

/* Whether rua has at least one valid URI (RFC 9989 section 4.10.1). */
bool dmarc_has_rua(const struct dmarc_record *r);

/*
 * The policies in force, by RFC 9989 section 4.10.1: with an invalid p, sp
 * or np everything is none when rua holds a valid URI; else the record
 * cannot be used and false is returned. dmarc_policy_sub falls back from np
 * to sp to p.
 */
bool dmarc_record_usable(const struct dmarc_record *r);
enum dmarc_policy dmarc_policy_own(const struct dmarc_record *r);
enum dmarc_policy dmarc_policy_sub(const struct dmarc_record *r,
    bool exists);
/* What t=y asks for instead: one level less. */
enum dmarc_policy dmarc_policy_tested(const struct dmarc_record *r,
    enum dmarc_policy policy);

/* "none", "quarantine", "reject"; NULL for absent and invalid. */
const char *dmarc_policy_name(enum dmarc_policy p);
/* "none", "pass", "fail", "temperror", "permerror". */
const char *dmarc_result_name(enum dmarc_result r);
/* "u", "n", "y". */
const char *dmarc_psd_name(enum dmarc_psd psd);

/* What is published at _dmarc below one name. */
struct dmarc_point {
	struct dns_name name;	/* without the _dmarc label */
	enum dns_status status;	/* of the TXT query */
	size_t records;		/* with a good version; usable if exactly 1 */
	size_t lookalikes;	/* strings only meant as a record */
	char *txt;		/* the only record's text, NULL if not one */
	struct dmarc_record record;
};

/* The one record there, or NULL. */
static inline const struct dmarc_record *
dmarc_point_record0(const struct dmarc_point *p)
{
	return p != NULL && p->records == 1 ? &p->record : NULL;
}

/*
 * What was looked up so far, shared by every walk of a message (or a
 * domain). It lends points and records until it is freed; it borrows dns. The
 * seed guards its table of names, which strangers choose.
 */
struct dmarc_ctx;
struct dmarc_ctx *dmarc_ctx_new(struct dns *dns, uint64_t seed);
void dmarc_ctx_free(struct dmarc_ctx *ctx);

/* The point of a name, asked for once. Never NULL. */
const struct dmarc_point *dmarc_point_get0(struct dmarc_ctx *ctx,
    const struct dns_name *name);

/* A tree walk (RFC 9989 section 4.10), from its start to where it ended. */
struct dmarc_walk {
	const struct dmarc_point *at[DMARC_QUERIES_MAX];
	size_t n;
	struct dns_name org;	/* section 4.10.2, errors taken as no record */
	const struct dmarc_point *psd;	/* the psd=y above org, or NULL */
	bool found;		/* some record was found */
	bool failed;		/* a query failed: org is not certain */
};

void dmarc_walk(struct dmarc_ctx *ctx, const struct dns_name *start,
    struct dmarc_walk *out);

/* The record that applies to an Author Domain (section 4.10.1). */
struct dmarc_found {
	const struct dmarc_point *point;	/* NULL: none found */
	bool is_own;		/* it is the Author Domain's own */
	bool failed;		/* a failed query may have hidden another */
};

struct dmarc_found dmarc_discover(const struct dmarc_walk *walk);

/*
 * Whether two domains have the same Organizational Domain (section 4.10.2),
 * whatever the failed queries would have said, or cannot have, or neither.
 */
enum dmarc_aligned { DMARC_ALIGNED, DMARC_APART, DMARC_UNSURE };
enum dmarc_aligned dmarc_align(const struct dmarc_walk *a,
    const struct dmarc_walk *b);

/*
 * Whether a domain exists (section 3.2.13, appendix A.4): NXDOMAIN alone
 * says that it does not; a dangling CNAME or an empty name exists.
 */
enum dmarc_existence {
	DMARC_EXISTS,
	DMARC_EXISTS_NOT,
	DMARC_EXISTS_UNKNOWN,
};

enum dmarc_existence dmarc_exists(struct dmarc_ctx *ctx,
    const struct dns_name *name);

/*
 * Whether a domain may have the same Organizational Domain as the walk's
 * start: that of any domain is the domain itself or above it. Asks nothing.
 */
bool dmarc_can_align(const struct dmarc_walk *walk,
    const struct dns_name *name);

/* What SPF or one DKIM signature gave: other results count as no pass. */
enum dmarc_auth_result { DMARC_AUTH_NO, DMARC_AUTH_PASS, DMARC_AUTH_UNKNOWN };

struct dmarc_auth {
	enum dmarc_auth_result result;	/* UNKNOWN: temperror */
	struct span domain;		/* A-labels */
};

struct dmarc_input {
	const struct span *from;	/* the From domains, A-labels */
	size_t from_n;
	struct dmarc_auth spf;		/* MAIL FROM; HELO for a null sender */
	const struct dmarc_auth *dkim;
	size_t dkim_n;
};

/* Names are empty (n is 0) and record is NULL where there is nothing. */
struct dmarc_verdict {
	enum dmarc_result result;
	enum dmarc_policy policy;	/* in force; ABSENT without record */
	enum dmarc_policy subdomain_policy;	/* for existing subdomains */
	enum dmarc_policy disposition;	/* what the owner asks for here */
	struct dns_name from;		/* the Author Domain judged */
	struct dns_name domain;		/* where the record was found */
	struct dns_name org;		/* of the Author Domain */
	const struct dmarc_record *record;	/* lent by the context */
	const char *txt;
	bool spf_aligned, dkim_aligned;	/* passed, and aligned */
	size_t dkim_which;		/* the first aligned one, if so */
	bool unusable;			/* section 4.10.1: p, sp, np invalid */
	bool several;			/* From domains, or odd ones: no pass */
};

/*
 * Evaluate (RFC 9989 section 5.3) and add the findings. Without a From
 * domain the result is permerror. Several (section 11.5: each is tested, at
 * most DMARC_FROM_MAX) give the strictest failing one, else what kept one
 * from being judged, and never pass. Where a DNS error could have hidden an
 * aligned pass, or another record than the one found, the result is temperror
 * and neither fail nor pass (section 5.3.6).
 */
void dmarc_eval(struct dmarc_ctx *ctx, const struct dmarc_input *in,
    struct dmarc_verdict *out, struct findings *fs);

/*
 * The same by RFC 7489: records at the Author Domain and at the registered
 * domain only, that one by the public suffix list; no np, psd or t. False
 * when there is no public suffix list. "walk" is dmarc_eval's verdict; a
 * difference that matters becomes the finding dmarc.psl-differs.
 */
struct dmarc_psl {
	enum dmarc_result result;
	enum dmarc_policy policy;
	struct dns_name org;
};

bool dmarc_psl_eval(struct dmarc_ctx *ctx, const struct dmarc_input *in,
    const struct dmarc_verdict *walk, struct dmarc_psl *out,
    struct findings *fs);

/* The registered domain (RFC 7489 section 3.2). False without a list. */
bool dmarc_psl_org(const struct dns_name *name, struct dns_name *out);

/*
 * Why a result of SPF or of a signature did or did not count, as far as it
 * could ever have: what passed elsewhere, what was aligned but failed.
 */
enum dmarc_why {
	DMARC_WHY_ALIGNED,	/* it passed and is aligned */
	DMARC_WHY_FAILED,	/* it is aligned, but did not pass */
	DMARC_WHY_STRICT,	/* same organization, but strict is asked */
	DMARC_WHY_APART,	/* it passed for another organization */
	DMARC_WHY_NEITHER,	/* not passed, and of another organization */
	DMARC_WHY_UNSURE,	/* the DNS could not be asked */
};

struct dmarc_reason {
	bool is_spf;
	size_t which;		/* the signature, if it is one */
	enum dmarc_why why;
	struct dns_name domain;
	struct dns_name org;	/* n is 0 where it did not matter */
};

/*
 * The reasons behind *v, SPF first; results without a domain have none.
 * Returns how many were written, at most max.
 */
size_t dmarc_explain(struct dmarc_ctx *ctx, const struct dmarc_input *in,
    const struct dmarc_verdict *v, struct dmarc_reason *out, size_t max);

/* Append a reason as one clause for people, without a final stop. */
void dmarc_reason_text(const struct dmarc_reason *r,
    const struct dmarc_verdict *v, struct buf *out);

/* "aligned", "failed", "strict", "apart", "neither", "unsure". */
const char *dmarc_why_name(enum dmarc_why why);

/*
 * Append what the reasons say together, where they are a known picture, and
 * return its name: "forwarded", "service" (sent through one of another
 * domain). NULL, and nothing appended, otherwise.
 */
const char *dmarc_picture(const struct dmarc_reason *r, size_t n,
    const struct dmarc_verdict *v, struct buf *out);

/* Whether the list has the name as a public suffix. False without a list. */
bool dmarc_psl_is_suffix(const struct dns_name *name, bool *is);

/* The version of libpsl, with which its list comes. */
const char *dmarc_psl_version(void);

#endif
