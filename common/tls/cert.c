/* Chains of certificates, and their way between processes; see cert.h. */
#include "tls/cert.h"

#include <openssl/x509.h>
#include <stdlib.h>

#include "base/mem.h"

bool
cert_chain_add(struct cert_chain *chain, struct span der)
{
	struct cert c = { .key = TLS_KEY_OTHER };

	if ((chain->n == 0 && chain->left_out > 0) ||
	    chain->n == CERT_CHAIN_MAX || !cert_read(der, &c)) {
		chain->left_out++;
		return false;
	}
	if (chain->v == NULL)
		chain->v = xcalloc(CERT_CHAIN_MAX, sizeof(*chain->v));
	chain->v[chain->n++] = c;
	return true;
}

bool
cert_chain_add_x509(struct cert_chain *chain, X509 *x509)
{
	unsigned char *der = NULL;
	int n = i2d_X509(x509, &der);
	bool ok = false;

	if (n < 0)
		mem_exhausted();
	ok = cert_chain_add(chain, span_of(der, (size_t)n));
	OPENSSL_free(der);
	if (ok && X509_up_ref(x509) == 1)
		chain->v[chain->n - 1].x509 = x509;
	return ok;
}

void
cert_chain_free(struct cert_chain *chain)
{
	for (size_t i = 0; i < chain->n; i++)
		cert_free(&chain->v[i]);
	free(chain->v);
	*chain = (struct cert_chain){ .n = 0 };
}

/* Their number (16 bits), those left out (32), each length (16) and DER. */
void
cert_chain_pack(const struct cert_chain *chain, struct buf *out)
{
	buf_u16(out, (uint16_t)chain->n);
	buf_u32(out, chain->left_out < UINT32_MAX ?
	    (uint32_t)chain->left_out : UINT32_MAX);
	for (size_t i = 0; i < chain->n; i++) {
		buf_u16(out, (uint16_t)chain->v[i].der.n);
		buf_span(out, chain->v[i].der);
	}
}

bool
cert_chain_unpack(struct cur *c, struct cert_chain *out)
{
	struct cert_chain chain = { .n = 0 };
	size_t n = cur_u16(c), left_out = cur_u32(c);

	for (size_t i = 0; i < n && !c->bad; i++) {
		struct span der = cur_take(c, cur_u16(c));

		if (!c->bad && !cert_chain_add(&chain, der))
			cur_fail(c);
	}
	if (c->bad) {
		cert_chain_free(&chain);
		return false;
	}
	chain.left_out = left_out;
	*out = chain;
	return true;
}
