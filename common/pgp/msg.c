/* The grammar of messages; see msg.h. */
#include "pgp/msg.h"

#include <stdlib.h>

#include "base/vec.h"
#include "pgp/inflate.h"

enum { ONE_PASS_MAX = 128, LITERAL_HEAD_MAX = 1 + 1 + 255 + 4 };

static void message(struct pgp_msg *m, struct in *in);

static void
bad(struct pgp_msg *m, const char *why)
{
	pgp_fail(m->error, PGP_BAD, why);
}

/* The next packet that is not to be ignored; false at the end. */
static bool
next(struct in *in, struct packet *p)
{
	while (packet_next(in, p)) {
		if (!packet_ignored(p->tag))
			return true;
		packet_skip(p);
	}
	return false;
}

/* Section 5.4. What is not known still pairs with a signature. */
static void
one_pass_read(struct one_pass *o, struct span body)
{
	struct cur c = cur_of(body);
	struct span salt = { NULL, 0 }, id = { NULL, 0 };
	unsigned nested = 0;

	*o = (struct one_pass){ .version = cur_u8(&c), .at = -1 };
	if (o->version != 3 && o->version != 6)
		return;
	o->type = cur_u8(&c);
	o->hash = cur_u8(&c);
	o->pk = cur_u8(&c);
	if (o->version == 6)
		salt = cur_take(&c, cur_u8(&c));
	id = cur_take(&c, o->version == 6 ? 32 : 8);
	nested = cur_u8(&c);
	if (!cur_done(&c) || nested > 1 || salt.n > sizeof(o->salt))
		return;
	memcpy(o->id, id.p, id.n);
	o->id_n = id.n;
	if (salt.n > 0)
		memcpy(o->salt, salt.p, salt.n);
	o->salt_n = salt.n;
	o->known = true;
}

static void
one_pass(struct pgp_msg *m, struct packet *p)
{
	struct one_pass *o = &m->pending[m->pending_n];
	struct buf body = BUF(ONE_PASS_MAX);

	if (m->pending_n == HASHER_MAX) {
		bad(m, "too many one-pass signatures");
	} else if (packet_body(p, ONE_PASS_MAX, &body)) {
		one_pass_read(o, buf_get0(&body));
		if (o->known)
			o->at = hasher_want(&m->hasher, o->hash, o->type,
			    span_of(o->salt, o->salt_n));
		m->pending_n++;
	}
	buf_free(&body);
}

/* Section 5.4: the two say the same, or the signature does not count. */
static bool
matches(const struct one_pass *o, const struct sig *s)
{
	struct span id = span_of(o->id, o->id_n);

	if (!o->known || s->version != (o->version == 3 ? 4 : 6) ||
	    o->type != s->type || o->hash != s->hash || o->pk != s->pk ||
	    !span_eq(span_of(o->salt, o->salt_n), s->salt))
		return false;
	if (o->version == 6)
		return s->issuer_fpr.n == 0 || span_eq(s->issuer_fpr, id);
	return s->issuer_id.n == 0 || span_eq(s->issuer_id, id);
}

/* The signature that ends the innermost one-pass signature. */
static void
closing_signature(struct pgp_msg *m, struct packet *p)
{
	struct buf body = BUF(SIG_BODY_MAX);
	const struct one_pass *o = &m->pending[--m->pending_n];
	struct signature *s = NULL;

	if (packet_body(p, SIG_BODY_MAX, &body)) {
		if (!signatures_add(&m->sigs, buf_get0(&body), &m->hasher,
		    o->at >= 0 ? o->at : 0)) {
			bad(m, "too many signatures");
		} else {
			s = &m->sigs.v[m->sigs.n - 1];
			if (s->why == NULL && o->at < 0)
				s->why = "its hash is not supported";
			if (s->why == NULL && !matches(o, &s->sig))
				s->why = "it does not fit its one-pass "
				    "signature";
		}
	}
	buf_free(&body);
}

/* The older form: the signature stands in front of what it signs. */
static void
leading_signature(struct pgp_msg *m, struct packet *p)
{
	struct buf body = BUF(SIG_BODY_MAX);

	if (packet_body(p, SIG_BODY_MAX, &body) && !signatures_add(&m->sigs,
	    buf_get0(&body), &m->hasher, -1))
		bad(m, "too many signatures");
	buf_free(&body);
}

/* Section 5.9: format, name and date are not signed, and so not looked at. */
static bool
literal_head(struct pgp_msg *m, struct packet *p)
{
	struct buf head = BUF(LITERAL_HEAD_MAX);
	size_t want = 2;
	unsigned format = 0;

	while (head.n < want) {
		struct span s = packet_piece(p, want - head.n);

		if (s.n == 0)
			break;
		buf_span(&head, s);
		if (head.n == 2)
			want = 2 + (size_t)head.p[1] + 4;
	}
	if (head.n < want || head.n < 2)
		bad(m, "a literal packet without its head");
	else
		format = head.p[0];
	if (format != 'b' && format != 't' && format != 'u')
		bad(m, "a literal packet of an unknown format");
	buf_free(&head);
	return m->error->result == PGP_OK;
}

