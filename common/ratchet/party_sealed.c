/* Sealed messages, and who certifies senders; see party.h. */
#include "ratchet/cert.h"
#include "ratchet/pb.h"
#include "ratchet/sealed.h"
#include "ratchet/sealed2.h"
#include "ratchet/party_int.h"

enum { ITEM_MAX = 8192, SERVER_ID = 1 };
enum { TRUST_ROOT = 1, TRUST_CERT };
enum { CA_ROOT = 1, CA_SERVER, CA_SERVER_CERT };

/* Whom we trust to certify, and what was certified of us. */
struct trust {
	unsigned char root[CURVE_PUBLIC];
	struct buf cert;
};

static enum party_result
trust_get(struct party *t, struct trust *out)
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
	return r == STORE_ABSENT ? PARTY_NO_TRUST : party_store(t, r);
}

static enum party_result
of_cert(enum cert_result r)
{
	return r == CERT_OK ? PARTY_OK : PARTY_CERT;
}

enum party_result
party_trust(struct party *t, const unsigned char root[static CURVE_PUBLIC],
    struct span cert)
{
	struct buf b = BUF(ITEM_MAX);
	struct scert c;
	enum party_result r = of_cert(scert_check(cert, root, env_now(t->env),
	    &c));

	if (r == PARTY_OK && (!span_eq(c.name, span_str(t->self.name)) ||
	    !span_eq(c.key, span_of(t->self.us.keys.pub, CURVE_PUBLIC))))
		r = PARTY_OTHER_NAME;
	if (r != PARTY_OK)
		return r;
	pb_put_bytes(&b, TRUST_ROOT, span_of(root, CURVE_PUBLIC));
	pb_put_bytes(&b, TRUST_CERT, cert);
	store_put(t->store, STORE_TRUST, SPAN(""), buf_get0(&b));
	buf_free(&b);
	return PARTY_OK;
}

/* Seal the message that was made for the peer. */
static enum party_result
seal(struct party *t, const struct peer *p, struct trust *trust,
    struct span message, struct buf *body)
{
	struct sealed what = { .type = SEALED_MESSAGE, .content = message };
	enum envelope_type type = ENVELOPE_MESSAGE;
	enum wire_result why = WIRE_OK;
	struct scert c;
	enum party_result r = of_cert(scert_check(buf_get0(&trust->cert),
	    trust->root, env_now(t->env), &c));

	if (r != PARTY_OK)
		return r;
	envelope_type_of(message, &type, &why);
	if (type == ENVELOPE_PREKEY)
		what.type = SEALED_PREKEY;
	what.certificate = buf_get0(&trust->cert);
	return (t->seal2 ? sealed_write2 : sealed_write)(t->env,
	    &t->self.us.keys, p->identity, &what, body) ? PARTY_OK :
	    PARTY_FULL;
}

enum party_result
party_send_sealed(struct party *t, struct span name, struct span plain,
    struct buf *body)
{
	struct buf message = BUF(WIRE_MAX);
	struct trust trust;
	struct peer p;
	enum party_result r = PARTY_OK;

	if (t->seal2 && !sealed2_available())
		return PARTY_NEW;
	r = trust_get(t, &trust);
	if (r != PARTY_OK)
		return r;
	r = party_peer(t, name, &p);
	if (r == PARTY_OK)
		r = party_send(t, name, plain, &message);
	if (r == PARTY_OK)
		r = seal(t, &p, &trust, buf_get0(&message), body);
	buf_free(&trust.cert);
	buf_free(&message);
	return r;
}

/*
 * Whether the message inside is of who the certificate names: a first
 * message shows its identity, any other one is of the peer that we know.
 */
static enum party_result
check_sender(struct party *t, const struct sealed *s, struct span name,
    struct span key)
{
	struct wire_prekey p;
	struct wire_message m;
	struct peer peer;
	enum party_result r = PARTY_OK;

	if (span_eq(key, span_of(t->self.us.keys.pub, CURVE_PUBLIC)))
		return PARTY_SELF;
	if (s->type == SEALED_PREKEY)
		return wire_prekey_read(s->content, &p) == WIRE_OK &&
		    span_eq(p.identity_key, key) ? PARTY_OK : PARTY_FORGED;
	if (wire_message_read(s->content, &m) != WIRE_OK)
		return PARTY_MALFORMED;
	r = party_peer(t, name, &peer);
	if (r == PARTY_OK && !span_eq(key, span_of(peer.identity,
	    CURVE_PUBLIC)))
		r = PARTY_FORGED;
	return r;
}

