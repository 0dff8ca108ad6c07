/* Reading and checking signatures; see sig.h. */
#include "pgp/sig.h"

#include "pgp/mpi.h"

static uint32_t
u32_of(struct span s)
{
	struct cur c = cur_of(s);

	return cur_u32(&c);
}

/* 192 and 255 as in packets, but nothing partial. */
static size_t
sub_length(struct cur *c)
{
	size_t n = cur_u8(c);

	if (n == 255)
		return cur_u32(c);
	if (n >= 192)
		return ((n - 192) << 8) + cur_u8(c) + 192;
	return n;
}

bool
sig_sub_next(struct cur *area, struct subpacket *out)
{
	struct cur sub = { .bad = false };
	unsigned type = 0;

	if (area->bad || area->at == area->in.n)
		return false;
	sub = cur_of(cur_take(area, sub_length(area)));
	type = cur_u8(&sub);
	if (sub.bad) {
		cur_fail(area);
		return false;
	}
	*out = (struct subpacket){ type & 0x7f, type & 0x80, cur_left(&sub) };
	return true;
}

/* A set of flags: the first octet has all that is known. */
static unsigned
first_octet(struct span s)
{
	return s.n > 0 ? s.p[0] : 0;
}

/* The subpackets that count wherever they stand. */
static bool
hint(struct sig *s, unsigned type, struct span body)
{
	switch (type) {
	case SUB_ISSUER_ID:
		if (s->issuer_id.n == 0 && body.n == 8)
			s->issuer_id = body;
		return true;
	case SUB_ISSUER_FPR:
		/* section 5.2.3.35: 20 octets for version 4, 32 for 6 */
		if (s->issuer_fpr.n == 0 && body.n > 0 &&
		    ((body.p[0] == 4 && body.n == 21) ||
		    (body.p[0] == 6 && body.n == 33)))
			s->issuer_fpr = span_from(body, 1);
		return true;
	case SUB_EMBEDDED:
		if (s->embedded.n == 0)
			s->embedded = body;
		return true;
	default:
		return false;
	}
}

/* A number of seconds; one that cannot be read does not mean "for ever". */
static int64_t
seconds(struct sig *s, struct span body)
{
	if (body.n != 4)
		s->refused = "a time in it is malformed";
	return u32_of(body);
}

/* The subpackets that only count where they are hashed. */
static bool
fact(struct sig *s, unsigned type, struct span body)
{
	switch (type) {
	case SUB_CREATED:
		s->has_created = body.n == 4;
		s->created = u32_of(body);
		return true;
	case SUB_EXPIRES:
		s->expires = seconds(s, body);
		return true;
	case SUB_KEY_EXPIRES:
		s->key_expires = seconds(s, body);
		return true;
	case SUB_EXPORTABLE:
		s->not_exportable = first_octet(body) == 0;
		return true;
	case SUB_PRIMARY_UID:
		s->primary_uid = first_octet(body) != 0;
		return true;
	case SUB_KEY_FLAGS:
		s->has_flags = true;
		s->flags = first_octet(body);
		return true;
	case SUB_FEATURES:
		s->features = first_octet(body);
		return true;
	case SUB_REASON:
		s->reason = (int)first_octet(body);
		return true;
	case SUB_PREF_SYM:
		s->pref_sym = body;
		return true;
	case SUB_PREF_AEAD:
		s->pref_aead = body;
		return true;
	case SUB_RECIPIENT:
		s->has_recipients = true;
		return true;
	default:
		return false;
	}
}

/* Known, and nothing here depends on them. */
static bool
is_harmless(unsigned type)
{
	switch (type) {
	case SUB_TRUST:
	case 7:			/* revocable */
	case 12:		/* revocation key: never obeyed */
	case SUB_PREF_HASH:
	case SUB_PREF_COMPRESSION:
	case 23:		/* key server preferences */
	case 24:		/* preferred key server */
	case 26:		/* policy URI */
	case 28:		/* signer's user ID */
	case 31:		/* signature target */
		return true;
	default:
		return false;
	}
}

