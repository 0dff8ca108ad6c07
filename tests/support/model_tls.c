/* A TLS server as a model; see model_tls.h. */
#include "model_tls.h"

#include <string.h>

#include "base/cur.h"
#include "tls/names.h"

enum {
	FAILURE = 40, PROTOCOL_VERSION = 70, FALLBACK = 86, MISSING = 109,
	ANSWER_MAX = 65536,
};

/* close_notify, in a record */
#define BYE "\x15\x03\x03\x00\x02\x01\x00"

struct heard {
	uint16_t version;
	struct tls_codes suites, groups, schemes;
	bool deflate, renegotiation, ems, ticket, fallback, share;
};

struct model
model_new(void)
{
	struct model m = { .budget = MODEL_FOREVER,
		.closes_after = MODEL_FOREVER, .silent_after = MODEL_FOREVER };

	return m;
}

static void
codes_of(struct span list, struct tls_codes *out)
{
	struct cur c = cur_of(list);

	while (cur_left(&c).n > 1)
		tls_codes_add(out, cur_u16(&c));
}

static void
hear_extension(struct heard *h, uint16_t type, struct span body)
{
	struct cur c = cur_of(body);

	if (type == 10)
		codes_of(span_from(body, 2), &h->groups);
	else if (type == 13)
		codes_of(span_from(body, 2), &h->schemes);
	else if (type == 23)
		h->ems = true;
	else if (type == 35)
		h->ticket = true;
	else if (type == 43 && cur_u8(&c) == 2)
		h->version = cur_u16(&c);
	else if (type == 51)
		h->share = cur_u16(&c) > 0;
	else if (type == 0xff01)
		h->renegotiation = true;
}

static bool
hear_ssl2(struct cur *c, struct heard *h)
{
	size_t specs = 0;

	h->version = cur_u16(c);
	specs = cur_u16(c);
	cur_u16(c);
	cur_u16(c);
	for (size_t i = 0; i < specs / 3; i++) {
		uint32_t high = cur_u8(c);

		tls_codes_add(&h->suites, high << 16 | cur_u16(c));
	}
	return cur_take(c, 16).n == 16 && cur_done(c);
}

static bool
hear_tls(struct cur *c, struct heard *h)
{
	struct span methods = { NULL, 0 };

	cur_take(c, 2);		/* the record's version */
	if (cur_u16(c) != cur_left(c).n || cur_u8(c) != 1)
		return false;
	cur_u8(c);
	if (cur_u16(c) != cur_left(c).n)
		return false;
	h->version = cur_u16(c);
	cur_take(c, 32);
	cur_take(c, cur_u8(c));
	codes_of(cur_take(c, cur_u16(c)), &h->suites);
	methods = cur_take(c, cur_u8(c));
	h->deflate = methods.n > 1 && methods.p[0] == 1;
	if (cur_left(c).n > 0 && cur_u16(c) != cur_left(c).n)
		return false;
	while (!c->bad && cur_left(c).n > 0) {
		uint16_t type = cur_u16(c);

		hear_extension(h, type, cur_take(c, cur_u16(c)));
	}
	h->renegotiation |= tls_codes_has(&h->suites, 0x00ff);
	h->fallback = tls_codes_has(&h->suites, 0x5600);
	return cur_done(c);
}

static void
put_record(struct buf *out, uint8_t type, struct span fragment)
{
	buf_byte(out, type);
	buf_u16(out, TLS_1_2);
	buf_u16(out, (uint16_t)fragment.n);
	buf_span(out, fragment);
}

static void
put_message(struct buf *out, uint8_t type, const struct buf *body)
{
	struct buf message = BUF(ANSWER_MAX);

	buf_byte(&message, type);
	buf_byte(&message, 0);
	buf_u16(&message, (uint16_t)body->n);
	buf_span(&message, buf_get0(body));
	put_record(out, 22, buf_get0(&message));
	buf_free(&message);
}

static bool
refuse(const struct model *m, uint8_t alert, struct buf *out)
{
	unsigned char octets[2] = { 2, alert };

	if (alert == PROTOCOL_VERSION && m->plain_refusal)
		octets[1] = FAILURE;
	if (m->closes && !m->says_bye)
		return false;
	if (m->closes)
		memcpy(octets, "\x01\x00", 2);
	put_record(out, 21, span_of(octets, 2));
	return true;
}

