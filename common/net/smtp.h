/* The client's side of SMTP (RFC 5321), up to STARTTLS (RFC 3207). */
#ifndef NET_SMTP_H
#define NET_SMTP_H

#include "net/caps.h"
#include "net/talk.h"

/*
 * One reply, read whole (RFC 5321 section 4.2.1). Code and text stay in the
 * talk; the last line's code counts. 2xx is STEP_DONE; 1xx and 3xx, which no
 * command used here has, are STEP_MALFORMED.
 */
enum step smtp_reply(struct talk *t);

/* Whether it is a reply's line, be it the last one or not. */
bool smtp_is_reply_line(struct span line);

/* Send a command line (without CRLF) and read its reply. */
enum step smtp_command(struct talk *t, struct span line);

/*
 * EHLO, and if it is refused (5xx) HELO: then *esmtp is false and the list
 * is known to be empty, and mangled is "XXXX" if the refusal quotes that in
 * the place of EHLO. "caps" was initialised; written on STEP_DONE.
 */
enum step smtp_hello(struct talk *t, const char *name, struct caps *caps,
    bool *esmtp);

/* The RFC 3463 code at the start of the reply's text ("5.7.0"), or empty. */
struct span smtp_enhanced(const struct talk *t);

/* Whether mail is taken before TLS was started. */
enum smtp_tls_need {
	SMTP_TLS_UNKNOWN,	/* something else was in the way */
	SMTP_TLS_NOT_NEEDED,	/* MAIL was accepted */
	SMTP_TLS_NEEDED,	/* 530, and it speaks of TLS (RFC 3207) */
	SMTP_AUTH_NEEDED,	/* 530 for another reason (RFC 4954) */
};

/*
 * MAIL FROM:<> after EHLO, taken back with RSET: no mail comes of it. *how
 * is the end of the MAIL step, whose reply stays in the talk.
 */
enum smtp_tls_need smtp_try_mail(struct talk *t, enum step *how);

#endif
