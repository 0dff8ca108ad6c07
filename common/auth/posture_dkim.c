/*
 * The DKIM part of a posture: the keys at the selectors named and at those
 * that large senders use (RFC 6376 section 3.6.1, RFC 8301).
 */
#include <stdlib.h>

#include "auth/dkim_key.h"
#include "auth/posture.h"
#include "base/buf.h"
#include "base/vec.h"

enum { TXT_MAX = 65535, KEYS_MAX = 8, GOOD_BITS = 2048 };

const char *const *
posture_selectors(size_t *n)
{
	static const char *const selectors[] = {
		"default", "dkim", "mail", "google", "selector1",
		"selector2", "s1", "s2", "k1", "k2", "k3", "key1", "key2",
		"fm1", "fm2", "fm3", "mx", "smtp", "smtpapi", "mandrill",
		"mailjet", "mxvault", "pm", "protonmail", "protonmail2",
		"protonmail3", "sig1", "zoho", "hs1", "hs2", "cm", "ctct1",
		"ctct2", "everlytickey1", "everlytickey2", "dkim1", "dkim2",
		"s1024", "s2048",
	};

	*n = sizeof(selectors) / sizeof(selectors[0]);
	return selectors;
}

static enum finding_code
code_of(enum dkim_key_status status)
{
	switch (status) {
	case DKIM_KEY_REVOKED:
		return F_KEY_REVOKED;
	case DKIM_KEY_WEAK:
		return F_KEY_WEAK;
	case DKIM_KEY_HASH:
		return F_KEY_SHA1_ONLY;
	default:
		return F_KEY_UNUSABLE;
	}
}

static void
judge_key(const struct dkim_key *k, const char *selector, struct findings *fs)
{
	if (k->sha1_only)
		finding_add(fs, F_KEY_SHA1_ONLY, selector, NULL);
	else if (k->status != DKIM_KEY_OK)
		finding_add(fs, code_of(k->status), selector, "%s",
		    dkim_key_problem(k->status));
	else if (k->type == KEY_RSA && k->bits < GOOD_BITS)
		finding_add(fs, F_KEY_SHORT, selector, "%u bits", k->bits);
	if (k->testing)
		finding_add(fs, F_KEY_TESTING, selector, NULL);
}

static void
take_key(struct span txt, const char *selector, struct posture *p)
{
	struct dkim_key k = { .status = DKIM_KEY_OK };
	struct posture_key *out = VEC_PUSH(&p->keys);

	dkim_key_parse(txt, &k);
	judge_key(&k, selector, &p->findings);
	out->selector = xstrdup(selector);
	out->bits = k.bits;
	if (k.bits > 0)
		out->algorithm = k.type == KEY_RSA ? "rsa" : "ed25519";
	out->testing = k.testing;
	out->revoked = k.status == DKIM_KEY_REVOKED;
	key_free(k.key);
}

static struct dns_answer *
ask(const struct env *env, struct span selector, struct span domain)
{
	struct buf name = BUF(4096);
	struct dns_answer *a = NULL;

	if (dkim_key_name(&name, selector, domain))
		a = dns_query(env->dns, buf_get0(&name), DNS_TXT);
	else
		a = dns_answer_empty(DNS_NXDOMAIN, 0);
	buf_free(&name);
	return a;
}

/* What stands at one selector; "named" says that it has to be there. */
static void
judge_selector(const struct env *env, struct span selector,
    struct span domain, bool named, struct posture *p)
{
	struct dns_answer *a = ask(env, selector, domain);
	char *where = span_dup(selector);
	struct buf txt = BUF(TXT_MAX);

	if (dns_failed(a->status))
		finding_add(&p->findings, F_KEY_DNS, where, "%s",
		    dns_status_name(a->status));
	else if (a->n == 0 && named)
		finding_add(&p->findings, F_KEY_MISSING, where, NULL);
	if (a->n > 1)
		finding_add(&p->findings, F_KEY_SEVERAL, where,
		    "%zu records", a->n);
	for (size_t i = 0; i < a->n && i < KEYS_MAX; i++) {
		buf_reset(&txt);
		if (dns_rr_txt(a->rdata[i], &txt))
			take_key(buf_get0(&txt), where, p);
	}
	buf_free(&txt);
	free(where);
	dns_answer_free(a);
}

static bool
is_named(struct span selector, const struct span *selectors, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_ieq(selectors[i], selector))
			return true;
	return false;
}

/*
 * Guessing is worth the queries only where something stands below
 * _domainkey (RFC 8020), and says nothing where everything is answered.
 */
static bool
can_guess(const struct env *env, struct span domain, struct posture *p)
{
	struct buf name = BUF(4096);
	struct dns_answer *a = NULL;
	bool can = false;

	buf_str(&name, "_domainkey.");
	buf_span(&name, domain);
	a = dns_query(env->dns, buf_get0(&name), DNS_TXT);
	can = a->status == DNS_OK || a->status == DNS_NODATA;
	if (dns_failed(a->status))
		finding_add(&p->findings, F_KEY_DNS, "_domainkey", "%s",
		    dns_status_name(a->status));
	dns_answer_free(a);
	buf_free(&name);
	if (!can)
		return false;
	a = ask(env, SPAN("no-such-selector-msgsec"), domain);
	if (a->status == DNS_OK)
		finding_add(&p->findings, F_KEY_WILDCARD, NULL, NULL);
	can = a->status != DNS_OK;
	dns_answer_free(a);
	return can;
}

void
posture_dkim(const struct env *env, struct span domain,
    const struct span *selectors, size_t n, struct posture *p)
{
	size_t known_n = 0;
	const char *const *known = posture_selectors(&known_n);

	for (size_t i = 0; i < n; i++)
		if (!is_named(selectors[i], selectors, i))
			judge_selector(env, selectors[i], domain, true, p);
	if (can_guess(env, domain, p))
		for (size_t i = 0; i < known_n; i++)
			if (!is_named(span_str(known[i]), selectors, n))
				judge_selector(env, span_str(known[i]),
				    domain, false, p);
	if (p->keys.n == 0 && n == 0 && !p->no_mail &&
	    !finding_has(&p->findings, F_KEY_DNS))
		finding_add(&p->findings, F_KEY_NONE_FOUND, NULL, NULL);
}