static const uint32_t *
first_common(const struct tls_codes *a, const struct tls_codes *b)
{
	for (size_t i = 0; i < a->n; i++)
		if (tls_codes_has(b, a->v[i]))
			return &a->v[i];
	return NULL;
}

/* The scheme that this suite's key signs with; NULL when there is none. */
static const uint32_t *
scheme_for(const struct model *m, const struct heard *h, enum tls_auth auth)
{
	static uint32_t one;

	if (m->one_scheme != 0) {
		one = m->one_scheme;
		return &one;
	}
	for (size_t i = 0; i < m->schemes.n; i++) {
		const struct tls_scheme *s =
		    tls_scheme((uint16_t)m->schemes.v[i]);
		bool rsa = s->key == TLS_KEY_RSA || s->key == TLS_KEY_RSA_PSS;

		if (tls_codes_has(&h->schemes, s->code) &&
		    (h->version < TLS_1_3 || s->in13) &&
		    (auth == TLS_AUTH_ANY || rsa == (auth == TLS_AUTH_RSA)))
			return &m->schemes.v[i];
	}
	return NULL;
}

/* Whether the suite can be used at all with what the client offers. */
static bool
usable(const struct model *m, const struct heard *h, uint32_t code)
{
	const struct tls_suite *s = tls_suite(code);

	if (!tls_suite_fits(s, h->version) || !tls_codes_has(&h->suites, code))
		return false;
	if (h->version == TLS_SSL2 || h->version == TLS_1_3)
		return true;
	if (s->kx == TLS_KX_ECDHE && h->version > TLS_SSL3 &&
	    first_common(&m->groups, &h->groups) == NULL)
		return false;
	if (s->auth == TLS_AUTH_ECDSA && m->ec_curve != 0 &&
	    !tls_codes_has(&h->groups, m->ec_curve))
		return false;
	return h->version < TLS_1_2 || s->auth == TLS_AUTH_anon ||
	    (s->kx != TLS_KX_ECDHE && s->kx != TLS_KX_DHE) ||
	    scheme_for(m, h, s->auth) != NULL;
}

static bool
is_chacha(uint32_t code)
{
	const struct tls_suite *s = tls_suite(code);

	return s != NULL && strcmp(s->cipher, "CHACHA20_POLY1305") == 0;
}

static uint32_t
pick(const struct model *m, const struct heard *h)
{
	const struct tls_codes *by = m->own_order ? &m->suites : &h->suites;
	const struct tls_codes *other = m->own_order ? &h->suites : &m->suites;

	if (m->chacha_first && is_chacha(h->suites.v[0]) &&
	    tls_codes_has(&m->suites, h->suites.v[0]) &&
	    usable(m, h, h->suites.v[0]))
		return h->suites.v[0];
	for (size_t i = 0; i < by->n; i++)
		if (tls_codes_has(other, by->v[i]) && usable(m, h, by->v[i]))
			return by->v[i];
	return 0;
}

static void
put_random(const struct model *m, const struct heard *h, struct buf *out)
{
	unsigned char random[32] = { 7 };
	static const char sentinel[] = "DOWNGRD";

	if (m->sentinel && m->version[tls_version_index(TLS_1_3)]) {
		memcpy(random + 24, sentinel, 7);
		random[31] = h->version == TLS_1_2;
	}
	buf_add(out, random, sizeof(random));
}

static void
put_extension(struct buf *out, uint16_t type, struct span body)
{
	buf_u16(out, type);
	buf_u16(out, (uint16_t)body.n);
	buf_span(out, body);
}

static void
put_hello(const struct model *m, const struct heard *h, uint32_t suite,
    struct buf *out)
{
	struct buf body = BUF(ANSWER_MAX), extensions = BUF(ANSWER_MAX);

