/*
 * A hostile certificate: what we read lies in it, says of dates and names
 * what libcrypto says (where that reads it too), and survives the journey to
 * another process.
 */
#include "fuzz.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/utf8.h"
#include "tls/cert.h"
#include "tls/cert_name.h"

static void
same_time(const ASN1_TIME *t, int64_t ours)
{
	ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
	int days = 0, seconds = 0;

	if (ASN1_TIME_diff(&days, &seconds, epoch, t) == 1)
		must(ours == (int64_t)days * 86400 + seconds);
	ASN1_TIME_free(epoch);
}

static void
same_names(const X509 *x, const struct cert *c)
{
	int critical = 0;
	GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name,
	    &critical, NULL);
	size_t n = 0;

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++)
		n += sk_GENERAL_NAME_value(names, i)->type == GEN_DNS;
	if (names != NULL)
		must(c->names_n + c->names_left_out == n);
	GENERAL_NAMES_free(names);
}

static void
compare(struct span der, const struct cert *c)
{
	const unsigned char *p = der.p;
	X509 *x = d2i_X509(NULL, &p, (long)der.n);

	if (x != NULL) {
		same_time(X509_get0_notBefore(x), c->not_before);
		same_time(X509_get0_notAfter(x), c->not_after);
		same_names(x, c);
	}
	X509_free(x);
	ERR_clear_error();
}

static void
check(const struct cert *c)
{
	inside(c->spki, c->der);
	must(utf8_valid(span_str(c->subject)));
	must(utf8_valid(span_str(c->issuer)));
	must(c->names_n <= c->der.n / 3);
	for (size_t i = 0; i < c->names_n; i++)
		must(c->names[i][0] != '\0' &&
		    strpbrk(c->names[i], " \n\033ABCXYZ") == NULL);
	cert_name_of0(c, SPAN("mx.example.org"), NAME_DNS_ID_OR_CN);
}

static void
travel(struct span der)
{
	struct cert_chain chain = { .n = 0 }, back = { .n = 0 };
	struct buf out = BUF(1 << 20);
	struct cur c;

	must(cert_chain_add(&chain, der));
	cert_chain_add(&chain, der);
	cert_chain_pack(&chain, &out);
	c = cur_of(buf_get0(&out));
	must(cert_chain_unpack(&c, &back) && cur_done(&c));
	must(back.n == 2 && span_eq(back.v[1].der, der));
	cert_chain_free(&chain);
	cert_chain_free(&back);
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span der = span_of(data, n);
	struct cert_chain chain = { .n = 0 };
	struct cur packed = cur_of(der);
	struct cert c;

	if (cert_read(der, &c)) {
		must(span_eq(c.der, der));
		check(&c);
		compare(der, &c);
		travel(der);
		cert_free(&c);
		must(!cert_read(span_first(der, n - 1), &c));
	}
	if (cert_chain_unpack(&packed, &chain)) {
		must(chain.n <= CERT_CHAIN_MAX);
		cert_chain_free(&chain);
	}
	return 0;
}
