/*
 * Messages from the wire: what is read lies in the input, and written again
 * it is read as the same. The first octet chooses the kind.
 */
#include "fuzz.h"

#include "ratchet/curve.h"
#include "ratchet/wire.h"

static void
same(const struct wire_message *a, const struct wire_message *b)
{
	must(a->version == b->version && a->counter == b->counter &&
	    a->previous == b->previous);
	must(span_eq(a->ratchet_key, b->ratchet_key));
	must(span_eq(a->ciphertext, b->ciphertext));
	must(span_eq(a->pq_ratchet, b->pq_ratchet));
	must(span_eq(a->addresses, b->addresses));
}

static void
check_message(struct span in, const struct wire_message *m)
{
	struct buf again = BUF(in.n + 64);
	struct wire_message b;

	inside(m->ratchet_key, in);
	inside(m->ciphertext, in);
	inside(m->pq_ratchet, in);
	inside(m->addresses, in);
	inside(m->authentic, in);
	inside(m->mac, in);
	must(curve_key_ok(m->ratchet_key) && m->mac.n == WIRE_MAC);
	wire_message_write(&again, m);
	buf_span(&again, m->mac);
	must(wire_message_read(buf_get0(&again), &b) == WIRE_OK);
	same(m, &b);
	buf_free(&again);
}

static void
check_prekey(struct span in, const struct wire_prekey *p)
{
	struct buf again = BUF(in.n + 64);
	struct wire_prekey b;

	inside(p->base_key, in);
	inside(p->identity_key, in);
	inside(p->kyber_ct, in);
	check_message(in, &p->message);
	wire_prekey_write(&again, p, span_of(p->message.authentic.p,
	    p->message.authentic.n + WIRE_MAC));
	must(wire_prekey_read(buf_get0(&again), &b) == WIRE_OK);
	same(&p->message, &b.message);
	must(span_eq(p->base_key, b.base_key) &&
	    span_eq(p->identity_key, b.identity_key) &&
	    p->has_prekey == b.has_prekey && p->prekey_id == b.prekey_id &&
	    p->signed_prekey_id == b.signed_prekey_id &&
	    p->registration_id == b.registration_id &&
	    span_eq(p->kyber_ct, b.kyber_ct) && p->kyber_id == b.kyber_id);
	buf_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_from(span_of(data, n), 1);
	struct wire_message m;
	struct wire_prekey p;

	if (n == 0)
		return 0;
	if (data[0] == 'm' && wire_message_read(in, &m) == WIRE_OK)
		check_message(in, &m);
	if (data[0] == 'p' && wire_prekey_read(in, &p) == WIRE_OK)
		check_prekey(in, &p);
	return 0;
}
