/* Signing in one pass; see signer.h. */
#include "pgp/signer.h"

#include "pgp/packet.h"

enum { ONE_PASS_BODY_MAX = 128 };

bool
signers_add(struct signers *s, struct pgp_key *key, unsigned type,
    int64_t now, const struct env *env)
{
	struct signer *v = &s->v[s->n];

	if (s->n == HASHER_MAX)
		return false;
	v->key = key;
	sig_new_start(&v->sig, key, type, 0, now, env);
	v->at = hasher_want(&s->hasher, v->sig.hash, type,
	    span_of(v->sig.salt, v->sig.salt_n));
	s->n++;
	return v->at >= 0;
}

void
signers_recipient(struct signers *s, const struct pgp_key *k)
{
	struct buf body = BUF(PGP_FPR_MAX + 1);

	buf_byte(&body, (unsigned char)k->version);
	buf_add(&body, k->fpr, k->fpr_n);
	for (size_t i = 0; i < s->n; i++)
		sig_sub(&s->v[i].sig.hashed, SUB_RECIPIENT, false,
		    buf_get0(&body));
	buf_free(&body);
}

/* Section 5.4; only the last says that data follows. */
static void
one_pass(const struct signer *v, bool last, struct buf *out)
{
	struct buf b = BUF(ONE_PASS_BODY_MAX);
	const struct pgp_key *k = v->key;

	buf_byte(&b, k->version == 6 ? 6 : 3);
	buf_byte(&b, (unsigned char)v->sig.type);
	buf_byte(&b, (unsigned char)v->sig.hash);
	buf_byte(&b, (unsigned char)k->algo);
	if (k->version == 6) {
		buf_byte(&b, (unsigned char)v->sig.salt_n);
		buf_add(&b, v->sig.salt, v->sig.salt_n);
		buf_add(&b, k->fpr, k->fpr_n);
	} else {
		buf_add(&b, k->id, sizeof(k->id));
	}
	buf_byte(&b, last);
	packet_write(out, TAG_ONE_PASS, buf_get0(&b));
	buf_free(&b);
}

void
signers_begin(const struct signers *s, struct buf *out)
{
	for (size_t i = 0; i < s->n; i++)
		one_pass(&s->v[i], i + 1 == s->n, out);
}

void
signers_data(struct signers *s, struct span piece)
{
	hasher_add(&s->hasher, piece);
}

bool
signers_end(struct signers *s, struct buf *out)
{
	struct buf body = BUF(SIG_BODY_MAX);
	bool ok = true;

	for (size_t i = s->n; ok && i-- > 0;) {
		buf_reset(&body);
		ok = sig_new_write(&s->v[i].sig, hasher_get0(&s->hasher,
		    s->v[i].at), &body);
		packet_write(out, TAG_SIGNATURE, buf_get0(&body));
	}
	buf_free(&body);
	return ok && !out->over;
}

void
signers_micalg(const struct signers *s, struct buf *out)
{
	for (size_t i = 1; i < s->n; i++)
		if (s->v[i].sig.hash != s->v[0].sig.hash)
			return;
	if (s->n > 0)
		buf_printf(out, "pgp-%s", algo_hash_name(s->v[0].sig.hash));
}

void
signers_free(struct signers *s)
{
	for (size_t i = 0; i < s->n; i++)
		sig_new_free(&s->v[i].sig);
	hasher_free(&s->hasher);
	s->n = 0;
}
