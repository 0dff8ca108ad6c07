/*
 * Key records: there is a key exactly when all is well, its size is what
 * RFC 8301 allows, and the memory of keys says the same as the parser.
 */
#include "fuzz.h"

#include "auth/dkim_key.h"
#include "crypto/lib.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static bool started;
	struct span txt = span_of(data, n);
	struct dkim_keys *keys = dkim_keys_new(7);
	const struct dkim_key *kept = NULL;
	struct dkim_key k = { 0 };

	if (!started)
		crypto_start();
	started = true;
	dkim_key_parse(txt, &k);
	must((k.status == DKIM_KEY_OK) == (k.key != NULL));
	must(k.status == DKIM_KEY_OK || dkim_key_problem(k.status)[0] != 0);
	if (k.key != NULL && k.type == KEY_RSA)
		must(k.bits >= 1024 && k.bits <= 8192);
	kept = dkim_keys_get0(keys, txt);
	must(kept->status == k.status && kept->bits == k.bits &&
	    kept->strict == k.strict && kept->testing == k.testing);
	must(dkim_keys_get0(keys, txt) == kept);
	key_free(k.key);
	dkim_keys_free(keys);
	return 0;
}
