/*
 * What a server offers of TLS: facts, ungraded, as far as they were asked.
 * Filled by tls/enum.h; plain octets between processes.
 */
#ifndef TLS_OFFER_H
#define TLS_OFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "tls/dh_prime.h"
#include "tls/hello.h"
#include "tls/names.h"

/* The answer to a question of yes or no. */
enum tls_known {
	TLS_NOT_ASKED,	/* connections were used up first */
	TLS_MOOT,	/* nothing there that it could be asked of */
	TLS_UNCLEAR,	/* asked, and no answer that can be believed */
	TLS_NO,
	TLS_YES,
};

/* How far a list goes. */
enum tls_extent {
	TLS_LIST_NOT_ASKED,
	TLS_LIST_MOOT,
	TLS_LIST_UNCLEAR,	/* it does not show in clear, or no answers */
	TLS_LIST_PARTLY,	/* what it holds is so; there may be more */
	TLS_LIST_WHOLE,
};

struct tls_list {
	enum tls_extent extent;
	struct tls_codes codes;
};

/* Whose order of suites decides. */
enum tls_order {
	TLS_ORDER_NOT_ASKED,
	TLS_ORDER_MOOT,		/* fewer than two suites */
	TLS_ORDER_UNCLEAR,
	TLS_ORDER_CLIENT,
	TLS_ORDER_SERVER,
	TLS_ORDER_SERVER_CHACHA, /* but a client that puts ChaCha20 first */
};

/* A certificate chain that the server sent, as the message has it. */
struct tls_chain {
	uint16_t version;	/* where it was seen first ... */
	uint32_t suite;
	uint16_t scheme;	/* ... and what its key signed with, or 0 */
	/* see tls_chain_next (tls/flight.h); what that leaves of it stands for
	   certificates that were left out */
	unsigned char *list;
	size_t n;
};

/* What the server's flights say beside their lists, up to TLS 1.2. */
enum tls_fact {
	/* TLS_NO once it was missing */
	TLS_FACT_SECURE_RENEGOTIATION,	/* RFC 5746 */
	TLS_FACT_EXTENDED_MASTER,	/* RFC 7627 */
	TLS_FACT_ENCRYPT_THEN_MAC,	/* RFC 7366, where CBC was chosen */
	TLS_FACT_SENTINEL,		/* RFC 8446 section 4.1.3 */
	/* TLS_YES once it was seen */
	TLS_FACT_TICKET,		/* RFC 5077 */
	TLS_FACT_SESSION_ID,		/* one to resume by */
	TLS_FACT_STAPLED,		/* RFC 6066 section 8 */
	TLS_FACT_WANTS_CERTIFICATE,
	TLS_FACT_EXPLICIT_CURVE,	/* RFC 8422 section 5.4 */
	TLS_FACT_FOREIGN_SCHEME,	/* signs with one that is not offered */
	/* a question of its own each */
	TLS_FACT_COMPRESSION,		/* deflate */
	TLS_FACT_FALLBACK_SCSV,		/* RFC 7507 is obeyed */
	TLS_FACTS,
};

enum {
	TLS_CHAINS_MAX = 8,
	TLS_DH_MAX = 8,
	TLS_OFFER_PACKED_MAX = 2 * 1024 * 1024,
};

struct tls_offer {
	/* by tls_version_index */
	enum tls_known version[TLS_VERSIONS];
	/*
	 * Class by class (see enum_class.c); within one in the order that the
	 * server chose them, which is its own under TLS_ORDER_SERVER.
	 */
	struct tls_list suites[TLS_VERSIONS];
	enum tls_order order[TLS_VERSIONS];
	/*
	 * Under the server's order: a suite of a worse grade that it prefers
	 * to a better one, and that one; both 0 when there is no such pair.
	 */
	uint32_t worse[TLS_VERSIONS], better[TLS_VERSIONS];

	struct tls_list groups13;	/* TLS 1.3 */
	struct tls_list groups12;	/* curves up to TLS 1.2 */
	struct tls_list schemes13;	/* the handshake is signed with */
	struct tls_list schemes12;

	struct tls_chain chain[TLS_CHAINS_MAX];
	size_t chains;
	struct tls_dh dh[TLS_DH_MAX];	/* different ones, as they came */
	size_t dhs;

	enum tls_known fact[TLS_FACTS];

	unsigned connections;	/* asked for, the last included */
	bool used_up;		/* they did not suffice */
};

/* struct tls_offer o = { 0 }; is one of which nothing was asked. */
void tls_offer_free(struct tls_offer *o);

/* As octets of at most TLS_OFFER_PACKED_MAX, and back. */
void tls_offer_pack(struct buf *out, const struct tls_offer *o);
/* False for what tls_offer_pack would not write; free *o after true. */
bool tls_offer_unpack(struct span in, struct tls_offer *o);

#endif
