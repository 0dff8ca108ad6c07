/* Authorities that are decoded when a chain asks for them. */
#ifndef CRYPTO_TRUST_LAZY_H
#define CRYPTO_TRUST_LAZY_H

#include <openssl/types.h>
#include <stddef.h>

#include "base/span.h"

/*
 * Let the store find the certificates of a PEM file, which it decodes by
 * their subjects; how many there are. 0, with the store as it was, for a file
 * with other labels or none.
 */
size_t trust_lazy(X509_STORE *store, struct span file);

#endif