static void
read_area(struct sig *s, struct span area, bool hashed)
{
	struct cur c = cur_of(area);
	struct subpacket sub;

	while (sig_sub_next(&c, &sub)) {
		bool known = hint(s, sub.type, sub.body);

		if (!hashed)
			continue;
		known = known || fact(s, sub.type, sub.body) ||
		    is_harmless(sub.type);
		if (sub.critical && sub.type == SUB_NOTATION)
			s->refused = "a critical notation is not understood";
		else if (sub.critical && !known)
			s->refused = "a critical subpacket is not known";
	}
	if (c.bad)
		s->refused = "its subpackets are malformed";
}

enum pgp_result
sig_read(struct span body, struct sig *out)
{
	struct cur c = cur_of(body);
	struct sig s = { .body = body, .version = cur_u8(&c), .reason = -1 };
	struct span hashed = { NULL, 0 }, unhashed = { NULL, 0 };
	bool v6 = s.version == 6;

	if (s.version != 4 && !v6)
		return c.bad ? PGP_BAD : PGP_UNSUPPORTED;
	s.type = cur_u8(&c);
	s.pk = cur_u8(&c);
	s.hash = cur_u8(&c);
	hashed = cur_take(&c, v6 ? cur_u32(&c) : cur_u16(&c));
	s.hashed = span_first(body, c.at);
	unhashed = cur_take(&c, v6 ? cur_u32(&c) : cur_u16(&c));
	s.left[0] = cur_u8(&c);
	s.left[1] = cur_u8(&c);
	if (v6)
		s.salt = cur_take(&c, cur_u8(&c));
	s.value = cur_left(&c);
	if (c.bad || s.value.n == 0)
		return PGP_BAD;
	/* section 5.2.3: the salt's size is the hash's */
	if (v6 && algo_hash_salt(s.hash) != 0 &&
	    s.salt.n != algo_hash_salt(s.hash))
		return PGP_BAD;
	s.facts = hashed;
	read_area(&s, hashed, true);
	read_area(&s, unhashed, false);
	*out = s;
	return PGP_OK;
}

bool
sig_is_for(const struct sig *s, const struct pgp_key *k)
{
	struct cur c = cur_of(s->facts);
	struct subpacket sub;

	/* the key's version stands in front of the fingerprint */
	while (sig_sub_next(&c, &sub))
		if (sub.type == SUB_RECIPIENT && span_eq(
		    span_from(sub.body, 1), span_of(k->fpr, k->fpr_n)))
			return true;
	return false;
}

bool
sig_names(const struct sig *s, const struct pgp_key *k)
{
	if (s->issuer_fpr.n > 0)
		return span_eq(s->issuer_fpr, span_of(k->fpr, k->fpr_n));
	if (s->issuer_id.n > 0)
		return span_eq(s->issuer_id, span_of(k->id, sizeof(k->id)));
	return true;
}

/* Two numbers, padded to "size" each. */
static bool
two_numbers(struct cur *c, size_t size, struct buf *out)
{
	unsigned char *to = buf_room(out, 2 * size);
	bool ok = to != NULL && mpi_pad(mpi_take(c, (unsigned)size * 8), to,
	    size) && mpi_pad(mpi_take(c, (unsigned)size * 8), to + size,
	    size);

	if (ok)
		out->n += 2 * size;
	return ok && cur_done(c);
}

/* The value in the form that pk_verify wants. */
static bool
value_of(const struct sig *s, const struct pk *pk, struct buf *out)
{
	struct cur c = cur_of(s->value);
	unsigned char *to = NULL;
	size_t n = pk_size(pk);

	switch (s->pk) {
	case PGP_RSA:
	case PGP_RSA_SIGN:
		to = buf_room(out, n);
		if (to == NULL || !mpi_pad(mpi_take(&c, PK_RSA_BITS_MAX), to,
		    n))
			return false;
		out->n += n;
		return cur_done(&c);
	case PGP_ECDSA:
	case PGP_EDDSA_LEGACY:
		return two_numbers(&c, n, out);
	default:
		buf_span(out, s->value);
		return s->value.n > 0 &&
		    s->value.n == pk_sig_size(pk_kind(pk));
	}
}

