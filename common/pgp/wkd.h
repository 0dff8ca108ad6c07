/*
 * Where a mail address's certificates are published: in a Web Key Directory
 * (draft-koch-openpgp-webkey-service-21 section 3.1) and in the DNS (RFC 7929
 * section 3). Names alone; find.h asks.
 */
#ifndef PGP_WKD_H
#define PGP_WKD_H

#include "base/buf.h"
#include "base/span.h"

enum {
	WKD_HASH_SIZE = 33,	/* 160 bits in z-base-32, and NUL */
	WKD_LOCAL_MAX = 256,	/* far above RFC 5321's 64 */
};

enum wkd_method { WKD_ADVANCED, WKD_DIRECT };

/* The local part as the directory has it: its hash in ASCII lower case. */
void wkd_hash(struct span local, char out[static WKD_HASH_SIZE]);

/* Append the host to ask. The domain is in A-labels. */
void wkd_host(enum wkd_method m, struct span domain, struct buf *out);
/* Append the path of the certificate, the local part as it was written. */
void wkd_path(enum wkd_method m, struct span local, struct span domain,
    struct buf *out);
/* Append the path of the file that says that there is a directory. */
void wkd_policy(enum wkd_method m, struct span domain, struct buf *out);

/*
 * Append the owner name of the OPENPGPKEY records: 28 octets of SHA-256 of
 * the local part as it was written, since only its domain may fold its case.
 */
void openpgpkey_name(struct span local, struct span domain,
    struct buf *out);

/*
 * Take an address apart: a local part without quotes and a domain, which is
 * appended in A-labels. False when it is no address of that form.
 */
bool wkd_address(struct span address, struct buf *local,
    struct buf *domain);

#endif
