/* libcrypto's streams and ours; see bio.h. */
#include "cms/bio.h"

#include <limits.h>
#include <openssl/bio.h>

#include "base/mem.h"

static int
sink_put(BIO *b, const char *p, int n)
{
	const struct cms_sink *s = BIO_get_data(b);

	if (n > 0)
		s->to(s->arg, span_of(p, (size_t)n));
	return n;
}

static long
sink_ctrl(BIO *b, int cmd, long n, void *p)
{
	(void)b;
	(void)n;
	(void)p;
	return cmd == BIO_CTRL_FLUSH;
}

static int
sink_start(BIO *b)
{
	BIO_set_init(b, 1);
	return 1;
}

BIO *
cms_bio_sink(struct cms_sink *s)
{
	static BIO_METHOD *method;
	BIO *b = NULL;

	if (method == NULL) {
		method = BIO_meth_new(BIO_get_new_index() |
		    BIO_TYPE_SOURCE_SINK, "msgsec sink");
		if (method == NULL)
			mem_exhausted();
		BIO_meth_set_write(method, sink_put);
		BIO_meth_set_ctrl(method, sink_ctrl);
		BIO_meth_set_create(method, sink_start);
	}
	b = BIO_new(method);
	if (b == NULL)
		mem_exhausted();
	BIO_set_data(b, s);
	return b;
}

BIO *
cms_bio_of(struct span s)
{
	BIO *b = NULL;

	if (s.n <= INT_MAX)
		b = BIO_new_mem_buf(s.n > 0 ? (const void *)s.p : "",
		    (int)s.n);
	if (b == NULL)
		mem_exhausted();
	return b;
}
