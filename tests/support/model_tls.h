/*
 * A TLS server as a model: what it supports, and how it behaves, in one
 * struct; it answers hellos in memory with flights of the right form and
 * nothing behind them. For struct tls_asker's "ask".
 */
#ifndef TESTS_MODEL_TLS_H
#define TESTS_MODEL_TLS_H

#include "base/buf.h"
#include "tls/enum.h"

enum { MODEL_FOREVER = -1 };

struct model {
	/* by tls_version_index: what is spoken */
	bool version[TLS_VERSIONS];
	/* in the server's order; which fit the version counts */
	struct tls_codes suites;
	bool own_order;		/* else the client's */
	bool chacha_first;	/* but for a client that puts ChaCha20 first */
	struct tls_codes groups;	/* EC up to TLS 1.2, all in TLS 1.3 */
	struct tls_codes schemes;
	uint16_t ec_curve;	/* of the EC certificate; 0: any will do */
	uint16_t one_scheme;	/* signs with this, whatever is asked for */
	bool hides_schemes;	/* TLS 1.3: looks at them too late */
	bool wants_share;	/* TLS 1.3: refuses a hello without any */
	bool closes;		/* refuses without an alert */
	bool says_bye;		/* ... but for a close_notify */
	bool plain_refusal;	/* handshake_failure, never protocol_version */
	uint16_t mute_below;	/* says nothing to hellos of older versions */
	bool lower;		/* picks a lower version than the hello's */
	bool renegotiation, ems, ticket, sentinel, scsv, deflate;
	size_t dh_octets;	/* of the prime; 0: 256 */

	/* what goes wrong after so many answers; MODEL_FOREVER: nothing */
	int budget;		/* no more connections */
	int closes_after;	/* all are closed from here */
	int silent_after;	/* none is answered from here */

	int asked;
	size_t longest;		/* suites in one hello */
	size_t piece;		/* octets fed at once; 0: all */
};

/* One that accepts nothing and never fails. */
struct model model_new(void);

/* tls_asker's ask; "arg" is the model. */
void model_ask(void *arg, struct tls_question *q, size_t n);

/* The answer to one hello, appended; false: it closes. */
bool model_answer(const struct model *m, struct span hello, struct buf *out);

#endif
