/*
 * BER elements (X.690 section 8) of a CMS structure, which streaming writers
 * give indefinite lengths. libcrypto reads DER and BER too, but only with the
 * whole content in memory.
 */
#ifndef CMS_BER_H
#define CMS_BER_H

#include <stdint.h>

#include "base/cur.h"

enum {
	BER_INTEGER = 0x02,
	BER_OCTETS = 0x04,
	BER_OID = 0x06,
	BER_SEQUENCE = 0x30,
	BER_SET = 0x31,
	BER_CONSTRUCTED = 0x20,
	BER_CONTEXT = 0x80,	/* [0] IMPLICIT of a primitive type */
	BER_CONTEXT_MADE = 0xa0,	/* [0] of a constructed one */
};

struct ber {
	uint8_t tag;		/* with class and constructed bit */
	struct span whole;	/* with tag, length, end of content */
	struct span content;
};

/*
 * The next element. Tag numbers from 31 on, lengths above the input's and
 * more than 16 nested indefinite lengths make the cursor fail.
 */
struct ber ber_next(struct cur *c);
/* The same, whose tag must be that. */
struct ber ber_take(struct cur *c, uint8_t tag);

#endif