static enum party_result
open_sealed(struct party *t, struct span body, struct buf *inside,
    struct sealed *s, struct scert *c)
{
	unsigned char sender[CURVE_PUBLIC];
	struct trust trust;
	enum party_result r = trust_get(t, &trust);

	if (r != PARTY_OK)
		return r;
	/* ours is for sending */
	buf_free(&trust.cert);
	if (sealed2_is(body) && !sealed2_available())
		return PARTY_NEW;
	if (!sealed_open(&t->self.us.keys, body, sender, inside, s))
		return PARTY_FORGED;
	r = of_cert(scert_check(s->certificate, trust.root, env_now(t->env),
	    c));
	/*
	 * The certificate is public: only its key's owner may use it. That is
	 * so for good, while PARTY_CERT is worth another try.
	 */
	if (r == PARTY_OK && (!span_eq(c->key, span_of(sender,
	    CURVE_PUBLIC)) || !name_ok(c->name)))
		r = PARTY_FORGED;
	if (r == PARTY_OK)
		r = check_sender(t, s, c->name, c->key);
	return r;
}

enum party_result
party_recv_sealed(struct party *t, struct span body,
    char name[static NAME_MAX_OCTETS + 1], struct buf *plain,
    struct receipt *out)
{
	struct buf inside = BUF(WIRE_MAX);
	struct sealed s;
	struct scert c;
	enum party_result r = open_sealed(t, body, &inside, &s, &c);

	if (r == PARTY_OK && name[0] != '\0' && !span_eq(c.name,
	    span_str(name)))
		r = PARTY_OTHER_NAME;
	if (r == PARTY_OK) {
		memset(name, 0, NAME_MAX_OCTETS + 1);
		memcpy(name, c.name.p, c.name.n);
		r = party_recv(t, c.name, s.content, plain, out);
	}
	buf_free(&inside);
	return r;
}

enum party_result
party_sealed_from(struct party *t, struct span body,
    char name[static NAME_MAX_OCTETS + 1])
{
	struct buf inside = BUF(WIRE_MAX);
	struct sealed s;
	struct scert c;
	enum party_result r = open_sealed(t, body, &inside, &s, &c);

	if (r == PARTY_OK) {
		memset(name, 0, NAME_MAX_OCTETS + 1);
		memcpy(name, c.name.p, c.name.n);
	}
	buf_free(&inside);
	return r;
}

enum party_result
party_ca_init(struct party *t, unsigned char root[static CURVE_PUBLIC])
{
	struct buf b = BUF(ITEM_MAX), cert = BUF(CERT_MAX),
	    none = BUF(ITEM_MAX);
	struct curve_pair r, server;
	enum store_result there = store_get(t->store, STORE_CA, SPAN(""),
	    &none);

	buf_free_wipe(&none);
	if (there != STORE_ABSENT)
		return there == STORE_OK ? PARTY_SAME : party_store(t, there);
	curve_pair_new(t->env, &r);
	curve_pair_new(t->env, &server);
	scert_server_make(t->env, &r, SERVER_ID, server.pub, &cert);
	pb_put_bytes(&b, CA_ROOT, span_of(r.priv, CURVE_PRIVATE));
	pb_put_bytes(&b, CA_SERVER, span_of(server.priv, CURVE_PRIVATE));
	pb_put_bytes(&b, CA_SERVER_CERT, buf_get0(&cert));
	store_put(t->store, STORE_CA, SPAN(""), buf_get0(&b));
	memcpy(root, r.pub, CURVE_PUBLIC);
	explicit_bzero(&r, sizeof(r));
	explicit_bzero(&server, sizeof(server));
	buf_free_wipe(&b);
	buf_free(&cert);
	return PARTY_OK;
}

enum party_result
party_ca_cert(struct party *t, struct span name,
    const unsigned char key[static CURVE_PUBLIC], int64_t expires,
    struct buf *out)
{
	struct buf b = BUF(ITEM_MAX);
	struct scert what = { .name = name, .device = 1,
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
		scert_make(t->env, &pair, cert, &what, out);
		explicit_bzero(&pair, sizeof(pair));
	}
	buf_free_wipe(&b);
	return r == STORE_ABSENT ? PARTY_NO_TRUST : party_store(t, r);
}
