/* Sealed messages, and who certifies senders; see talk.h. */
#include "ratchet/cert.h"
#include "ratchet/pb.h"
#include "ratchet/sealed.h"
#include "ratchet/sealed2.h"
#include "ratchet/talk_int.h"

enum { ITEM_MAX = 8192, SERVER_ID = 1 };
enum { TRUST_ROOT = 1, TRUST_CERT };
enum { CA_ROOT = 1, CA_SERVER, CA_SERVER_CERT };

/* Whom we trust to certify, and what was certified of us. */
struct trust {
	unsigned char root[CURVE_PUBLIC];
	struct buf cert;
};

static enum talk_result
trust_get(struct talk *t, struct trust *out)
{
	struct buf b = BUF(ITEM_MAX);
	enum store_result r = store_get(t->store, STORE_TRUST, SPAN(""), &b);
	struct cur c = cur_of(buf_get0(&b));
	struct span root = { NULL, 0 };
	struct pb_field f;

	out->cert = BUF(CERT_MAX);
	while (r == STORE_OK && pb_next(&c, &f)) {
		if (f.number == TRUST_ROOT)
			root = pb_get_bytes(&c, &f, CURVE_PUBLIC);
		if (f.number == TRUST_CERT)
			buf_span(&out->cert, pb_get_bytes(&c, &f, CERT_MAX));
	}
	if (r == STORE_OK && (!cur_done(&c) || root.n != CURVE_PUBLIC))
		r = STORE_DAMAGED;
	if (r == STORE_OK)
		memcpy(out->root, root.p, CURVE_PUBLIC);
	else
		buf_free(&out->cert);
	buf_free(&b);
	return r == STORE_ABSENT ? TALK_NO_TRUST : talk_store(t, r);
}

static enum talk_result
of_cert(enum cert_result r)
{
	return r == CERT_OK ? TALK_OK : TALK_CERT;
}

enum talk_result
talk_trust(struct talk *t, const unsigned char root[static CURVE_PUBLIC],
    struct span cert)
{
	struct buf b = BUF(ITEM_MAX);
	struct cert c;
	enum talk_result r = of_cert(cert_check(cert, root, env_now(t->env),
	    &c));

	if (r == TALK_OK && (!span_eq(c.name, span_str(t->self.name)) ||
	    !span_eq(c.key, span_of(t->self.us.keys.pub, CURVE_PUBLIC))))
		r = TALK_OTHER_NAME;
	if (r != TALK_OK)
		return r;
	pb_put_bytes(&b, TRUST_ROOT, span_of(root, CURVE_PUBLIC));
	pb_put_bytes(&b, TRUST_CERT, cert);
	store_put(t->store, STORE_TRUST, SPAN(""), buf_get0(&b));
	buf_free(&b);
	return TALK_OK;
}

/* Seal the message that was made for the peer. */
static enum talk_result
seal(struct talk *t, const struct peer *p, struct trust *trust,
    struct span message, struct buf *body)
{
	struct sealed what = { .type = SEALED_MESSAGE, .content = message };
	enum envelope_type type = ENVELOPE_MESSAGE;
	enum wire_result why = WIRE_OK;
	struct cert c;
	enum talk_result r = of_cert(cert_check(buf_get0(&trust->cert),
	    trust->root, env_now(t->env), &c));

	if (r != TALK_OK)
		return r;
	envelope_type_of(message, &type, &why);
	if (type == ENVELOPE_PREKEY)
		what.type = SEALED_PREKEY;
	what.certificate = buf_get0(&trust->cert);
	return sealed_write(t->env, &t->self.us.keys, p->identity, &what,
	    body) ? TALK_OK : TALK_FULL;
}

enum talk_result
talk_send_sealed(struct talk *t, struct span name, struct span plain,
    struct buf *body)
{
	struct buf message = BUF(WIRE_MAX);
	struct trust trust;
	struct peer p;
	enum talk_result r = trust_get(t, &trust);

	if (r != TALK_OK)
		return r;
	r = talk_peer(t, name, &p);
	if (r == TALK_OK)
		r = talk_send(t, name, plain, &message);
	if (r == TALK_OK)
		r = seal(t, &p, &trust, buf_get0(&message), body);
	buf_free(&trust.cert);
	buf_free(&message);
	return r;
}

/*
 * Whether the message inside is of who the certificate names: a first
 * message shows its identity, any other one is of the peer that we know.
 */
static enum talk_result
check_sender(struct talk *t, const struct sealed *s, struct span name,
    struct span key)
{
	struct wire_prekey p;
	struct peer peer;
	enum talk_result r = TALK_OK;

