/*
 * The handshake messages of a server's first flight (RFC 5246 section 7.4,
 * RFC 8446 section 4), and SSLv2's.
 */
#include <string.h>

#include "tls/flight_int.h"
#include "tls/names.h"

/* RFC 5246 section 7.4, RFC 4680, RFC 6066 section 8 */
enum message_type {
	HELLO_REQUEST = 0,
	SERVER_HELLO = 2,
	CERTIFICATE = 11,
	SERVER_KEY_EXCHANGE = 12,
	CERTIFICATE_REQUEST = 13,
	SERVER_HELLO_DONE = 14,
	CERTIFICATE_STATUS = 22,
	SUPPLEMENTAL_DATA = 23,
};

enum {
	EXT_SUPPORTED_VERSIONS = 43,
	EXT_COOKIE = 44,
	EXT_KEY_SHARE = 51,
	STATUS_OCSP = 1,
	SSL2_ERROR = 0,
	SSL2_SERVER_HELLO = 4,
	ALERT_FATAL = 2,
	ALERT_HANDSHAKE_FAILURE = 40,
};

/* RFC 8446 section 4.1.3: SHA-256 of "HelloRetryRequest". */
static const unsigned char retry_random[32] = {
	0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11,
	0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
	0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e,
	0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
};

static const struct {
	uint16_t type;
	unsigned bit;
} extensions[] = {
	{ 0, FLIGHT_SERVER_NAME },
	{ 5, FLIGHT_STATUS },
	{ 11, 0 },		/* point formats: nothing to learn */
	{ 15, FLIGHT_HEARTBEAT },
	{ 22, FLIGHT_ENCRYPT_THEN_MAC },
	{ 23, FLIGHT_EXTENDED_MASTER },
	{ 35, FLIGHT_TICKET },
	{ EXT_SUPPORTED_VERSIONS, 0 },
	{ EXT_COOKIE, 0 },
	{ EXT_KEY_SHARE, 0 },
	{ 0xff01, FLIGHT_RENEGOTIATION_INFO },
};

enum { KNOWN = sizeof(extensions) / sizeof(extensions[0]) };

/* A HelloRetryRequest names the group; a ServerHello brings the key too. */
static void
key_share(struct tls_flight *f, struct cur *c)
{
	f->group = cur_u16(c);
	if (!f->retry)
		cur_take(c, cur_u16(c));
}

/*
 * One extension; false for a form that is against its RFC. Only TLS 1.3 and
 * what comes after it are chosen by an extension (RFC 8446 section 4.2.1).
 */
static bool
extension(struct tls_flight *f, uint16_t type, struct span body)
{
	struct cur c = cur_of(body);

	switch (type) {
	case EXT_SUPPORTED_VERSIONS:
		f->version = cur_u16(&c);
		return cur_done(&c) && f->version >= TLS_1_3;
	case EXT_KEY_SHARE:
		key_share(f, &c);
		return cur_done(&c);
	default:
		return true;
	}
}

/* Each extension stands once: RFC 8446 section 4.2, RFC 5246 7.4.1.4. */
static bool
all_extensions(struct tls_flight *f, struct span block)
{
	struct cur c = cur_of(block);
	unsigned seen = 0;

	while (!c.bad && cur_left(&c).n > 0) {
		uint16_t type = cur_u16(&c);
		struct span body = cur_take(&c, cur_u16(&c));
		size_t i = 0;

		while (i < KNOWN && extensions[i].type != type)
			i++;
		if (c.bad || (i < KNOWN && (seen & 1u << i) != 0) ||
		    !extension(f, type, body))
			return false;
		seen |= i < KNOWN ? 1u << i : 0;
		f->ext |= i < KNOWN ? extensions[i].bit : FLIGHT_OTHER;
	}
	return cur_done(&c);
}

bool
flight_server_hello(struct tls_flight *f, struct span body)
{
	struct cur c = cur_of(body);
	struct span random = { NULL, 0 }, block = { NULL, 0 };
	uint8_t session_id_n = 0;

	f->version = cur_u16(&c);
	random = cur_take(&c, sizeof(f->random));
	session_id_n = cur_u8(&c);
	cur_take(&c, session_id_n);
	f->suite = cur_u16(&c);
	f->compression = cur_u8(&c);
	if (cur_left(&c).n > 0)
		block = cur_take(&c, cur_u16(&c));
	if (!cur_done(&c) || session_id_n > 32 || f->version > TLS_1_2)
		return false;
	memcpy(f->random, random.p, sizeof(f->random));
	f->session_id_n = session_id_n;
	f->retry = memcmp(f->random, retry_random, sizeof(retry_random)) == 0;
	return all_extensions(f, block) &&
	    tls_version_index(f->version) < TLS_VERSIONS &&
	    f->version >= TLS_SSL3 && f->version <= f->offered &&
	    (!f->retry || f->version == TLS_1_3);
}

