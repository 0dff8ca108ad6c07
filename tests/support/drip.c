/* Input that arrives a few octets at a time; see drip.h. */
#include "drip.h"

#include <string.h>

size_t
drip_in(void *drip, unsigned char *p, size_t n)
{
	struct drip *d = drip;
	struct span now = span_first(d->left, n < d->step ? n : d->step);

	if (now.n > 0)
		memcpy(p, now.p, now.n);
	d->left = span_from(d->left, now.n);
	return now.n;
}

ssize_t
drip_read(void *drip, void *p, size_t n)
{
	return (ssize_t)drip_in(drip, p, n);
}
