/* The parts of a mail: none is larger than the mail itself. */
#include "fuzz.h"

#include "mail/leaves.h"

static void
take(void *arg, const struct leaf *leaf)
{
	size_t *left = arg;

	must(leaf->type.type.n > 0 && leaf->type.subtype.n > 0);
	must(leaf->body.n <= *left);
	*left -= leaf->body.n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	size_t left = n + 1024;
	struct buf out = BUF(1 << 20);

	if (n > 1 << 16)
		return 0;
	leaves_each(span_of(data, n), take, &left);
	leaves_qp_decode(span_of(data, n), &out);
	must(out.n <= n + 1);
	buf_free(&out);
	return 0;
}
