/*
 * SPF (RFC 7208): may this client send for this domain? check_host() with
 * its limits, macros, explanation, and on request a trace of every term and
 * question. The audit judges a domain's record without any client.
 */
#ifndef AUTH_SPF_H
#define AUTH_SPF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/finding.h"
#include "base/ip.h"
#include "base/span.h"
#include "dns/dns.h"
#include "sys/env.h"

/* RFC 7208 section 2.6, in its own words. */
enum spf_result {
	SPF_NONE,
	SPF_NEUTRAL,
	SPF_PASS,
	SPF_FAIL,
	SPF_SOFTFAIL,
	SPF_TEMPERROR,
	SPF_PERMERROR,
};

const char *spf_result_name(enum spf_result r);

/* The identity whose domain was checked. */
enum spf_scope { SPF_SCOPE_MFROM, SPF_SCOPE_HELO };

/* "mfrom", "helo". */
const char *spf_scope_name(enum spf_scope s);

/* RFC 7208 section 4.6.4: three limits are MUST and stand fast. */
enum {
	SPF_TERMS_MAX = 10,	/* terms that ask the DNS, in one check */
	SPF_MX_MAX = 10,	/* more is permerror */
	SPF_PTR_MAX = 10,	/* more are ignored */
	SPF_TRACE_MAX = 200,	/* nodes of a trace */
};

struct spf_limits {
	unsigned voids;		/* terms answered with nothing: 2 */
	unsigned seconds;	/* the whole check: 20 or more */
	bool trace;		/* keep one in the verdict */
	int64_t (*clock)(void);	/* seconds; NULL is env_monotonic */
};

/* What RFC 7208 asks for, no trace. */
struct spf_limits spf_limits_default(void);

/*
 * Who wants to send. All spans are taken as they came over the wire, quoted
 * local parts included; U-labels in domains are made A-labels here.
 */
struct spf_identity {
	struct ip_addr ip;
	struct span helo;
	struct span mail_from;	/* without <>; empty: the null sender */
	struct span receiver;	/* %{r}; empty gives "unknown" */
};

enum spf_node_kind {
	SPF_NODE_RECORD,	/* check_host() of a domain */
	SPF_NODE_TERM,
	SPF_NODE_QUERY,
};

/* One line of the trace; depth says whose child it is (preorder). */
struct spf_node {
	enum spf_node_kind kind;
	unsigned depth;
	char *text;		/* record, term, or the name asked for */
	char *domain;		/* RECORD: its domain; TERM: target name */
	const char *outcome;	/* "match", "pass", "nodata"; "" if unused */
	enum dns_type type;	/* of a QUERY */
	size_t answers;		/* RRs of a QUERY */
	unsigned lookups, voids;	/* so far, this node included */
};

struct spf_trace {
	struct spf_node *v;
	size_t n, cap;
	bool cut;		/* there would have been more */
};

/*
 * struct spf_verdict v = { 0 }; then any number of checks into it, each of
 * which replaces the one before; free with spf_verdict_free. Spans point
 * into the verdict and last until the next check.
 */
struct spf_verdict {
	enum spf_result result;
	enum spf_scope scope;
	struct span domain;	/* the one checked, as A-labels */
	/*
	 * The term that decided, behind the includes and redirects that led
	 * to it ("include:a.example > ip4:192.0.2.1"); empty when none did.
	 */
	struct span mechanism;
	/* exp= of the domain, expanded; empty when it gave none (6.2). */
	struct span explanation;
	/* Why none, temperror or permerror; clause is static text or NULL. */
	struct span problem;
	const char *clause;
	unsigned lookups, void_lookups;
	struct spf_trace trace;
	struct buf own[4];	/* what the spans point into */
};

void spf_verdict_free(struct spf_verdict *v);

/*
 * What checks share: the resolver of env (borrowed, as env itself) and the
 * parsed records. "limits" may be NULL for the RFC's. Not for two threads.
 */
struct spf_ctx;
struct spf_ctx *spf_new(const struct env *env,
    const struct spf_limits *limits);
void spf_free(struct spf_ctx *ctx);

/*
 * Check the MAIL FROM identity. The null sender is postmaster@HELO (section
 * 2.4), and the verdict's scope then says helo.
 */
void spf_check(struct spf_ctx *ctx, const struct spf_identity *id,
    struct spf_verdict *out);

/* Check the HELO identity (section 2.3). */
void spf_check_helo(struct spf_ctx *ctx, const struct spf_identity *id,
    struct spf_verdict *out);

/* What the verdict means for a `dmarc-verify spf` record. */
void spf_findings(const struct spf_verdict *v, struct findings *out);

/* The posture of a domain's record; free with spf_audit_free. */
struct spf_audit {
	enum spf_result record_is;	/* pass, none, permerror, temperror */
	struct buf record;		/* its text, empty if not exactly one */
	char all;			/* - ~ ? + in force, or 0 */
	bool sends_nothing;		/* "v=spf1 -all" and no more */
	unsigned lookups;		/* in the worst case, to the last one */
	unsigned void_lookups;
};

/*
 * "Nearly reached" is 9 of 10 lookups: the next include can break the record.
 * A walk gives up at 64, so that hostile records cannot keep it busy.
 */
enum { SPF_NEAR_LIMIT = 9, SPF_WALK_MAX = 64 };

/*
 * Judge the record of a domain: its grammar and, through every include and
 * redirect, its limits, its reach and its mistakes. What a macro makes
 * depend on the message is not followed (finding spf.macro). "out" starts as
 * { 0 } or from spf_audit_free; findings are appended.
 */
void spf_audit(struct spf_ctx *ctx, struct span domain,
    struct spf_audit *out, struct findings *findings);
void spf_audit_free(struct spf_audit *a);

#endif
