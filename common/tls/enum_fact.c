/* What whole flights say beside the question, and the chains of TLS 1.3. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tls/enum_int.h"
#include "tls/names.h"

bool
none_spoken(const struct tls_offer *o, uint16_t from, uint16_t to)
{
	bool none = true;

	for (size_t v = 0; v < TLS_VERSIONS; v++)
		if (tls_version_at(v) >= from && tls_version_at(v) <= to)
			none = none && o->version[v] == TLS_NO;
	return none;
}

static void
add_chain(struct tls_offer *o, const struct tls_chain *seen, struct span list)
{
	struct tls_chain *c = &o->chain[o->chains];

	for (size_t i = 0; i < o->chains; i++)
		if (span_eq(span_of(o->chain[i].list, o->chain[i].n), list))
			return;
	if (list.n == 0 || o->chains == TLS_CHAINS_MAX)
		return;
	*c = *seen;
	c->list = xmalloc(list.n);
	memcpy(c->list, list.p, list.n);
	c->n = list.n;
	o->chains++;
}

static void
add_dh(struct tls_offer *o, const struct tls_dh *dh)
{
	for (size_t i = 0; i < o->dhs; i++)
		if (o->dh[i].bits == dh->bits && o->dh[i].prime == dh->prime &&
		    o->dh[i].generator == dh->generator)
			return;
	if (dh->bits > 0 && o->dhs < TLS_DH_MAX)
		o->dh[o->dhs++] = *dh;
}

/* TLS_NO sticks: the server can do without. */
static void
always(struct tls_offer *o, enum tls_fact fact, bool seen)
{
	if (o->fact[fact] != TLS_NO)
		o->fact[fact] = seen ? TLS_YES : TLS_NO;
}

/* TLS_YES sticks: the server can. */
static void
once(struct tls_offer *o, enum tls_fact fact, bool seen)
{
	if (o->fact[fact] != TLS_YES)
		o->fact[fact] = seen ? TLS_YES : TLS_NO;
}

static bool
is_cbc(const struct tls_suite *s)
{
	return s != NULL && strstr(s->cipher, "_CBC") != NULL;
}

/* RFC 8446 section 4.1.3: what one who could do better ends its random in. */
static bool
has_sentinel(const struct tls_flight *f)
{
	static const char sentinel[] = "DOWNGRD";
	const unsigned char *end = f->random + sizeof(f->random) - 8;

	return memcmp(end, sentinel, 7) == 0 &&
	    end[7] == (f->version == TLS_1_2 ? 1 : 0);
}

void
learn(struct asking *a, const struct tls_flight *f)
{
	struct tls_offer *o = a->o;
	struct tls_chain seen = {
		.version = f->version, .suite = f->suite, .scheme = f->scheme,
	};

	add_chain(o, &seen, buf_get0(&f->chain));
	if (f->version == TLS_SSL2 || f->version == TLS_1_3)
		return;
	add_dh(o, &f->dh);
	always(o, TLS_FACT_SECURE_RENEGOTIATION,
	    (f->ext & FLIGHT_RENEGOTIATION_INFO) != 0);
	if (f->version >= TLS_1_0)
		always(o, TLS_FACT_EXTENDED_MASTER,
		    (f->ext & FLIGHT_EXTENDED_MASTER) != 0);
	if (f->version >= TLS_1_0 && is_cbc(tls_suite(f->suite)))
		always(o, TLS_FACT_ENCRYPT_THEN_MAC,
		    (f->ext & FLIGHT_ENCRYPT_THEN_MAC) != 0);
	if (f->version >= TLS_1_0)
		always(o, TLS_FACT_SENTINEL, has_sentinel(f));
	once(o, TLS_FACT_TICKET, (f->ext & FLIGHT_TICKET) != 0);
	once(o, TLS_FACT_SESSION_ID, f->session_id_n > 0);
	once(o, TLS_FACT_STAPLED, f->stapled);
	once(o, TLS_FACT_WANTS_CERTIFICATE, f->wants_certificate);
	once(o, TLS_FACT_EXPLICIT_CURVE, f->curve == FLIGHT_CURVE_EXPLICIT);
}

