/*
 * What a server says in its handshake, by the codes on the wire: libssl has
 * names of its own for them, which change with its version.
 */
#include "base/cur.h"
#include "tls/session_int.h"

enum {
	TYPE_ALERT = 21,
	TYPE_HANDSHAKE = 22,
	FATAL = 2,
	SERVER_HELLO = 2,
	NEW_SESSION_TICKET = 4,
	SERVER_KEY_EXCHANGE = 12,
	CERTIFICATE_REQUEST = 13,
	CERTIFICATE_VERIFY = 15,
	CERTIFICATE_STATUS = 22,
	NAMED_CURVE = 3,
	EXT_EMS = 23,
	EXT_KEY_SHARE = 51,
	EXT_RENEGOTIATION = 0xff01,
};

static void
extension(unsigned type, struct span data, struct session *seen)
{
	struct cur c = cur_of(data);
	uint16_t group = 0;

	switch (type) {
	case EXT_EMS:
		seen->ems = true;
		break;
	case EXT_RENEGOTIATION:
		seen->secure_renegotiation = true;
		break;
	case EXT_KEY_SHARE:
		group = cur_u16(&c);
		if (!c.bad)
			seen->group = group;
		break;
	default:
		break;
	}
}

/* RFC 8446 section 4.1.3, RFC 5246 section 7.4.1.3 */
static void
server_hello(struct cur *c, struct session *seen)
{
	struct cur extensions;

	cur_take(c, 2 + 32);
	cur_take(c, cur_u8(c));
	cur_take(c, 2 + 1);
	/* a HelloRetryRequest may have been there: this one counts */
	seen->group = 0;
	if (c->bad || cur_done(c))
		return;
	extensions = cur_of(cur_take(c, cur_u16(c)));
	while (!extensions.bad && !cur_done(&extensions)) {
		unsigned type = cur_u16(&extensions);
		struct span data = cur_take(&extensions,
		    cur_u16(&extensions));

		if (!extensions.bad)
			extension(type, data, seen);
	}
}

/*
 * RFC 8422 section 5.4 and RFC 5246 section 7.4.3: what was chosen, then from
 * TLS 1.2 on the algorithm of its signature.
 */
static void
server_key_exchange(struct cur *c, const SSL_CIPHER *cipher, bool tls12,
    struct session *seen)
{
	int kx = cipher != NULL ? SSL_CIPHER_get_kx_nid(cipher) : NID_undef;
	uint16_t group = 0, sigalg = 0;

	if (kx == NID_kx_ecdhe) {
		if (cur_u8(c) != NAMED_CURVE)
			return;
		group = cur_u16(c);
		cur_take(c, cur_u8(c));
	} else if (kx == NID_kx_dhe) {
		for (int i = 0; i < 3; i++)
			cur_take(c, cur_u16(c));
	} else {
		return;
	}
	if (tls12 && SSL_CIPHER_get_auth_nid(cipher) != NID_auth_null)
		sigalg = cur_u16(c);
	if (c->bad)
		return;
	seen->group = group;
	seen->sigalg = sigalg;
}

void
tls_watch_message(struct span message, const SSL_CIPHER *cipher,
    struct session *seen)
{
	struct cur c = cur_of(message);
	unsigned type = cur_u8(&c);
	uint16_t sigalg = 0;

	cur_take(&c, 3);
	switch (type) {
	case SERVER_HELLO:
		server_hello(&c, seen);
		break;
	case SERVER_KEY_EXCHANGE:
		server_key_exchange(&c, cipher, seen->version >=
		    TLS1_2_VERSION, seen);
		break;
	case CERTIFICATE_VERIFY:
		sigalg = cur_u16(&c);
		if (!c.bad)
			seen->sigalg = sigalg;
		break;
	case CERTIFICATE_REQUEST:
		seen->asks_client_cert = true;
		break;
	case CERTIFICATE_STATUS:
		seen->stapled = true;
		break;
	case NEW_SESSION_TICKET:
		seen->ticket = true;
		break;
	default:
		break;
	}
}

static void
alert(struct tls *t, bool ours, struct span a)
{
	if (a.n != 2 || a.p[0] != FATAL)
		return;
	if (ours) {
		t->sent = a.p[1];
		t->has_sent = true;
	} else {
		t->received = a.p[1];
		t->has_received = true;
	}
}

void
tls_watch(int write_p, int version, int content_type, const void *buf,
    size_t n, SSL *ssl, void *arg)
{
	struct tls *t = arg;
	const SSL_CIPHER *cipher = SSL_get_pending_cipher(ssl);

	(void)version;
	if (content_type == TYPE_ALERT)
		alert(t, write_p != 0, span_of(buf, n));
	if (write_p != 0 || content_type != TYPE_HANDSHAKE || t->seen == NULL)
		return;
	t->seen->version = (uint16_t)SSL_version(ssl);
	tls_watch_message(span_of(buf, n), cipher, t->seen);
}
