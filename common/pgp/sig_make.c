/* Making signatures; see sig.h. */
#include "pgp/mpi.h"
#include "pgp/packet.h"
#include "pgp/sig.h"

unsigned
sig_hash_for(const struct pgp_key *k)
{
	switch (k->kind) {
	case PK_P384:
	case PK_BRAINPOOL384:
		return HASH_SHA384;
	case PK_P521:
	case PK_BRAINPOOL512:
	case PK_ED448:
	case PK_MLDSA65_ED25519:
	case PK_MLDSA87_ED448:
	case PK_SLHDSA_128S:
	case PK_SLHDSA_128F:
	case PK_SLHDSA_256S:
		return HASH_SHA512;
	default:
		return HASH_SHA256;
	}
}

void
sig_sub(struct buf *area, unsigned type, bool critical, struct span body)
{
	packet_length(area, body.n + 1);
	buf_byte(area, (unsigned char)(type | (critical ? 0x80 : 0)));
	buf_span(area, body);
}

void
sig_sub_u32(struct buf *area, unsigned type, bool critical, uint32_t v)
{
	const unsigned char body[] = { (unsigned char)(v >> 24),
	    (unsigned char)(v >> 16), (unsigned char)(v >> 8),
	    (unsigned char)v };

	sig_sub(area, type, critical, span_of(body, sizeof(body)));
}

/* Fingerprint with the key's version in front (section 5.2.3.35). */
static void
issuer(struct sig_new *s)
{
	struct buf body = BUF(PGP_FPR_MAX + 1);

	buf_byte(&body, (unsigned char)s->key->version);
	buf_add(&body, s->key->fpr, s->key->fpr_n);
	sig_sub(&s->hashed, SUB_ISSUER_FPR, false, buf_get0(&body));
	/* older readers of version 4 look for the key ID only */
	if (s->key->version == 4)
		sig_sub(&s->unhashed, SUB_ISSUER_ID, false,
		    span_of(s->key->id, sizeof(s->key->id)));
	buf_free(&body);
}

void
sig_new_start(struct sig_new *s, struct pgp_key *key, unsigned type,
    unsigned hash, int64_t now, const struct env *env)
{
	*s = (struct sig_new){ .version = key->version, .type = type,
	    .hash = hash ? hash : sig_hash_for(key), .key = key,
	    /* a thousand recipients of version 6 have room */
	    .hashed = BUF(SIG_BODY_MAX / 4 * 3),
	    .unhashed = BUF(SIG_BODY_MAX / 4) };
	if (s->version == 6) {
		s->salt_n = algo_hash_salt(s->hash);
		env->random(env->arg, s->salt, s->salt_n);
	}
	sig_sub_u32(&s->hashed, SUB_CREATED, true, (uint32_t)now);
	issuer(s);
}

struct digest *
sig_new_digest(const struct sig_new *s)
{
	enum digest_alg alg = DIGEST_SHA256;
	struct digest *d = NULL;

	algo_hash(s->hash, &alg);
	d = digest_new(alg);
	digest_add(d, span_of(s->salt, s->salt_n));
	return d;
}

/* Numbers as section 5.2.3.1 and the following write them. */
static void
write_value(const struct pgp_key *k, struct span value, struct buf *out)
{
	size_t half = value.n / 2;

	if (k->algo == PGP_ED25519 || k->algo == PGP_ED448 ||
	    algo_pk_is_post(k->algo)) {
		buf_span(out, value);
	} else if (k->kind == PK_RSA) {
		mpi_add(out, value);
	} else {
		mpi_add(out, span_first(value, half));
		mpi_add(out, span_from(value, half));
	}
}

static void
area(struct buf *out, unsigned version, struct span s)
{
	if (version == 6)
		buf_u32(out, (uint32_t)s.n);
	else
		buf_u16(out, (uint16_t)s.n);
	buf_span(out, s);
}

bool
sig_new_write(struct sig_new *s, const struct digest *d, struct buf *out)
{
	struct buf head = BUF(SIG_BODY_MAX);
	struct buf value = BUF(PK_SIG_MAX);
	unsigned char hash[DIGEST_MAX];
	enum digest_alg alg = DIGEST_SHA256;
	struct digest *own = digest_copy(d);
	bool ok = !s->hashed.over && !s->unhashed.over;

	algo_hash(s->hash, &alg);
	buf_byte(&head, (unsigned char)s->version);
	buf_byte(&head, (unsigned char)s->type);
	buf_byte(&head, (unsigned char)s->key->algo);
	buf_byte(&head, (unsigned char)s->hash);
	area(&head, s->version, buf_get0(&s->hashed));
	sig_hash_fields(own, s->version, buf_get0(&head));
	digest_final(own, hash);
	digest_free(own);
	ok = ok && s->key->unlocked != NULL && pk_sign(s->key->unlocked, alg,
	    span_of(hash, digest_size(alg)), &value);
	if (ok) {
		buf_span(out, buf_get0(&head));
		area(out, s->version, buf_get0(&s->unhashed));
		buf_add(out, hash, 2);
		if (s->version == 6) {
			buf_byte(out, (unsigned char)s->salt_n);
			buf_add(out, s->salt, s->salt_n);
		}
		write_value(s->key, buf_get0(&value), out);
	}
	buf_free(&head);
	buf_free(&value);
	sig_new_free(s);
	return ok && !out->over;
}

void
sig_new_free(struct sig_new *s)
{
	buf_free(&s->hashed);
	buf_free(&s->unhashed);
}