/* Whether all that is spoken up to TLS 1.2 is known, so no CBC is left. */
static bool
suites_are_whole(const struct tls_offer *o)
{
	bool whole = true;

	for (size_t v = tls_version_index(TLS_1_0);
	    v < tls_version_index(TLS_1_3); v++)
		whole = whole && (o->suites[v].extent == TLS_LIST_WHOLE ||
		    o->suites[v].extent == TLS_LIST_MOOT);
	return whole;
}

void
conclude(struct asking *a)
{
	struct tls_offer *o = a->o;
	bool no_extensions = none_spoken(o, TLS_1_0, TLS_1_2);
	bool none = none_spoken(o, TLS_SSL3, TLS_1_2);

	/* a sentinel is owed only by who could do better */
	if (none_spoken(o, TLS_1_3, TLS_1_3))
		o->fact[TLS_FACT_SENTINEL] = TLS_MOOT;
	else if (o->version[tls_version_index(TLS_1_3)] != TLS_YES)
		o->fact[TLS_FACT_SENTINEL] = TLS_UNCLEAR;
	if (o->fact[TLS_FACT_EXTENDED_MASTER] == TLS_NOT_ASKED &&
	    no_extensions)
		o->fact[TLS_FACT_EXTENDED_MASTER] = TLS_MOOT;
	if (o->fact[TLS_FACT_ENCRYPT_THEN_MAC] == TLS_NOT_ASKED &&
	    suites_are_whole(o))
		o->fact[TLS_FACT_ENCRYPT_THEN_MAC] = TLS_MOOT;
	for (int i = 0; i < TLS_FACTS; i++)
		if (o->fact[i] == TLS_NOT_ASKED && none)
			o->fact[i] = TLS_MOOT;
}

/* The schemes of one kind of key that the server may have a key for. */
static void
schemes_of(const struct tls_offer *o, enum tls_key key, struct tls_codes *out)
{
	bool known = o->schemes13.extent == TLS_LIST_WHOLE;

	for (size_t i = 0; i < tls_schemes_n; i++)
		if (tls_schemes[i].in13 && tls_schemes[i].key == key &&
		    (!known || tls_codes_has(&o->schemes13.codes,
		    tls_schemes[i].code)))
			tls_codes_add(out, tls_schemes[i].code);
}

static void
ask_chain13(struct asking *a, struct tls_codes *schemes)
{
	struct tls_chain seen = {
		.version = TLS_1_3, .suite = enum_spoken(a, TLS_1_3),
	};
	struct buf list = BUF(FLIGHT_MESSAGE_MAX);
	enum tls_link link = TLS_LINK_NONE;

	/* for the certificates' own signatures; TLS 1.3 signs with none */
	tls_codes_add(schemes, TLS_SCHEME_rsa_pkcs1_sha256);
	tls_codes_add(schemes, TLS_SCHEME_rsa_pkcs1_sha384);
	tls_codes_add(schemes, TLS_SCHEME_rsa_pkcs1_sha512);
	link = a->via->chain13(a->via->arg, schemes, &list);
	if (link == TLS_LINK_NONE)
		a->o->used_up = a->stop = true;
	else
		a->o->connections++;
	if (link == TLS_LINK_ANSWERED && !list.over)
		add_chain(a->o, &seen, buf_get0(&list));
	buf_free(&list);
}

void
enum_chains13(struct asking *a)
{
	static const enum tls_key kinds[] = {
		TLS_KEY_RSA, TLS_KEY_EC, TLS_KEY_RSA_PSS, TLS_KEY_ED25519,
		TLS_KEY_ED448, TLS_KEY_ML_DSA,
	};

	if (a->via->chain13 == NULL || a->o->chains > 0 ||
	    enum_spoken(a, TLS_1_3) == 0)
		return;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct tls_codes schemes = { 0 };

		schemes_of(a->o, kinds[i], &schemes);
		if (schemes.n > 0 && !a->stop)
			ask_chain13(a, &schemes);
	}
}
