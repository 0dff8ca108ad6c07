/* Sessions as SessionStructure, written; see record.h. */
#include "ratchet/record.h"

#include "ratchet/pb.h"
#include "ratchet/record_int.h"

static void
put(struct buf *out, uint32_t field, const unsigned char *p, size_t n)
{
	pb_put_bytes(out, field, span_of(p, n));
}

/* End an embedded message: append it under its number, wiped behind. */
static void
put_inner(struct buf *out, uint32_t field, struct buf *inner)
{
	if (inner->over)
		out->over = true;
	pb_put_bytes(out, field, buf_get0(inner));
	buf_free_wipe(inner);
}

static void
put_key(struct buf *out, uint32_t index, const unsigned char *key)
{
	struct buf b = BUF(64);

	pb_put_uint(&b, KEY_INDEX, index);
	put(&b, KEY_KEY, key, KDF_KEY);
	put_inner(out, CHAIN_KEY, &b);
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
	put_inner(out, CHAIN_MISSING, &b);
}

static void
put_sender(struct buf *out, const struct ratchet *s)
{
	struct buf b = BUF(256);

	put(&b, CHAIN_RATCHET, s->ratchet.pub, CURVE_PUBLIC);
	put(&b, CHAIN_PRIVATE, s->ratchet.priv, CURVE_PRIVATE);
	put_key(&b, s->send_next, s->send_key);
	put_inner(out, SES_SENDER, &b);
}

static void
put_receiver(struct buf *out, const struct chain *c, uint8_t version)
{
	struct buf b = BUF(RECORD_SESSION_MAX);

	put(&b, CHAIN_RATCHET, c->ratchet, CURVE_PUBLIC);
	if (!c->closed)
		put_key(&b, c->next, c->key);
	for (size_t i = 0; i < c->missing.n; i++)
		put_missing(&b, &c->missing.v[i], version);
	put_inner(out, SES_RECEIVER, &b);
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
	put_inner(out, SES_UNANSWERED, &b);
}

static void
put_kyber(struct buf *out, const struct ratchet *s)
{
	struct buf b = BUF(2048);

	pb_put_uint(&b, KYBER_ID, s->first.kyber_id);
	put(&b, KYBER_CT, s->first.kyber_ct, KYBER_CIPHERTEXT);
	put_inner(out, SES_KYBER, &b);
}

static void
put_pq(struct buf *out, const struct pq *p)
{
	struct buf b = BUF(RECORD_SESSION_MAX);

	put(&b, PQ_SEND, p->send.next, PQ_KEY);
	pb_put_uint(&b, PQ_SEND_N, p->send.n);
	put(&b, PQ_RECV, p->recv.next, PQ_KEY);
	pb_put_uint(&b, PQ_RECV_N, p->recv.n);
	for (size_t i = 0; i < p->missing.n; i++) {
		const struct pq_missing *m = &p->missing.v[i];
		struct buf one = BUF(128);

		pb_put_uint(&one, PQ_M_INDEX, m->index);
		put(&one, PQ_M_KEY, m->key, PQ_KEY);
		pb_put_uint(&one, PQ_M_SINCE, (uint64_t)m->since);
		put_inner(&b, PQ_MISSING, &one);
	}
	put_inner(out, SES_PQ, &b);
}

void
record_session_write(const struct ratchet *s, struct buf *out)
{
	pb_put_uint(out, SES_VERSION, s->version);
	put(out, SES_OURS, s->ours, CURVE_PUBLIC);
	put(out, SES_THEIRS, s->theirs, CURVE_PUBLIC);
	put(out, SES_ROOT, s->root, KDF_KEY);
	pb_put_uint(out, SES_PREVIOUS, s->previous);
	if (!s->turn_due)
		put_sender(out, s);
	for (size_t i = 0; i < s->n_chains; i++)
		put_receiver(out, &s->chains[i], s->version);
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
