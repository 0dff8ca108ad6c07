/*
 * Header protection (RFC 9788): the fields of a message once more inside of
 * what is signed or encrypted, and which of them to believe afterwards. The
 * older protected-headers="v1" is written beside hp=, since most readers know
 * only that.
 */
#ifndef MAIL_PROTECT_H
#define MAIL_PROTECT_H

#include "base/buf.h"
#include "mail/header.h"
#include "mail/mime.h"

enum protect {
	PROTECT_CLEAR,		/* signed: outside and inside are the same */
	PROTECT_CIPHER,		/* encrypted: outside says less */
};

/* MIME's own fields, which are the payload's alone (RFC 9787 section
 * 1.1.1). */
bool protect_is_structural(struct span name);

/* Fields that PROTECT_CIPHER takes from the outside, or empties there. */
bool protect_is_hidden(struct span name);

/*
 * In all fields that are written a bare CR and NUL become blanks: some readers
 * would see another field behind them.
 *
 * Append the header section of the payload, without its empty line: all
 * fields but trace fields and Bcc, with PROTECT_CIPHER what is outside as
 * HP-Outer, and the structural ones with hp= in the Content-Type. A transfer
 * encoding other than NULL replaces the message's own; "legacy" marks that
 * its body begins with a legacy display element. Line ends are CRLF.
 * False when the Content-Type is malformed, or says hp= already.
 */
bool protect_payload(const struct header *h, enum protect kind,
    const char *transfer_encoding, bool legacy, struct buf *out);

/*
 * Append the fields that stay outside, without structural ones, ending in
 * eol. With PROTECT_CIPHER the Subject is "[...]", and Keywords and Comments
 * are not there (section 3.2.1, hcp_baseline).
 */
void protect_outer(const struct header *h, enum protect kind,
    const char *eol, struct buf *out);

/* Whether the payload's Content-Type says that its fields are protected. */
bool protect_is_claimed(const struct header *payload);
/* Whether it says so of that field: by the older mark only if it is there. */
bool protect_covers(const struct header *payload, struct span name);
/* Whose From names the author: the payload's, if that is protected. */
const struct header *protect_author0(const struct header *outer,
    const struct header *payload);
/* Whether it says so by hp="cipher": only then elements are to be omitted. */
bool protect_is_cipher(const struct header *payload);

/*
 * Append the header section of the message that a reader should see: with
 * protection the payload's fields and of the outer ones only trace fields,
 * and by protected-headers="v1" those that are not inside; without it the
 * outer fields and the payload's structural ones. hp=, hp-legacy-display=
 * and HP-Outer are left out. Unless From is believed (its author signed it),
 * the outer one stays, since anybody can encrypt (section 4.4).
 */
void protect_merge(const struct header *outer, const struct header *payload,
    bool believe_from, const char *eol, struct buf *out);

/*
 * The fields that people judge a message by: the name of the next one whose
 * values differ outside and inside, folds and blanks aside; NULL: no more.
 * *at is 0 at first. What is not inside was not protected by
 * protected-headers="v1", and differs by hp=. What HP-Outer says that an
 * encrypted message wrote outside (section 2.2) is as it should be, whatever
 * its policy, but for another author; where there is none, its Subject is
 * hidden on purpose.
 */
const char *protect_changed(const struct header *outer,
    const struct header *payload, bool encrypted, size_t *at);

/*
 * In the same way the next of them that stands outside and is not protected:
 * protected-headers="v1" is of what is inside alone.
 */
const char *protect_uncovered(const struct header *outer,
    const struct header *payload, size_t *at);

#endif
