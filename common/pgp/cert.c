/* Reading transferable keys; see cert.h. */
#include "pgp/cert.h"

#include <stdlib.h>

#include "base/vec.h"
#include "pgp/armor.h"
#include "pgp/packet.h"

struct reader {
	struct certs *out;
	bool secret;
	size_t parts;		/* of all certificates */
	/* packets of a key that is not understood are passed over */
	enum { NO_KEY, IN_KEY, IN_COMPONENT, PASSED_OVER } state;
	const char *why;
	const char *passed;	/* why the last key was passed over */
};

static enum pgp_result
refuse(struct reader *r, const char *why)
{
	r->why = why;
	return PGP_BAD;
}

static struct cert *
current(struct reader *r)
{
	return &r->out->v[r->out->n - 1];
}

/* A part of the current certificate. */
static enum pgp_result
add_part(struct reader *r, const struct component *v)
{
	struct cert *c = current(r);

	if (c->n == CERT_PARTS_MAX || r->parts == CERT_FILE_PARTS_MAX) {
		r->why = "more user IDs and subkeys than allowed";
		return PGP_LIMIT;
	}
	r->parts++;
	r->state = IN_COMPONENT;
	*VEC_PUSH(c) = *v;
	return PGP_OK;
}

/* What of it key_read does not support. */
static const char *
key_passed_over(struct span body)
{
	return body.p[0] == 4 || body.p[0] == 6 ? algo_pk_refusal(0) :
	    algo_version_refusal(body.p[0]);
}

static enum pgp_result
primary(struct reader *r, const struct packet *p, struct span body)
{
	struct pgp_key key;
	bool secret = p->tag == TAG_SECRET_KEY;
	enum pgp_result result = PGP_OK;

	if (secret && !r->secret)
		return refuse(r, "a secret key where certificates belong");
	if (!secret && r->secret)
		return refuse(r, "a certificate where secret keys belong");
	result = key_read(body, secret, false, &key);
	if (result == PGP_BAD)
		return refuse(r, "a malformed key");
	r->state = PASSED_OVER;
	if (result != PGP_OK) {
		r->passed = key_passed_over(body);
		return PGP_OK;
	}
	if (r->out->n == CERT_FILE_CERTS_MAX) {
		r->why = "more certificates than allowed";
		return PGP_LIMIT;
	}
	VEC_PUSH(r->out)->file = r->out->file;
	return add_part(r, &(struct component){ .kind = COMPONENT_PRIMARY,
	    .key = key });
}

static enum pgp_result
subkey(struct reader *r, const struct packet *p, struct span body)
{
	struct pgp_key key;
	bool secret = p->tag == TAG_SECRET_SUBKEY;
	enum pgp_result result = key_read(body, secret, true, &key);

	if (result == PGP_BAD || (secret && !r->secret))
		return refuse(r, "a malformed subkey");
	/* section 5.5.2: a subkey's version is its primary key's */
	if (result == PGP_OK &&
	    key.version != cert_primary(current(r))->version)
		result = PGP_UNSUPPORTED;
	r->state = IN_KEY;
	return result != PGP_OK ? PGP_OK : add_part(r, &(struct component){
	    .kind = COMPONENT_SUBKEY, .key = key });
}

static enum pgp_result
user(struct reader *r, const struct packet *p, struct span body)
{
	if (p->tag == TAG_USER_ID && body.n > USER_ID_MAX)
		return refuse(r, "a user ID longer than allowed");
	return add_part(r, &(struct component){
	    .kind = p->tag == TAG_USER_ID ? COMPONENT_USER_ID :
	    COMPONENT_ATTRIBUTE, .id = body });
}

/* Of the primary key itself, in both versions that are read. */
static bool
revokes_key(struct span body)
{
	return body.n > 1 && (body.p[0] == 4 || body.p[0] == 6) &&
	    body.p[1] == SIG_KEY_REVOCATION;
}

/*
 * A revocation of the key counts wherever it stands: behind the last subkey,
 * where who has just got it may have put it, too.
 */
static void
signature(struct reader *r, struct span body)
{
	struct cert *c = current(r);

	if (body.n > SIG_BODY_MAX)
		return;
	if (revokes_key(body))
		*VEC_PUSH(&c->v[0].sigs) = body;
	/* one of a subkey that was passed over has nobody to belong to */
	else if (r->state == IN_COMPONENT)
		*VEC_PUSH(&c->v[c->n - 1].sigs) = body;
}

