/* The post-quantum ratchet as libsignal stores it; see pq_record.h. */
#include "ratchet/pq_record.h"

#include "crypto/kdf.h"
#include "ratchet/pb.h"

/* PqRatchetState */
enum { STATE_BEGINNING = 1, STATE_CHAIN, STATE_BRAID };
enum { BEGINNING_SECRET = 1, BEGINNING_DIRECTION };
enum { CHAIN_DIRECTION = 1, CHAIN_NEWEST, CHAIN_LINK, CHAIN_ROOT,
	CHAIN_SENDING, CHAIN_LIMITS };
enum { LINK_SEND = 1, LINK_RECV };
enum { WAY_N = 1, WAY_NEXT, WAY_MISSING,
	WAY_SINCE = 60 /* ours: 8 octets for each of WAY_MISSING */ };

/* V1State: which of eleven states, what it is made of, its epoch */
enum { BRAID_KEYS_UNSAMPLED = 1, BRAID_NO_HEADER = 6, BRAID_LAST = 11 };
enum { PART_INNER = 1, PART_DECODER };
enum { INNER_EPOCH = 1, INNER_AUTH };
enum { AUTH_ROOT = 1, AUTH_MAC };
enum { DECODER_NEEDED = 1, DECODER_POLYNOMIALS, DECODER_POINTS };

enum {
	MISSING_SIZE = 4 + PQ_KEY,	/* index || key */
	POLYNOMIALS = 16,
	HEADER_POINTS = (64 + 32) / 2,	/* of a header and its code */
};

/* proto3 leaves out what is 0. */
static void
put_uint(struct buf *out, uint32_t field, uint64_t v)
{
	if (v != 0)
		pb_put_uint(out, field, v);
}

/* --- the exchange of keys */

static void
put_auth(struct buf *out, const unsigned char secret[static PQ_KEY])
{
	unsigned char ikm[2 * PQ_KEY] = { 0 }, keys[2 * PQ_KEY];
	struct buf b = BUF(128);

	memcpy(ikm + PQ_KEY, secret, PQ_KEY);
	kdf_hkdf(DIGEST_SHA256, span_of(ikm, sizeof(ikm)), SPAN(""),
	    SPAN("Signal_PQCKA_V1_MLKEM768:Authenticator Update"
	    "\0\0\0\0\0\0\0\1"), keys, sizeof(keys));
	pb_put_bytes(&b, AUTH_ROOT, span_of(keys, PQ_KEY));
	pb_put_bytes(&b, AUTH_MAC, span_of(keys + PQ_KEY, PQ_KEY));
	pb_put_inner(out, INNER_AUTH, &b);
	explicit_bzero(ikm, sizeof(ikm));
	explicit_bzero(keys, sizeof(keys));
}

/* No point of the peer's header has come. */
static void
put_decoder(struct buf *out)
{
	struct buf b = BUF(128);

	pb_put_uint(&b, DECODER_NEEDED, HEADER_POINTS);
	pb_put_uint(&b, DECODER_POLYNOMIALS, POLYNOMIALS);
	for (int i = 0; i < POLYNOMIALS; i++)
		pb_put_bytes(&b, DECODER_POINTS, SPAN(""));
	pb_put_inner(out, PART_DECODER, &b);
}

void
pq_record_braid(const unsigned char secret[static PQ_KEY], bool initiator,
    struct buf *out)
{
	struct buf inner = BUF(256), part = BUF(512);

	pb_put_uint(&inner, INNER_EPOCH, 1);
	put_auth(&inner, secret);
	pb_put_inner(&part, PART_INNER, &inner);
	if (!initiator)
		put_decoder(&part);
	pb_put_inner(out, initiator ? BRAID_KEYS_UNSAMPLED : BRAID_NO_HEADER,
	    &part);
}

/* The first field "number" of a message, or nothing. */
static struct span
bytes_of(struct span in, uint32_t number)
{
	struct cur c = cur_of(in);
	struct pb_field f;

	while (pb_next(&c, &f))
		if (f.number == number)
			return pb_get_bytes(&c, &f, PQ_BRAID_MAX);
	return SPAN("");
}

/* The epoch of the state that it is in; 0 when it is in none. */
static uint32_t
braid_epoch(struct span in)
{
	struct cur c = cur_of(in);
	struct pb_field f;
	uint32_t epoch = 0;

	if (!pb_next(&c, &f) || f.number > BRAID_LAST)
		return 0;
	in = bytes_of(pb_get_bytes(&c, &f, PQ_BRAID_MAX), PART_INNER);
	if (!cur_done(&c))
		return 0;
	c = cur_of(in);
	while (pb_next(&c, &f))
		if (f.number == INNER_EPOCH)
			epoch = pb_get_u32(&c, &f);
	return cur_done(&c) ? epoch : 0;
}

/* --- written */

