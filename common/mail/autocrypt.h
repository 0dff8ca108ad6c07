/*
 * The Autocrypt field (Autocrypt Level 1, sections 3.1 and 3.3): a mail's
 * author hands out a certificate. And Autocrypt-Gossip (section 3.6), inside
 * of what is encrypted: the author hands out those of the other recipients.
 * They are as good as the mail that they came in.
 */
#ifndef MAIL_AUTOCRYPT_H
#define MAIL_AUTOCRYPT_H

#include "base/buf.h"
#include "mail/header.h"

enum { AUTOCRYPT_KEY_MAX = 65536 };

struct autocrypt {
	struct span addr;
	bool mutual;		/* prefer-encrypt=mutual */
	struct span keydata;	/* base 64, blanks in it */
};

/*
 * Read a field's value. False when it is none by the grammar: an attribute
 * twice, one that is neither known nor marked as unimportant by "_", or
 * another one behind keydata.
 */
bool autocrypt_parse(struct span value, struct autocrypt *out);

/*
 * The one field that counts of a message's header, its certificate's packets
 * appended to *packets. NULL, or why there is none (static text): no valid
 * field, several, an address that is not From's, several authors, a report.
 */
const char *autocrypt_of(const struct header *h, struct autocrypt *out,
    struct buf *packets);

/*
 * The same for the one Autocrypt-Gossip field of an address, from the header
 * of what was encrypted. Whether the address is a recipient's is the caller's
 * to know.
 */
const char *autocrypt_gossip_of(const struct header *h, struct span addr,
    struct autocrypt *out, struct buf *packets);

/* Append the field of that name, its lines ending in eol. */
void autocrypt_write(const char *name, struct span addr, bool mutual,
    struct span packets, const char *eol, struct buf *out);

#endif
