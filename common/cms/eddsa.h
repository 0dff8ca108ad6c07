/* Ed25519 signatures (RFC 8419), which libcrypto 3.0 does not know in CMS. */
#ifndef CMS_EDDSA_H
#define CMS_EDDSA_H

#include <openssl/cms.h>
#include <stdbool.h>

/*
 * Whether the signature over the signer's signed attributes, of which there
 * is one at least, is the key's. Its digest must be SHA-512 (section 3.1).
 */
bool cms_eddsa_holds(CMS_SignerInfo *si, EVP_PKEY *key);

#endif
