/* Private keys: loaded or not, nothing between; what is loaded signs. */
#include "fuzz.h"

#include "crypto/key.h"
#include "crypto/lib.h"

enum { BITS_MAX = 4096 };	/* beyond, a signature takes too long here */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static bool started;
	struct key *k = NULL;
	enum key_load got = KEY_NOT_A_KEY;

	if (!started)
		crypto_start();
	started = true;
	got = key_private(span_of(data, n), &k);
	must((got == KEY_LOADED) == (k != NULL));
	if (k != NULL && key_bits(k) <= BITS_MAX) {
		unsigned char digest[SHA256_SIZE] = { 1 };
		struct buf sig = BUF(4096), pub = BUF(8192);

		key_public(k, &pub);
		must(pub.n > 0);
		if (key_sign(k, digest, &sig) && sig.n > 0) {
			digest[0] ^= 1;
			must(!key_verify(k, digest, buf_get0(&sig)));
		}
		buf_free(&sig);
		buf_free(&pub);
	}
	key_free(k);
	return 0;
}
