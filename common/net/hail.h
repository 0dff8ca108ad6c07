/*
 * The front for all mail protocols: greet, list capabilities, start TLS; the
 * second look goes inside TLS. What comes out are facts, never judgements.
 */
#ifndef NET_HAIL_H
#define NET_HAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "net/caps.h"
#include "net/service.h"
#include "net/stream.h"
#include "net/talk.h"
#include "net/transcript.h"

enum starttls {
	STARTTLS_UNKNOWN,	/* not found out: see at, step */
	STARTTLS_OFFERED,	/* and, if it was asked for, accepted */
	/* the list was read and has none, nor is the command understood */
	STARTTLS_ABSENT,
	STARTTLS_REFUSED,	/* listed, and answered with 5xx, NO, -ERR */
	STARTTLS_STRIPPED,	/* taken out on the way: see signs */
	STARTTLS_IMPLICIT,	/* TLS from the first octet on */
};

/* Fingerprints of a middlebox that takes TLS away. */
enum strip_sign {
	/* a keyword overwritten: "XXXXXXXA", or STARTTLS but for letters */
	STRIP_KEYWORD = 1 << 0,
	/* the server's reply to EHLO or STARTTLS quotes "XXXX" instead */
	STRIP_COMMAND = 1 << 1,
	/* EHLO refused behind a greeting of asterisks */
	STRIP_BANNER = 1 << 2,
	/* not in the list, and yet the command is accepted */
	STRIP_LIST = 1 << 3,
};

/* The step that a hail ended at, or where it got to. */
enum hail_at {
	HAIL_GREETING,
	HAIL_CAPABILITIES,	/* EHLO and HELO, CAPABILITY, CAPA */
	HAIL_STARTTLS,		/* or STLS */
};

enum { HAIL_TEXT_MAX = 1024, HAIL_NAME_MAX = 255 };

struct hail_ask {
	enum service service;
	const char *helo;	/* the name to give in EHLO */
	int64_t deadline;	/* of the whole dialogue, env_monotonic_ms */
	/*
	 * Send STARTTLS, also where it is not listed: a list can be edited on
	 * the way. False: look only.
	 */
	bool start;
	struct transcript *log;	/* may be NULL */
};

struct hail {
	enum service service;
	enum starttls starttls;
	unsigned signs;		/* enum strip_sign */
	enum hail_at at;	/* the last step, and its end: */
	enum step step;
	/* the last reply of the look in clear, or of a second that failed */
	unsigned code;		/* of SMTP, or 0 */
	struct buf said;	/* its text, LF between lines */
	struct buf greeting;	/* the same of the greeting */
	/* the name that the server gives itself (SMTP), as it wrote it */
	struct buf name;
	bool esmtp;		/* EHLO was accepted (SMTP) */
	bool esmtp_inside;	/* and inside of TLS */
	bool preauth;		/* IMAP greeted with PREAUTH */
	struct caps clear;	/* as listed before TLS */
	struct caps inside;	/* and inside of it */
	enum step second;	/* how the second look ended */
	unsigned notes;		/* enum talk_note, of both looks */
	/*
	 * What came in clear behind the go-ahead for TLS and was dropped:
	 * the first HAIL_TEXT_MAX octets, and how many there were.
	 */
	struct buf leaked;
	size_t leaked_n;
};

void hail_init(struct hail *h);
void hail_free(struct hail *h);

/*
 * The dialogue in clear. With implicit TLS there is none: nothing is read,
 * starttls is STARTTLS_IMPLICIT. The stream stays the caller's.
 */
void hail_clear(struct hail *h, struct stream *s, const struct hail_ask *ask);

/*
 * Whether the next octet on the stream may be a ClientHello's. The ceilings
 * are TLS's then: the stream's limit was lifted.
 */
bool hail_ready(const struct hail *h);

/*
 * The second look, over TLS: what was learned in clear is forgotten (RFC
 * 3207 section 4.2) and asked again, into "inside" and "second"; with
 * implicit TLS the greeting too.
 */
void hail_inside(struct hail *h, struct stream *tls,
    const struct hail_ask *ask);

/* QUIT or LOGOUT, and its reply, for politeness: no fact comes of it. */
void hail_bye(struct stream *s, const struct hail_ask *ask);

/* "offered", "absent", "refused", "stripped", "implicit", "unknown". */
const char *starttls_name(enum starttls s);

#endif
