/*
 * Addresses that people see in a From field beside its mailbox: in a display
 * name, an encoded word or a comment (RFC 9989 section 11.4). Most readers
 * show nothing else, so one that is not the author's passes for it.
 */
#ifndef MAIL_SHOWN_H
#define MAIL_SHOWN_H

#include "base/buf.h"
#include "mail/addr.h"

/* What *other may need for each octet of the text. */
enum { SHOWN_GROWTH = 8 };

/*
 * Append to *other the first address that the text, a From field's value or a
 * display name, shows and "known" does not know; false if there is none.
 * Quotes, comments and encoded words of any charset are looked into. Signs
 * may stand right in front of an address ('a@b.example', x/a@b.example): known
 * is asked for each place where it may begin, from the first on. It is also
 * asked for a domain behind an "@" that nothing stands in front of, with an
 * empty local part. A domain has a dot in it. One address more than 1,000 is
 * known to nobody.
 */
bool shown_other(struct span text,
    bool (*known)(void *arg, struct span local, struct span domain),
    void *arg, struct buf *other);

/*
 * Whether people take it for the mailbox's own: case does not count, and the
 * domain may be of U-labels or of A-labels.
 */
bool shown_is(const struct mailbox *m, struct span local,
    struct span domain);

/*
 * shown_other for the value of a signed From field whose one mailbox is
 * "from": known are its own address, whatever "has" says that the signer has,
 * and a bare domain, which is nobody's.
 */
bool shown_stranger(struct span field, const struct mailbox *from,
    bool (*has)(void *arg, struct span local, struct span domain),
    void *arg, struct buf *other);

#endif
