/* SignalMessage and PreKeySignalMessage; see wire.h. */
#include "ratchet/wire.h"

#include "ratchet/curve.h"
#include "ratchet/pb.h"

/* The fields' numbers, as every implementation has them. */
enum {
	MSG_RATCHET_KEY = 1,
	MSG_COUNTER,
	MSG_PREVIOUS,
	MSG_CIPHERTEXT,
	MSG_PQ_RATCHET,
	MSG_ADDRESSES,
};

enum {
	PRE_PREKEY_ID = 1,
	PRE_BASE_KEY,
	PRE_IDENTITY_KEY,
	PRE_MESSAGE,
	PRE_REGISTRATION_ID,
	PRE_SIGNED_PREKEY_ID,
	PRE_KYBER_ID,
	PRE_KYBER_CT,
};

#define BIT(field) ((uint64_t)1 << (field))

static struct span
get_key(struct cur *c, const struct pb_field *f)
{
	struct span key = pb_get_bytes(c, f, WIRE_KEY);

	if (!curve_key_ok(key))
		cur_fail(c);
	return key;
}

/* The low nibble is the writer's own newest version and decides nothing. */
static enum wire_result
get_version(struct cur *c, uint8_t *out)
{
	uint8_t octet = cur_u8(c);

	if (c->bad)
		return WIRE_MALFORMED;
	if (octet >> 4 < 3)
		return WIRE_OLD;
	if (octet >> 4 > 4)
		return WIRE_NEW;
	*out = octet >> 4;
	return WIRE_OK;
}

/* 0x33 also for peers that refuse the nibble of a version they never met. */
static unsigned char
version_octet(uint8_t version)
{
	return (unsigned char)(version << 4 | version);
}

static void
message_field(struct cur *c, const struct pb_field *f,
    struct wire_message *m)
{
	switch (f->number) {
	case MSG_RATCHET_KEY:
		m->ratchet_key = get_key(c, f);
		break;
	case MSG_COUNTER:
		m->counter = pb_get_u32(c, f);
		break;
	case MSG_PREVIOUS:
		m->previous = pb_get_u32(c, f);
		break;
	case MSG_CIPHERTEXT:
		m->ciphertext = pb_get_bytes(c, f, WIRE_MAX);
		break;
	case MSG_PQ_RATCHET:
		m->pq_ratchet = pb_get_bytes(c, f, WIRE_PQ_MAX);
		break;
	case MSG_ADDRESSES:
		m->addresses = pb_get_bytes(c, f, WIRE_ADDRESSES);
		if (m->addresses.n != WIRE_ADDRESSES)
			cur_fail(c);
		break;
	}
}

enum wire_result
wire_message_read(struct span in, struct wire_message *out)
{
	const uint64_t needed = BIT(MSG_RATCHET_KEY) | BIT(MSG_COUNTER) |
	    BIT(MSG_CIPHERTEXT);
	struct wire_message m = { 0 };
	struct cur c;
	struct pb_field f;
	uint64_t seen = 0;
	enum wire_result r = WIRE_OK;

	if (in.n < 1 + WIRE_MAC || in.n > WIRE_MAX)
		return WIRE_MALFORMED;
	m.authentic = span_first(in, in.n - WIRE_MAC);
	m.mac = span_from(in, in.n - WIRE_MAC);
	c = cur_of(m.authentic);
	r = get_version(&c, &m.version);
	if (r != WIRE_OK)
		return r;
	while (pb_next(&c, &f))
		if (f.number <= MSG_ADDRESSES && pb_once(&c, &seen, f.number))
			message_field(&c, &f, &m);
	if (!cur_done(&c) || (seen & needed) != needed)
		return WIRE_MALFORMED;
	*out = m;
	return WIRE_OK;
}

