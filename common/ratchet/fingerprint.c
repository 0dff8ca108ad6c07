/* Safety numbers; see fingerprint.h. */
#include "ratchet/fingerprint.h"

#include <sodium.h>
#include <stdio.h>

#include "ratchet/pb.h"

enum { ITERATIONS = 5200, SHA512_SIZE = 64, GROUP = 5, GROUPS = 6 };

void
fingerprint_of(const unsigned char key[static CURVE_PUBLIC],
    struct span name, struct fingerprint *out)
{
	static const unsigned char version[2];
	unsigned char h[SHA512_SIZE];
	crypto_hash_sha512_state st;

	crypto_hash_sha512_init(&st);
	crypto_hash_sha512_update(&st, version, sizeof(version));
	crypto_hash_sha512_update(&st, key, CURVE_PUBLIC);
	crypto_hash_sha512_update(&st, name.p, name.n);
	crypto_hash_sha512_update(&st, key, CURVE_PUBLIC);
	crypto_hash_sha512_final(&st, h);
	for (int i = 1; i < ITERATIONS; i++) {
		crypto_hash_sha512_init(&st);
		crypto_hash_sha512_update(&st, h, sizeof(h));
		crypto_hash_sha512_update(&st, key, CURVE_PUBLIC);
		crypto_hash_sha512_final(&st, h);
	}
	memcpy(out->hash, h, FINGERPRINT_HASH);
	for (int i = 0; i < GROUPS; i++) {
		uint64_t v = 0;

		for (int k = 0; k < GROUP; k++)
			v = v << 8 | h[i * GROUP + k];
		snprintf(out->digits + i * GROUP, GROUP + 1, "%05u",
		    (unsigned)(v % 100000));
	}
}

void
fingerprint_join(const struct fingerprint *a, const struct fingerprint *b,
    char out[static FINGERPRINT_DIGITS + 1])
{
	bool swap = strcmp(a->digits, b->digits) > 0;

	snprintf(out, FINGERPRINT_DIGITS + 1, "%s%s",
	    swap ? b->digits : a->digits, swap ? a->digits : b->digits);
}

/* LogicalFingerprint { 1 content } */
static void
put_side(struct buf *out, uint32_t field, const struct fingerprint *f)
{
	struct buf side = BUF(64);

	pb_put_bytes(&side, 1, span_of(f->hash, sizeof(f->hash)));
	pb_put_bytes(out, field, buf_get0(&side));
	buf_free(&side);
}

void
fingerprint_scannable(const struct fingerprint *ours,
    const struct fingerprint *theirs, unsigned version, struct buf *out)
{
	pb_put_uint(out, 1, version);
	put_side(out, 2, ours);
	put_side(out, 3, theirs);
}
