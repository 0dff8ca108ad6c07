/* The post-quantum ratchet, passive; see pq.h. */
#include "ratchet/pq.h"

#include <stdlib.h>

#include "base/mem.h"
#include "crypto/kdf.h"
#include "ratchet/pb.h"
#include "ratchet/pq_record.h"

/* The wire: 01 | epoch | index | type [| chunk's number | 32 octets] */
enum { VERSION = 1, TYPE_NONE = 0, TYPE_LAST = 6 };

void
pq_start(const unsigned char secret[static PQ_KEY], bool initiator,
    struct pq *out)
{
	unsigned char g[3 * PQ_KEY];
	struct pq p = { .initiator = initiator, .first = 1, .epoch = 1,
	    .n_links = 1, .braid = BUF(PQ_BRAID_MAX) };

	kdf_hkdf(DIGEST_SHA256, span_of(secret, PQ_KEY), SPAN(""),
	    SPAN("Signal PQ Ratchet V1 Chain  Start"), g, sizeof(g));
	memcpy(p.root, g, PQ_KEY);
	memcpy(p.links[0].send.next, g + (initiator ? 1 : 2) * PQ_KEY,
	    PQ_KEY);
	memcpy(p.links[0].recv.next, g + (initiator ? 2 : 1) * PQ_KEY,
	    PQ_KEY);
	pq_record_braid(secret, initiator, &p.braid);
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
	kdf_hkdf(DIGEST_SHA256, span_of(c->next, PQ_KEY), SPAN(""),
	    buf_get0(&info), g, sizeof(g));
	memcpy(c->next, g, PQ_KEY);
	memcpy(key, g + PQ_KEY, PQ_KEY);
	explicit_bzero(g, sizeof(g));
	buf_free(&info);
}

void
pq_send(struct pq *p, unsigned char key[static PQ_KEY], struct buf *header)
{
	struct pq_chain *c = &p->links[p->epoch - p->first].send;

	step(c, key);
	buf_byte(header, VERSION);
	pb_put_varint(header, p->epoch);
	pb_put_varint(header, c->n);
	buf_byte(header, TYPE_NONE);
}

/* A chunk is passed over, so is what may come behind it. */
static bool
read_header(struct span header, const struct pq *p, struct pq_place *at)
{
	struct cur c = cur_of(header);
	uint8_t version = cur_u8(&c);
	uint64_t epoch = pb_get_varint(&c), i = pb_get_varint(&c);
	uint8_t type = cur_u8(&c);

	if (c.bad || version != VERSION || epoch < p->first ||
	    epoch - p->first >= p->n_links || i == 0 || i >= UINT32_MAX ||
	    type > TYPE_LAST)
		return false;
	*at = (struct pq_place){ (uint32_t)epoch, (uint32_t)i };
	return true;
}

static size_t
place_of(const struct pq *p, const struct pq_place *at)
{
	size_t i = 0;

	while (i < p->missing.n && (p->missing.v[i].at.index != at->index ||
	    p->missing.v[i].at.epoch != at->epoch))
		i++;
	return i;
}

enum pq_result
pq_find(const struct pq *p, struct span header, struct pq_place *at,
    unsigned char key[static PQ_KEY])
{
	const struct pq_chain *recv = NULL;
	struct pq_chain c;
	size_t i = 0;

	if (!read_header(header, p, at))
		return PQ_MALFORMED;
	recv = &p->links[at->epoch - p->first].recv;
	if (at->index <= recv->n) {
		i = place_of(p, at);
		if (i == p->missing.n)
			return PQ_USED;
		memcpy(key, p->missing.v[i].key, PQ_KEY);
		return PQ_OK;
	}
	if (at->index - recv->n > PQ_JUMP)
		return PQ_TOO_FAR;
	c = *recv;
	while (c.n < at->index)
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
pq_use(struct pq *p, const struct pq_place *at, int64_t now)
{
	struct pq_chain *c = &p->links[at->epoch - p->first].recv;
	struct pq_missing m = { .at.epoch = at->epoch, .since = now };

	if (at->index <= c->n) {
		size_t i = place_of(p, at);

		if (i < p->missing.n)
			drop(p, i);
		return;
	}
	for (;;) {
		step(c, m.key);
		m.at.index = c->n;
		if (m.at.index == at->index)
			break;
		pq_keep(p, &m);
	}
	explicit_bzero(&m, sizeof(m));
}

void
pq_expire(struct pq *p, int64_t then)
{
	/* they need not be in the order of their times: an epoch before
	   may have been walked on in later */
	for (size_t i = p->missing.n; i-- > 0;)
		if (p->missing.v[i].since < then)
			drop(p, i);
}

void
pq_free(struct pq *p)
{
	if (p->missing.v != NULL)
		explicit_bzero(p->missing.v,
		    p->missing.cap * sizeof(*p->missing.v));
	free(p->missing.v);
	buf_free_wipe(&p->braid);
	explicit_bzero(p, sizeof(*p));
}
