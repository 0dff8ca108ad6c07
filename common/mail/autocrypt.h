/*
 * The Autocrypt field (Autocrypt Level 1, sections 3.1 and 3.3): a mail's
 * author hands out a certificate. It is as good as the mail that it came in.
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

/* Append the field, its lines ending in eol. */
void autocrypt_write(struct span addr, bool mutual, struct span packets,
    const char *eol, struct buf *out);

#endif
