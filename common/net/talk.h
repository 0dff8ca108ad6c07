/*
 * What the dialogues of SMTP, IMAP and POP3 share: commands go out as lines,
 * a reply is read whole before anything else is sent, and each step has one
 * of these ends.
 */
#ifndef NET_TALK_H
#define NET_TALK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "net/stream.h"
#include "net/transcript.h"

enum step {
	STEP_NOT_TRIED,
	STEP_DONE,		/* 2xx, OK, +OK */
	STEP_REFUSED,		/* 5xx; NO, BAD; -ERR */
	STEP_TEMPORARY,		/* 4xx, 421 too; BYE; -ERR [SYS/TEMP] */
	STEP_MALFORMED,		/* no reply of the protocol */
	STEP_CLOSED,		/* before the reply was complete */
	STEP_RESET,
	STEP_TIMEOUT,		/* the deadline came first */
	STEP_TOO_LONG,		/* over what any honest reply takes */
	STEP_ERROR,		/* this side's trouble, or TLS's */
};

/* What was not as it should be, yet did not end the dialogue. */
enum talk_note {
	TALK_BARE_LF = 1 << 0,		/* a line without its CR */
	TALK_UNASKED = 1 << 1,		/* more than the reply, unasked */
	TALK_MIXED_CODES = 1 << 2,	/* one reply, several codes */
	TALK_UNTAGGED = 1 << 3,		/* IMAP: data within STARTTLS's reply */
};

enum { TALK_REPLY_MAX = 1 << 15 };

struct talk {
	struct stream *s;
	int64_t deadline;
	struct transcript *log;	/* may be NULL */
	unsigned notes;		/* enum talk_note */
	/* the last reply, complete or not */
	unsigned code;		/* of SMTP; else 0 */
	size_t lines;
	struct buf text;	/* the lines without code or tag, LF between */
};

/* Borrows the stream and the log. Free with talk_free. */
void talk_init(struct talk *t, struct stream *s, int64_t deadline,
    struct transcript *log);
void talk_free(struct talk *t);

/*
 * Send "line" and CRLF in one write. What has arrived by then came unasked:
 * noted, and left for the next reply, as a client would take it.
 */
enum step talk_send(struct talk *t, struct span line);

/* The next line, kept in the transcript; valid until the next read. */
enum step talk_line(struct talk *t, struct span *line);

/* Forget the last reply. */
void talk_reset(struct talk *t);
/* A line of the reply; STEP_TOO_LONG when it is over TALK_REPLY_MAX. */
enum step talk_keep(struct talk *t, struct span line);

/* "done", "refused", ... "error"; "not-tried". */
const char *step_name(enum step s);

#endif