static void
literal(struct pgp_msg *m, struct packet *p)
{
	struct span s = { NULL, 0 };

	m->literal = true;
	if (!literal_head(m, p))
		return;
	for (s = packet_piece(p, SIZE_MAX); s.n > 0;
	    s = packet_piece(p, SIZE_MAX)) {
		hasher_add(&m->hasher, s);
		m->data(m->arg, s);
	}
}

static void
compressed(struct pgp_msg *m, struct packet *p)
{
	struct in in;
	struct inflate *z = NULL, *outer = m->inflating;

	if (m->depth == MSG_DEPTH_MAX) {
		pgp_fail(m->error, PGP_LIMIT,
		    "compressed data is nested too deeply");
		return;
	}
	m->depth++;
	z = inflate_open(p, outer, m->inflate_max > 0 ? m->inflate_max :
	    INFLATE_MAX, m->encrypted, &in);
	m->inflating = z;
	message(m, &in);
	in_free(&in);
	inflate_close(z);
	m->inflating = outer;
	m->depth--;
}

static void
esk(struct pgp_msg *m, struct esks *esks, struct packet *p)
{
	struct esk *e = NULL;

	if (esks->n == MSG_ESK_MAX) {
		pgp_fail(m->error, PGP_LIMIT, "too many recipients");
		return;
	}
	e = VEC_PUSH(esks);
	e->passphrase = p->tag == TAG_SKESK;
	e->body = BUF(ESK_MAX);
	packet_body(p, ESK_MAX, &e->body);
}

static void
esks_free(struct esks *esks)
{
	for (size_t i = 0; i < esks->n; i++)
		buf_free(&esks->v[i].body);
	free(esks->v);
}

/*
 * What is inside is read to its end whatever it is, so that a change of the
 * ciphertext is told apart by nothing but its own check.
 */
static void
decrypt(struct pgp_msg *m, const struct esks *esks, struct packet *p)
{
	struct in in;
	struct pgp_error first = { PGP_OK, NULL };

	m->encrypted = true;
	if (!m->decrypt(m->keys, esks, p, &in))
		return;
	message(m, &in);
	first = *m->error;
	if (first.result == PGP_BAD || first.result == PGP_LIMIT ||
	    first.result == PGP_UNSUPPORTED) {
		*m->error = (struct pgp_error){ PGP_OK, NULL };
		for (struct span s = in_peek(&in, 1); s.n > 0;
		    s = in_peek(&in, 1))
			in_skip(&in, s.n);
		/* not authentic: then nothing that was seen in it counts */
		if (m->error->result != PGP_FORGED)
			*m->error = first;
	}
	in_free(&in);
	m->closed(m->keys);
}

/* From the first ESK, or the encrypted packet itself. */
static void
encrypted(struct pgp_msg *m, struct in *in, struct packet *p)
{
	struct esks esks = { .n = 0 };
	bool more = true;

	if (m->decrypt == NULL || m->encrypted) {
		bad(m, "encryption where none is expected");
		return;
	}
	while (more && (p->tag == TAG_PKESK || p->tag == TAG_SKESK)) {
		esk(m, &esks, p);
		more = next(in, p);
	}
	if (!more)
		bad(m, "encrypted data is missing");
	else if (p->tag == TAG_SED)
		pgp_fail(m->error, PGP_UNSUPPORTED,
		    "data without any protection against changes");
	else if (p->tag != TAG_SEIPD && p->tag != TAG_AEAD)
		bad(m, "a packet between keys and encrypted data");
	else
		decrypt(m, &esks, p);
	esks_free(&esks);
}

/* One of the four kinds; signatures in front and behind are message()'s. */
static void
content(struct pgp_msg *m, struct in *in, struct packet *p)
{
	switch (p->tag) {
	case TAG_LITERAL:
		literal(m, p);
		break;
	case TAG_COMPRESSED:
		compressed(m, p);
		break;
	case TAG_PKESK:
	case TAG_SKESK:
	case TAG_SED:
	case TAG_SEIPD:
	case TAG_AEAD:
		encrypted(m, in, p);
		break;
	default:
		bad(m, "a packet that does not belong to a message");
	}
}

static void
message(struct pgp_msg *m, struct in *in)
{
	struct packet p = { 0 };
	size_t before = m->pending_n;
	bool more = next(in, &p);

	while (more && (p.tag == TAG_ONE_PASS || p.tag == TAG_SIGNATURE)) {
		if (p.tag == TAG_ONE_PASS)
			one_pass(m, &p);
		else
			leading_signature(m, &p);
		more = next(in, &p);
	}
	if (!more) {
		bad(m, "there is no message");
		return;
	}
	content(m, in, &p);
	while (m->error->result == PGP_OK && m->pending_n > before) {
		if (!next(in, &p) || p.tag != TAG_SIGNATURE)
			bad(m, "a signature is missing at the end");
		else
			closing_signature(m, &p);
	}
	if (m->error->result == PGP_OK && next(in, &p))
		bad(m, "something stands behind the message");
}

void
pgp_msg_read(struct pgp_msg *m, struct in *in)
{
	m->error = in->error;
	message(m, in);
}

void
pgp_msg_free(struct pgp_msg *m)
{
	hasher_free(&m->hasher);
	signatures_free(&m->sigs);
}
