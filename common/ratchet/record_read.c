/* Sessions out of SessionStructure; see record.h. */
#include "ratchet/record.h"

#include "base/mem.h"
#include "ratchet/pb.h"
#include "ratchet/pq_record.h"
#include "ratchet/record_int.h"
#include "ratchet/session_int.h"

static void
get_public(struct cur *c, const struct pb_field *f, unsigned char *to)
{
	pb_get_octets(c, f, to, CURVE_PUBLIC);
	if (!c->bad && !curve_key_ok(span_of(to, CURVE_PUBLIC)))
		cur_fail(c);
}

static void
get_key(struct cur *outer, const struct pb_field *field, uint32_t *index,
    unsigned char *key)
{
	struct cur c = cur_of(pb_get_bytes(outer, field, 64));
	struct pb_field f;
	bool has_key = false;

	while (pb_next(&c, &f)) {
		if (f.number == KEY_INDEX)
			*index = pb_get_u32(&c, &f);
		if (f.number == KEY_KEY) {
			pb_get_octets(&c, &f, key, KDF_KEY);
			has_key = true;
		}
	}
	if (!has_key)
		cur_fail(&c);
	pb_end_inner(outer, &c);
}

/* Current libraries keep the seed alone, older ones the keys. */
static void
get_missing(struct cur *outer, const struct pb_field *field,
    struct missing *m, uint8_t version)
{
	struct cur c = cur_of(pb_get_bytes(outer, field, 256));
	struct pb_field f;
	unsigned char seed[KDF_KEY];
	unsigned parts = 0;
	bool seeded = false;

	while (pb_next(&c, &f))
		switch (f.number) {
		case MISSING_INDEX:
			m->counter = pb_get_u32(&c, &f);
			break;
		case MISSING_CIPHER:
			pb_get_octets(&c, &f, m->keys.cipher,
			    sizeof(m->keys.cipher));
			parts |= 1;
			break;
		case MISSING_MAC:
			pb_get_octets(&c, &f, m->keys.mac,
			    sizeof(m->keys.mac));
			parts |= 2;
			break;
		case MISSING_IV:
			pb_get_octets(&c, &f, m->keys.iv,
			    sizeof(m->keys.iv));
			parts |= 4;
			break;
		case MISSING_SEED:
			pb_get_octets(&c, &f, seed, sizeof(seed));
			seeded = true;
			break;
		case MISSING_SINCE:
			m->since = (int64_t)pb_get_u64(&c, &f);
			break;
		}
	if (!seeded && (parts != 7 || version == 4))
		cur_fail(&c);
	if (seeded && !c.bad && version == 4)
		memcpy(m->seed, seed, sizeof(seed));
	else if (seeded && !c.bad)
		kdf_message_keys(seed, SPAN(""), &m->keys);
	explicit_bzero(seed, sizeof(seed));
	pb_end_inner(outer, &c);
}

static void
get_sender(struct cur *outer, const struct pb_field *field,
    struct ratchet *s)
{
	struct cur c = cur_of(pb_get_bytes(outer, field, 512));
	struct pb_field f;
	uint64_t seen = 0;

	while (pb_next(&c, &f))
		switch (f.number) {
		case CHAIN_RATCHET:
			get_public(&c, &f, s->ratchet.pub);
			pb_once(&c, &seen, CHAIN_RATCHET);
			break;
		case CHAIN_PRIVATE:
			pb_get_octets(&c, &f, s->ratchet.priv,
			    CURVE_PRIVATE);
			pb_once(&c, &seen, CHAIN_PRIVATE);
			break;
		case CHAIN_KEY:
			get_key(&c, &f, &s->send_next, s->send_key);
			pb_once(&c, &seen, CHAIN_KEY);
			break;
		}
	if (seen != (1 << CHAIN_RATCHET | 1 << CHAIN_PRIVATE | 1 << CHAIN_KEY))
		cur_fail(&c);
	pb_end_inner(outer, &c);
}

/* Keys over what a chain may keep are the oldest: they are left out. */
static void
add_missing(struct cur *c, const struct pb_field *f, struct ratchet *s,
    struct chain *chain)
{
	struct missing m = { 0 };

	get_missing(c, f, &m, s->version);
	if (c->bad || ratchet_missing(s) >= SESSION_KEPT_ALL)
		return;
	if (chain->missing.cap == 0) {
		chain->missing.v = xcalloc(SESSION_KEPT, sizeof(m));
		chain->missing.cap = SESSION_KEPT;
	}
	if (chain->missing.n == SESSION_KEPT)
		ratchet_drop_missing(chain, 0);
	chain->missing.v[chain->missing.n++] = m;
	explicit_bzero(&m, sizeof(m));
}

static void
get_receiver(struct cur *outer, const struct pb_field *field,
    struct ratchet *s)
{
	struct cur c = cur_of(pb_get_bytes(outer, field, RECORD_SESSION_MAX));
	struct chain *chain = ratchet_push_chain(s);
	struct pb_field f;
	bool has_ratchet = false;

