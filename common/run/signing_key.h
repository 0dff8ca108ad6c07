/* Private keys from files, as every signing tool wants them. */
#ifndef RUN_SIGNING_KEY_H
#define RUN_SIGNING_KEY_H

#include <stdbool.h>

#include "crypto/key.h"

/*
 * Load a private key: refused when others can read the file, when it has a
 * passphrase, and when it is RSA under 2048 bits (RFC 8301 section 3.2)
 * unless "allow_weak". NULL after having said why; free with key_free.
 */
struct key *run_signing_key(const char *path, bool allow_weak);

#endif
