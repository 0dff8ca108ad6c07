/* Chains to trusted authorities; see chain.h. */
#include "tls/chain.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/mem.h"
#include "crypto/lib.h"
#include "tls/chain_int.h"

static enum chain_result
result_of(int error)
{
	switch (error) {
	case X509_V_OK:
		return CHAIN_OK;
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return CHAIN_EXPIRED;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return CHAIN_NOT_YET_VALID;
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
		return CHAIN_SELF_SIGNED;
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_CERT_UNTRUSTED:
		return CHAIN_UNKNOWN_ISSUER;
	case X509_V_ERR_CERT_SIGNATURE_FAILURE:
	case X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE:
		return CHAIN_BAD_SIGNATURE;
	case X509_V_ERR_EE_KEY_TOO_SMALL:
	case X509_V_ERR_CA_KEY_TOO_SMALL:
	case X509_V_ERR_CA_MD_TOO_WEAK:
		return CHAIN_WEAK;
	case X509_V_ERR_PATH_LENGTH_EXCEEDED:
	case X509_V_ERR_CERT_CHAIN_TOO_LONG:
	case X509_V_ERR_PERMITTED_VIOLATION:
	case X509_V_ERR_EXCLUDED_VIOLATION:
	case X509_V_ERR_SUBTREE_MINMAX:
	case X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE:
	case X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX:
	case X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
	case X509_V_ERR_INVALID_POLICY_EXTENSION:
	case X509_V_ERR_NO_EXPLICIT_POLICY:
		return CHAIN_CONSTRAINED;
	case X509_V_ERR_INVALID_CA:
	case X509_V_ERR_INVALID_PURPOSE:
	case X509_V_ERR_CERT_REJECTED:
	case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
		return CHAIN_WRONG_USE;
	case X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY:
	case X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD:
	case X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD:
	case X509_V_ERR_INVALID_EXTENSION:
		return CHAIN_MALFORMED;
	case X509_V_ERR_OUT_OF_MEM:
		mem_exhausted();
	default:
		return CHAIN_INVALID;
	}
}

/* For libcrypto, counted; NULL when it cannot read it. */
static X509 *
x509_of(const struct cert *c)
{
	const unsigned char *p = c->der.p;

	if (c->x509 != NULL && X509_up_ref(c->x509) == 1)
		return c->x509;
	return d2i_X509(NULL, &p, (long)c->der.n);
}

STACK_OF(X509) *
chain_x509(const struct cert_chain *chain)
{
	STACK_OF(X509) *all = sk_X509_new_null();

	if (all == NULL)
		mem_exhausted();
	for (size_t i = 0; i < chain->n; i++) {
		X509 *x = x509_of(&chain->v[i]);

		if (x != NULL && sk_X509_push(all, x) == 0)
			mem_exhausted();
		if (x == NULL && i == 0)
			break;
	}
	ERR_clear_error();
	if (sk_X509_num(all) > 0)
		return all;
	sk_X509_free(all);
	return NULL;
}

void
chain_x509_free(STACK_OF(X509) *all)
{
	sk_X509_pop_free(all, X509_free);
}

static void
set_params(X509_STORE_CTX *ctx, bool partial, int64_t now, bool dates)
{
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);

	X509_VERIFY_PARAM_set_auth_level(param, CHAIN_LEVEL);
	X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_SERVER);
	if (partial)
		X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
	/* a time that is set would be looked at all the same */
	if (dates)
		X509_VERIFY_PARAM_set_time(param, (time_t)now);
	else
		X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_NO_CHECK_TIME);
}

enum chain_result
chain_verify(X509_STORE *store, STACK_OF(X509) *all, STACK_OF(X509) *anchors,
    int64_t now, bool dates, size_t *depth, const char **detail)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	int error = 0, at = 0;

	if (ctx == NULL || X509_STORE_CTX_init(ctx, store,
	    sk_X509_value(all, 0), all) != 1)
		mem_exhausted();
	if (anchors != NULL)
		X509_STORE_CTX_set0_trusted_stack(ctx, anchors);
	set_params(ctx, anchors != NULL, now, dates);
	if (X509_verify_cert(ctx) != 1) {
		error = X509_STORE_CTX_get_error(ctx);
		/* never take a failure without a reason for success */
		if (error == X509_V_OK)
			error = X509_V_ERR_UNSPECIFIED;
		at = X509_STORE_CTX_get_error_depth(ctx);
		*depth = at > 0 ? (size_t)at : 0;
		*detail = X509_verify_cert_error_string(error);
	}
	X509_STORE_CTX_free(ctx);
	ERR_clear_error();
	return result_of(error);
}

void
chain_judge(const struct trust *trust, const struct cert_chain *chain,
    int64_t now, struct chain_verdict *out)
{
	struct chain_verdict v = {
		.result = CHAIN_MALFORMED, .but_for_dates = CHAIN_MALFORMED,
		.detail = chain->n == 0 && chain->left_out == 0 ?
		    "no certificate was sent" : "unreadable certificate",
	};
	STACK_OF(X509) *all = NULL;
	size_t depth = 0;
	const char *detail = "";

	crypto_start_x509();
	if ((all = chain_x509(chain)) == NULL) {
		*out = v;
		return;
	}
	v.detail = "";
	v.result = v.but_for_dates = chain_verify(trust_store0(trust), all,
	    NULL, now, true, &v.depth, &v.detail);
	/* the missing one may be among those left out */
	if (v.result == CHAIN_UNKNOWN_ISSUER && chain->left_out > 0)
		v.result = v.but_for_dates = CHAIN_UNKNOWN;
	if (v.result == CHAIN_EXPIRED || v.result == CHAIN_NOT_YET_VALID)
		v.but_for_dates = chain_verify(trust_store0(trust), all, NULL,
		    now, false, &depth, &detail);
	chain_x509_free(all);
	*out = v;
}

const char *
chain_result_name(enum chain_result r)
{
	static const char *const names[] = {
		[CHAIN_OK] = "ok", [CHAIN_EXPIRED] = "expired",
		[CHAIN_NOT_YET_VALID] = "not-yet-valid",
		[CHAIN_SELF_SIGNED] = "self-signed",
		[CHAIN_UNKNOWN_ISSUER] = "unknown-issuer",
		[CHAIN_BAD_SIGNATURE] = "bad-signature",
		[CHAIN_WEAK] = "weak", [CHAIN_CONSTRAINED] = "constrained",
		[CHAIN_WRONG_USE] = "wrong-use",
		[CHAIN_MALFORMED] = "malformed", [CHAIN_INVALID] = "invalid",
		[CHAIN_UNKNOWN] = "unknown",
	};

	return names[r];
}
