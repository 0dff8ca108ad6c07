/*
 * One TLS handshake as a client, by OpenSSL, over a stream that is there: what
 * was agreed on, what the server showed of itself, and a stream to go on with
 * inside. Nothing is verified here and weak servers are welcome: judging is
 * for tls/chain.h, tls/dane.h and the profile.
 */
#ifndef TLS_SESSION_H
#define TLS_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sys/env.h"
#include "tls/cert.h"

struct stream;

/*
 * What OpenSSL needs for all handshakes, made once, before workers are forked
 * and the sandbox closes. Never NULL; free with session_ctx_free.
 */
struct session_ctx;

struct session_ctx *session_ctx_new(void);
void session_ctx_free(struct session_ctx *ctx);

/* A session to resume; owned, free with session_ticket_free. */
struct session_ticket;

/*
 * NULL and 0 leave a thing to OpenSSL's widest choice; but suites without
 * certificate or encryption only "ciphers" brings in ("aNULL").
 */
struct session_want {
	const char *sni;	/* host name, no final dot; NULL: no SNI */
	uint16_t min, max;	/* versions, 0x0301 to 0x0304 */
	const char *ciphers;	/* up to TLS 1.2, as openssl-ciphers(1) */
	const char *suites;	/* TLS 1.3, "TLS_AES_128_GCM_SHA256:..." */
	const char *groups;	/* "X25519:P-256" */
	const char *sigalgs;	/* "ECDSA+SHA256:RSA-PSS+SHA256" */
	const struct session_ticket *resume;
};

enum session_result {
	SESSION_OK,
	SESSION_ALERT,		/* the server refused: see alert */
	SESSION_REFUSED,	/* OpenSSL refused what the server said */
	SESSION_GARBAGE,	/* what came is no TLS */
	SESSION_CLOSED,		/* the connection ended in the middle */
	SESSION_TIMEOUT,
	SESSION_FAILED,		/* this side's own trouble */
};

/* What was seen; codes are IANA's, 0 for none. { 0 } is empty. */
struct session {
	enum session_result result;
	uint8_t alert;		/* the server's, or ours in REFUSED */
	const char *why;	/* OpenSSL's words, static; "" for none */
	uint16_t version;	/* 0x0301 to 0x0304 */
	uint16_t cipher, group, sigalg;
	bool ems;		/* RFC 7627; part of TLS 1.3 */
	bool secure_renegotiation;	/* RFC 5746; likewise */
	bool resumed;		/* "resume" was taken up */
	bool ticket;		/* it gave a ticket or a session id; in TLS 1.3
				   those come later: session_ticket_of */
	bool stapled;		/* an OCSP answer came along */
	bool asks_client_cert;
	struct cert_chain chain;	/* empty when resumed */
};

/*
 * Shake hands over *s until "deadline" (env_monotonic_ms). On SESSION_OK *s
 * is the TLS stream, which owns the one below and closes both; else it stays
 * as it is, fit only to be closed. *out is written either way; free its
 * chain with session_free.
 */
enum session_result session_start(struct session_ctx *ctx, struct stream **s,
    const struct session_want *want, int64_t deadline, struct session *out);
void session_free(struct session *s);

/*
 * The ticket of a session just made, for a later connection; in TLS 1.3 only
 * after something was read. NULL when there is none.
 */
struct session_ticket *session_ticket_of(struct stream *s);
void session_ticket_free(struct session_ticket *t);
/*
 * Whether it says that the server takes early data (RFC 8446 section 4.2.10),
 * which whoever overhears it can send again.
 */
bool session_ticket_early_data(const struct session_ticket *t);

/*
 * Ask for renegotiation (TLS 1.2 and before, RFC 9325 section 3.5) up to
 * "tries" times; returns how often the server went along.
 */
unsigned session_renegotiate(struct stream *s, unsigned tries,
    int64_t deadline);

/* "ok", "alert", "refused", "garbage", "closed", "timeout", "failed". */
const char *session_result_name(enum session_result r);

#endif
