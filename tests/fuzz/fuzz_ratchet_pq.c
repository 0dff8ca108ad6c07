/*
 * The peer's headers of the post-quantum ratchet: an octet says how many
 * epochs are open, then come headers behind their lengths. A key that is
 * found is the one that the peer sent with, and is there once; looking for it
 * changes nothing.
 */
#include "fuzz.h"

#include <string.h>

#include "base/cur.h"
#include "ratchet/pb.h"
#include "ratchet/pq.h"
#include "ratchet/pq_record.h"

enum { HEADERS_MAX = 6, NEAR = 40, KEYS_MAX = HEADERS_MAX * NEAR + 1,
	STATE_MAX = 1 << 20, NOW = 1795000000 };

static const unsigned char secret[PQ_KEY] = { 1, 2, 3 };

/* What the peer sends message i with, made when it is first asked for. */
static const unsigned char *
sent_with(uint32_t i)
{
	static unsigned char keys[KEYS_MAX][PQ_KEY];
	static struct pq peer;
	static uint32_t n;

	must(i > 0 && i < KEYS_MAX);
	if (n == 0)
		pq_start(secret, true, &peer);
	for (; n < i; n++) {
		struct buf header = BUF(64);

		pq_send(&peer, keys[n + 1], &header);
		buf_free(&header);
	}
	return keys[i];
}

/* Ours, with so many epochs alike, of which the first is not always 1. */
static void
begin(struct pq *p, uint8_t choice)
{
	pq_start(secret, false, p);
	p->n_links = 1 + choice % PQ_LINKS;
	p->first = 1 + choice / PQ_LINKS;
	p->epoch = p->first;
	for (size_t i = 1; i < p->n_links; i++)
		p->links[i] = p->links[0];
}

static void
state(const struct pq *p, struct buf *out)
{
	buf_reset(out);
	pq_record_write(p, out);
	must(!out->over);
}

/* The same place, as one writes it who keeps to the form. */
static void
written_anew(const struct pq *p, const struct pq_place *at,
    const unsigned char *key)
{
	struct buf header = BUF(64);
	struct pq_place again = { 0, 0 };
	unsigned char same[PQ_KEY];

	buf_byte(&header, 1);
	pb_put_varint(&header, at->epoch);
	pb_put_varint(&header, at->index);
	buf_byte(&header, 0);
	must(pq_find(p, buf_get0(&header), &again, same) == PQ_OK);
	must(again.epoch == at->epoch && again.index == at->index);
	must(memcmp(same, key, PQ_KEY) == 0);
	buf_free(&header);
}

/* Up to 2000 derivations: that far they are left to the unit test. */
static bool
is_far(const struct pq *p, struct span header)
{
	struct cur c = cur_of(span_from(header, 1));
	uint64_t epoch = pb_get_varint(&c), i = pb_get_varint(&c);
	uint64_t n = 0;

	if (c.bad || epoch < p->first || epoch - p->first >= p->n_links)
		return false;
	n = p->links[epoch - p->first].recv.n;
	return i > n + NEAR && i <= n + PQ_JUMP;
}

static void
receive(struct pq *p, struct span header)
{
	struct buf before = BUF(STATE_MAX), after = BUF(STATE_MAX);
	struct pq_place at = { 0, 0 };
	unsigned char key[PQ_KEY];
	enum pq_result r = PQ_MALFORMED;

	state(p, &before);
	r = pq_find(p, header, &at, key);
	state(p, &after);
	must(span_eq(buf_get0(&before), buf_get0(&after)));
	if (r != PQ_MALFORMED)
		must(at.epoch >= p->first && at.index > 0 &&
		    at.epoch - p->first < p->n_links);
	if (r == PQ_OK) {
		must(at.index <= PQ_JUMP +
		    p->links[at.epoch - p->first].recv.n);
		must(memcmp(key, sent_with(at.index), PQ_KEY) == 0);
		written_anew(p, &at, key);
		pq_use(p, &at, NOW);
		must(p->missing.n <= PQ_KEPT);
		must(pq_find(p, header, &at, key) == PQ_USED);
	}
	buf_free(&before);
	buf_free(&after);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct cur c = cur_of(span_of(data, n));
	struct pq p;

	begin(&p, cur_u8(&c));
	for (int i = 0; i < HEADERS_MAX && cur_left(&c).n > 0; i++) {
		struct span header = { NULL, 0 };
		uint8_t length = 0;

		length = cur_u8(&c);
		header = cur_take(&c, length);
		if (c.bad)
			break;
		if (!is_far(&p, header))
			receive(&p, header);
	}
	pq_expire(&p, NOW + 1);
	must(p.missing.n == 0);
	pq_free(&p);
	return 0;
}
