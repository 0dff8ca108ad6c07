/*
 * Mailbox lists of From, Sender and Return-Path (RFC 5322 sections 3.4 and
 * 4.4, RFC 6854 groups, RFC 6532 UTF-8).
 */
#ifndef MAIL_ADDR_H
#define MAIL_ADDR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

struct mailbox {
	char *local;		/* unquoted; may hold any octet but NUL */
	char *domain;		/* as written, comments and blanks removed */
	char *display;		/* display name, unquoted; "" if none */
};

struct mailboxes {
	struct mailbox *v;
	size_t n, cap;
	bool has_group;
};

enum addr_status {
	ADDR_OK,
	ADDR_LOOSE,	/* not by the grammar, but what was found is certain */
	ADDR_BAD,	/* no mailbox can be told from it */
};

/*
 * Parse an address list. By the grammar first; where a display name breaks
 * it ("Doe, John <j@example.org>"), what stands in angle brackets outside of
 * quotes and comments is taken instead and the status is ADDR_LOOSE. An
 * empty group gives ADDR_OK and no mailbox. At most 1,000 mailboxes. Free
 * with mailboxes_free in every case.
 */
enum addr_status addr_parse(struct span value, struct mailboxes *out);

/*
 * A Return-Path or MAIL FROM: "<local@domain>", "local@domain" or "<>".
 * Gives the text between the brackets, source routes removed, in *out (a
 * span of the input); false when it is neither.
 */
bool addr_path(struct span value, struct span *out);

void mailboxes_free(struct mailboxes *m);

#endif