static bool
certificate(struct tls_flight *f, struct span body)
{
	struct cur c = cur_of(body);
	struct span list = cur_take(&c, flight_u24(&c));
	struct span rest = list, der = { NULL, 0 };

	while (tls_chain_next(&rest, &der))
		;
	if (!cur_done(&c) || list.n == 0 || rest.n > 0 || f->chain.n > 0)
		return false;
	buf_span(&f->chain, list);
	return true;
}

static bool
certificate_status(struct tls_flight *f, struct span body)
{
	struct cur c = cur_of(body);
	uint8_t type = cur_u8(&c);
	struct span response = cur_take(&c, flight_u24(&c));

	f->stapled = type == STATUS_OCSP && response.n > 0;
	return cur_done(&c);
}

/* The body of a message after the hello; false: against its form. */
static bool
later_message(struct tls_flight *f, uint8_t type, struct span body)
{
	switch (type) {
	case CERTIFICATE:
		return certificate(f, body);
	case CERTIFICATE_STATUS:
		return certificate_status(f, body);
	case SERVER_KEY_EXCHANGE:
		return flight_key_exchange(f, body);
	case CERTIFICATE_REQUEST:
		f->wants_certificate = true;
		return true;
	case SERVER_HELLO_DONE:
		f->state = FLIGHT_DONE;
		return body.n == 0;
	case SUPPLEMENTAL_DATA:
		return true;
	default:
		return false;
	}
}

void
flight_message(struct tls_flight *f, uint8_t type, struct span body)
{
	/* RFC 5246 section 7.4.1.1: it may come at any time */
	if (type == HELLO_REQUEST && body.n == 0)
		return;
	if (f->hello) {
		if (!later_message(f, type, body))
			flight_bad(f, "a handshake message breaks its form");
	} else if (type != SERVER_HELLO) {
		flight_bad(f, "the flight begins without a ServerHello");
	} else if (!flight_server_hello(f, body)) {
		flight_bad(f, "the ServerHello breaks its form");
	} else {
		f->hello = true;
		/* what follows is encrypted, or answers a second hello */
		if (f->version == TLS_1_3)
			f->state = FLIGHT_DONE;
	}
}

/* SERVER-HELLO, without its type. */
static bool
ssl2_server_hello(struct tls_flight *f, struct cur *c)
{
	uint8_t hit = cur_u8(c), type = cur_u8(c);
	uint16_t version = cur_u16(c);
	size_t cert_n = cur_u16(c), kinds_n = cur_u16(c), id_n = cur_u16(c);
	struct span cert = cur_take(c, cert_n);
	struct cur kinds = cur_of(cur_take(c, kinds_n));

	cur_take(c, id_n);
	while (!kinds.bad && cur_left(&kinds).n > 0)
		tls_codes_add(&f->ssl2, flight_u24(&kinds));
	if (!cur_done(c) || !cur_done(&kinds) || version != TLS_SSL2)
		return false;
	(void)hit;
	(void)type;
	f->hello = true;
	f->version = version;
	if (cert.n > 0) {
		buf_byte(&f->chain, 0);
		buf_u16(&f->chain, (uint16_t)cert.n);
		buf_span(&f->chain, cert);
	}
	return true;
}

size_t
flight_ssl2(struct tls_flight *f, struct span in)
{
	struct cur c = cur_of(in);
	size_t n = cur_u16(&c) & 0x7fff;
	struct cur body = cur_of(cur_take(&c, n));

	if (c.bad)
		return 0;
	switch (cur_u8(&body)) {
	case SSL2_SERVER_HELLO:
		if (ssl2_server_hello(f, &body))
			f->state = FLIGHT_DONE;
		else
			flight_bad(f, "the SERVER-HELLO breaks its form");
		break;
	case SSL2_ERROR:
		flight_alert(f, ALERT_FATAL, ALERT_HANDSHAKE_FAILURE);
		break;
	default:
		flight_bad(f, "no SERVER-HELLO");
		break;
	}
	return c.at;
}
