/*
 * CMS structures taken apart: the content and the parts lie in the input; the
 * rest, put together again by indefinite lengths, is split the same way once
 * more but for its content. Nobody is trusted, and nothing but the text that
 * the corpus was made of comes out of AES-GCM.
 */
#include "fuzz.h"

#include "cms/decrypt.h"
#include "cms/split.h"
#include "cms/verify.h"
#include "crypto/lib.h"

/* The corpus is encrypted to it. */
static const char key[] =
	    "-----BEGIN PRIVATE KEY-----\n"
	    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgw3Cfx8x84cuwa5zc\n"
	    "TZ1aSzO3QXMmtdNGx3KdReIQG1ShRANCAARU3UCUgUZav7LOvapE+y4ey1U3DR6b\n"
	    "R2kINDA/jFTn+UYC9C7klavNLErEZXJL8Qb7hXNWrKKBcvRUVaQIC/ye\n"
	    "-----END PRIVATE KEY-----\n"
	    "-----BEGIN CERTIFICATE-----\n"
	    "MIIB/DCCAaGgAwIBAgIQQhgroZumLCn5VSeAMkpU+zAKBggqhkjOPQQDAjAbMRkw\n"
	    "FwYDVQQDDBBmdXp6QGV4YW1wbGUub3JnMCAXDTI2MTEyNzE4MzYyMloYDzIxMjYx\n"
	    "MTAzMTgzNjIyWjAbMRkwFwYDVQQDDBBmdXp6QGV4YW1wbGUub3JnMFkwEwYHKoZI\n"
	    "zj0CAQYIKoZIzj0DAQcDQgAEVN1AlIFGWr+yzr2qRPsuHstVNw0em0dpCDQwP4xU\n"
	    "5/lGAvQu5JWrzSxKxGVyS/EG+4VzVqyigXL0VFWkCAv8nqOBxDCBwTAMBgNVHRMB\n"
	    "Af8EAjAAMA4GA1UdDwEB/wQEAwIDiDATBgNVHSUEDDAKBggrBgEFBQcDBDAbBgNV\n"
	    "HREEFDASgRBmdXp6QGV4YW1wbGUub3JnMFAGCSqGSIb3DQEJDwRDMEEwCwYJYIZI\n"
	    "AWUDBAEuMAsGCWCGSAFlAwQBBjALBglghkgBZQMEASowCwYJYIZIAWUDBAECMAsG\n"
	    "CSqGSIb3DQEBBzAdBgNVHQ4EFgQU4vf6t4/b56ZzLLAtwUqOiWgiH5MwCgYIKoZI\n"
	    "zj0EAwIDSQAwRgIhAOMZBzQZGbfT4GAWQwIOLO7cSbhZ+vmQqKvSuiBZVnHmAiEA\n"
	    "++V8Bvy79s5qc7fU8mLabtx2xQsJxGiryHbFDsaMG3c=\n"
	    "-----END CERTIFICATE-----\n";
#define TEXT SPAN("Content-Type: text/plain\r\n\r\n" \
    "The text of the corpus.\r\n")

struct seen {
	struct span in;
	size_t n;
};

static void
count(void *arg, struct span s)
{
	struct seen *seen = arg;

	inside(s, seen->in);
	seen->n += s.n;
}

static void
see_recipient(void *arg, const struct cms_recipient *r)
{
	(void)arg;
	must(r->kind != NULL);
	for (size_t i = 0; i < r->serial.n; i++)
		must(r->serial.p[i] < 0x7f);
}

static void
check_again(const struct cms_parts *p)
{
	struct cms_parts q = { .type = CMS_SIGNED };

	must(cms_split(buf_get0(&p->rest), &q) == CMS_SPLIT_OK);
	must(q.type == p->type && !q.has_content);
	must(q.signers == p->signers && q.certs == p->certs &&
	    q.recipients == p->recipients);
	must(span_eq(q.content_type, p->content_type));
	must(span_eq(q.cipher, p->cipher) && span_eq(q.mac, p->mac));
	must(span_eq(buf_get0(&q.rest), buf_get0(&p->rest)));
	cms_parts_free(&q);
}

static void
feed(void *arg, struct span s)
{
	cms_verify_add(arg, s);
}

static void
verify(const struct cms_parts *p)
{
	struct cms_judges nobody = { NULL, NULL, NULL };
	struct cms_signatures *sigs = calloc(1, sizeof(*sigs));
	struct cms_verifier *v = cms_verify_open(p, NULL);

	must(sigs != NULL);
	if (v != NULL) {
		cms_content_each(p, feed, v);
		cms_verify_end(v, &nobody, 1800000000, sigs);
	}
	must(sigs->n <= CMS_SIGNERS_MAX);
	for (size_t i = 0; i < sigs->n; i++)
		must(sigs->v[i].result != CMS_SIG_GOOD ||
		    sigs->v[i].trust != CMS_TRUSTED);
	cms_signatures_free(sigs);
	free(sigs);
}

static void
gather(void *arg, struct span s)
{
	buf_span(arg, s);
}

static void
decrypt(const struct cms_parts *p)
{
	static struct cms_ident id;
	struct buf text = BUF(1 << 22);

	if (id.key == NULL)
		must(cms_ident_read(span_of(key, sizeof(key) - 1), NULL, SPAN(""), &id) == NULL);
	if (cms_decrypt(p, &id, 1, gather, &text) == CMS_DECRYPTED)
		must(p->type == CMS_ENVELOPED ||
		    span_eq(buf_get0(&text), TEXT));
	buf_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n);
	struct cms_parts p = { .type = CMS_SIGNED };
	struct seen seen = { in, 0 };

	crypto_start_cms();
	if (cms_split(in, &p) == CMS_SPLIT_OK) {
		inside(p.content, in);
		cms_content_each(&p, count, &seen);
		must(seen.n <= p.content.n);
		check_again(&p);
		if (p.type == CMS_SIGNED) {
			verify(&p);
		} else {
			cms_recipients(&p, see_recipient, NULL);
			decrypt(&p);
		}
	}
	cms_parts_free(&p);
	return 0;
}
