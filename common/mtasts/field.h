/*
 * The grammar that the TXT records of MTA-STS and TLSRPT share (RFC 8461
 * section 3.1, RFC 8460 section 3): a version, then fields between
 * semicolons. For the files of this directory only.
 */
#ifndef MTASTS_FIELD_H
#define MTASTS_FIELD_H

#include <stdbool.h>

#include "base/cur.h"
#include "dns/dns.h"

struct field {
	struct span name, value;	/* value: blanks before ";" cut off */
};

/*
 * The next field behind "*WSP ; *WSP"; false at the end, where one final
 * semicolon is allowed, and on an error, which the cursor keeps.
 */
bool field_next(struct cur *c, struct field *out);

/* The octets of a name: sts-ext-name, tlsrpt-ext-name, sts-policy-ext-name. */
bool field_is_name_octet(unsigned char c);

/* sts-ext-value, tlsrpt-ext-value: visible, no "=" and no ";". */
bool field_is_plain(struct span value);

/*
 * Whether the text begins with the version and a semicolon: with blanks
 * between them (the ABNF), or without (the letter of "begin with").
 */
bool field_begins(struct span txt, struct span version, bool by_the_letter);

/* The version in any letters, behind any blanks: it was meant to be one. */
bool field_resembles(struct span txt, struct span version);

/* RFC 5321 section 4.1.2 Domain: labels of letters, digits, hyphens. */
bool field_is_domain(struct span s);

/* What a TXT RRset has to say for one kind of record. */
enum txt_found {
	TXT_ONE,
	TXT_NONE,		/* authentic: there is none */
	TXT_RESEMBLES,		/* none, but one that was meant to be */
	TXT_SEVERAL,
	TXT_FAILED,		/* DNS: *why */
};

struct txt_search {
	enum txt_found found;
	enum dns_status dns;
	bool foreign;		/* TXT_NONE: other TXT records are there */
	bool ambiguous;		/* only by the ABNF, not by the letter */
	struct buf text;	/* TXT_ONE, TXT_RESEMBLES: the record joined */
};

/*
 * Ask for TXT at LABEL.DOMAIN, drop what is not of the version, and count.
 * "label" is like "_mta-sts". End with txt_search_free.
 */
void txt_search(struct dns *dns, const char *label, struct span domain,
    struct span version, struct txt_search *out);
void txt_search_free(struct txt_search *s);

#endif