static void
put_way(struct buf *out, uint32_t field, const struct pq_chain *way,
    bool left, struct buf *keys, struct buf *since)
{
	struct buf b = BUF(PQ_KEPT * 64);

	/* room at once: no copy of a key stays behind in freed memory */
	buf_room(&b, 64 + (keys != NULL ? keys->n + since->n + 16 : 0));
	put_uint(&b, WAY_N, way->n);
	if (!left)
		pb_put_bytes(&b, WAY_NEXT, span_of(way->next, PQ_KEY));
	if (keys != NULL && keys->n > 0) {
		pb_put_bytes(&b, WAY_MISSING, buf_get0(keys));
		pb_put_bytes(&b, WAY_SINCE, buf_get0(since));
	}
	pb_put_inner(out, field, &b);
}

/* Epochs before the one that is sent in have no chain to send with. */
static void
put_link(struct buf *out, const struct pq *p, size_t i)
{
	struct buf b = BUF(PQ_KEPT * 64), keys = BUF(PQ_KEPT * MISSING_SIZE),
	    since = BUF(PQ_KEPT * 8);
	uint32_t epoch = p->first + (uint32_t)i;

	buf_room(&b, 256 + p->missing.n * (MISSING_SIZE + 8));
	if (p->missing.n > 0)
		buf_room(&keys, p->missing.n * MISSING_SIZE);
	for (size_t k = 0; k < p->missing.n; k++) {
		const struct pq_missing *m = &p->missing.v[k];

		if (m->at.epoch != epoch)
			continue;
		buf_u32(&keys, m->at.index);
		buf_add(&keys, m->key, PQ_KEY);
		buf_u64(&since, (uint64_t)m->since);
	}
	put_way(&b, LINK_SEND, &p->links[i].send, epoch < p->epoch, NULL,
	    NULL);
	put_way(&b, LINK_RECV, &p->links[i].recv, false, &keys, &since);
	pb_put_inner(out, CHAIN_LINK, &b);
	buf_free_wipe(&keys);
	buf_free(&since);
}

/* The chains count epochs from 0 on, the messages from 1. */
void
pq_record_write(const struct pq *p, struct buf *out)
{
	struct buf b = BUF(PQ_KEPT * 128);

	buf_room(&b, 1024 + p->missing.n * (MISSING_SIZE + 8));
	put_uint(&b, CHAIN_DIRECTION, !p->initiator);
	put_uint(&b, CHAIN_NEWEST, p->first + p->n_links - 2);
	for (size_t i = 0; i < p->n_links; i++)
		put_link(&b, p, i);
	pb_put_bytes(&b, CHAIN_ROOT, span_of(p->root, PQ_KEY));
	put_uint(&b, CHAIN_SENDING, p->epoch - 1);
	pb_put_bytes(&b, CHAIN_LIMITS, SPAN(""));
	pb_put_inner(out, STATE_CHAIN, &b);
	pb_put_bytes(out, STATE_BRAID, buf_get0(&p->braid));
}

/* --- read */

/* The next field; one that comes twice is an error, but for "many". */
static bool
next_once(struct cur *c, struct pb_field *f, uint64_t *seen, uint32_t many)
{
	return pb_next(c, f) && (f->number == many || f->number > 63 ||
	    pb_once(c, seen, f->number));
}

static void
get_missing(struct cur *outer, struct pq *p, struct span keys,
    struct span since)
{
	struct cur c = cur_of(keys), s = cur_of(since);
	struct pq_missing m = {
		.at.epoch = p->first + (uint32_t)p->n_links,
	};

	if (since.n != 0 && since.n / 8 != keys.n / MISSING_SIZE)
		cur_fail(outer);
	while (!outer->bad && !c.bad && !s.bad && cur_left(&c).n > 0) {
		struct span key;

		m.at.index = cur_u32(&c);
		key = cur_take(&c, PQ_KEY);
		m.since = since.n > 0 ? (int64_t)cur_u64(&s) : 0;
		if (c.bad || s.bad)
			break;
		memcpy(m.key, key.p, PQ_KEY);
		pq_keep(p, &m);
	}
	pb_end_inner(outer, &c);
	pb_end_inner(outer, &s);
	explicit_bzero(&m, sizeof(m));
}

/* One that was left has no key and *has is false; to send, none is missing. */
static void
get_way(struct cur *outer, const struct pb_field *field, struct pq *p,
    struct pq_chain *way, bool *has)
{
	struct cur c = cur_of(pb_get_bytes(outer, field, PQ_KEPT * 64));
	struct span keys = SPAN(""), since = SPAN("");
	uint64_t seen = 0;
	struct pb_field f;

	while (next_once(&c, &f, &seen, 0))
		switch (f.number) {
		case WAY_N:
			way->n = pb_get_u32(&c, &f);
			break;
		case WAY_NEXT:
			if (f.type == PB_BYTES && f.bytes.n == 0)
				break;
			pb_get_octets(&c, &f, way->next, PQ_KEY);
			*has = true;
			break;
		case WAY_MISSING:
			keys = pb_get_bytes(&c, &f, PQ_KEPT * MISSING_SIZE);
			break;
		case WAY_SINCE:
			since = pb_get_bytes(&c, &f, PQ_KEPT * 8);
			break;
		}
	if (p != NULL)
		get_missing(&c, p, keys, since);
	else if (keys.n > 0)
		cur_fail(&c);
	pb_end_inner(outer, &c);
}

