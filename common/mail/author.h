/* Who a message says that it is from (RFC 5322 section 3.6.2). */
#ifndef MAIL_AUTHOR_H
#define MAIL_AUTHOR_H

#include "mail/addr.h"
#include "mail/header.h"

enum author {
	AUTHOR_ONE,		/* out->v[0] */
	AUTHOR_NONE,		/* no From */
	AUTHOR_MANY,		/* several, or one that cannot be told */
};

/* Free *out with mailboxes_free in every case. */
enum author author_of(const struct header *h, struct mailboxes *out);

#endif
