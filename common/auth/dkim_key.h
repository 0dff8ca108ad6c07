/*
 * DKIM key records (RFC 6376 section 3.6.1, RFC 8301, RFC 8463) and the
 * memory of keys that makes many messages of one signer cheap.
 */
#ifndef AUTH_DKIM_KEY_H
#define AUTH_DKIM_KEY_H

#include <stdbool.h>

#include "base/span.h"
#include "crypto/key.h"
#include "dns/dns.h"

/* What a key record says, or why it cannot be used (section 6.1.2). */
enum dkim_key_status {
	DKIM_KEY_OK,
	DKIM_KEY_SYNTAX,	/* no tag list, or no p= */
	DKIM_KEY_VERSION,	/* v= is not DKIM1, or not first */
	DKIM_KEY_REVOKED,	/* p= is empty */
	DKIM_KEY_TYPE,		/* k= names no key type that is known */
	DKIM_KEY_HASH,		/* h= leaves sha256 out */
	DKIM_KEY_SERVICE,	/* s= has neither "*" nor "email" */
	DKIM_KEY_DATA,		/* p= is no key of that type */
	DKIM_KEY_WEAK,		/* RSA below 1024 bits (RFC 8301 section 3.2) */
	DKIM_KEY_HUGE,		/* RSA above 8192 bits: not worth the time */
};

struct dkim_key {
	enum dkim_key_status status;
	enum key_type type;
	unsigned bits;		/* 0 when there is no key */
	bool testing;		/* t=y */
	bool strict;		/* t=s: i= must equal d= */
	bool sha1_only;		/* h= lists sha1 and nothing that is known */
	struct key *key;	/* NULL unless status is DKIM_KEY_OK */
};

/* Parse one joined TXT text; free the key with key_free(out->key). */
void dkim_key_parse(struct span txt, struct dkim_key *out);

/* One sentence for people, in RFC 6376 section 6.1.2's words. */
const char *dkim_key_problem(enum dkim_key_status status);

/* The keys seen in this run, by the text of their records. */
struct dkim_keys;

struct dkim_keys *dkim_keys_new(uint64_t seed);

/*
 * The key of that record text, parsed once and then remembered. Valid until
 * dkim_keys_trim.
 */
const struct dkim_key *dkim_keys_get0(struct dkim_keys *keys,
    struct span txt);

/*
 * Forget all when they are very many, or very long; call between messages.
 * Whether it did.
 */
bool dkim_keys_trim(struct dkim_keys *keys);
void dkim_keys_free(struct dkim_keys *keys);

/*
 * Append SELECTOR._domainkey.DOMAIN with both turned into A-labels (RFC 8616
 * section 2). False when they make no domain name.
 */
bool dkim_key_name(struct buf *out, struct span selector, struct span domain);

#endif
