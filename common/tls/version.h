/* What the OpenSSL at hand lacks. */
#ifndef TLS_VERSION_H
#define TLS_VERSION_H

#include "base/buf.h"

/*
 * Append lines for --version: OpenSSL's own, and one a feature that is
 * missing ("X25519MLKEM768: needs OpenSSL 3.5").
 */
void tls_version(struct buf *out);

#endif
