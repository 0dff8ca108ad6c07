/* The author of a message; see author.h. */
#include "mail/author.h"

enum author
author_of(const struct header *h, struct mailboxes *out)
{
	size_t at = header_find(h, SPAN("From"), 0);

	if (at == h->n)
		return AUTHOR_NONE;
	if (header_count(h, SPAN("From")) != 1 ||
	    addr_parse(h->v[at].value, out) == ADDR_BAD || out->n != 1 ||
	    out->has_group)
		return AUTHOR_MANY;
	return AUTHOR_ONE;
}
