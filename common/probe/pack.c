/*
 * A probe as octets, for another process of the same run: integers in network
 * order, everything else counted. See probe.h.
 */
#include "probe/probe.h"

#include "base/cur.h"

static void
put_bits(struct buf *out, const bool *v[], size_t n)
{
	uint16_t bits = 0;

	for (size_t i = 0; i < n; i++)
		bits = (uint16_t)(bits | *v[i] << i);
	buf_u16(out, bits);
}

static void
get_bits(struct cur *c, bool *v[], size_t n)
{
	uint16_t bits = cur_u16(c);

	for (size_t i = 0; i < n; i++)
		*v[i] = bits >> i & 1;
	if (bits >> n != 0)
		cur_fail(c);
}

#define BITS(list) list, sizeof(list) / sizeof(list[0])

/* Which bits there are and in what order, for both ways. */
#define CAPS_BITS(k) { \
	&(k)->known, &(k)->starttls, &(k)->requiretls, &(k)->pipelining, \
	&(k)->smtputf8, &(k)->login, &(k)->logindisabled, &(k)->size_given, \
	&(k)->bares }
#define HAIL_BITS(h) { &(h)->esmtp, &(h)->esmtp_inside, &(h)->preauth }
#define SESSION_BITS(s) { \
	&(s)->ems, &(s)->secure_renegotiation, &(s)->resumed, &(s)->ticket, \
	&(s)->stapled, &(s)->asks_client_cert }
#define PROBE_BITS(p) { &(p)->used_up, &(p)->out_of_time, &(p)->flapping }

/* A value of an enum whose last one is "last"; anything else is an error. */
static unsigned
get_enum(struct cur *c, unsigned last)
{
	unsigned v = cur_u8(c);

	if (v > last)
		cur_fail(c);
	return c->bad ? 0 : v;
}

/* Into a buffer whose ceiling is set. */
static void
get_text(struct cur *c, struct buf *out)
{
	buf_span(out, cur_counted(c));
	if (out->over)
		cur_fail(c);
}

static void
put_caps(struct buf *out, const struct caps *k)
{
	const bool *bits[] = CAPS_BITS(k);

	put_bits(out, BITS(bits));
	buf_u64(out, k->size);
	buf_counted(out, buf_get0(&k->auth));
	buf_counted(out, buf_get0(&k->mangled));
}

static void
get_caps(struct cur *c, struct caps *k)
{
	bool *bits[] = CAPS_BITS(k);

	get_bits(c, BITS(bits));
	k->size = cur_u64(c);
	get_text(c, &k->auth);
	get_text(c, &k->mangled);
}

static void
put_hail(struct buf *out, const struct hail *h)
{
	const bool *bits[] = HAIL_BITS(h);

	buf_byte(out, (unsigned char)h->starttls);
	buf_byte(out, (unsigned char)h->at);
	buf_byte(out, (unsigned char)h->step);
	buf_byte(out, (unsigned char)h->second);
	buf_u32(out, h->signs);
	buf_u32(out, h->notes);
	buf_u32(out, h->code);
	put_bits(out, BITS(bits));
	buf_counted(out, buf_get0(&h->said));
	buf_counted(out, buf_get0(&h->greeting));
	buf_counted(out, buf_get0(&h->name));
	buf_counted(out, buf_get0(&h->leaked));
	buf_u64(out, h->leaked_n);
	put_caps(out, &h->clear);
	put_caps(out, &h->inside);
}

static void
get_hail(struct cur *c, struct hail *h)
{
	bool *bits[] = HAIL_BITS(h);

	h->starttls = get_enum(c, STARTTLS_IMPLICIT);
	h->at = get_enum(c, HAIL_STARTTLS);
	h->step = get_enum(c, STEP_ERROR);
	h->second = get_enum(c, STEP_ERROR);
	h->signs = cur_u32(c);
	h->notes = cur_u32(c);
	h->code = cur_u32(c);
	get_bits(c, BITS(bits));
	get_text(c, &h->said);
	get_text(c, &h->greeting);
	get_text(c, &h->name);
	get_text(c, &h->leaked);
	h->leaked_n = cur_u64(c);
	get_caps(c, &h->clear);
	get_caps(c, &h->inside);
}

static void
put_session(struct buf *out, const struct session *s)
{
	const bool *bits[] = SESSION_BITS(s);

	buf_byte(out, (unsigned char)s->result);
	buf_byte(out, s->alert);
	buf_u16(out, s->version);
	buf_u16(out, s->cipher);
	buf_u16(out, s->group);
	buf_u16(out, s->sigalg);
	put_bits(out, BITS(bits));
	buf_counted(out, span_str(s->why));
	cert_chain_pack(&s->chain, out);
}

