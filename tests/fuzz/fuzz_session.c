/*
 * A hostile handshake message, read for its codes beside libssl, whichever
 * way the keys are exchanged.
 */
#include "fuzz.h"

#include <openssl/ssl.h>

#include "tls/session_int.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const names[] = {
		"ECDHE-RSA-AES128-SHA", "DHE-RSA-AES128-SHA",
		"AECDH-AES128-SHA", "AES128-SHA",
	};
	static const SSL_CIPHER *ciphers[4];

	if (ciphers[0] == NULL) {
		SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

		for (size_t i = 0; i < 4; i++) {
			SSL_CTX_set_cipher_list(ctx, names[i]);
			ciphers[i] = sk_SSL_CIPHER_value(
			    SSL_CTX_get_ciphers(ctx),
			    sk_SSL_CIPHER_num(SSL_CTX_get_ciphers(ctx)) - 1);
		}
		SSL_CTX_free(ctx);
	}
	for (size_t i = 0; i < 5; i++)
		for (uint16_t version = 0x0301; version <= 0x0304; version++) {
			struct session seen = { .version = version };

			tls_watch_message(span_of(data, n),
			    i < 4 ? ciphers[i] : NULL, &seen);
			must(seen.version == version && seen.chain.n == 0);
			/* nothing before TLS 1.2 names its signature */
			must(version >= 0x0303 || seen.sigalg == 0 ||
			    n == 0 || data[0] != 12);
		}
	return 0;
}
