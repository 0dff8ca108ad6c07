/* Files of X25519 keys: what loads is written again and loads the same. */
#include "fuzz.h"

#include <string.h>

#include "crypto/x25519.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	unsigned char public[X25519_SIZE], again[X25519_SIZE];
	struct x25519 *k = NULL, *other = NULL;
	struct buf pem = BUF(1024);
	enum key_load got = x25519_private(span_of(data, n), &k);

	must((got == KEY_LOADED) == (k != NULL));
	if (k != NULL) {
		x25519_public(k, public);
		x25519_private_pem(k, &pem);
		must(x25519_private(buf_get0(&pem), &other) == KEY_LOADED);
		x25519_public(other, again);
		must(memcmp(public, again, sizeof(public)) == 0);
	}
	if (x25519_public_read(span_of(data, n), public))
		must(public[31] < 0x80);
	x25519_free(k);
	x25519_free(other);
	buf_free(&pem);
	return 0;
}
