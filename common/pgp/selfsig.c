/* Self-signatures; see selfsig.h. */
#include "pgp/selfsig.h"

#include "pgp/packet.h"

/* Of a subpacket: whether it says what its owner would rather read. */
static bool
is_liking(unsigned type)
{
	switch (type) {
	case SUB_PREF_SYM:
	case SUB_PREF_HASH:
	case SUB_PREF_COMPRESSION:
	case SUB_PREF_AEAD:
	case SUB_PREF_AEAD_ALONE:
	case SUB_FEATURES:
		return true;
	default:
		return false;
	}
}

static bool
keep_likes(struct buf *area, struct span facts)
{
	struct cur c = cur_of(facts);
	struct subpacket sub;
	bool any = false;

	while (sig_sub_next(&c, &sub)) {
		if (!is_liking(sub.type))
			continue;
		sig_sub(area, sub.type, false, sub.body);
		any = true;
	}
	return any;
}

/* Section 5.2.3.14 and 5.2.3.15: what we would rather read. */
static void
our_preferences(struct buf *area, const struct selfsig *s)
{
	static const unsigned char sym[] = { SYM_AES256, SYM_AES192,
	    SYM_AES128 };
	static const unsigned char hash[] = { HASH_SHA512, HASH_SHA256,
	    HASH_SHA384 };
	static const unsigned char suites[] = { SYM_AES256, PGP_OCB,
	    SYM_AES128, PGP_OCB };
	unsigned char features = FEATURE_SEIPD1 |
	    (s->seipd2 ? FEATURE_SEIPD2 : 0);

	sig_sub(area, SUB_PREF_SYM, false, span_of(sym, sizeof(sym)));
	sig_sub(area, SUB_PREF_HASH, false, span_of(hash, sizeof(hash)));
	/* uncompressed alone: it is never wanted compressed */
	sig_sub(area, SUB_PREF_COMPRESSION, false, SPAN("\0"));
	if (s->seipd2)
		sig_sub(area, SUB_PREF_AEAD, false,
		    span_of(suites, sizeof(suites)));
	sig_sub(area, SUB_FEATURES, false, span_of(&features, 1));
}

static void
preferences(struct buf *area, const struct selfsig *s)
{
	if (!keep_likes(area, s->likes))
		our_preferences(area, s);
}

static void
meaning(struct buf *area, const struct selfsig *s)
{
	unsigned char flags = (unsigned char)s->flags;

	sig_sub(area, SUB_KEY_FLAGS, true, span_of(&flags, 1));
	if (s->lifetime > 0)
		sig_sub_u32(area, SUB_KEY_EXPIRES, true,
		    (uint32_t)s->lifetime);
}

/* Write it over what the digest has read, which is freed. */
static bool
finish(struct sig_new *s, struct digest *d, struct buf *out)
{
	struct buf body = BUF(SIG_BODY_MAX);
	bool ok = sig_new_write(s, d, &body);

	if (ok)
		packet_write(out, TAG_SIGNATURE, buf_get0(&body));
	digest_free(d);
	buf_free(&body);
	return ok;
}

bool
selfsig_direct(struct pgp_key *primary, const struct selfsig *s,
    struct buf *out)
{
	struct sig_new sig;
	struct digest *d = NULL;

	sig_new_start(&sig, primary, SIG_DIRECT_KEY, 0, s->now, s->env);
	meaning(&sig.hashed, s);
	preferences(&sig.hashed, s);
	d = sig_new_digest(&sig);
	sig_hash_key(d, primary);
	return finish(&sig, d, out);
}

bool
selfsig_user(struct pgp_key *primary, struct span id,
    const struct selfsig *s, struct buf *out)
{
	struct sig_new sig;
	struct digest *d = NULL;

	sig_new_start(&sig, primary, SIG_CERT_POSITIVE, 0, s->now, s->env);
	/* version 6 says all of it in the direct-key signature (10.1.1) */
	if (primary->version == 4) {
		meaning(&sig.hashed, s);
		preferences(&sig.hashed, s);
	}
	if (s->primary_user)
		sig_sub(&sig.hashed, SUB_PRIMARY_UID, false, SPAN("\x01"));
	d = sig_new_digest(&sig);
	sig_hash_key(d, primary);
	sig_hash_user(d, false, id);
	return finish(&sig, d, out);
}

/* Section 5.2.1.10: the subkey's own word, embedded in the binding. */
static bool
back_signature(struct pgp_key *primary, struct pgp_key *subkey,
    const struct selfsig *s, struct buf *area)
{
	struct sig_new sig;
	struct buf body = BUF(SIG_BODY_MAX);
	struct digest *d = NULL;
	bool ok = false;

	sig_new_start(&sig, subkey, SIG_PRIMARY_BINDING, 0, s->now, s->env);
	d = sig_new_digest(&sig);
	sig_hash_key(d, primary);
	sig_hash_key(d, subkey);
	ok = sig_new_write(&sig, d, &body);
	if (ok)
		sig_sub(area, SUB_EMBEDDED, false, buf_get0(&body));
	digest_free(d);
	buf_free(&body);
	return ok;
}

bool
selfsig_subkey(struct pgp_key *primary, struct pgp_key *subkey,
    const struct selfsig *s, struct buf *out)
{
	struct sig_new sig;
	struct digest *d = NULL;

	sig_new_start(&sig, primary, SIG_SUBKEY, 0, s->now, s->env);
	meaning(&sig.hashed, s);
	if ((s->flags & KEY_SIGN) != 0 &&
	    !back_signature(primary, subkey, s, &sig.hashed)) {
		sig_new_free(&sig);
		return false;
	}
	d = sig_new_digest(&sig);
	sig_hash_key(d, primary);
	sig_hash_key(d, subkey);
	return finish(&sig, d, out);
}

bool
selfsig_revocation(struct pgp_key *primary, const struct pgp_key *subkey,
    unsigned reason, int64_t now, const struct env *env, struct buf *out)
{
	struct sig_new sig;
	unsigned char octet = (unsigned char)reason;
	struct digest *d = NULL;

	sig_new_start(&sig, primary, subkey != NULL ? SIG_SUBKEY_REVOCATION :
	    SIG_KEY_REVOCATION, 0, now, env);
	/* no words with it */
	sig_sub(&sig.hashed, SUB_REASON, false, span_of(&octet, 1));
	d = sig_new_digest(&sig);
	sig_hash_key(d, primary);
	if (subkey != NULL)
		sig_hash_key(d, subkey);
	return finish(&sig, d, out);
}

bool
selfsig_certify(struct pgp_key *by, const struct pgp_key *primary,
    struct span id, int64_t now, const struct env *env, struct buf *out)
{
	struct sig_new sig;
	struct digest *d = NULL;

	sig_new_start(&sig, by, SIG_CERT_POSITIVE, 0, now, env);
	d = sig_new_digest(&sig);
	sig_hash_key(d, primary);
	sig_hash_user(d, false, id);
	return finish(&sig, d, out);
}
