/* Private keys as most files have them (RFC 5958 section 2). */
#ifndef CRYPTO_PKCS8_H
#define CRYPTO_PKCS8_H

#include "base/span.h"

/*
 * What the OCTET STRING of a PrivateKeyInfo holds that is all of der, and the
 * content of its AlgorithmIdentifier; attributes and a public key may stand
 * behind them. Empty if it is none: *alg then stays as it is.
 */
struct span pkcs8_private_key(struct span der, struct span *alg);

#endif
