/*
 * Inside SPF: the parsed record, macro expansion, and the state of a check.
 * For the files spf_*.c of this directory and their tests only.
 */
#ifndef AUTH_SPF_INT_H
#define AUTH_SPF_INT_H

#include "auth/spf.h"
#include "base/map.h"
#include "dns/name.h"

enum {
	SPF_RECORD_MAX = 65535,	/* no TXT RR holds more */
	SPF_NAME_MAX = 253,	/* section 7.3 */
	SPF_EXPANDED_MAX = 65536,
	SPF_EXPLANATION_MAX = 4096,
};

/* Where and how a record breaks the grammar; what is NULL when it does not. */
struct spf_fault {
	const char *clause;
	const char *what;
	struct span at;
};

enum spf_mech {
	SPF_ALL,
	SPF_INCLUDE,
	SPF_A,
	SPF_MX,
	SPF_PTR,
	SPF_IP4,
	SPF_IP6,
	SPF_EXISTS,
};

struct spf_term {
	enum spf_mech mech;
	enum spf_result result;	/* what its qualifier gives on a match */
	unsigned char bits4, bits6;
	struct span text;	/* as written, qualifier included */
	struct span domain;	/* domain-spec; p is NULL when there is none */
	struct ip_addr addr;	/* of ip4 and ip6 */
};

struct spf_record {
	struct span text;	/* owned by the record */
	struct { struct spf_term *v; size_t n, cap; } terms;
	struct span redirect;	/* domain-spec; p is NULL without the */
	struct span redirect_text;	/* modifier; "redirect=..." */
	struct span exp;
	size_t all;		/* index of the first "all", or terms.n */
	struct spf_fault fault;
};

/* Whether a TXT text claims to be an SPF record (section 4.5). */
bool spf_is_record(struct span text);

/*
 * Parse the whole text, which spf_is_record knows. Never NULL: a record that
 * breaks the grammar has its first fault told, and is not to be evaluated.
 */
struct spf_record *spf_record_new(struct span text);
void spf_record_free(struct spf_record *rec);

/* Where a macro-string stands decides what it may hold (section 7.1). */
enum spf_macro_use {
	SPF_DOMAIN_SPEC,	/* ends in ".toplabel" or a macro */
	SPF_MACRO_STRING,	/* of an unknown modifier */
	SPF_EXPLAIN_STRING,	/* blanks, and the letters c, r and t */
};

/* What breaks the grammar of section 7.1, static text, or NULL. */
const char *spf_macro_fault(struct span s, enum spf_macro_use use);

struct spf_vars {
	struct ip_addr ip;
	struct span sender;	/* %{s}: local@domain */
	struct span local;
	struct span sender_domain;
	struct span domain;	/* %{d}: of the current check_host() */
	struct span helo;
	struct span receiver;
	int64_t now;
	/* %{p}, asked for only when it is used */
	struct span (*validated)(void *arg);
	void *arg;
};

/*
 * Append the expansion of what spf_macro_fault found no fault in; blanks and
 * all letters are taken. "over" of the buffer tells that it did not fit.
 */
void spf_expand(struct buf *out, struct span s, const struct spf_vars *vars);

/* Whether the sender's local part is in the expansion: %{s} or %{l}. */
bool spf_expands_local(struct span s);

/* A name for the DNS: no final dot, left labels dropped to 253 octets. */
struct span spf_fit_name(struct span name);

/* What an address mechanism, include or exists came to. */
enum spf_match {
	SPF_NO_MATCH,
	SPF_MATCH,
	SPF_MATCH_TEMPERROR,
	SPF_MATCH_PERMERROR,
};

/* What own[] of a verdict holds. */
enum {
	SPF_OWN_DOMAIN,
	SPF_OWN_MECHANISM,
	SPF_OWN_EXPLANATION,
	SPF_OWN_PROBLEM,
};

/* One name of the client's PTR records. */
struct spf_host {
	struct dns_name name;
	enum { SPF_HOST_UNKNOWN, SPF_HOST_VALID, SPF_HOST_FALSE } state;
};

enum { SPF_PATH_MAX = SPF_TERMS_MAX + 2 };

/* Terms from the first record down to the one at work. */
struct spf_path {
	struct span v[SPF_PATH_MAX];
	size_t n;
};

