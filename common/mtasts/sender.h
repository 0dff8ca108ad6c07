/*
 * What a sender would do with a mail host today: four kinds of sender, each
 * a pure function of what was found out about the policy and the host. A
 * sender walks the hosts in MX order and treats one that it may not use like
 * one that is down (RFC 8461 section 8.4), so each host has its own row.
 */
#ifndef MTASTS_SENDER_H
#define MTASTS_SENDER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"
#include "sys/jw.h"
#include "tls/tlsrpt_result.h"

enum sender {
	SENDER_OPPORTUNISTIC,	/* takes TLS where offered (RFC 7435) */
	SENDER_MTA_STS,		/* RFC 8461 */
	SENDER_DANE,		/* RFC 7672 */
	SENDER_DANE_MTA_STS,	/* both: DANE first (RFC 8461 section 2) */
	SENDERS,
};

/* The policy that a sender with MTA-STS holds against the domain. */
enum sender_policy_mode {
	SENDER_POLICY_UNKNOWN,	/* could not be found out */
	SENDER_POLICY_NONE,	/* none published, or mode "none" */
	SENDER_POLICY_TESTING,
	SENDER_POLICY_ENFORCE,
};

struct sender_policy {
	enum sender_policy_mode mode;
	/*
	 * With SENDER_POLICY_NONE: why the published policy is of no use to a
	 * sender that remembers none (sts-policy-fetch-error and so on).
	 */
	enum tlsrpt_result problem;
};

/*
 * The TLSA records of a host and what became of them, once the DNSSEC rules
 * for the MX, the addresses and the records themselves were applied.
 */
enum sender_dane {
	SENDER_DANE_UNKNOWN,	/* DNS failed: no sender may go on without */
	SENDER_DANE_ABSENT,	/* proven absent */
	SENDER_DANE_INSECURE,	/* not signed: as if absent */
	SENDER_DANE_UNUSABLE,	/* TLS a must, authentication impossible */
	SENDER_DANE_BOGUS,
	SENDER_DANE_USABLE,	/* not compared with a certificate */
	SENDER_DANE_MATCH,
	SENDER_DANE_MISMATCH,
};

/* How far the conversation with the host came. */
enum sender_tls {
	SENDER_TLS_NOT_ASKED,	/* no connection was meant to be made */
	SENDER_TLS_UNKNOWN,	/* tried, and could not be found out */
	SENDER_TLS_ABSENT,	/* no STARTTLS, or it was refused for good */
	SENDER_TLS_FAILED,	/* STARTTLS taken, handshake failed */
	SENDER_TLS_DONE,
};

/* The certificate against web roots, dates and the MX host name. */
enum sender_cert {
	SENDER_CERT_UNKNOWN,
	SENDER_CERT_OK,
	SENDER_CERT_EXPIRED,
	SENDER_CERT_WRONG_NAME,
	SENDER_CERT_UNTRUSTED,
	SENDER_CERT_OTHER,	/* invalid for another reason */
};

/* One MX host, or one address of it. */
struct sender_host {
	bool no_address;	/* proven: there is nothing to connect to */
	bool matched;		/* by a pattern of the policy */
	enum sender_dane dane;
	/*
	 * The same to those who have DANE apply behind an insecure MX, too, as
	 * they may (RFC 7672 section 2.2.1): the sender with DANE does not.
	 */
	enum sender_dane dane_elective;
	/* of SENDER_DANE_MISMATCH: what a DANE-TA chain failed by, if it did */
	enum sender_cert dane_cert;
	enum sender_tls tls;
	bool obsolete;		/* below TLS 1.2 (RFC 8996): no protection */
	bool put_off;		/* inside of TLS the dialogue did not go on */
	enum sender_cert cert;	/* counts with SENDER_TLS_DONE only */
};

/* From good to bad. */
enum sender_outcome {
	OUTCOME_DELIVER,
	OUTCOME_UNKNOWN,
	OUTCOME_DEFER,		/* not here and not now: next host, or queue */
	OUTCOME_REFUSE,		/* never: there is no such host */
};

/* From good to bad. */
enum outcome_tls {
	OUTCOME_TLS_AUTHENTICATED,
	OUTCOME_TLS_ENCRYPTED,
	OUTCOME_TLS_PLAIN,
	OUTCOME_TLS_NONE,	/* not delivered, or nobody has looked */
};

struct sender_row {
	enum sender_outcome outcome;
	enum outcome_tls tls;
	enum tlsrpt_result result;
};

/*
 * What the sender does with the host. With SENDER_TLS_NOT_ASKED the answer
 * is that of names, policy and DNS alone: OUTCOME_DELIVER means that they
 * do not stand in the way, and its tls is OUTCOME_TLS_NONE.
 */
struct sender_row sender_judge(enum sender who,
    const struct sender_policy *policy, const struct sender_host *host);

/*
 * Two addresses of one host, since a sender may meet either: the row with the
 * worse outcome, of equal ones that with the worse TLS. If it has nothing to
 * report, the other's result stands.
 */
struct sender_row sender_join(struct sender_row a, struct sender_row b);

/* "opportunistic", "mta-sts", "dane", "dane+mta-sts". */
const char *sender_name(enum sender who);
/* "deliver", "defer", "refuse", "unknown". */
const char *sender_outcome_name(enum sender_outcome o);
/* "authenticated", "encrypted", "plain", or NULL. */
const char *outcome_tls_name(enum outcome_tls t);

/* The mode that "enforce", "testing", "none" names; else unknown. */
enum sender_policy_mode sender_policy_named(struct span mode);

/* --- sender_row.c */

/* A row of "senders", an object within an array. */
void sender_row_json(struct jw *j, const char *host,
    const struct sender_row *r);
/* "deliver authenticated", "defer (certificate-expired)"; no line end. */
void sender_row_text(const struct sender_row *r, struct buf *out);

#endif
