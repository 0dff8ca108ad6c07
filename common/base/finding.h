/*
 * Findings: what a tool has to say about its subject. One table holds every
 * code with its severity, clause, text and fix (findings.def); a list of
 * findings gives the verdict, and nothing else does (msgsec(7)).
 */
#ifndef BASE_FINDING_H
#define BASE_FINDING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* In the order of weight: the worst of a list is its verdict. */
enum severity {
	SEV_INFO,
	SEV_WARN,
	SEV_UNKNOWN,
	SEV_FAIL,
};

enum finding_code {
#define FINDING(id, code, sev, clause, text, fix) F_##id,
#include "base/findings.def"
#undef FINDING
	FINDING_CODES,
};

struct finding_info {
	const char *code;	/* "dkim.body-hash": contract */
	enum severity sev;
	const char *clause;	/* "RFC 6376 section 6.1.3" */
	const char *text;	/* one sentence for people */
	const char *fix;	/* what to do, or "" */
};

const struct finding_info *finding_info(enum finding_code code);
/* "info", "warn", "unknown", "fail". */
const char *severity_name(enum severity sev);
/* The code named so, or FINDING_CODES. */
enum finding_code finding_named(struct span code);

struct finding {
	enum finding_code code;
	char *where;		/* host, field, line; "" when it is the whole */
	char *detail;		/* what was seen, cleaned UTF-8; "" for none */
	bool ignored;		/* by --ignore: kept, but counts for nothing */
};

/* struct findings fs = { 0 }; is an empty list. */
struct findings {
	struct finding *v;
	size_t n, cap;
};

/*
 * Add a finding. "where" may be NULL; fmt gives the detail and may be NULL.
 * Both are cleaned of control and bidi characters and cut at 512 octets. The
 * same code at the same place is kept once for each detail, since each may
 * want mending; at most 100 findings are kept of one code, so that a hostile
 * subject cannot fill the record, and of many about one place some make room
 * for those about others.
 */
void finding_add(struct findings *fs, enum finding_code code,
    const char *where, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Whether the list has the code (ignored or not). */
bool finding_has(const struct findings *fs, enum finding_code code);

/*
 * Mark as ignored what an --ignore list names: "CODE[@WHERE],...". The list
 * was checked by findings_ignore_ok when the options were read.
 */
void findings_ignore(struct findings *fs, struct span list);
/* False, with the unknown code in *bad, when the list names no such code. */
bool findings_ignore_ok(struct span list, struct span *bad);

/* The worst that is not ignored; SEV_INFO stands for "pass". */
enum severity findings_worst(const struct findings *fs);
/* "fail", "unknown", "warn" or "pass": what that comes to, and theirs. */
const char *severity_verdict(enum severity worst);
const char *findings_verdict(const struct findings *fs);

void findings_free(struct findings *fs);

#endif
