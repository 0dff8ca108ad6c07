/* CMS as a stream; see writer.h. */
#include "cms/writer.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <stdlib.h>

#include "base/mem.h"
#include "cms/bio.h"
#include "cms/cert.h"
#include "crypto/lib.h"

struct cms_writer {
	CMS_ContentInfo *cms;
	struct cms_sink sink;
	BIO *out;		/* into the sink */
	BIO *chain;		/* what is written goes in here */
	/* what goes in together becomes one string: lines would be many */
	struct buf held;
	enum cms_form form;
	bool failed;
};

enum { HELD_MAX = 32768 };

static struct cms_writer *
writer_new(enum cms_form form, void (*to)(void *, struct span), void *arg)
{
	struct cms_writer *w = xcalloc(1, sizeof(*w));

	crypto_start_cms();
	w->sink = (struct cms_sink){ to, arg };
	w->form = form;
	w->held = BUF(HELD_MAX);
	buf_room(&w->held, HELD_MAX);
	return w;
}

/* The structure is complete: open the way for the content. */
static struct cms_writer *
writer_start(struct cms_writer *w)
{
	w->out = w->form == CMS_SIGN_DETACHED ? BIO_new(BIO_s_null()) :
	    cms_bio_sink(&w->sink);
	if (w->out == NULL)
		mem_exhausted();
	w->chain = w->form == CMS_SIGN_DETACHED ? CMS_dataInit(w->cms, w->out) :
	    BIO_new_CMS(w->out, w->cms);
	if (w->chain != NULL)
		return w;
	w->failed = true;
	cms_close(w);
	return NULL;
}

/* Curves ask for a digest of their own strength (RFC 5753 section 7.1.3). */
static const EVP_MD *
digest_for(const EVP_PKEY *key)
{
	int bits = EVP_PKEY_get_bits(key);

	if (EVP_PKEY_is_a(key, "EC") && bits > 384)
		return EVP_sha512();
	return EVP_PKEY_is_a(key, "EC") && bits > 256 ? EVP_sha384() :
	    EVP_sha256();
}

void
cms_micalg(const struct cms_ident *ids, size_t n, struct buf *out)
{
	size_t start = out->n;

	for (size_t i = 0; i < n; i++) {
		const char *name = EVP_MD_is_a(digest_for(ids[i].key),
		    "SHA512") ? "sha-512" : EVP_MD_is_a(
		    digest_for(ids[i].key), "SHA384") ? "sha-384" :
		    "sha-256";

		if (span_list_has(span_from(buf_get0(out), start), ',',
		    span_str(name)))
			continue;
		buf_printf(out, "%s%s", out->n > start ? "," : "", name);
	}
}

/* What we read, the best first. */
static bool
add_capabilities(CMS_SignerInfo *si)
{
	static const int nids[] = { NID_aes_256_gcm, NID_aes_128_gcm,
	    NID_aes_256_cbc, NID_aes_128_cbc, NID_rsaesOaep };
	STACK_OF(X509_ALGOR) *caps = NULL;
	bool ok = true;

	for (size_t i = 0; ok && i < sizeof(nids) / sizeof(nids[0]); i++)
		ok = CMS_add_simple_smimecap(&caps, nids[i], -1) == 1;
	ok = ok && CMS_add_smimecap(si, caps) == 1;
	sk_X509_ALGOR_pop_free(caps, X509_ALGOR_free);
	return ok;
}

static bool
add_time(CMS_SignerInfo *si, int64_t now)
{
	/* UTCTime until 2049, then GeneralizedTime (RFC 5652 section 11.3) */
	ASN1_TIME *t = ASN1_TIME_set(NULL, (time_t)now);
	bool ok = t != NULL && CMS_signed_add1_attr_by_NID(si,
	    NID_pkcs9_signingTime, ASN1_STRING_type(t), t, -1) == 1;

	ASN1_TIME_free(t);
	return ok;
}

static bool
set_pss(CMS_SignerInfo *si, const EVP_PKEY *key)
{
	EVP_PKEY_CTX *ctx = CMS_SignerInfo_get0_pkey_ctx(si);
	X509_ALGOR *alg = NULL;

	/* a stream begins before there is a signature, and must have a name
	 * for it; the signature sets its own */
	CMS_SignerInfo_get0_algs(si, NULL, NULL, NULL, &alg);
	X509_ALGOR_set0(alg, OBJ_nid2obj(NID_rsassaPss), V_ASN1_UNDEF, NULL);

	if (EVP_PKEY_is_a(key, "EC"))
		return true;
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) > 0 &&
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) > 0;
}

