/*
 * What a server says that it can do: the keywords of an EHLO reply (RFC 5321
 * section 4.1.1.1), of CAPABILITY (RFC 3501 section 7.2.1) and of CAPA (RFC
 * 2449), as far as they matter for transport.
 */
#ifndef NET_CAPS_H
#define NET_CAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "net/service.h"

enum { CAPS_AUTH_MAX = 256, CAPS_MANGLED_MAX = 64 };

struct caps {
	bool known;		/* the server gave its list */
	bool starttls;		/* STARTTLS, STLS */
	bool requiretls;	/* SMTP (RFC 8689) */
	bool pipelining;	/* SMTP, POP3 */
	bool smtputf8;		/* SMTP */
	bool login;		/* POP3 USER; IMAP without LOGINDISABLED */
	bool logindisabled;	/* IMAP (RFC 3501 section 6.2.3) */
	bool size_given;	/* SMTP SIZE (RFC 1870) */
	uint64_t size;		/* its octets; 0: no fixed maximum */
	/*
	 * One of the mechanisms shows the password, or a token as good, to who
	 * listens: PLAIN, LOGIN, XOAUTH2, OAUTHBEARER. SCRAM, CRAM, GSSAPI and
	 * EXTERNAL do not.
	 */
	bool bares;
	/* SASL mechanisms in capitals, a blank between, each once; a list over
	   CAPS_AUTH_MAX is cut */
	struct buf auth;
	/* a word that looks like STARTTLS overwritten on the way, or "" */
	struct buf mangled;
};

/* Nothing known yet. Free with caps_free. */
void caps_init(struct caps *c);
void caps_free(struct caps *c);

/* One keyword and its parameters, as the protocol writes them. */
void caps_add(struct caps *c, enum protocol p, struct span keyword);

/*
 * Whether a word of the text was overwritten on the way, as middleboxes do
 * with what they do not want to be said: n octets, all "X", but for the last,
 * which may be another capital ("XXXXXXXA" for STARTTLS, "XXXX" for EHLO).
 */
bool caps_masked(struct span text, size_t n);

#endif