/* *sends has a bit for each link that can be sent with. */
static void
get_link(struct cur *outer, struct span in, struct pq *p, unsigned *sends)
{
	struct cur c = cur_of(in);
	struct pq_link *link = &p->links[p->n_links];
	bool send = false, recv = false;
	uint64_t seen = 0;
	struct pb_field f;

	while (next_once(&c, &f, &seen, 0)) {
		if (f.number == LINK_SEND)
			get_way(&c, &f, NULL, &link->send, &send);
		if (f.number == LINK_RECV)
			get_way(&c, &f, p, &link->recv, &recv);
	}
	if (!recv)
		cur_fail(&c);
	if (send)
		*sends |= 1u << p->n_links;
	p->n_links++;
	pb_end_inner(outer, &c);
}

/* What a Chain consists of, before it is looked into. */
struct chain_parts {
	uint32_t direction, newest;
	struct span links[PQ_LINKS];
	size_t n;
};

static bool
get_parts(struct span in, struct chain_parts *parts, struct pq *p)
{
	struct cur c = cur_of(in);
	uint64_t seen = 0;
	struct pb_field f;
	bool root = false;

	while (next_once(&c, &f, &seen, CHAIN_LINK))
		switch (f.number) {
		case CHAIN_DIRECTION:
			parts->direction = pb_get_u32(&c, &f);
			break;
		case CHAIN_NEWEST:
			parts->newest = pb_get_u32(&c, &f);
			break;
		case CHAIN_LINK:
			if (parts->n == PQ_LINKS)
				return false;
			parts->links[parts->n++] = pb_get_bytes(&c, &f,
			    PQ_KEPT * 64);
			break;
		case CHAIN_ROOT:
			pb_get_octets(&c, &f, p->root, PQ_KEY);
			root = true;
			break;
		}
	return cur_done(&c) && root && parts->n > 0 && parts->direction <= 1;
}

/* The chains; false unless the epoch to send in has one, and those behind. */
static bool
get_chain(struct span in, struct pq *p)
{
	struct chain_parts parts = { .n = 0 };
	struct cur c = cur_of(in);
	unsigned sends = 0;

	if (!get_parts(in, &parts, p) || parts.newest > UINT32_MAX - 2 ||
	    parts.newest + 1 < parts.n)
		return false;
	p->initiator = parts.direction == 0;
	p->first = parts.newest + 2 - (uint32_t)parts.n;
	for (size_t i = 0; i < parts.n; i++)
		get_link(&c, parts.links[i], p, &sends);
	if (c.bad || p->epoch < p->first || p->epoch > parts.newest + 1)
		return false;
	for (size_t i = p->epoch - p->first; i < p->n_links; i++)
		if ((sends & 1u << i) == 0)
			return false;
	/* what libsignal drops when it next sends */
	for (size_t i = 0; i < p->epoch - p->first; i++)
		explicit_bzero(p->links[i].send.next, PQ_KEY);
	return true;
}

/* A session that nothing was sent in: what its chains are to begin with. */
static bool
get_beginning(struct span in, struct pq *p)
{
	struct cur c = cur_of(in);
	unsigned char secret[PQ_KEY] = { 0 };
	struct buf braid = p->braid;
	uint32_t direction = 0;
	bool has = false, ok = false;
	uint64_t seen = 0;
	struct pb_field f;

	while (next_once(&c, &f, &seen, 0)) {
		if (f.number == BEGINNING_SECRET) {
			pb_get_octets(&c, &f, secret, PQ_KEY);
			has = true;
		}
		if (f.number == BEGINNING_DIRECTION)
			direction = pb_get_u32(&c, &f);
	}
	ok = cur_done(&c) && has && direction <= 1 && p->epoch == 1;
	if (ok) {
		pq_start(secret, direction == 0, p);
		buf_free_wipe(&p->braid);
		p->braid = braid;
	}
	explicit_bzero(secret, sizeof(secret));
	return ok;
}

bool
pq_record_read(struct span in, struct pq *out)
{
	struct pq p = { .braid = BUF(PQ_BRAID_MAX) };
	struct span part[STATE_BRAID + 1] = { { NULL, 0 } };
	struct cur c = cur_of(in);
	uint64_t seen = 0;
	struct pb_field f;
	bool ok = true;

	while (next_once(&c, &f, &seen, 0))
		if (f.number <= STATE_BRAID)
			part[f.number] = pb_get_bytes(&c, &f, in.n);
	p.epoch = braid_epoch(part[STATE_BRAID]);
	buf_span(&p.braid, part[STATE_BRAID]);
	ok = cur_done(&c) && p.epoch > 0 && !p.braid.over;
	if (ok && part[STATE_CHAIN].p != NULL)
		ok = get_chain(part[STATE_CHAIN], &p);
	else if (ok)
		ok = get_beginning(part[STATE_BEGINNING], &p);
	if (ok)
		*out = p;
	else
		pq_free(&p);
	explicit_bzero(&p, sizeof(p));
	return ok;
}
