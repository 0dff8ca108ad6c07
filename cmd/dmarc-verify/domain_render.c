/* A domain's posture as a record's member, and as text for people. */
#include "domain.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "dns/idn.h"

enum { TEXT_MAX = 4096 };

static void
json_name(struct jw *j, const char *key, const struct dns_name *name)
{
	char *text = dns_name_str(name);

	jw_str(j, key, name->n > 0 ? text : NULL);
	free(text);
}

static void
json_spf(struct jw *j, const struct posture *p)
{
	char all[2] = { p->spf.all, '\0' };

	if (!p->has_spf) {
		jw_null(j, "spf");
		return;
	}
	jw_object(j, "spf");
	jw_text(j, "record", buf_get0(&p->spf.record));
	jw_str(j, "all", p->spf.all != '\0' ? all : NULL);
	jw_int(j, "lookups", p->spf.lookups);
	jw_int(j, "void_lookups", p->spf.void_lookups);
	jw_end(j);
}

static void
json_uris(struct jw *j, const char *key, const struct dmarc_uris *uris)
{
	jw_array(j, key);
	for (size_t i = 0; i < uris->n; i++)
		jw_span(j, NULL, uris->v[i].text);
	jw_end(j);
}

static void
json_dmarc(struct jw *j, const struct dmarc_verdict *v)
{
	const struct dmarc_record *r = v->record;
	bool usable = r != NULL && !v->unusable;

	if (r == NULL) {
		jw_null(j, "dmarc");
		return;
	}
	jw_object(j, "dmarc");
	jw_text(j, "record", span_str(v->txt));
	json_name(j, "at", &v->domain);
	jw_str(j, "policy", dmarc_policy_name(v->policy));
	jw_str(j, "subdomain_policy",
	    dmarc_policy_name(v->subdomain_policy));
	jw_str(j, "np", usable ?
	    dmarc_policy_name(dmarc_policy_sub(r, false)) : NULL);
	jw_bool(j, "testing", r->testing);
	json_uris(j, "rua", &r->rua);
	json_uris(j, "ruf", &r->ruf);
	json_name(j, "org_domain", &v->org);
	jw_end(j);
}

static void
json_keys(struct jw *j, const struct posture *p)
{
	jw_array(j, "dkim");
	for (size_t i = 0; i < p->keys.n; i++) {
		const struct posture_key *k = &p->keys.v[i];

		jw_object(j, NULL);
		jw_str(j, "selector", k->selector);
		jw_str(j, "algorithm", k->algorithm);
		if (k->bits > 0)
			jw_int(j, "key_bits", k->bits);
		else
			jw_null(j, "key_bits");
		jw_bool(j, "testing", k->testing);
		jw_bool(j, "revoked", k->revoked);
		jw_end(j);
	}
	jw_end(j);
}

/* The domain as people write it, where that is something else. */
static bool
unicode(struct span domain, struct buf *out)
{
	idn_to_unicode(domain, out);
	return !span_ieq(buf_get0(out), domain);
}

void
domain_json(const struct run *r, struct span domain, const struct posture *p,
    struct buf *out)
{
	struct jw j = JW(out);
	struct buf u = BUF(TEXT_MAX);

	run_member(r, &j, "dmarc-verify-domain/1", posture_verdict(p));
	if (unicode(domain, &u))
		jw_span(&j, "u_label", buf_get0(&u));
	json_spf(&j, p);
	json_dmarc(&j, &p->dmarc);
	json_keys(&j, p);
	jw_findings(&j, "findings", &p->findings);
	jw_end(&j);
	buf_free(&u);
}

static void
text_spf(const struct posture *p, struct buf *out)
{
	buf_str(out, "  SPF    ");
	if (!p->has_spf) {
		buf_str(out, "none\n");
		return;
	}
	utf8_clean(out, buf_get0(&p->spf.record));
	buf_printf(out, "\n         %u of %d lookups, %u void\n",
	    p->spf.lookups, SPF_TERMS_MAX, p->spf.void_lookups);
}

static void
text_dmarc(const struct dmarc_verdict *v, struct buf *out)
{
	const struct dmarc_record *r = v->record;

	buf_str(out, "  DMARC  ");
	if (r == NULL) {
		buf_str(out, "none\n");
		return;
	}
	utf8_clean(out, span_str(v->txt));
	buf_str(out, "\n         at ");
	dns_name_text(out, &v->domain, true);
	buf_str(out, ", organization ");
	dns_name_text(out, &v->org, true);
	if (!v->unusable)
		buf_printf(out, "; policy %s, subdomains %s, "
		    "non-existent ones %s", dmarc_policy_name(v->policy),
		    dmarc_policy_name(v->subdomain_policy),
		    dmarc_policy_name(dmarc_policy_sub(r, false)));
	buf_byte(out, '\n');
}

static void
text_keys(const struct posture *p, struct buf *out)
{
	if (p->keys.n == 0)
		buf_str(out, "  DKIM   no key found\n");
	for (size_t i = 0; i < p->keys.n; i++) {
		const struct posture_key *k = &p->keys.v[i];

		buf_printf(out, "  DKIM   %s: ", k->selector);
		if (k->bits > 0)
			buf_printf(out, "%s, %u bits", k->algorithm, k->bits);
		else
			buf_str(out, k->revoked ? "revoked" : "unusable");
		buf_str(out, k->testing ? ", testing\n" : "\n");
	}
}

void
domain_text(const struct run *r, struct span domain, const struct posture *p,
    struct buf *out)
{
	run_banner(r, out);
	idn_to_unicode(domain, out);
	buf_printf(out, ": %s\n", posture_verdict(p));
	if (p->mx != MX_NXDOMAIN &&
	    !finding_has(&p->findings, F_INPUT_NOT_A_DOMAIN)) {
		text_spf(p, out);
		text_dmarc(&p->dmarc, out);
		text_keys(p, out);
	}
	run_text_findings(&p->findings, out);
}
