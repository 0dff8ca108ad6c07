/* Chains of certificates; see chain.h. */
#include "cms/chain.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/mem.h"
#include "cms/cert.h"

enum { DEPTH_MAX = 10, LEVEL_112_BITS = 2 };

static enum cms_trust
result_of(int error)
{
	switch (error) {
	case X509_V_OK:
		return CMS_TRUSTED;
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_CERT_UNTRUSTED:
	case X509_V_ERR_CERT_REJECTED:
		return CMS_UNTRUSTED;
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
		return CMS_INCOMPLETE;
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return CMS_EXPIRED;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return CMS_NOT_YET;
	case X509_V_ERR_CERT_REVOKED:
		return CMS_REVOKED;
	case X509_V_ERR_UNABLE_TO_GET_CRL:
	case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
	case X509_V_ERR_CRL_NOT_YET_VALID:
	case X509_V_ERR_CRL_HAS_EXPIRED:
	case X509_V_ERR_CRL_SIGNATURE_FAILURE:
	case X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE:
	case X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD:
	case X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD:
	case X509_V_ERR_KEYUSAGE_NO_CRL_SIGN:
	case X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION:
	case X509_V_ERR_DIFFERENT_CRL_SCOPE:
	case X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
		return CMS_NO_CRL;
	case X509_V_ERR_INVALID_PURPOSE:
	case X509_V_ERR_INVALID_CA:
		return CMS_WRONG_USE;
	case X509_V_ERR_EE_KEY_TOO_SMALL:
	case X509_V_ERR_CA_KEY_TOO_SMALL:
	case X509_V_ERR_CA_MD_TOO_WEAK:
		return CMS_WEAK_CHAIN;
	default:
		return CMS_CHAIN_INVALID;
	}
}

/*
 * Where a list is missing or old the others are still asked: what is revoked
 * outranks what cannot be told. Nobody can revoke who is trusted by himself
 * (RFC 5280 section 6.1).
 */
static int
note_crl(int ok, X509_STORE_CTX *ctx)
{
	int error = X509_STORE_CTX_get_error(ctx);
	int top = sk_X509_num(X509_STORE_CTX_get0_chain(ctx)) - 1;
	int *noted = X509_STORE_CTX_get_app_data(ctx);

	if (ok || (error != X509_V_ERR_UNABLE_TO_GET_CRL &&
	    error != X509_V_ERR_CRL_NOT_YET_VALID &&
	    error != X509_V_ERR_CRL_HAS_EXPIRED))
		return ok;
	if (error != X509_V_ERR_UNABLE_TO_GET_CRL ||
	    X509_STORE_CTX_get_error_depth(ctx) != top)
		*noted = error;
	return 1;
}

static void
set_rules(X509_STORE_CTX *ctx, const struct cms_judges *j, int64_t at)
{
	X509_VERIFY_PARAM *p = X509_STORE_CTX_get0_param(ctx);

	X509_VERIFY_PARAM_set_trust(p, X509_TRUST_EMAIL);
	X509_VERIFY_PARAM_set_depth(p, DEPTH_MAX);
	X509_VERIFY_PARAM_set_auth_level(p, LEVEL_112_BITS);
	X509_VERIFY_PARAM_set_time(p, (time_t)at);
	if (j->crls != NULL) {
		X509_STORE_CTX_set0_crls(ctx, j->crls);
		X509_VERIFY_PARAM_set_flags(p, X509_V_FLAG_CRL_CHECK |
		    X509_V_FLAG_CRL_CHECK_ALL);
		X509_STORE_CTX_set_verify_cb(ctx, note_crl);
	}
}

/*
 * Whether all of the chain is for mail, or NULL. Not by libcrypto's purpose,
 * which takes no anyExtendedKeyUsage (RFC 8550 section 4.4.4).
 */
static const char *
use_problem(X509_STORE_CTX *ctx)
{
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(ctx);
	const char *why = cms_cert_use_problem(sk_X509_value(chain, 0),
	    CMS_USE_SIGN);

	for (int i = 1; why == NULL && i < sk_X509_num(chain); i++)
		if (!cms_cert_is_for_mail(sk_X509_value(chain, i)))
			why = "an authority in the chain is not for mail";
	return why;
}

enum cms_trust
cms_chain_judge(X509 *x, STACK_OF(X509) *sent, const struct cms_judges *j,
    int64_t at, const char **detail)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	STACK_OF(X509) *between = sk_X509_new_null();
	int error = X509_V_ERR_UNSPECIFIED, noted = X509_V_OK;
	const char *why = NULL;

	if (ctx == NULL || between == NULL)
		mem_exhausted();
	for (int i = 0; i < sk_X509_num(sent); i++)
		sk_X509_push(between, sk_X509_value(sent, i));
	for (int i = 0; i < sk_X509_num(j->extra); i++)
		sk_X509_push(between, sk_X509_value(j->extra, i));
	if (X509_STORE_CTX_init(ctx, j->trust ? trust_store0(j->trust) : NULL,
	    x, between) == 1) {
		set_rules(ctx, j, at);
		X509_STORE_CTX_set_app_data(ctx, &noted);
		if (X509_verify_cert(ctx) == 1) {
			error = noted;
			why = use_problem(ctx);
		} else if (X509_STORE_CTX_get_error(ctx) != X509_V_OK) {
			error = X509_STORE_CTX_get_error(ctx);
		}
	}
	*detail = why != NULL ? why : error == X509_V_OK ? "" :
	    X509_verify_cert_error_string(error);
	X509_STORE_CTX_free(ctx);
	sk_X509_free(between);
	ERR_clear_error();
	return why != NULL ? CMS_WRONG_USE : result_of(error);
}

const char *
cms_trust_name(enum cms_trust t)
{
	static const char *const names[] = {
		[CMS_TRUSTED] = "trusted",
		[CMS_UNTRUSTED] = "untrusted",
		[CMS_INCOMPLETE] = "incomplete",
		[CMS_EXPIRED] = "expired",
		[CMS_NOT_YET] = "not-yet-valid",
		[CMS_REVOKED] = "revoked",
		[CMS_NO_CRL] = "no-crl",
		[CMS_WRONG_USE] = "wrong-use",
		[CMS_WEAK_CHAIN] = "weak",
		[CMS_CHAIN_INVALID] = "invalid",
	};

	return names[t];
}
