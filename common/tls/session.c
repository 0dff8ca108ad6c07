/* A handshake by OpenSSL; see session.h. */
#include "tls/session.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>

#include "base/mem.h"
#include "crypto/lib.h"
#include "tls/session_int.h"

enum {
	HANDSHAKE_MAX = 1 << 18,	/* octets, what follows included */
	CONTENT_FIRST = 20, CONTENT_LAST = 23, TLS_MAJOR = 3,
};

struct session_ctx {
	SSL_CTX *ssl;
	BIO_METHOD *bio;
};

/*
 * Everything that this OpenSSL can do, the better before the worse: a server
 * that can do nothing else is to be seen, not refused. Suites without a
 * certificate are left out, since servers with an order of their own like to
 * put them first, and would hide the certificate that they have.
 */
struct session_ctx *
session_ctx_new(void)
{
	struct session_ctx *ctx = xcalloc(1, sizeof(*ctx));

	crypto_start_x509();
	ctx->bio = tls_bio_method();
	ctx->ssl = SSL_CTX_new(TLS_client_method());
	if (ctx->ssl == NULL)
		mem_exhausted();
	SSL_CTX_set_security_level(ctx->ssl, 0);
	SSL_CTX_set_min_proto_version(ctx->ssl, TLS1_VERSION);
	SSL_CTX_set_options(ctx->ssl, SSL_OP_LEGACY_SERVER_CONNECT |
	    SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_clear_options(ctx->ssl, SSL_OP_NO_RENEGOTIATION);
	if (SSL_CTX_set_cipher_list(ctx->ssl, "ALL:!aNULL:!eNULL") != 1)
		mem_exhausted();
	SSL_CTX_set_session_cache_mode(ctx->ssl, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_verify(ctx->ssl, SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_tlsext_status_type(ctx->ssl, TLSEXT_STATUSTYPE_ocsp);
	SSL_CTX_set_msg_callback(ctx->ssl, tls_watch);
	ERR_clear_error();
	return ctx;
}

void
session_ctx_free(struct session_ctx *ctx)
{
	if (ctx == NULL)
		return;
	SSL_CTX_free(ctx->ssl);
	BIO_meth_free(ctx->bio);
	free(ctx);
}

/*
 * libssl's macros for these cast the const away, which some compilers mind;
 * it copies the string, and writes nothing.
 */
static bool
set_text(SSL *ssl, int command, long type, const char *text)
{
	return SSL_ctrl(ssl, command, type, (void *)(uintptr_t)text) == 1;
}

/* False when OpenSSL has not what is wanted. */
static bool
want_this(SSL *ssl, const struct session_want *want)
{
	return (want->sni == NULL || set_text(ssl,
	    SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
	    want->sni)) &&
	    (want->min == 0 ||
	    SSL_set_min_proto_version(ssl, want->min) == 1) &&
	    (want->max == 0 ||
	    SSL_set_max_proto_version(ssl, want->max) == 1) &&
	    (want->ciphers == NULL ||
	    SSL_set_cipher_list(ssl, want->ciphers) == 1) &&
	    (want->suites == NULL ||
	    SSL_set_ciphersuites(ssl, want->suites) == 1) &&
	    (want->groups == NULL || set_text(ssl,
	    SSL_CTRL_SET_GROUPS_LIST, 0, want->groups)) &&
	    (want->sigalgs == NULL || set_text(ssl,
	    SSL_CTRL_SET_SIGALGS_LIST, 0, want->sigalgs)) &&
	    (want->resume == NULL || tls_resume(ssl, want->resume));
}

static struct tls *
tls_new(const struct session_ctx *ctx, struct stream *below,
    int64_t deadline, struct session *seen)
{
	struct tls *t = xcalloc(1, sizeof(*t));
	BIO *bio = BIO_new(ctx->bio);

	t->ssl = SSL_new(ctx->ssl);
	if (t->ssl == NULL || bio == NULL)
		mem_exhausted();
	t->below = below;
	t->deadline = deadline;
	t->seen = seen;
	BIO_set_data(bio, t);
	SSL_set_bio(t->ssl, bio, bio);
	SSL_set_msg_callback_arg(t->ssl, t);
	return t;
}

/* Whether what came first cannot be a record (RFC 8446 section 5.1). */
static bool
is_garbage(const struct tls *t)
{
	return t->first_n > 0 && (t->first[0] < CONTENT_FIRST ||
	    t->first[0] > CONTENT_LAST ||
	    (t->first_n > 1 && t->first[1] != TLS_MAJOR));
}

/* The connection failed below, not what was said on it. */
static enum session_result
failure_below(const struct tls *t, struct session *out)
{
	switch (t->last) {
	case STREAM_TIMEOUT:
		return SESSION_TIMEOUT;
	case STREAM_TOO_LONG:
		out->why = "too much of a handshake";
		return SESSION_REFUSED;
	case STREAM_ERROR:
		return SESSION_FAILED;
	case STREAM_OK:
	case STREAM_CLOSED:
	case STREAM_RESET:
		break;
	}
	return SESSION_CLOSED;
}

/*
 * The server's word first; then ours, even where it could not be sent any
 * more; then the connection's end.
 */
static enum session_result
failure_of(const struct tls *t, int ret, struct session *out)
{
	int error = SSL_get_error(t->ssl, ret);
	const char *why = ERR_reason_error_string(ERR_peek_error());

	if (is_garbage(t))
		return SESSION_GARBAGE;
	if (t->has_received) {
		out->alert = t->received;
		return SESSION_ALERT;
	}
	if (error != SSL_ERROR_SSL)
		return failure_below(t, out);
	out->alert = t->has_sent ? t->sent : 0;
	out->why = why != NULL ? why : "";
	return SESSION_REFUSED;
}

static void
take_chain(SSL *ssl, struct cert_chain *chain)
{
	STACK_OF(X509) *sent = SSL_get_peer_cert_chain(ssl);

	for (int i = 0; i < sk_X509_num(sent); i++)
		cert_chain_add_x509(chain, sk_X509_value(sent, i));
}

/* What only the end of the handshake tells. */
static void
take_facts(SSL *ssl, struct session *out)
{
	const SSL_SESSION *s = SSL_get_session(ssl);
	const unsigned char *staple = NULL;
	unsigned id = 0;

	out->version = (uint16_t)SSL_version(ssl);
	out->cipher = SSL_CIPHER_get_protocol_id(SSL_get_current_cipher(ssl));
	out->resumed = SSL_session_reused(ssl) == 1;
	SSL_SESSION_get_id(s, &id);
	if (out->version < TLS1_3_VERSION)
		out->ticket |= id > 0;
	else
		out->ems = out->secure_renegotiation = true;
	out->stapled |= SSL_get_tlsext_status_ocsp_resp(ssl, &staple) > 0;
	if (!out->resumed)
		take_chain(ssl, &out->chain);
}

static enum session_result
shake_hands(struct tls *t, const struct session_want *want,
    struct session *out)
{
	int ret = 0;

	SSL_set_connect_state(t->ssl);
	if (!want_this(t->ssl, want)) {
		out->why = "this OpenSSL cannot do what is wanted";
		return SESSION_FAILED;
	}
	ret = SSL_do_handshake(t->ssl);
	if (ret != 1)
		return failure_of(t, ret, out);
	take_facts(t->ssl, out);
	return SESSION_OK;
}

enum session_result
session_start(struct session_ctx *ctx, struct stream **s,
    const struct session_want *want, int64_t deadline, struct session *out)
{
	struct tls *t = NULL;

	*out = (struct session){ .why = "" };
	t = tls_new(ctx, *s, deadline, out);
	stream_limit(*s, HANDSHAKE_MAX);
	ERR_clear_error();
	out->result = shake_hands(t, want, out);
	ERR_clear_error();
	t->seen = NULL;
	if (out->result == SESSION_OK) {
		*s = tls_stream(t);
		return SESSION_OK;
	}
	SSL_free(t->ssl);
	ERR_clear_error();
	free(t);
	return out->result;
}

void
session_free(struct session *s)
{
	cert_chain_free(&s->chain);
	*s = (struct session){ .why = "" };
}

const char *
session_result_name(enum session_result r)
{
	static const char *const names[] = {
		[SESSION_OK] = "ok", [SESSION_ALERT] = "alert",
		[SESSION_REFUSED] = "refused", [SESSION_GARBAGE] = "garbage",
		[SESSION_CLOSED] = "closed", [SESSION_TIMEOUT] = "timeout",
		[SESSION_FAILED] = "failed",
	};

	return names[r];
}
