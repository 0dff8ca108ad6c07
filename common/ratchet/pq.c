/* The post-quantum ratchet, passive; see pq.h. */
#include "ratchet/pq.h"

#include <stdlib.h>

#include "base/mem.h"
#include "crypto/hmac.h"
#include "ratchet/pb.h"

/* The wire: 01 | epoch | index | type [| chunk's number | 32 octets] */
enum { VERSION = 1, EPOCH = 1, TYPE_NONE = 0, TYPE_LAST = 6 };

void
pq_start(const unsigned char secret[static PQ_KEY], bool initiator,
    struct pq *out)
{
	/* the first third belongs to chains of later epochs */
	unsigned char g[3 * PQ_KEY];
	struct pq p = { .send.n = 0 };

	hkdf_sha256(span_of(secret, PQ_KEY), SPAN(""),
	    SPAN("Signal PQ Ratchet V1 Chain  Start"), g, sizeof(g));
	memcpy(p.send.next, g + (initiator ? 1 : 2) * PQ_KEY, PQ_KEY);
	memcpy(p.recv.next, g + (initiator ? 2 : 1) * PQ_KEY, PQ_KEY);
	*out = p;
	explicit_bzero(g, sizeof(g));
	explicit_bzero(&p, sizeof(p));
}

static void
step(struct pq_chain *c, unsigned char key[static PQ_KEY])
{
	unsigned char g[2 * PQ_KEY];
	struct buf info = BUF(64);

	c->n++;
	buf_u32(&info, c->n);
	buf_str(&info, "Signal PQ Ratchet V1 Chain Next");
	hkdf_sha256(span_of(c->next, PQ_KEY), SPAN(""), buf_get0(&info), g,
	    sizeof(g));
	memcpy(c->next, g, PQ_KEY);
	memcpy(key, g + PQ_KEY, PQ_KEY);
	explicit_bzero(g, sizeof(g));
	buf_free(&info);
}

void
pq_send(struct pq *p, unsigned char key[static PQ_KEY], struct buf *header)
{
	step(&p->send, key);
	buf_byte(header, VERSION);
	pb_put_varint(header, EPOCH);
	pb_put_varint(header, p->send.n);
	buf_byte(header, TYPE_NONE);
}

/* A chunk is passed over, so is what may come behind it. */
static bool
read_header(struct span header, uint32_t *index)
{
	struct cur c = cur_of(header);
	uint8_t version = cur_u8(&c);
	uint64_t epoch = pb_get_varint(&c), i = pb_get_varint(&c);
	uint8_t type = cur_u8(&c);

	*index = (uint32_t)i;
	return !c.bad && version == VERSION && epoch == EPOCH && i > 0 &&
	    i < UINT32_MAX && type <= TYPE_LAST;
}

static size_t
place_of(const struct pq *p, uint32_t index)
{
	size_t i = 0;

	while (i < p->missing.n && p->missing.v[i].index != index)
		i++;
	return i;
}

enum pq_result
pq_find(const struct pq *p, struct span header, uint32_t *index,
    unsigned char key[static PQ_KEY])
{
	struct pq_chain c = p->recv;
	size_t at = 0;

	if (!read_header(header, index))
		return PQ_MALFORMED;
	if (*index <= c.n) {
		at = place_of(p, *index);
		if (at == p->missing.n)
			return PQ_USED;
		memcpy(key, p->missing.v[at].key, PQ_KEY);
		return PQ_OK;
	}
	if (*index - c.n > PQ_JUMP)
		return PQ_TOO_FAR;
	while (c.n < *index)
		step(&c, key);
	explicit_bzero(&c, sizeof(c));
	return PQ_OK;
}

static void
drop(struct pq *p, size_t at)
{
	memmove(&p->missing.v[at], &p->missing.v[at + 1],
	    (p->missing.n - at - 1) * sizeof(*p->missing.v));
	p->missing.n--;
	explicit_bzero(&p->missing.v[p->missing.n], sizeof(*p->missing.v));
}

void
pq_keep(struct pq *p, const struct pq_missing *m)
{
	/* no realloc(3): it would leave keys in freed memory */
	if (p->missing.cap == 0) {
		p->missing.v = xcalloc(PQ_KEPT, sizeof(*m));
		p->missing.cap = PQ_KEPT;
	}
	if (p->missing.n == PQ_KEPT)
		drop(p, 0);
	p->missing.v[p->missing.n++] = *m;
}

void
pq_use(struct pq *p, uint32_t index, int64_t now)
{
	struct pq_missing m = { .since = now };

	if (index <= p->recv.n) {
		size_t at = place_of(p, index);

		if (at < p->missing.n)
			drop(p, at);
		return;
	}
	for (;;) {
		step(&p->recv, m.key);
		m.index = p->recv.n;
		if (m.index == index)
			break;
		pq_keep(p, &m);
	}
	explicit_bzero(&m, sizeof(m));
}

void
pq_expire(struct pq *p, int64_t then)
{
	while (p->missing.n > 0 && p->missing.v[0].since < then)
		drop(p, 0);
}

void
pq_free(struct pq *p)
{
	if (p->missing.v != NULL)
		explicit_bzero(p->missing.v,
		    p->missing.cap * sizeof(*p->missing.v));
	free(p->missing.v);
	explicit_bzero(p, sizeof(*p));
}