	buf_u16(&body, h->version);
	put_random(m, h, &body);
	buf_byte(&body, 0);
	buf_u16(&body, (uint16_t)suite);
	buf_byte(&body, m->deflate && h->deflate);
	if (m->renegotiation && h->renegotiation)
		put_extension(&extensions, 0xff01, SPAN("\x00"));
	if (m->ems && h->ems)
		put_extension(&extensions, 23, SPAN(""));
	if (m->ticket && h->ticket)
		put_extension(&extensions, 35, SPAN(""));
	if (extensions.n > 0) {
		buf_u16(&body, (uint16_t)extensions.n);
		buf_span(&body, buf_get0(&extensions));
	}
	put_message(out, 2, &body);
	buf_free(&body);
	buf_free(&extensions);
}

/* A HelloRetryRequest. */
static bool
retry(const struct model *m, const struct heard *h, struct buf *out)
{
	static const char random[] =
	    "\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91"
	    "\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c";
	const uint32_t *group = first_common(&m->groups, &h->groups);
	uint32_t suite = pick(m, h);
	struct buf body = BUF(ANSWER_MAX);

	if (m->wants_share && !h->share)
		return refuse(m, MISSING, out);
	if (suite == 0 || group == NULL || (!m->hides_schemes &&
	    scheme_for(m, h, TLS_AUTH_ANY) == NULL))
		return refuse(m, FAILURE, out);
	buf_u16(&body, TLS_1_2);
	buf_add(&body, random, 32);
	buf_byte(&body, 0);
	buf_u16(&body, (uint16_t)suite);
	buf_byte(&body, 0);
	buf_u16(&body, 12);
	put_extension(&body, 43, SPAN("\x03\x04"));
	buf_u16(&body, 51);
	buf_u16(&body, 2);
	buf_u16(&body, (uint16_t)*group);
	put_message(out, 2, &body);
	buf_free(&body);
	return true;
}

static void
put_certificate(const struct tls_suite *s, struct buf *out)
{
	struct buf body = BUF(ANSWER_MAX);

	/* one certificate of three octets, different by kind */
	buf_add(&body, "\0\0\x06\0\0\x03\x30\x01", 8);
	buf_byte(&body, (unsigned char)s->auth);
	put_message(out, 11, &body);
	buf_free(&body);
}

static void
put_dh(const struct model *m, struct buf *out)
{
	size_t n = m->dh_octets > 0 ? m->dh_octets : 256;

	buf_u16(out, (uint16_t)n);
	for (size_t i = 0; i < n; i++)
		buf_byte(out, 0xff);
	buf_add(out, "\0\x01\x02", 3);		/* the generator */
	buf_add(out, "\0\x01\x05", 3);		/* the public number */
}

static void
put_key_exchange(const struct model *m, const struct heard *h,
    const struct tls_suite *s, struct buf *out)
{
	struct buf body = BUF(ANSWER_MAX);
	const uint32_t *group = m->own_order ?
	    first_common(&m->groups, &h->groups) :
	    first_common(&h->groups, &m->groups);

	if (s->kx == TLS_KX_DHE) {
		put_dh(m, &body);
	} else {
		buf_byte(&body, 3);
		buf_u16(&body, group != NULL ? (uint16_t)*group :
		    TLS_GROUP_SECP256R1);
		buf_add(&body, "\x01\x04", 2);
	}
	if (s->auth != TLS_AUTH_anon) {
		if (h->version == TLS_1_2)
			buf_u16(&body,
			    (uint16_t)*scheme_for(m, h, s->auth));
		buf_add(&body, "\0\x02\x01\x02", 4);
	}
	put_message(out, 12, &body);
	buf_free(&body);
}

static bool
flight(const struct model *m, const struct heard *h, struct buf *out)
{
	uint32_t suite = pick(m, h);
	const struct tls_suite *s = tls_suite(suite);
	struct buf nothing = BUF(0);

	if (suite == 0)
		return refuse(m, FAILURE, out);
	put_hello(m, h, suite, out);
	if (s->auth != TLS_AUTH_anon)
		put_certificate(s, out);
	if (s->kx == TLS_KX_DHE || s->kx == TLS_KX_ECDHE)
		put_key_exchange(m, h, s, out);
	put_message(out, 14, &nothing);
	return true;
}

