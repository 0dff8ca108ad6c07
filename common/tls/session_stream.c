/* Going on inside TLS; see session.h. */
#include <limits.h>
#include <openssl/err.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tls/session_int.h"

struct session_ticket {
	SSL_SESSION *session;
};

static enum stream_result
result_of(const struct tls *t, int ret)
{
	switch (SSL_get_error(t->ssl, ret)) {
	case SSL_ERROR_ZERO_RETURN:
		return STREAM_CLOSED;
	case SSL_ERROR_WANT_READ:
		return STREAM_TIMEOUT;
	case SSL_ERROR_SYSCALL:
		return t->last != STREAM_OK ? t->last : STREAM_ERROR;
	default:
		return STREAM_ERROR;
	}
}

static enum stream_result
tls_read(void *arg, void *p, size_t n, int64_t deadline, size_t *got)
{
	struct tls *t = arg;
	enum stream_result r = STREAM_OK;
	int came = 0;

	t->deadline = deadline;
	ERR_clear_error();
	came = SSL_read(t->ssl, p, n < INT_MAX ? (int)n : INT_MAX);
	if (came > 0)
		*got = (size_t)came;
	else
		r = result_of(t, came);
	ERR_clear_error();
	return r;
}

static enum stream_result
tls_write(void *arg, struct span octets, int64_t deadline)
{
	struct tls *t = arg;
	enum stream_result r = STREAM_OK;

	t->deadline = deadline;
	ERR_clear_error();
	while (octets.n > 0 && r == STREAM_OK) {
		int n = SSL_write(t->ssl, octets.p, octets.n < INT_MAX ?
		    (int)octets.n : INT_MAX);

		if (n > 0)
			octets = span_from(octets, (size_t)n);
		else
			r = result_of(t, n);
	}
	ERR_clear_error();
	return r;
}

/* RFC 8446 section 6.1 wants a word of parting, but not that we wait. */
static void
tls_free(void *arg)
{
	struct tls *t = arg;

	t->deadline = 0;
	if (t->last == STREAM_OK || t->last == STREAM_TIMEOUT)
		SSL_shutdown(t->ssl);
	SSL_free(t->ssl);
	ERR_clear_error();
	stream_free(t->below);
	free(t);
}

static const struct stream_ops ops = { tls_read, tls_write, tls_free };

struct stream *
tls_stream(struct tls *t)
{
	return stream_new(&ops, t);
}

struct session_ticket *
session_ticket_of(struct stream *s)
{
	struct session_ticket *ticket = NULL;
	const SSL_SESSION *now = NULL;

	if (s->ops != &ops)
		return NULL;
	now = SSL_get_session(((struct tls *)s->arg)->ssl);
	if (now == NULL || SSL_SESSION_is_resumable(now) != 1)
		return NULL;
	ticket = xcalloc(1, sizeof(*ticket));
	/* libssl spoils the one of a connection that breaks */
	ticket->session = SSL_SESSION_dup(now);
	if (ticket->session == NULL)
		mem_exhausted();
	return ticket;
}

bool
session_ticket_early_data(const struct session_ticket *t)
{
	return SSL_SESSION_get_max_early_data(t->session) > 0;
}

void
session_ticket_free(struct session_ticket *t)
{
	if (t == NULL)
		return;
	SSL_SESSION_free(t->session);
	free(t);
}

bool
tls_resume(SSL *ssl, const struct session_ticket *t)
{
	return SSL_set_session(ssl, t->session) == 1;
}

unsigned
session_renegotiate(struct stream *s, unsigned tries, int64_t deadline)
{
	struct tls *t = s->arg;
	unsigned done = 0;

	if (s->ops != &ops || SSL_version(t->ssl) >= TLS1_3_VERSION)
		return 0;
	t->deadline = deadline;
	/* what to think of a server without RFC 5746 is for others to say */
	SSL_set_options(t->ssl, SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION);
	ERR_clear_error();
	while (done < tries && SSL_renegotiate(t->ssl) == 1 &&
	    SSL_do_handshake(t->ssl) == 1)
		done++;
	ERR_clear_error();
	return done;
}