	chain->closed = true;
	while (pb_next(&c, &f))
		switch (f.number) {
		case CHAIN_RATCHET:
			get_public(&c, &f, chain->ratchet);
			has_ratchet = true;
			break;
		case CHAIN_KEY:
			get_key(&c, &f, &chain->next, chain->key);
			chain->closed = false;
			break;
		case CHAIN_MISSING:
			add_missing(&c, &f, s, chain);
			break;
		}
	if (!has_ratchet)
		cur_fail(&c);
	/* every counter is behind the end of what the peer left */
	if (chain->closed)
		chain->next = UINT32_MAX;
	chain->closed = chain->next == UINT32_MAX;
	if (chain->closed)
		explicit_bzero(chain->key, sizeof(chain->key));
	pb_end_inner(outer, &c);
}

static void
get_unanswered(struct cur *outer, const struct pb_field *field,
    struct ratchet *s)
{
	struct cur c = cur_of(pb_get_bytes(outer, field, 256));
	struct pb_field f;

	s->first.is = true;
	while (pb_next(&c, &f))
		switch (f.number) {
		case PENDING_PREKEY:
			s->first.has_prekey = true;
			s->first.prekey_id = pb_get_u32(&c, &f);
			break;
		case PENDING_SIGNED:
			s->first.signed_prekey_id = pb_get_u32(&c, &f);
			break;
		case PENDING_SINCE:
			s->first.since = (int64_t)pb_get_u64(&c, &f);
			break;
		}
	pb_end_inner(outer, &c);
}

static void
get_kyber(struct cur *outer, const struct pb_field *field,
    struct ratchet *s)
{
	struct cur c = cur_of(pb_get_bytes(outer, field, 2048));
	struct pb_field f;
	bool has_ct = false;

	while (pb_next(&c, &f)) {
		if (f.number == KYBER_ID)
			s->first.kyber_id = pb_get_u32(&c, &f);
		if (f.number == KYBER_CT) {
			pb_get_octets(&c, &f, s->first.kyber_ct,
			    KYBER_CIPHERTEXT);
			has_ct = true;
		}
	}
	if (!has_ct)
		cur_fail(&c);
	pb_end_inner(outer, &c);
}

static void
get_pq(struct cur *c, const struct pb_field *f, struct pq *p)
{
	if (!pq_record_read(pb_get_bytes(c, f, RECORD_SESSION_MAX), p))
		cur_fail(c);
}

/* One that version_fits has something against, if it is neither 3 nor 4. */
static uint8_t
get_version(struct cur *c, const struct pb_field *f)
{
	uint32_t v = pb_get_u32(c, f);

	return v <= UINT8_MAX ? (uint8_t)v : 0;
}

static void
session_field(struct cur *c, const struct pb_field *f, struct ratchet *s)
{
	switch (f->number) {
	case SES_VERSION:
		s->version = get_version(c, f);
		break;
	case SES_OURS:
		get_public(c, f, s->ours);
		break;
	case SES_THEIRS:
		get_public(c, f, s->theirs);
		break;
	case SES_ROOT:
		pb_get_octets(c, f, s->root, KDF_KEY);
		break;
	case SES_PREVIOUS:
		s->previous = pb_get_u32(c, f);
		break;
	case SES_SENDER:
		get_sender(c, f, s);
		break;
	case SES_RECEIVER:
		get_receiver(c, f, s);
		break;
	case SES_UNANSWERED:
		get_unanswered(c, f, s);
		break;
	case SES_THEIR_REGISTRATION:
		s->their_registration = pb_get_u32(c, f);
		break;
	case SES_OUR_REGISTRATION:
		s->our_registration = pb_get_u32(c, f);
		break;
	case SES_BASE_KEY:
		get_public(c, f, s->base_key);
		break;
	case SES_KYBER:
		/* libomemo-c has another field of this number in version 3 */
		if (s->version == 4)
			get_kyber(c, f, s);
		break;
	case SES_PQ:
		if (s->version == 4)
			get_pq(c, f, &s->pq);
		break;
	}
}

/* Version 4 has its own ratchet and, until it is answered, its ciphertext. */
static bool
version_fits(const struct ratchet *s, uint64_t seen)
{
	bool kyber = (seen & 1 << SES_KYBER) != 0;

	if (s->version == 3)
		return true;
	return s->version == 4 && s->pq.n_links > 0 && kyber == s->first.is;
}

bool
record_session_read(struct span in, struct ratchet *out)
{
	const uint64_t needed = 1 << SES_VERSION | 1 << SES_OURS |
	    1 << SES_THEIRS | 1 << SES_ROOT | 1 << SES_BASE_KEY;
	struct ratchet s = { 0 };
	struct cur c = cur_of(in);
	struct pb_field f;
	uint64_t seen = 0;

	if (in.n > RECORD_SESSION_MAX)
		return false;
	while (pb_next(&c, &f)) {
		if (f.number <= SES_PQ && f.number != SES_RECEIVER &&
		    !pb_once(&c, &seen, f.number))
			break;
		session_field(&c, &f, &s);
	}
	/* without a sending chain it is due; then there is a key to turn to */
	s.turn_due = (seen & 1 << SES_SENDER) == 0;
	if (!cur_done(&c) || (seen & needed) != needed ||
	    !version_fits(&s, seen) || (s.turn_due && s.n_chains == 0)) {
		ratchet_free(&s);
		return false;
	}
	*out = s;
	explicit_bzero(&s, sizeof(s));
	return true;
}