static bool
ssl2(const struct model *m, struct buf *out)
{
	struct buf kinds = BUF(ANSWER_MAX);

	if (!m->version[0])
		return refuse(m, PROTOCOL_VERSION, out);
	for (size_t i = 0; i < m->suites.n; i++)
		if (m->suites.v[i] > 0xffff) {
			buf_byte(&kinds, (unsigned char)(m->suites.v[i] >> 16));
			buf_u16(&kinds, (uint16_t)m->suites.v[i]);
		}
	buf_u16(out, (uint16_t)(0x8000 | (11 + 3 + kinds.n + 16)));
	buf_add(out, "\x04\0\x01\0\x02\0\x03", 7);
	buf_u16(out, (uint16_t)kinds.n);
	buf_u16(out, 16);
	buf_add(out, "\x30\x01\x00", 3);
	buf_span(out, buf_get0(&kinds));
	buf_add(out, "0123456789abcdef", 16);
	buf_free(&kinds);
	return true;
}

/* RFC 7507 section 3. */
static bool
is_fallback(const struct model *m, const struct heard *h)
{
	size_t v = tls_version_index(h->version);

	for (size_t i = v + 1; i < TLS_VERSIONS; i++)
		if (m->version[i])
			return m->scsv && h->fallback;
	return false;
}

bool
model_answer(const struct model *m, struct span hello, struct buf *out)
{
	struct heard h = { 0 };
	struct cur c = cur_of(hello);
	uint8_t first = cur_u8(&c);

	if ((first & 0x80) != 0) {
		cur_u8(&c);
		return cur_u8(&c) == 1 && hear_ssl2(&c, &h) && ssl2(m, out);
	}
	if (first != 22 || !hear_tls(&c, &h))
		return false;
	if (is_fallback(m, &h))
		return refuse(m, FALLBACK, out);
	while (m->lower && h.version > TLS_SSL3 && h.version < TLS_1_3 &&
	    !m->version[tls_version_index(h.version)])
		h.version--;
	if (!m->version[tls_version_index(h.version)])
		return refuse(m, PROTOCOL_VERSION, out);
	return h.version == TLS_1_3 ? retry(m, &h, out) : flight(m, &h, out);
}

static enum tls_link
feed(const struct model *m, struct span answer, struct tls_flight *f)
{
	size_t piece = m->piece > 0 ? m->piece : answer.n;

	while (answer.n > 0) {
		tls_flight_feed(f, span_first(answer, piece));
		answer = span_from(answer, piece);
	}
	return f->state == FLIGHT_MORE ? TLS_LINK_CLOSED : TLS_LINK_ANSWERED;
}

static void
note_length(struct model *m, struct span hello)
{
	struct heard h = { 0 };
	struct cur c = cur_of(hello);

	if (cur_u8(&c) == 22 && hear_tls(&c, &h) && h.suites.n > m->longest)
		m->longest = h.suites.n;
}

static bool
is_mute(const struct model *m, struct span hello)
{
	struct heard h = { 0 };
	struct cur c = cur_of(hello);

	if (m->mute_below == 0)
		return false;
	return cur_u8(&c) != 22 || (hear_tls(&c, &h) &&
	    h.version < m->mute_below);
}

void
model_ask(void *arg, struct tls_question *q, size_t n)
{
	struct model *m = arg;

	for (size_t i = 0; i < n; i++) {
		struct buf out = BUF(ANSWER_MAX);

		if (m->budget == m->asked)
			return;
		note_length(m, q[i].hello);
		if (is_mute(m, q[i].hello) ||
		    (m->silent_after >= 0 && m->asked >= m->silent_after))
			q[i].link = TLS_LINK_TIMEOUT;
		else if (m->closes_after >= 0 && m->asked >= m->closes_after)
			q[i].link = m->says_bye ? feed(m, SPAN(BYE),
			    &q[i].flight) : TLS_LINK_CLOSED;
		else if (!model_answer(m, q[i].hello, &out))
			q[i].link = TLS_LINK_CLOSED;
		else
			q[i].link = feed(m, buf_get0(&out), &q[i].flight);
		m->asked++;
		buf_free(&out);
	}
}