static enum pgp_result
one_packet(struct reader *r, const struct packet *p, struct span body)
{
	if (p->tag == TAG_PUBLIC_KEY || p->tag == TAG_SECRET_KEY)
		return primary(r, p, body);
	if (packet_ignored(p->tag) || p->tag == TAG_TRUST)
		return PGP_OK;
	if (r->state == NO_KEY)
		return refuse(r, "these are not keys");
	if (r->state == PASSED_OVER)
		return PGP_OK;
	switch (p->tag) {
	case TAG_PUBLIC_SUBKEY:
	case TAG_SECRET_SUBKEY:
		return subkey(r, p, body);
	case TAG_USER_ID:
	case TAG_USER_ATTRIBUTE:
		return user(r, p, body);
	case TAG_SIGNATURE:
		signature(r, body);
		return PGP_OK;
	default:
		return refuse(r, "a packet that does not belong to keys");
	}
}

static enum pgp_result
all_packets(struct reader *r)
{
	struct pgp_error e = { PGP_OK, NULL };
	struct in in;
	struct packet p;
	enum pgp_result result = PGP_OK;

	in_of_span(&in, buf_get0(&r->out->raw), &e);
	while (result == PGP_OK && packet_next(&in, &p)) {
		/* in one piece, since the reader's window is all of it */
		struct span body = packet_piece(&p, SIZE_MAX);

		if (p.left > 0)
			pgp_fail(&e, PGP_BAD, "a packet is cut short");
		if (e.result == PGP_OK)
			result = one_packet(r, &p, body);
	}
	if (e.result != PGP_OK) {
		r->why = e.why;
		return e.result;
	}
	if (result == PGP_OK && r->out->n == 0) {
		r->why = r->passed != NULL ? r->passed : "there is no key";
		return r->passed != NULL ? PGP_UNSUPPORTED : PGP_BAD;
	}
	return result;
}

enum pgp_result
certs_read(struct in *in, bool secret, struct certs *out, const char **why)
{
	struct reader r = { .out = out, .secret = secret };
	struct armor armor;
	struct in plain;
	struct span s = { NULL, 0 };
	enum pgp_result result = PGP_OK;

	armor_open(&armor, in, true, &plain);
	for (s = in_peek(&plain, 1); s.n > 0; s = in_peek(&plain, 1)) {
		buf_span(&out->raw, s);
		in_skip(&plain, s.n);
	}
	if (out->raw.over)
		pgp_fail(in->error, PGP_LIMIT, "the file is too long");
	result = in->error->result;
	r.why = in->error->why;
	if (result == PGP_OK)
		result = all_packets(&r);
	in_free(&plain);
	*why = r.why;
	return result;
}

static void
close_component(struct component *v)
{
	key_close(&v->key);
	free(v->sigs.v);
	free(v->seen);
}

void
cert_drop(struct cert *c, size_t i)
{
	close_component(&c->v[i]);
	c->n--;
	memmove(c->v + i, c->v + i + 1, (c->n - i) * sizeof(*c->v));
}

void
cert_close(struct cert *c)
{
	for (size_t i = 0; i < c->n; i++)
		close_component(&c->v[i]);
	free(c->v);
	c->v = NULL;
	c->n = c->cap = 0;
}

void
certs_free(struct certs *c)
{
	for (size_t i = 0; i < c->n; i++)
		cert_close(&c->v[i]);
	free(c->v);
	buf_free_wipe(&c->raw);
	*c = CERTS;
}

static bool
is_local(struct span body)
{
	struct sig s;

	return sig_read(body, &s) == PGP_OK && s.not_exportable;
}

static void
write_component(const struct component *v, struct buf *out)
{
	static const unsigned tags[] = {
		[COMPONENT_PRIMARY] = TAG_PUBLIC_KEY,
		[COMPONENT_USER_ID] = TAG_USER_ID,
		[COMPONENT_ATTRIBUTE] = TAG_USER_ATTRIBUTE,
		[COMPONENT_SUBKEY] = TAG_PUBLIC_SUBKEY,
	};

	packet_write(out, tags[v->kind], component_is_key(v) ? v->key.pub :
	    v->id);
	for (size_t j = 0; j < v->sigs.n; j++)
		if (!is_local(v->sigs.v[j]))
			packet_write(out, TAG_SIGNATURE, v->sigs.v[j]);
}

void
cert_write_public(const struct cert *c, struct buf *out)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].kind != COMPONENT_SUBKEY)
			write_component(&c->v[i], out);
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].kind == COMPONENT_SUBKEY)
			write_component(&c->v[i], out);
}

bool
user_id_has_addr(struct span id, struct span addr)
{
	size_t from = span_rchr(id, '<'), to = span_rchr(id, '>');

	if (from < id.n && to + 1 == id.n && from < to)
		id = span_first(span_from(id, from + 1), to - from - 1);
	return addr.n > 0 && span_ieq(id, addr);
}
