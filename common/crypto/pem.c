/* PEM blocks; see pem.h. */
#include "crypto/pem.h"

#include "base/b64.h"

bool
pem_inside(struct span file, struct span begin, struct span end,
    struct buf *out)
{
	while (file.n > 0 && !span_starts(file, begin))
		file = span_from(file, span_chr(file, '\n') + 1);
	file = span_from(file, begin.n);
	for (size_t i = 0; i < file.n; i++)
		if (file.p[i] == '-')
			return span_starts(span_from(file, i), end) &&
			    b64_decode(out, span_first(file, i));
	return false;
}
