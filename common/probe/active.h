/*
 * What is tried on a mail host only when --active asks for it: commands
 * hidden behind STARTTLS (CVE-2011-0411), and input that no client sends.
 * Everything is bounded: a few connections, which the caller may refuse, and
 * a time for each. AUTH before TLS needs no test of its own: it stands in
 * struct hail, clear.auth and clear.login.
 */
#ifndef PROBE_ACTIVE_H
#define PROBE_ACTIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "net/dial.h"
#include "net/hail.h"
#include "tls/session.h"

/*
 * Whether a command that was sent in clear, in one segment with STARTTLS, is
 * carried out inside of TLS (RFC 3207 section 6, as an attacker on the way
 * would have it). It is compared with a pass without the command: what the
 * server says more than then was said to the injected one. Vulnerable, or
 * suspect, is what was so twice; or vulnerable once, if it could not be asked
 * again.
 */
enum inject {
	INJECT_NOT_ASKED,	/* implicit TLS; no connection, no time left */
	INJECT_UNKNOWN,		/* a pass failed: there is nothing to compare */
	INJECT_SAFE,		/* it was forgotten, as it must be */
	INJECT_REFUSED,		/* STARTTLS or the handshake did not go on */
	INJECT_SUSPECT,		/* mute inside of TLS; or answered only once */
	INJECT_DELAYED,		/* answered together with the next command */
	INJECT_VULNERABLE,	/* answered as soon as TLS was there */
};

/* What INJECT_UNKNOWN lacked. */
enum inject_lack {
	LACK_NOTHING,
	/* of the pass without the command: nothing to compare with */
	LACK_DIALOGUE,		/* no connection, or no dialogue */
	LACK_TLS,		/* STARTTLS or the handshake did not go on */
	LACK_REFUSAL,		/* what no server knows: no reply, or a yes */
	/* of the pass with it */
	LACK_SECOND,		/* no connection, or no dialogue */
	LACK_SECOND_TLS,	/* silence at STARTTLS, or in the handshake */
	LACK_REPLY,		/* what came inside of TLS was no reply */
};

/* Input that a server must survive (RFC 5321 sections 2.3.8, 4.5.3.1). */
enum misuse {
	MISUSE_LONG,		/* a command line of 12,000 octets */
	MISUSE_NUL,		/* NUL in a command */
	MISUSE_BARE_LF,		/* a command ended by LF alone */
	MISUSE_BARE_CR,		/* two commands with CR alone between */
	MISUSES,
};

enum misuse_result {
	MISUSED_NOT_ASKED,	/* no connection to be had */
	MISUSED_UNKNOWN,	/* no dialogue to try it in */
	MISUSED_REJECTED,	/* 5xx, BAD, -ERR; or not taken as a line end */
	MISUSED_ACCEPTED,	/* taken for the command that it nearly is */
	MISUSED_CLOSED,		/* the connection was ended */
	MISUSED_SILENT,		/* no answer to it, nor to what follows */
};

enum alive {
	ALIVE_UNKNOWN,		/* not asked, or not to be found out */
	ALIVE_YES,		/* the server answers as before */
	ALIVE_NO,		/* it answered before, and does no more */
};

enum { ACTIVE_SEEN_MAX = 512 };

struct active_ask {
	enum service service;
	const char *helo;
	uint64_t seed;		/* random: env_seed */
	int64_t timeout;	/* of one connection, in milliseconds */
	int64_t until;		/* the end of all, env_monotonic_ms */
	/*
	 * How long silence has to last to be one, in milliseconds; at least
	 * a few round trips.
	 */
	int64_t quiet;
	struct transcript *log;	/* may be NULL */
	/* A new connection. DIAL_OFFLINE: no more of them may be had. */
	enum dial_result (*connect)(void *arg, struct stream **out,
	    int64_t deadline);
	/* TLS over *s, as session_start does it; it notes that in the log. */
	enum session_result (*secure)(void *arg, struct stream **s,
	    int64_t deadline);
	void *arg;
};

struct active {
	enum inject inject;
	enum inject_lack lack;
	/* the first line that was said to the injected command, or "" */
	struct buf seen;
	enum misuse_result misuse[MISUSES];
	enum alive alive;	/* after all misuse */
	unsigned connections;	/* how many were used */
};

void active_init(struct active *a);
void active_free(struct active *a);

/* The tests, in at most three and five connections. */
void active_inject(struct active *a, const struct active_ask *ask);
void active_misuse(struct active *a, const struct active_ask *ask);

/* "safe", "vulnerable", ...; "rejected", ...; "long", "nul", ... */
const char *inject_name(enum inject i);
/* For people: "STARTTLS did not go on". */
const char *inject_lack_text(enum inject_lack l);
const char *misuse_result_name(enum misuse_result r);
const char *misuse_name(enum misuse m);

#endif
