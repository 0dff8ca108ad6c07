/* Sessions as SessionStructure, written; see record.h. */
#include "ratchet/record.h"

#include "crypto/hmac.h"
#include "ratchet/pb.h"
#include "ratchet/pq_record.h"
#include "ratchet/record_int.h"

static void
put(struct buf *out, uint32_t field, const unsigned char *p, size_t n)
{
	pb_put_bytes(out, field, span_of(p, n));
}

static void
put_key(struct buf *out, uint32_t index, const unsigned char *key)
{
	struct buf b = BUF(64);

	pb_put_uint(&b, KEY_INDEX, index);
	put(&b, KEY_KEY, key, KDF_KEY);
	pb_put_inner(out, CHAIN_KEY, &b);
}

static void
put_missing(struct buf *out, const struct missing *m, uint8_t version)
{
	struct buf b = BUF(128);

	pb_put_uint(&b, MISSING_INDEX, m->counter);
	if (version == 4) {
		put(&b, MISSING_SEED, m->seed, sizeof(m->seed));
	} else {
		put(&b, MISSING_CIPHER, m->keys.cipher,
		    sizeof(m->keys.cipher));
		put(&b, MISSING_MAC, m->keys.mac, sizeof(m->keys.mac));
		put(&b, MISSING_IV, m->keys.iv, sizeof(m->keys.iv));
	}
	pb_put_uint(&b, MISSING_SINCE, (uint64_t)m->since);
	pb_put_inner(out, CHAIN_MISSING, &b);
}

static void
put_sender(struct buf *out, const struct ratchet *s)
{
	struct buf b = BUF(256);

	put(&b, CHAIN_RATCHET, s->ratchet.pub, CURVE_PUBLIC);
	put(&b, CHAIN_PRIVATE, s->ratchet.priv, CURVE_PRIVATE);
	put_key(&b, s->send_next, s->send_key);
	pb_put_inner(out, SES_SENDER, &b);
}

/* Behind all counters, and a key that nobody has. */
static void
put_end(struct buf *out, const struct ratchet *s, const struct chain *c)
{
	const struct span parts[] = { SPAN("closed"),
	    { c->ratchet, CURVE_PUBLIC } };
	unsigned char key[HMAC_SIZE];

	hmac_sha256(span_of(s->root, KDF_KEY), parts, 2, key);
	put_key(out, UINT32_MAX, key);
	explicit_bzero(key, sizeof(key));
}

static void
put_receiver(struct buf *out, const struct ratchet *s,
    const struct chain *c, bool ends)
{
	struct buf b = BUF(RECORD_SESSION_MAX);

	put(&b, CHAIN_RATCHET, c->ratchet, CURVE_PUBLIC);
	if (!c->closed)
		put_key(&b, c->next, c->key);
	else if (ends)
		put_end(&b, s, c);
	for (size_t i = 0; i < c->missing.n; i++)
		put_missing(&b, &c->missing.v[i], s->version);
	pb_put_inner(out, SES_RECEIVER, &b);
}

static void
put_unanswered(struct buf *out, const struct ratchet *s)
{
	struct buf b = BUF(128);

	if (s->first.has_prekey)
		pb_put_uint(&b, PENDING_PREKEY, s->first.prekey_id);
	put(&b, PENDING_BASE, s->base_key, CURVE_PUBLIC);
	pb_put_uint(&b, PENDING_SIGNED, s->first.signed_prekey_id);
	pb_put_uint(&b, PENDING_SINCE, (uint64_t)s->first.since);
	pb_put_inner(out, SES_UNANSWERED, &b);
}

static void
put_kyber(struct buf *out, const struct ratchet *s)
{
	struct buf b = BUF(2048);

	pb_put_uint(&b, KYBER_ID, s->first.kyber_id);
	put(&b, KYBER_CT, s->first.kyber_ct, KYBER_CIPHERTEXT);
	pb_put_inner(out, SES_KYBER, &b);
}

static void
put_pq(struct buf *out, const struct pq *p)
{
	struct buf b = BUF(RECORD_SESSION_MAX);

	buf_room(&b, 1024 + p->braid.n + 64 * p->missing.n);
	pq_record_write(p, &b);
	pb_put_inner(out, SES_PQ, &b);
}

static void
write_session(const struct ratchet *s, bool ends, struct buf *out)
{
	pb_put_uint(out, SES_VERSION, s->version);
	put(out, SES_OURS, s->ours, CURVE_PUBLIC);
	put(out, SES_THEIRS, s->theirs, CURVE_PUBLIC);
	put(out, SES_ROOT, s->root, KDF_KEY);
	pb_put_uint(out, SES_PREVIOUS, s->previous);
	if (!s->turn_due)
		put_sender(out, s);
	for (size_t i = 0; i < s->n_chains; i++)
		put_receiver(out, s, &s->chains[i], ends);
	if (s->first.is)
		put_unanswered(out, s);
	pb_put_uint(out, SES_THEIR_REGISTRATION, s->their_registration);
	pb_put_uint(out, SES_OUR_REGISTRATION, s->our_registration);
	put(out, SES_BASE_KEY, s->base_key, CURVE_PUBLIC);
	if (s->version != 4)
		return;
	if (s->first.is)
		put_kyber(out, s);
	put_pq(out, &s->pq);
}

void
record_session_write(const struct ratchet *s, struct buf *out)
{
	write_session(s, false, out);
}

void
record_session_export(const struct ratchet *s, struct buf *out)
{
	write_session(s, true, out);
}

bool
record_session_sound(const struct ratchet *s)
{
	struct curve_pair pair;
	bool sound = false;

	if (s->turn_due)
		return true;
	curve_pair_of(s->ratchet.priv, &pair);
	sound = memcmp(pair.pub, s->ratchet.pub, CURVE_PUBLIC) == 0;
	explicit_bzero(&pair, sizeof(pair));
	return sound;
}

size_t
record_split(struct span in, struct span *sessions, size_t max,
    bool *current)
{
	struct cur c = cur_of(in);
	struct span first = { NULL, 0 };
	struct pb_field f;
	size_t n = 1;

	while (pb_next(&c, &f)) {
		struct span s = { NULL, 0 };

		if (f.number == REC_CURRENT && first.p == NULL)
			first = pb_get_bytes(&c, &f, RECORD_SESSION_MAX);
		else if (f.number == REC_PREVIOUS)
			s = pb_get_bytes(&c, &f, RECORD_SESSION_MAX);
		if (s.p != NULL && n < max)
			sessions[n++] = s;
	}
	if (!cur_done(&c) || max == 0 || (first.p == NULL && n == 1))
		return 0;
	*current = first.p != NULL;
	if (!*current) {
		memmove(sessions, sessions + 1, --n * sizeof(*sessions));
		return n;
	}
	sessions[0] = first;
	return n;
}

void
record_join(struct buf *out, struct span session, bool current)
{
	pb_put_bytes(out, current ? REC_CURRENT : REC_PREVIOUS, session);
}
