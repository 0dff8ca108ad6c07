/* libcrypto writes into a function of ours. */
#ifndef CMS_BIO_H
#define CMS_BIO_H

#include <openssl/types.h>

#include "base/span.h"

/*
 * A BIO that hands on what is written to it; free with BIO_free, then "s" is
 * no longer needed.
 */
struct cms_sink {
	void (*to)(void *arg, struct span s);
	void *arg;
};
BIO *cms_bio_sink(struct cms_sink *s);

/* A BIO over octets, which are lent; ends the process out of memory. */
BIO *cms_bio_of(struct span s);

#endif
