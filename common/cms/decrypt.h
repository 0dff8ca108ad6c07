/*
 * Reading EnvelopedData and AuthEnvelopedData. The plaintext goes out piece
 * by piece and may be believed only when the end says so: with CBC not even
 * then, since nothing protects it (EFAIL).
 */
#ifndef CMS_DECRYPT_H
#define CMS_DECRYPT_H

#include <stdbool.h>

#include "cms/ident.h"
#include "cms/split.h"

enum cms_decrypt_result {
	CMS_DECRYPTED,
	CMS_NOT_OURS,		/* no recipient is one of the certificates */
	CMS_NOT_READ,		/* a cipher or key wrap that is not read */
	CMS_NOT_DECRYPTED,	/* why is not told: it would be an oracle */
};

enum cms_decrypt_result cms_decrypt(const struct cms_parts *p,
    const struct cms_ident *ids, size_t n,
    void (*to)(void *arg, struct span s), void *arg);

/* "AES-256-GCM" or the like; NULL for a cipher that is not read. */
const char *cms_cipher_name(const struct cms_parts *p);

/* One recipient of a structure, for people and records. */
struct cms_recipient {
	const char *kind;	/* "RSA PKCS#1 v1.5", "RSA OAEP", "ECDH", ... */
	struct span issuer;	/* RFC 4514, cleaned; empty by key id */
	struct span serial;	/* hexadecimal; or the key id */
};

/* Hand over each recipient; false when the structure is malformed. */
bool cms_recipients(const struct cms_parts *p,
    void (*fn)(void *arg, const struct cms_recipient *r), void *arg);

#endif