static void
prekey_field(struct cur *c, const struct pb_field *f, struct wire_prekey *p,
    struct span *message)
{
	switch (f->number) {
	case PRE_PREKEY_ID:
		p->has_prekey = true;
		p->prekey_id = pb_get_u32(c, f);
		break;
	case PRE_BASE_KEY:
		p->base_key = get_key(c, f);
		break;
	case PRE_IDENTITY_KEY:
		p->identity_key = get_key(c, f);
		break;
	case PRE_MESSAGE:
		*message = pb_get_bytes(c, f, WIRE_MAX);
		break;
	case PRE_REGISTRATION_ID:
		p->registration_id = pb_get_u32(c, f);
		break;
	case PRE_SIGNED_PREKEY_ID:
		p->signed_prekey_id = pb_get_u32(c, f);
		break;
	case PRE_KYBER_ID:
		p->kyber_id = pb_get_u32(c, f);
		break;
	case PRE_KYBER_CT:
		p->kyber_ct = pb_get_bytes(c, f, WIRE_KYBER_CT);
		if (p->kyber_ct.n != WIRE_KYBER_CT || p->kyber_ct.p[0] != 8)
			cur_fail(c);
		break;
	}
}

/* Both of the Kyber fields or none; version 4 cannot do without. */
static bool
kyber_complete(const struct wire_prekey *p, uint64_t seen)
{
	bool id = (seen & BIT(PRE_KYBER_ID)) != 0;
	bool ct = (seen & BIT(PRE_KYBER_CT)) != 0;

	return id == ct && id == (p->version == 4);
}

enum wire_result
wire_prekey_read(struct span in, struct wire_prekey *out)
{
	const uint64_t needed = BIT(PRE_BASE_KEY) | BIT(PRE_IDENTITY_KEY) |
	    BIT(PRE_MESSAGE) | BIT(PRE_SIGNED_PREKEY_ID);
	struct wire_prekey p = { 0 };
	struct cur c = cur_of(in);
	struct span message = { NULL, 0 };
	struct pb_field f;
	uint64_t seen = 0;
	enum wire_result r = WIRE_OK;

	if (in.n > WIRE_MAX)
		return WIRE_MALFORMED;
	r = get_version(&c, &p.version);
	if (r != WIRE_OK)
		return r;
	while (pb_next(&c, &f))
		if (f.number <= PRE_KYBER_CT && pb_once(&c, &seen, f.number))
			prekey_field(&c, &f, &p, &message);
	if (!cur_done(&c) || (seen & needed) != needed ||
	    !kyber_complete(&p, seen))
		return WIRE_MALFORMED;
	p.has_kyber = p.version == 4;
	r = wire_message_read(message, &p.message);
	if (r == WIRE_OK && p.message.version != p.version)
		r = WIRE_MALFORMED;
	if (r == WIRE_OK)
		*out = p;
	return r;
}

void
wire_message_write(struct buf *out, const struct wire_message *m)
{
	buf_byte(out, version_octet(m->version));
	pb_put_bytes(out, MSG_RATCHET_KEY, m->ratchet_key);
	pb_put_uint(out, MSG_COUNTER, m->counter);
	pb_put_uint(out, MSG_PREVIOUS, m->previous);
	pb_put_bytes(out, MSG_CIPHERTEXT, m->ciphertext);
	if (m->pq_ratchet.n > 0)
		pb_put_bytes(out, MSG_PQ_RATCHET, m->pq_ratchet);
	if (m->addresses.n > 0)
		pb_put_bytes(out, MSG_ADDRESSES, m->addresses);
}

void
wire_prekey_write(struct buf *out, const struct wire_prekey *p,
    struct span message)
{
	buf_byte(out, version_octet(p->version));
	if (p->has_prekey)
		pb_put_uint(out, PRE_PREKEY_ID, p->prekey_id);
	pb_put_bytes(out, PRE_BASE_KEY, p->base_key);
	pb_put_bytes(out, PRE_IDENTITY_KEY, p->identity_key);
	pb_put_bytes(out, PRE_MESSAGE, message);
	pb_put_uint(out, PRE_REGISTRATION_ID, p->registration_id);
	pb_put_uint(out, PRE_SIGNED_PREKEY_ID, p->signed_prekey_id);
	if (p->has_kyber) {
		pb_put_uint(out, PRE_KYBER_ID, p->kyber_id);
		pb_put_bytes(out, PRE_KYBER_CT, p->kyber_ct);
	}
}
