/*
 * libssl over a stream: every read and write waits until the deadline of the
 * call that is under way, and how it ended is kept for who asked.
 */
#include <limits.h>
#include <openssl/bio.h>

#include "base/mem.h"
#include "tls/session_int.h"

/* The octets that tell TLS from anything else. */
static void
note_first(struct tls *t, const char *p, size_t n)
{
	while (t->first_n < sizeof(t->first) && n-- > 0)
		t->first[t->first_n++] = (unsigned char)*p++;
}

static int
bio_read(BIO *b, char *p, int n)
{
	struct tls *t = BIO_get_data(b);
	size_t got = 0;

	BIO_clear_retry_flags(b);
	if (n <= 0)
		return 0;
	t->last = stream_read(t->below, p, (size_t)n, t->deadline, &got);
	/* after a pause it may go on; libssl is to keep what it has */
	if (t->last == STREAM_TIMEOUT)
		BIO_set_retry_read(b);
	if (t->last != STREAM_OK)
		return t->last == STREAM_CLOSED ? 0 : -1;
	note_first(t, p, got);
	return (int)got;
}

/* What was sent in part cannot be sent again: no retries. */
static int
bio_write(BIO *b, const char *p, int n)
{
	struct tls *t = BIO_get_data(b);

	BIO_clear_retry_flags(b);
	if (n <= 0)
		return 0;
	t->last = stream_write(t->below, span_of(p, (size_t)n), t->deadline);
	return t->last == STREAM_OK ? n : -1;
}

static long
bio_ctrl(BIO *b, int command, long number, void *p)
{
	const struct tls *t = BIO_get_data(b);

	(void)number;
	(void)p;
	if (command == BIO_CTRL_EOF)
		return t->last == STREAM_CLOSED;
	return command == BIO_CTRL_FLUSH;
}

static int
bio_create(BIO *b)
{
	BIO_set_init(b, 1);
	return 1;
}

BIO_METHOD *
tls_bio_method(void)
{
	BIO_METHOD *m = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "stream");

	if (m == NULL || BIO_meth_set_read(m, bio_read) != 1 ||
	    BIO_meth_set_write(m, bio_write) != 1 ||
	    BIO_meth_set_ctrl(m, bio_ctrl) != 1 ||
	    BIO_meth_set_create(m, bio_create) != 1)
		mem_exhausted();
	return m;
}
