/*
 * Transferable keys (RFC 9580 section 10.1 and 10.2): certificates, and the
 * same with secret parts. What is said about a certificate's use at a time
 * is valid.h's.
 */
#ifndef PGP_CERT_H
#define PGP_CERT_H

#include "pgp/in.h"
#include "pgp/key.h"
#include "pgp/sig.h"

/*
 * A part takes a hundred times the octets of its packet here, and what is
 * asked of one part may look at all the others of its certificate.
 */
enum {
	CERT_FILE_MAX = 64 << 20,
	CERT_FILE_CERTS_MAX = 65536,
	CERT_FILE_PARTS_MAX = 1 << 18,
	CERT_PARTS_MAX = 1024,		/* keys, user IDs, attributes */
	USER_ID_MAX = 5120,
};

enum component_kind {
	COMPONENT_PRIMARY,
	COMPONENT_USER_ID,
	COMPONENT_ATTRIBUTE,
	COMPONENT_SUBKEY,
};

struct component {
	enum component_kind kind;
	struct span id;			/* user ID or attribute */
	struct pgp_key key;		/* primary key or subkey */
	/* the bodies of the signatures that follow it */
	struct {
		struct span *v;
		size_t n, cap;
	} sigs;
	/* valid.c: what is known of the first seen_n of them */
	unsigned char *seen;
	size_t seen_n;
};

/* Whether it has a key, and no user ID or attribute. */
static inline bool
component_is_key(const struct component *v)
{
	return v->kind == COMPONENT_PRIMARY || v->kind == COMPONENT_SUBKEY;
}

struct cert {
	const char *file;	/* the argument that it came from */
	/* v[0] is the primary key */
	struct component *v;
	size_t n, cap;
};

/* The certificates of one file, which all lie in "raw". */
struct certs {
	struct buf raw;
	const char *file;
	struct cert *v;
	size_t n, cap;
};

#define CERTS ((struct certs){ .raw = BUF(CERT_FILE_MAX) })

/*
 * Read all of "in" (armored or not). PGP_BAD when something else than keys is
 * in it or no key at all; keys of other versions are passed over. "secret"
 * says which of the two kinds is wanted; the other one is PGP_BAD. PGP_LIMIT
 * is more of something than is allowed.
 */
enum pgp_result certs_read(struct in *in, bool secret, struct certs *out,
    const char **why);

void certs_free(struct certs *c);
/* What the certificate holds; it has no parts then. */
void cert_close(struct cert *c);
/* Part i alone; the places of those behind it change. */
void cert_drop(struct cert *c, size_t i);

static inline struct pgp_key *
cert_primary(struct cert *c)
{
	return &c->v[0].key;
}

/*
 * Append the packets of the certificate without secret parts: primary key,
 * user IDs, subkeys (section 10.1). Signatures that are for their maker alone
 * (section 5.2.3.19) stay behind.
 */
void cert_write_public(const struct cert *c, struct buf *out);

/*
 * Append the least of it that somebody needs to write to the address: primary
 * key, one user ID, one subkey, each with the self-signature in force (RFC
 * 9580 section 10.1.1, Autocrypt 1.1 section 3.1.1). False, and nothing
 * appended, when it has not all of these at the time.
 */
bool cert_write_minimal(struct cert *c, struct span addr, int64_t at,
    struct buf *out);

/* Whether both are of the same primary key. */
bool cert_same(const struct cert *a, const struct cert *b);

/*
 * Take over what "from", of the same primary key, has beyond c: components
 * and signatures. Their octets stay where they are. False when c gets more
 * parts than allowed. Signatures stand twice until cert_merge_end, which
 * comes once behind all of it: certificates are flooded with them.
 */
bool cert_merge(struct cert *c, const struct cert *from);
void cert_merge_end(struct cert *c);

/*
 * Make certificates of the same primary key one, in each file, with all that
 * any of the files has of it: who is asked whether it is revoked looks at one
 * of them. False when one gets more parts than allowed.
 */
bool certs_unite(struct certs *const *files, size_t n);

/*
 * Whether the user ID's mail address is that: the part between the last
 * angle brackets, or the whole where there are none.
 */
bool user_id_has_addr(struct span id, struct span addr);

#endif
