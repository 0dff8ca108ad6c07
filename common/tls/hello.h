/*
 * ClientHellos made by hand: any version, any suites, however weak. What is
 * sent is all of a handshake that there ever is, so no secret matters here.
 * SSLv2 (draft-hickman-netscape-ssl-00), SSLv3 (RFC 6101), TLS 1.0 to 1.2
 * (RFC 2246, 4346, 5246), TLS 1.3 (RFC 8446).
 */
#ifndef TLS_HELLO_H
#define TLS_HELLO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

enum {
	TLS_CODES_MAX = 400,	/* more than any table has */
	TLS_HELLO_MAX = 4096,	/* octets of the largest hello */
};

/* An ordered set of codes: suites, groups or signature schemes. */
struct tls_codes {
	size_t n;
	uint32_t v[TLS_CODES_MAX];
};

/* Each ignores what is no change: there already, not there, no room. */
void tls_codes_add(struct tls_codes *c, uint32_t code);
void tls_codes_remove(struct tls_codes *c, uint32_t code);
bool tls_codes_has(const struct tls_codes *c, uint32_t code);
/* Last first. */
void tls_codes_reverse(struct tls_codes *c);

/* What a TLS 1.3 hello brings along for the key exchange. */
enum tls_share {
	/*
	 * None: who can agree on a group says so by a HelloRetryRequest (RFC
	 * 8446 section 4.2.8), in clear and without any arithmetic.
	 */
	TLS_SHARE_NONE,
	/* One of a reserved group (RFC 8701), for servers that want a list. */
	TLS_SHARE_GREASE,
};

struct tls_hello {
	uint16_t version;		/* the highest offered */
	const struct tls_codes *suites;
	const struct tls_codes *groups;		/* NULL: no extension */
	const struct tls_codes *schemes;	/* NULL: no extension */
	struct span sni;		/* a host name, or empty */
	enum tls_share share;		/* TLS 1.3 */
	bool deflate;			/* offer compression, before TLS 1.3 */
	bool fallback;			/* TLS_FALLBACK_SCSV (RFC 7507) */
	unsigned char random[32];
};

/*
 * Append the hello as one record, ready to be sent. It asks for what
 * a server may agree to in clear: renegotiation_info (in SSLv3, which has no
 * extensions, RFC 5746's signalling suite), extended_master_secret,
 * session_ticket, encrypt_then_mac, status_request. With extensions it is
 * padded past the lengths of 256 to 511 octets that some load balancers hang
 * on (RFC 7685); SSLv3's stays below them with 100 suites. For TLS_SSL2 it
 * is the CLIENT-HELLO. Only a version of names.h.
 */
void tls_hello_write(struct buf *out, const struct tls_hello *h);

#endif