static void
get_session(struct cur *c, struct session *s, struct buf *why)
{
	bool *bits[] = SESSION_BITS(s);

	s->result = get_enum(c, SESSION_FAILED);
	s->alert = cur_u8(c);
	s->version = cur_u16(c);
	s->cipher = cur_u16(c);
	s->group = cur_u16(c);
	s->sigalg = cur_u16(c);
	get_bits(c, BITS(bits));
	get_text(c, why);
	if (!cert_chain_unpack(c, &s->chain))
		cur_fail(c);
}

static void
put_offer(struct buf *out, const struct probe *p)
{
	struct buf offer = BUF(TLS_OFFER_PACKED_MAX);

	if (p->enumerated)
		tls_offer_pack(&offer, &p->offer);
	buf_counted(out, buf_get0(&offer));
	buf_free(&offer);
}

static void
get_offer(struct cur *c, struct probe *p)
{
	struct span offer = cur_counted(c);

	p->enumerated = offer.n > 0;
	if (p->enumerated && !tls_offer_unpack(offer, &p->offer))
		cur_fail(c);
}

static void
put_active(struct buf *out, const struct active *a)
{
	buf_byte(out, (unsigned char)a->inject);
	buf_byte(out, (unsigned char)a->lack);
	buf_counted(out, buf_get0(&a->seen));
	for (size_t i = 0; i < MISUSES; i++)
		buf_byte(out, (unsigned char)a->misuse[i]);
	buf_byte(out, (unsigned char)a->alive);
	buf_u32(out, a->connections);
}

static void
get_active(struct cur *c, struct active *a)
{
	a->inject = get_enum(c, INJECT_VULNERABLE);
	a->lack = get_enum(c, LACK_REPLY);
	get_text(c, &a->seen);
	for (size_t i = 0; i < MISUSES; i++)
		a->misuse[i] = get_enum(c, MISUSED_SILENT);
	a->alive = get_enum(c, ALIVE_NO);
	a->connections = cur_u32(c);
}

void
probe_pack(const struct probe *p, struct buf *out)
{
	const bool *bits[] = PROBE_BITS(p);
	struct buf place = BUF(PLACE_NAME_MAX + 64);

	place_pack(&p->place, &place);
	buf_counted(out, buf_get0(&place));
	buf_free(&place);
	buf_byte(out, (unsigned char)p->reach);
	buf_byte(out, (unsigned char)p->dial);
	put_hail(out, &p->hail);
	put_session(out, &p->session);
	buf_byte(out, (unsigned char)p->chain.result);
	buf_byte(out, (unsigned char)p->chain.but_for_dates);
	buf_u32(out, (uint32_t)p->chain.depth);
	buf_counted(out, span_str(p->chain.detail));
	buf_u32(out, p->connections);
	put_bits(out, BITS(bits));
	put_offer(out, p);
	buf_byte(out, (unsigned char)p->resumes);
	buf_byte(out, (unsigned char)p->early_data);
	buf_byte(out, (unsigned char)p->mail_in_clear);
	buf_byte(out, (unsigned char)p->renegotiates);
	buf_u32(out, p->renegotiations);
	put_active(out, &p->active);
	buf_counted(out, buf_get0(&p->transcript));
}

bool
probe_peek(struct span in, enum service *service, enum probe_reach *reach,
    enum dial_result *dial)
{
	struct cur c = cur_of(in);
	struct probe_place place;

	if (!place_unpack(cur_counted(&c), &place))
		return false;
	*service = place.service;
	*reach = get_enum(&c, PROBE_TLS);
	*dial = get_enum(&c, DIAL_FAILED);
	return !c.bad;
}

bool
probe_unpack(struct span in, struct probe *out)
{
	struct cur c = cur_of(in);
	bool *bits[] = PROBE_BITS(out);

	probe_init(out);
	if (!place_unpack(cur_counted(&c), &out->place))
		cur_fail(&c);
	out->reach = get_enum(&c, PROBE_TLS);
	out->dial = get_enum(&c, DIAL_FAILED);
	get_hail(&c, &out->hail);
	get_session(&c, &out->session, &out->why);
	out->chain.result = get_enum(&c, CHAIN_UNKNOWN);
	out->chain.but_for_dates = get_enum(&c, CHAIN_UNKNOWN);
	out->chain.depth = cur_u32(&c);
	get_text(&c, &out->chain_detail);
	out->connections = cur_u32(&c);
	get_bits(&c, BITS(bits));
	get_offer(&c, out);
	out->resumes = get_enum(&c, TLS_YES);
	out->early_data = get_enum(&c, TLS_YES);
	out->mail_in_clear = get_enum(&c, SMTP_AUTH_NEEDED);
	out->renegotiates = get_enum(&c, TLS_YES);
	out->renegotiations = cur_u32(&c);
	get_active(&c, &out->active);
	get_text(&c, &out->transcript);
	if (cur_done(&c))
		return true;
	probe_free(out);
	return false;
}
