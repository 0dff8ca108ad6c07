/*
 * Which signatures over data count: authentic, by a key that was good for it
 * when they were made, and by no rule refused.
 */
#ifndef PGP_VERIFY_H
#define PGP_VERIFY_H

#include "pgp/cert.h"
#include "pgp/hasher.h"

struct verifier {
	struct certs *files;	/* whose signatures count */
	size_t n;
	int64_t not_before, not_after;	/* bounds of the signing time */
	int64_t now;
	/*
	 * Whether the message was encrypted, and whose key opened it (NULL: a
	 * passphrase did): a signature that was made for other recipients does
	 * not count (section 5.2.3.36).
	 */
	bool encrypted;
	const struct cert *recipient;
};

/* What came of one signature. */
struct verdict {
	const char *why;	/* NULL: it counts; else static text */
	int64_t early;		/* seconds, if it is from the future */
	bool unknown;		/* what decides it needs a newer libcrypto */
	struct sig sig;		/* if it could be read */
	bool read;
	/*
	 * Whose it is, or if it does not count the first that it says to be
	 * of; NULL: of none that is there, or it does not say.
	 */
	const struct pgp_key *key;
	struct cert *cert;
};

/*
 * The time that a whole second's clock skew may be off: a signature may
 * claim to be so much newer than now.
 */
enum { VERIFY_SKEW = 60 };

/* Judge one over the digest of the data, which is copied; may be NULL. */
void verify_sig(const struct verifier *v, const struct sig *s,
    const struct digest *d, struct verdict *out);

/* The signatures of one message or file, in order. */
struct signatures {
	struct signature {
		struct buf body;
		struct sig sig;
		const char *why;	/* why it cannot count, or NULL */
		int at;			/* its digest in the hasher */
	} v[HASHER_MAX];
	size_t n;
};

/*
 * Add one, which is copied; its digest is asked for from the hasher unless
 * "at" (0 or more) already is. False when there are too many.
 */
bool signatures_add(struct signatures *s, struct span body,
    struct hasher *h, int at);

/*
 * Read a file of detached signatures, which may hold nothing else: PGP_BAD
 * with *why otherwise.
 */
enum pgp_result signatures_read(struct in *in, struct hasher *h,
    struct signatures *out, const char **why);

/* Judge each; "out" has room for s->n. Returns how many count. */
size_t signatures_verify(const struct signatures *s, const struct hasher *h,
    const struct verifier *v, struct verdict *out);

void signatures_free(struct signatures *s);

/*
 * Append a line for one that counts, as SOP has it: time, fingerprints of
 * the signing and the primary key, mode, and all files of "by", which judged
 * it, that have the certificate.
 */
void verdict_line(const struct verifier *by, const struct verdict *v,
    struct buf *out);

/*
 * Append for one that does not count whose it says to be, and why it does not:
 * ", of FINGERPRINT, does not count: it has expired".
 */
void verdict_reason(const struct verdict *v, struct buf *out);

#endif
