/*
 * A server's answer to a ClientHello, as far as it comes in clear: an alert;
 * the flight up to ServerHelloDone (SSLv3 to TLS 1.2: RFC 5246 section 7);
 * the ServerHello or HelloRetryRequest of TLS 1.3 (RFC 8446 section 4.1);
 * the SERVER-HELLO of SSLv2. Octets may come in any pieces; nothing in them
 * is trusted, and no more than FLIGHT_MAX of them are read.
 */
#ifndef TLS_FLIGHT_H
#define TLS_FLIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "tls/dh_prime.h"
#include "tls/hello.h"

enum {
	FLIGHT_MAX = 256 * 1024,	/* octets of a whole flight */
	FLIGHT_MESSAGE_MAX = 128 * 1024,	/* of one handshake message */
};

enum flight_state {
	FLIGHT_MORE,	/* feed it more */
	FLIGHT_DONE,	/* all that comes in clear is here */
	FLIGHT_ALERT,	/* refused, with an alert */
	FLIGHT_BAD,	/* no TLS, or against its rules: see "why" */
};

/* What the server's hello agreed to. */
enum flight_ext {
	FLIGHT_RENEGOTIATION_INFO = 1 << 0,	/* RFC 5746 */
	FLIGHT_EXTENDED_MASTER = 1 << 1,	/* RFC 7627 */
	FLIGHT_TICKET = 1 << 2,			/* RFC 5077 */
	FLIGHT_ENCRYPT_THEN_MAC = 1 << 3,	/* RFC 7366 */
	FLIGHT_STATUS = 1 << 4,			/* RFC 6066 section 8 */
	FLIGHT_HEARTBEAT = 1 << 5,		/* RFC 6520 */
	FLIGHT_SERVER_NAME = 1 << 6,
	FLIGHT_OTHER = 1 << 7,		/* one that was not asked for */
};

/* How a ServerKeyExchange names the curve: a code, or all its numbers. */
enum flight_curve {
	FLIGHT_CURVE_NONE,
	FLIGHT_CURVE_NAMED,
	FLIGHT_CURVE_EXPLICIT,	/* RFC 8422 section 5.4 forbids it */
};

struct tls_flight {
	enum flight_state state;
	const char *why;	/* FLIGHT_BAD: what broke the rules */
	uint8_t alert_level, alert;	/* FLIGHT_ALERT */

	/* the server's hello; false until it came */
	bool hello;
	uint16_t version;	/* the one chosen: supported_versions counts */
	uint32_t suite;
	uint8_t compression;
	uint8_t session_id_n;
	unsigned char random[32];
	unsigned ext;		/* of enum flight_ext */
	bool retry;		/* a HelloRetryRequest */
	uint16_t group;		/* asked for, shared, or of the curve; or 0 */

	/* SSLv2: what it lists; before TLS 1.3: the messages that came */
	struct tls_codes ssl2;
	struct buf chain;	/* certificate_list; see tls_chain_next */
	bool stapled;		/* a CertificateStatus with a response */
	bool wants_certificate;	/* a CertificateRequest */
	enum flight_curve curve;
	struct tls_dh dh;	/* bits 0 without DHE */
	uint16_t scheme;	/* of the key exchange, TLS 1.2; or 0 */

	/* the parser's own */
	uint16_t offered;
	size_t fed;
	struct buf record, message;
};

/* For the answer to a hello of this version. Free with tls_flight_free. */
void tls_flight_init(struct tls_flight *f, uint16_t offered);
/*
 * Feed what came; what follows the end of the flight is left alone. Returns
 * the state, which no longer changes once it is not FLIGHT_MORE.
 */
enum flight_state tls_flight_feed(struct tls_flight *f, struct span octets);
void tls_flight_free(struct tls_flight *f);

/*
 * The next certificate (DER) of a certificate_list: each is 3 octets of
 * length and its octets. False at the end, and for what is no such list.
 */
bool tls_chain_next(struct span *list, struct span *der);

#endif