static bool
add_signer(struct cms_writer *w, const struct cms_ident *id, int64_t now)
{
	CMS_SignerInfo *si = CMS_add1_signer(w->cms, id->cert, id->key,
	    digest_for(id->key), CMS_PARTIAL | CMS_BINARY | CMS_NOSMIMECAP |
	    CMS_KEY_PARAM | CMS_CADES);
	bool ok = si != NULL && set_pss(si, id->key) &&
	    add_time(si, now) && add_capabilities(si);

	for (int i = 0; ok && i < sk_X509_num(id->chain); i++) {
		X509 *x = sk_X509_value(id->chain, i);

		/* what two signers have in common is there already */
		if (CMS_add1_cert(w->cms, x) != 1)
			ERR_clear_error();
	}
	return ok;
}

struct cms_writer *
cms_sign_open(const struct cms_ident *ids, size_t n, enum cms_form form,
    int64_t now, void (*to)(void *arg, struct span s), void *arg)
{
	struct cms_writer *w = writer_new(form, to, arg);
	unsigned flags = CMS_PARTIAL | CMS_BINARY | CMS_STREAM |
	    (form == CMS_SIGN_DETACHED ? CMS_DETACHED : 0);

	w->cms = CMS_sign(NULL, NULL, NULL, NULL, flags);
	w->failed = w->cms == NULL;
	for (size_t i = 0; !w->failed && i < n; i++)
		w->failed = !add_signer(w, &ids[i], now);
	if (!w->failed)
		return writer_start(w);
	cms_close(w);
	return NULL;
}

static bool
set_oaep(EVP_PKEY_CTX *ctx)
{
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) > 0 &&
	    EVP_PKEY_CTX_set_rsa_oaep_md(ctx, EVP_sha256()) > 0 &&
	    EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha256()) > 0;
}

static bool
add_recipient(struct cms_writer *w, X509 *x, bool authenticated)
{
	CMS_RecipientInfo *ri = CMS_add1_recipient_cert(w->cms, x,
	    CMS_KEY_PARAM);
	EVP_PKEY_CTX *ctx = ri ? CMS_RecipientInfo_get0_pkey_ctx(ri) : NULL;

	if (ctx == NULL)
		return false;
	if (CMS_RecipientInfo_type(ri) == CMS_RECIPINFO_AGREE)
		return EVP_PKEY_CTX_set_ecdh_kdf_md(ctx, EVP_sha256()) > 0;
	return !(authenticated || cms_cert_is_capable(x, CMS_OID_RSA_OAEP)) ||
	    set_oaep(ctx);
}

struct cms_writer *
cms_encrypt_open(STACK_OF(X509) *to_certs, bool authenticated,
    void (*to)(void *arg, struct span s), void *arg)
{
	struct cms_writer *w = writer_new(CMS_SIGN_OPAQUE, to, arg);

	w->cms = authenticated ?
	    CMS_AuthEnvelopedData_create(EVP_aes_256_gcm()) :
	    CMS_EnvelopedData_create(EVP_aes_256_cbc());
	w->failed = w->cms == NULL;
	for (int i = 0; !w->failed && i < sk_X509_num(to_certs); i++)
		w->failed = !add_recipient(w, sk_X509_value(to_certs, i),
		    authenticated);
	if (!w->failed)
		return writer_start(w);
	cms_close(w);
	return NULL;
}

static void
put(struct cms_writer *w, struct span s)
{
	if (s.n > 0 && !w->failed)
		w->failed = BIO_write(w->chain, s.p, (int)s.n) != (int)s.n;
}

void
cms_write(struct cms_writer *w, struct span s)
{
	while (s.n > 0) {
		struct span piece = span_first(s, HELD_MAX - w->held.n);

		buf_span(&w->held, piece);
		s = span_from(s, piece.n);
		if (w->held.n == HELD_MAX) {
			put(w, buf_get0(&w->held));
			buf_reset(&w->held);
		}
	}
}

/* The signature alone, as DER. */
static bool
put_detached(struct cms_writer *w)
{
	unsigned char *der = NULL;
	int n = 0;

	if (CMS_dataFinal(w->cms, w->chain) != 1)
		return false;
	n = i2d_CMS_ContentInfo(w->cms, &der);
	if (n <= 0)
		return false;
	w->sink.to(w->sink.arg, span_of(der, (size_t)n));
	OPENSSL_free(der);
	return true;
}

/* A chain ends at what was lent to it. */
static void
free_chain(BIO *chain, const BIO *until)
{
	while (chain != NULL && chain != until) {
		BIO *next = BIO_pop(chain);

		BIO_free(chain);
		chain = next;
	}
}

bool
cms_close(struct cms_writer *w)
{
	bool ok = w != NULL && !w->failed && w->chain != NULL;

	if (w == NULL)
		return false;
	if (ok)
		put(w, buf_get0(&w->held));
	ok = ok && !w->failed;
	if (ok && w->form == CMS_SIGN_DETACHED)
		ok = put_detached(w);
	else if (ok)
		ok = BIO_flush(w->chain) == 1;
	free_chain(w->chain, w->out);
	BIO_free(w->out);
	CMS_ContentInfo_free(w->cms);
	buf_free_wipe(&w->held);
	ERR_clear_error();
	free(w);
	return ok;
}