/* One check from its start to its result. */
struct spf_eval {
	struct spf_ctx *ctx;
	struct spf_verdict *out;
	struct spf_vars vars;
	int64_t deadline;
	unsigned lookups, voids;
	unsigned includes;	/* how many includes deep */
	struct spf_path path;
	struct spf_path matched;
	bool hosts_asked;
	enum dns_status hosts_status;
	size_t n_hosts;
	struct spf_host hosts[SPF_PTR_MAX];
	struct buf p_name;	/* %{p}, once looked up */
	unsigned depth;		/* of the trace */
};

struct spf_ctx {
	const struct env *env;
	struct spf_limits limits;
	struct map *records;	/* text to struct spf_record */
	size_t record_octets;
	struct buf txt;		/* the TXT at work, joined */
	struct buf expanded;
	struct buf sender;
};

/* One name, copied out of whatever buffer it was made in. */
struct spf_name {
	size_t n;
	unsigned char p[SPF_NAME_MAX + 1];
};

static inline struct span
spf_name_span(const struct spf_name *name)
{
	return span_of(name->p, name->n);
}

/* How a search for the record ended. */
enum spf_found {
	SPF_FOUND,
	SPF_FOUND_NONE,
	SPF_FOUND_SEVERAL,
	SPF_FOUND_UNKNOWN,	/* the DNS failed */
};

/*
 * The one SPF record among the TXT of an answer, parsed; it lives as long as
 * spf_forget_records is not called.
 */
enum spf_found spf_select(struct spf_ctx *ctx, const struct dns_answer *a,
    struct spf_record **out);

/* The seconds that deadlines are counted in. */
int64_t spf_clock(const struct spf_ctx *ctx);

/* Bound the memory of parsed records; only between two checks. */
void spf_forget_records(struct spf_ctx *ctx);

/* Section 4: the result for a domain, within the check that is under way. */
enum spf_result spf_check_host(struct spf_eval *ev, struct span domain);

/*
 * Whether section 4.3 lets a domain (without its final dot) be checked: more
 * than one label, none of them empty or over 63 octets, at most 253 in all,
 * no domain literal.
 */
bool spf_domain_ok(struct span domain);

/* Say why the check ends as it does; the last word stands. */
void spf_problem(struct spf_eval *ev, const char *clause, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));

/* Ask, within the time of the check, leaving a node in the trace. */
struct dns_answer *spf_ask(struct spf_eval *ev, struct span name,
    enum dns_type type);
struct dns_answer *spf_ask_name(struct spf_eval *ev,
    const struct dns_name *name, enum dns_type type);

/* Whether the time of the check is over (section 4.6.4). */
bool spf_is_late(const struct spf_eval *ev);

/* Count a term that asks, or an answer that is void; false over the limit. */
bool spf_count_term(struct spf_eval *ev, struct span term);
bool spf_count_void(struct spf_eval *ev, enum dns_status status,
    struct span name);

/*
 * The name that a domain-spec stands for, the current domain when there is
 * none. *hold keeps the octets when they had to be expanded. False when the
 * expansion is longer than anything that could be meant.
 */
bool spf_target(struct spf_eval *ev, struct span spec, struct spf_name *hold,
    struct span *out);

/* The mechanisms of section 5 but "all" and "include". */
enum spf_match spf_match_term(struct spf_eval *ev,
    const struct spf_term *term);

/* %{p} (section 7.3): the client's validated name, or "unknown". */
struct span spf_validated_name(void *eval);

/* The exp= text of a failed check (section 6.2), into the verdict. */
void spf_explain(struct spf_eval *ev, struct span spec);

/*
 * The trace, when one is wanted: add a node and get its index plus one (0 is
 * "none"), and give it the outcome.
 */
size_t spf_trace_add(struct spf_eval *ev, enum spf_node_kind kind,
    struct span text, struct span domain);
void spf_trace_outcome(struct spf_eval *ev, size_t node, const char *outcome);
void spf_trace_domain(struct spf_eval *ev, size_t node, struct span domain);
void spf_trace_free(struct spf_trace *t);

/* Networks that pass, gathered by the audit. */
struct spf_reach {
	struct { struct ip_net *v; size_t n, cap; } nets;
};

void spf_reach_add(struct spf_reach *r, const struct spf_term *t,
    const struct ip_addr *addr);
/* Judge what was gathered, and free it. */
void spf_reach_findings(struct spf_reach *r, const char *where,
    struct findings *out);

#endif
