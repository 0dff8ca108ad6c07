/*
 * The certificate authorities that a run believes in, loaded once, before
 * workers are forked and the sandbox closes. SSL_CERT_FILE and its like are
 * not read.
 */
#ifndef CRYPTO_TRUST_H
#define CRYPTO_TRUST_H

#include <openssl/types.h>
#include <stddef.h>

struct trust;

/*
 * The authorities of the PEM file, and no others; of the system's own bundle
 * for NULL. NULL with *why (static text) when there is none or it cannot be
 * read. Free with trust_free.
 */
struct trust *trust_open(const char *file, const char **why);

/*
 * The same for a process that judges one chain or two: each is decoded when a
 * chain asks for it, and one that is malformed is missed then.
 */
struct trust *trust_open_lazy(const char *file, const char **why);

/* How many there are. */
size_t trust_count(const struct trust *t);

/* As libcrypto and libcurl take them; lent, never to be changed. */
X509_STORE *trust_store0(const struct trust *t);

/* NULL is fine. */
void trust_free(struct trust *t);

#endif
