/* What the files about handshakes share; for this directory only. */
#ifndef TLS_SESSION_INT_H
#define TLS_SESSION_INT_H

#include <openssl/ssl.h>

#include "net/stream.h"
#include "tls/session.h"

/* A TLS connection over a stream; it is the argument of stream's ops. */
struct tls {
	SSL *ssl;		/* owns the BIO, whose data this struct is */
	struct stream *below;
	int64_t deadline;	/* of the call that is under way */
	enum stream_result last;	/* how the last one below ended */
	unsigned char first[3];	/* what came first from the other side */
	size_t first_n;
	struct session *seen;	/* filled by tls_watch while it is not NULL */
	uint8_t received, sent;	/* the last fatal alerts */
	bool has_received, has_sent;
};

/* libssl's way to a stream. Made once; free with BIO_meth_free. */
BIO_METHOD *tls_bio_method(void);

/* Read what the server says in its handshake, as libssl sees it go by. */
void tls_watch(int write_p, int version, int content_type, const void *buf,
    size_t n, SSL *ssl, void *arg);

/* One handshake message of the server. What is no such thing is passed by. */
void tls_watch_message(struct span message, const SSL_CIPHER *cipher,
    struct session *seen);

/* Offer to resume; false when libssl will not. */
bool tls_resume(SSL *ssl, const struct session_ticket *t);

/* A stream over "t", which it owns. */
struct stream *tls_stream(struct tls *t);

#endif