	if (span_eq(key, span_of(t->self.us.keys.pub, CURVE_PUBLIC)))
		return TALK_SELF;
	if (s->type == SEALED_PREKEY)
		return wire_prekey_read(s->content, &p) == WIRE_OK &&
		    span_eq(p.identity_key, key) ? TALK_OK : TALK_FORGED;
	r = talk_peer(t, name, &peer);
	if (r == TALK_OK && !span_eq(key, span_of(peer.identity,
	    CURVE_PUBLIC)))
		r = TALK_FORGED;
	return r;
}

static enum talk_result
open_sealed(struct talk *t, const struct trust *trust, struct span body,
    struct buf *inside, struct sealed *s, struct cert *c)
{
	unsigned char sender[CURVE_PUBLIC];
	enum talk_result r = TALK_OK;

	if (sealed2_is(body) && !sealed2_available())
		return TALK_NEW;
	if (!sealed_open(&t->self.us.keys, body, sender, inside, s))
		return TALK_FORGED;
	r = of_cert(cert_check(s->certificate, trust->root, env_now(t->env),
	    c));
	/* the certificate is public: only its key's owner may use it */
	if (r == TALK_OK && (!span_eq(c->key, span_of(sender,
	    CURVE_PUBLIC)) || !name_ok(c->name)))
		r = TALK_CERT;
	if (r == TALK_OK)
		r = check_sender(t, s, c->name, c->key);
	return r;
}

enum talk_result
talk_recv_sealed(struct talk *t, struct span body,
    char name[static NAME_MAX_OCTETS + 1], struct buf *plain,
    struct receipt *out)
{
	struct buf inside = BUF(WIRE_MAX);
	struct trust trust;
	struct sealed s;
	struct cert c;
	enum talk_result r = trust_get(t, &trust);

	if (r != TALK_OK)
		return r;
	r = open_sealed(t, &trust, body, &inside, &s, &c);
	if (r == TALK_OK && name[0] != '\0' && !span_eq(c.name,
	    span_str(name)))
		r = TALK_OTHER_NAME;
	if (r == TALK_OK) {
		memset(name, 0, NAME_MAX_OCTETS + 1);
		memcpy(name, c.name.p, c.name.n);
		r = talk_recv(t, c.name, s.content, plain, out);
	}
	buf_free(&trust.cert);
	buf_free(&inside);
	return r;
}

enum talk_result
talk_ca_init(struct talk *t, unsigned char root[static CURVE_PUBLIC])
{
	struct buf b = BUF(ITEM_MAX), cert = BUF(CERT_MAX),
	    none = BUF(ITEM_MAX);
	struct curve_pair r, server;
	enum store_result there = store_get(t->store, STORE_CA, SPAN(""),
	    &none);

	buf_free_wipe(&none);
	if (there != STORE_ABSENT)
		return there == STORE_OK ? TALK_SAME : talk_store(t, there);
	curve_pair_new(t->env, &r);
	curve_pair_new(t->env, &server);
	cert_server_make(t->env, &r, SERVER_ID, server.pub, &cert);
	pb_put_bytes(&b, CA_ROOT, span_of(r.priv, CURVE_PRIVATE));
	pb_put_bytes(&b, CA_SERVER, span_of(server.priv, CURVE_PRIVATE));
	pb_put_bytes(&b, CA_SERVER_CERT, buf_get0(&cert));
	store_put(t->store, STORE_CA, SPAN(""), buf_get0(&b));
	memcpy(root, r.pub, CURVE_PUBLIC);
	explicit_bzero(&r, sizeof(r));
	explicit_bzero(&server, sizeof(server));
	buf_free_wipe(&b);
	buf_free(&cert);
	return TALK_OK;
}

enum talk_result
talk_ca_cert(struct talk *t, struct span name,
    const unsigned char key[static CURVE_PUBLIC], int64_t expires,
    struct buf *out)
{
	struct buf b = BUF(ITEM_MAX);
	struct cert what = { .name = name, .device = 1,
	    .key = span_of(key, CURVE_PUBLIC),
	    .expires = (uint64_t)expires * 1000 };
	enum store_result r = store_get(t->store, STORE_CA, SPAN(""), &b);
	struct cur c = cur_of(buf_get0(&b));
	struct span server = { NULL, 0 }, cert = { NULL, 0 };
	struct curve_pair pair;
	struct pb_field f;

	while (r == STORE_OK && pb_next(&c, &f)) {
		if (f.number == CA_SERVER)
			server = pb_get_bytes(&c, &f, CURVE_PRIVATE);
		if (f.number == CA_SERVER_CERT)
			cert = pb_get_bytes(&c, &f, CERT_MAX);
	}
	if (r == STORE_OK && (!cur_done(&c) || server.n != CURVE_PRIVATE))
		r = STORE_DAMAGED;
	if (r == STORE_OK) {
		curve_pair_of(server.p, &pair);
		cert_make(t->env, &pair, cert, &what, out);
		explicit_bzero(&pair, sizeof(pair));
	}
	buf_free_wipe(&b);
	return r == STORE_ABSENT ? TALK_NO_TRUST : talk_store(t, r);
}