/*
 * Version and algorithm are the key's own (section 5.2), and the key is not
 * weak. Ed448 wants 512 bits (section 5.2.3.5), and those of RFC 9980 the 256
 * that all strong hashes have.
 */
static bool
fits(const struct sig *s, struct pgp_key *k, const struct pk *pk)
{
	enum digest_alg alg;

	if (s->version != k->version || !algo_hash(s->hash, &alg))
		return false;
	if (algo_pk_is_post(k->algo) && !algo_hash_strong(s->hash))
		return false;
	if (pk_kind(pk) == PK_ED448 && digest_size(alg) < 64)
		return false;
	if (pk_kind(pk) == PK_RSA)
		return (k->algo == PGP_RSA || k->algo == s->pk) &&
		    (s->pk == PGP_RSA || s->pk == PGP_RSA_SIGN) &&
		    !key_is_weak(k);
	return k->algo == s->pk;
}

bool
sig_check_weak(const struct sig *s, struct pgp_key *k,
    const struct digest *d)
{
	const struct pk *pk = key_pk(k);
	struct buf value = BUF(PK_SIG_MAX);
	unsigned char hash[DIGEST_MAX];
	struct digest *own = NULL;
	enum digest_alg alg;
	bool ok = false;

	if (pk == NULL || !algo_pk_signs(s->pk) || !fits(s, k, pk))
		return false;
	algo_hash(s->hash, &alg);
	own = digest_copy(d);
	sig_hash_fields(own, s->version, s->hashed);
	digest_final(own, hash);
	digest_free(own);
	ok = hash[0] == s->left[0] && hash[1] == s->left[1] &&
	    value_of(s, pk, &value) && pk_verify(pk, alg,
	    span_of(hash, digest_size(alg)), buf_get0(&value));
	buf_free(&value);
	return ok;
}

/*
 * Section 5.2.3.2: with ECDSA a hash is at least as long as the curve's
 * numbers, and for P-521 of 512 bits, as those are that we make.
 */
static bool
too_short(const struct sig *s, const struct pgp_key *k)
{
	enum digest_alg alg, least;

	return k->algo == PGP_ECDSA && algo_hash(s->hash, &alg) &&
	    algo_hash(sig_hash_for(k), &least) &&
	    digest_size(alg) < digest_size(least);
}

const char *
sig_unfit(const struct sig *s, struct pgp_key *k)
{
	const struct pk *pk = key_pk(k);
	struct buf value = BUF(PK_SIG_MAX);
	const char *why = NULL;

	if (too_short(s, k))
		return "its hash is too short for the curve";
	if (pk != NULL && fits(s, k, pk) && !value_of(s, pk, &value))
		why = "its numbers are malformed";
	buf_free(&value);
	return why;
}

bool
sig_check(const struct sig *s, struct pgp_key *k, const struct digest *d)
{
	return algo_hash_strong(s->hash) && !too_short(s, k) &&
	    sig_check_weak(s, k, d);
}

struct digest *
sig_digest(const struct sig *s)
{
	enum digest_alg alg;
	struct digest *d = NULL;

	if (!algo_hash(s->hash, &alg))
		return NULL;
	d = digest_new(alg);
	digest_add(d, s->salt);
	return d;
}

void
sig_hash_key(struct digest *d, const struct pgp_key *k)
{
	struct buf form = BUF(2 * KEY_MATERIAL_MAX);

	key_hash_form(k, &form);
	digest_add(d, buf_get0(&form));
	buf_free(&form);
}

void
sig_hash_user(struct digest *d, bool attribute, struct span id)
{
	struct buf head = BUF(8);

	buf_byte(&head, attribute ? 0xd1 : 0xb4);
	buf_u32(&head, (uint32_t)id.n);
	digest_add(d, buf_get0(&head));
	digest_add(d, id);
	buf_free(&head);
}

void
sig_hash_fields(struct digest *d, unsigned version, struct span hashed)
{
	struct buf b = BUF(8);

	digest_add(d, hashed);
	buf_byte(&b, (unsigned char)version);
	buf_byte(&b, 0xff);
	buf_u32(&b, (uint32_t)hashed.n);
	digest_add(d, buf_get0(&b));
	buf_free(&b);
}
