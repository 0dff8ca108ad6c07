/* A server's offer as octets between processes; see offer.h. */
#include "tls/offer.h"

#include <stdlib.h>
#include <string.h>

#include "base/cur.h"
#include "base/mem.h"

/* Two processes of one build speak it, so it has no versions. */

enum { LISTS = TLS_VERSIONS + 4 };

/* The lists in the order that they are packed in. */
static struct tls_list *
list_at(struct tls_offer *o, size_t i)
{
	struct tls_list *const last[] = {
		&o->groups13, &o->groups12, &o->schemes13, &o->schemes12,
	};

	return i < TLS_VERSIONS ? &o->suites[i] : last[i - TLS_VERSIONS];
}

void
tls_offer_free(struct tls_offer *o)
{
	for (size_t i = 0; i < o->chains; i++)
		free(o->chain[i].list);
	memset(o, 0, sizeof(*o));
}

static void
put_list(struct buf *out, const struct tls_list *l)
{
	buf_byte(out, (unsigned char)l->extent);
	buf_u16(out, (uint16_t)l->codes.n);
	for (size_t i = 0; i < l->codes.n; i++)
		buf_u32(out, l->codes.v[i]);
}

static void
put_chain(struct buf *out, const struct tls_chain *c)
{
	buf_u16(out, c->version);
	buf_u32(out, c->suite);
	buf_u16(out, c->scheme);
	buf_u32(out, (uint32_t)c->n);
	buf_add(out, c->list, c->n);
}

static void
put_dh(struct buf *out, const struct tls_dh *dh)
{
	buf_u16(out, dh->bits);
	buf_u32(out, dh->generator);
	buf_u16(out, dh->public_bits);
	buf_u16(out, (uint16_t)dh->prime);
}

void
tls_offer_pack(struct buf *out, const struct tls_offer *o)
{
	struct tls_offer copy = *o;	/* lends the chains */

	for (size_t i = 0; i < TLS_VERSIONS; i++) {
		buf_byte(out, (unsigned char)o->version[i]);
		buf_byte(out, (unsigned char)o->order[i]);
		buf_u32(out, o->worse[i]);
		buf_u32(out, o->better[i]);
	}
	for (size_t i = 0; i < TLS_FACTS; i++)
		buf_byte(out, (unsigned char)o->fact[i]);
	for (size_t i = 0; i < LISTS; i++)
		put_list(out, list_at(&copy, i));
	buf_byte(out, (unsigned char)o->dhs);
	for (size_t i = 0; i < o->dhs; i++)
		put_dh(out, &o->dh[i]);
	buf_u32(out, o->connections);
	buf_byte(out, o->used_up);
	buf_byte(out, (unsigned char)o->chains);
	for (size_t i = 0; i < o->chains; i++)
		put_chain(out, &o->chain[i]);
}

/* An octet of at most max. */
static unsigned
small(struct cur *c, unsigned max)
{
	unsigned v = cur_u8(c);

	if (v > max)
		cur_fail(c);
	return c->bad ? 0 : v;
}

static void
get_list(struct cur *c, struct tls_list *l)
{
	size_t n = 0;

	l->extent = (enum tls_extent)small(c, TLS_LIST_WHOLE);
	n = cur_u16(c);
	if (n > TLS_CODES_MAX)
		cur_fail(c);
	for (size_t i = 0; i < n && !c->bad; i++)
		tls_codes_add(&l->codes, cur_u32(c));
	/* one that stands twice was dropped */
	if (l->codes.n != n)
		cur_fail(c);
}

static void
get_chain(struct cur *c, struct tls_chain *chain)
{
	struct span list = { NULL, 0 };

	chain->version = cur_u16(c);
	chain->suite = cur_u32(c);
	chain->scheme = cur_u16(c);
	list = cur_take(c, cur_u32(c));
	chain->list = xmalloc(list.n + 1);
	chain->n = list.n;
	if (list.n > 0)
		memcpy(chain->list, list.p, list.n);
}

static void
get_dh(struct cur *c, struct tls_dh *dh)
{
	dh->bits = cur_u16(c);
	dh->generator = cur_u32(c);
	dh->public_bits = cur_u16(c);
	dh->prime = (int16_t)cur_u16(c);
	if (dh->prime < -1 || dh->prime >= (int)dh_primes_n)
		cur_fail(c);
}

static void
get_all(struct cur *c, struct tls_offer *o)
{
	for (size_t i = 0; i < TLS_VERSIONS; i++) {
		o->version[i] = (enum tls_known)small(c, TLS_YES);
		o->order[i] = (enum tls_order)small(c, TLS_ORDER_SERVER_CHACHA);
		o->worse[i] = cur_u32(c);
		o->better[i] = cur_u32(c);
	}
	for (size_t i = 0; i < TLS_FACTS; i++)
		o->fact[i] = (enum tls_known)small(c, TLS_YES);
	for (size_t i = 0; i < LISTS; i++)
		get_list(c, list_at(o, i));
	o->dhs = small(c, TLS_DH_MAX);
	for (size_t i = 0; i < o->dhs; i++)
		get_dh(c, &o->dh[i]);
	o->connections = cur_u32(c);
	o->used_up = small(c, true);
	for (size_t n = small(c, TLS_CHAINS_MAX); n > 0 && !c->bad; n--)
		get_chain(c, &o->chain[o->chains++]);
}

bool
tls_offer_unpack(struct span in, struct tls_offer *o)
{
	struct cur c = cur_of(in);
	struct tls_offer got = { 0 };

	get_all(&c, &got);
	if (!cur_done(&c)) {
		tls_offer_free(&got);
		return false;
	}
	*o = got;
	return true;
}
