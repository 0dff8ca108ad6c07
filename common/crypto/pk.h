/*
 * Public-key operations over raw parameters, as formats other than X.509
 * carry them: numbers in network order without a wrapping. Nothing goes
 * through libcrypto's decoders, which cost more than an operation.
 */
#ifndef CRYPTO_PK_H
#define CRYPTO_PK_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"
#include "crypto/digest.h"
#include "sys/env.h"

enum pk_kind {
	PK_RSA,
	PK_P256,
	PK_P384,
	PK_P521,
	PK_BRAINPOOL256,
	PK_BRAINPOOL384,
	PK_BRAINPOOL512,
	PK_ED25519,
	PK_ED448,
	PK_X25519,
	PK_X448,
	/*
	 * Those of RFC 9980, for which libcrypto must be 3.5: each part of
	 * such a key or value is that of the curve and then the other's.
	 */
	PK_MLDSA65_ED25519,
	PK_MLDSA87_ED448,
	PK_SLHDSA_128S,		/* with SHAKE, by itself */
	PK_SLHDSA_128F,
	PK_SLHDSA_256S,
	PK_MLKEM768_X25519,
	PK_MLKEM1024_X448,
};

enum {
	PK_RSA_BITS_MAX = 16384,
	PK_SHARED_MAX = 66,
	PK_SECRET_MAX = 128,
	PK_KEM_SHARES_MAX = 56 + 32,
	PK_SIG_MAX = 29792,	/* of all but RSA */
};

struct pk;

/* The parts of a private RSA key: u is p^-1 mod q (RFC 9580 5.5.5.1). */
struct pk_rsa {
	struct span d, p, q, u;
};

/*
 * A key of its parts; NULL when they make none. With "secret" (an empty span
 * and NULL mean a public key only) the halves must belong together. Free
 * with pk_free.
 */
struct pk *pk_rsa(struct span n, struct span e, const struct pk_rsa *secret);
/* The point is uncompressed (SEC 1: 04 || x || y). */
struct pk *pk_ec(enum pk_kind curve, struct span point, struct span secret);
/* All others, by their octets (RFC 8032, RFC 7748, FIPS 203 to 205). */
struct pk *pk_raw(enum pk_kind kind, struct span pub, struct span secret);

/* From "octets" of randomness, as many as pk_secret_size() says. */
struct pk *pk_raw_secret(enum pk_kind kind, struct span octets);
/* With libcrypto's randomness; bits counts for RSA only. */
struct pk *pk_generate(enum pk_kind kind, unsigned bits);

/* Whether libcrypto has what the kind needs. */
bool pk_available(enum pk_kind kind);

enum pk_kind pk_kind(const struct pk *k);
/* RSA: bits of the modulus. */
unsigned pk_bits(const struct pk *k);
/* Octets of one coordinate, or of the raw public half; of the RSA modulus. */
size_t pk_size(const struct pk *k);
size_t pk_raw_size(enum pk_kind kind);
/* Octets of the raw secret half. */
size_t pk_secret_size(enum pk_kind kind);
/* Octets of a signature in the raw form; 0 for the others. */
size_t pk_sig_size(enum pk_kind kind);

/* The public half as pk_ec and pk_raw take it; not for RSA. */
void pk_public(const struct pk *k, struct buf *out);
/* The private half likewise. */
void pk_secret(const struct pk *k, struct buf *out);
/* n, e, d, p, q, u of an RSA key, each into its buffer. */
void pk_rsa_parts(const struct pk *k, struct buf parts[static 6]);

/*
 * Signatures over a digest: RSA is PKCS #1 v1.5 (sig as long as the
 * modulus), the curves ECDSA (r || s, pk_size() each), Ed25519 and Ed448
 * and those of RFC 9980 take the digest as their message.
 */
bool pk_verify(const struct pk *k, enum digest_alg alg, struct span digest,
    struct span sig);
/* False, with nothing appended, when libcrypto cannot. */
bool pk_sign(const struct pk *k, enum digest_alg alg, struct span digest,
    struct buf *out);

/*
 * Append the shared secret with the peer's public half (given as pk_ec and
 * pk_raw take it). False when that is no point, or the secret is zero.
 */
bool pk_agree(const struct pk *k, struct span peer, struct buf *out);

/*
 * The two of RFC 9980 that encapsulate: append the ciphertext (the curve's
 * ephemeral key, then ML-KEM's) and the shares (ML-KEM's, then the curve's).
 */
bool pk_encapsulate(const struct pk *k, const struct env *env,
    struct buf *ciphertext, struct buf *shares);
bool pk_decapsulate(const struct pk *k, struct span ciphertext,
    struct buf *shares);
/* Octets of its ciphertext. */
size_t pk_kem_size(enum pk_kind kind);

/* PKCS #1 v1.5 encryption (RFC 8017 section 7.2). */
bool pk_rsa_encrypt(const struct pk *k, struct span in, struct buf *out);
bool pk_rsa_decrypt(const struct pk *k, struct span in, struct buf *out);

/* NULL is fine; secrets are wiped. */
void pk_free(struct pk *k);

#endif
