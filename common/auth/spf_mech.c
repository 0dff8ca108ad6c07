/*
 * The mechanisms that ask the DNS (RFC 7208 sections 5.3, 5.4, 5.5, 5.7),
 * the %{p} macro (7.3) and the explanation (6.2).
 */
#include "auth/spf_int.h"
#include "base/ascii.h"
#include "dns/reverse.h"

/* Any error of the DNS but "no such name" is a temperror (section 5). */
static enum spf_match
failed(struct spf_eval *ev, struct span name, enum dns_type type,
    enum dns_status status)
{
	struct span n = span_first(name, 256);

	spf_problem(ev, "RFC 7208 section 5", "%s of %.*s: %s",
	    dns_type_name(type), (int)n.n, n.p, dns_status_name(status));
	return SPF_MATCH_TEMPERROR;
}

static enum dns_type
address_type(const struct spf_eval *ev)
{
	return ev->vars.ip.family == 4 ? DNS_A : DNS_AAAA;
}

static bool
has_client(const struct spf_eval *ev, const struct dns_answer *a,
    unsigned bits)
{
	struct ip_addr addr;

	for (size_t i = 0; i < a->n; i++)
		if (ip_from_octets(a->rdata[i], &addr) &&
		    ip_in(&ev->vars.ip, &addr, bits))
			return true;
	return false;
}

static unsigned
prefix(const struct spf_eval *ev, const struct spf_term *t)
{
	return ev->vars.ip.family == 4 ? t->bits4 : t->bits6;
}

/* "a" and "exists": one question, void or failed or answered. */
static enum spf_match
ask_address(struct spf_eval *ev, const struct spf_term *t, struct span name)
{
	bool exists = t->mech == SPF_EXISTS;
	/* section 5.7: A whatever the client's family is */
	enum dns_type type = exists ? DNS_A : address_type(ev);
	struct dns_answer *a = spf_ask(ev, name, type);
	enum spf_match m = SPF_NO_MATCH;

	if (dns_failed(a->status))
		m = failed(ev, name, type, a->status);
	else if (!spf_count_void(ev, a->status, name))
		m = SPF_MATCH_PERMERROR;
	else if (exists ? a->n > 0 : has_client(ev, a, prefix(ev, t)))
		m = SPF_MATCH;
	dns_answer_free(a);
	return m;
}

/*
 * The address of one exchange. Only the mx term itself can be void (section
 * 4.6.4 counts terms): an exchange without AAAA is no mistake of the domain.
 */
static enum spf_match
ask_exchange(struct spf_eval *ev, const struct spf_term *t, struct span mx)
{
	enum dns_type type = address_type(ev);
	struct dns_name host;
	struct dns_answer *a = NULL;
	enum spf_match m = SPF_NO_MATCH;
	uint16_t preference = 0;

	/* the root is the null MX (RFC 7505): no host */
	if (!dns_rr_mx(mx, &preference, &host) || host.n <= 1)
		return SPF_NO_MATCH;
	a = spf_ask_name(ev, &host, type);
	if (dns_failed(a->status)) {
		struct buf text = BUF(1024);

		dns_name_text(&text, &host, true);
		m = failed(ev, buf_get0(&text), type, a->status);
		buf_free(&text);
	} else if (has_client(ev, a, prefix(ev, t))) {
		m = SPF_MATCH;
	}
	dns_answer_free(a);
	return m;
}

static enum spf_match
ask_mx(struct spf_eval *ev, const struct spf_term *t, struct span name)
{
	struct dns_answer *a = spf_ask(ev, name, DNS_MX);
	enum spf_match m = SPF_NO_MATCH;

	if (dns_failed(a->status)) {
		m = failed(ev, name, DNS_MX, a->status);
	} else if (!spf_count_void(ev, a->status, name)) {
		m = SPF_MATCH_PERMERROR;
	} else if (a->n > SPF_MX_MAX) {
		spf_problem(ev, "RFC 7208 section 4.6.4",
		    "%.*s has %zu MX records, more than %d",
		    (int)span_first(name, 256).n, name.p, a->n, SPF_MX_MAX);
		m = SPF_MATCH_PERMERROR;
	}
	for (size_t i = 0; i < a->n && m == SPF_NO_MATCH; i++)
		m = ask_exchange(ev, t, a->rdata[i]);
	dns_answer_free(a);
	return m;
}

/* The client's PTR names, asked once a check; ten of them count (5.5). */
static void
learn_hosts(struct spf_eval *ev)
{
	struct buf name = BUF(128);
	struct dns_answer *a = NULL;

	if (ev->hosts_asked)
		return;
	ev->hosts_asked = true;
	reverse_name(&name, &ev->vars.ip);
	a = spf_ask(ev, buf_get0(&name), DNS_PTR);
	ev->hosts_status = a->status;
	for (size_t i = 0; i < a->n && i < SPF_PTR_MAX; i++)
		if (dns_rr_name(a->rdata[i], &ev->hosts[ev->n_hosts].name))
			ev->n_hosts++;
	dns_answer_free(a);
	buf_free(&name);
}

/* Whether one of the name's addresses is the client's; errors are "no". */
static bool
is_valid(struct spf_eval *ev, struct spf_host *host)
{
	struct dns_answer *a = NULL;

	if (host->state == SPF_HOST_UNKNOWN) {
		a = spf_ask_name(ev, &host->name, address_type(ev));
		host->state = has_client(ev, a,
		    ev->vars.ip.family == 4 ? 32 : 128) ?
		    SPF_HOST_VALID : SPF_HOST_FALSE;
		dns_answer_free(a);
	}
	return host->state == SPF_HOST_VALID;
}

/*
 * Names that cannot be the target's are not even asked for. An error of the
 * DNS is no match here (section 5.5), but what there was no time left to ask
 * for is not known.
 */
static enum spf_match
ask_ptr(struct spf_eval *ev, struct span target)
{
	struct dns_name parent;
	bool first = !ev->hosts_asked;

	learn_hosts(ev);
	if (first && !spf_count_void(ev, ev->hosts_status, target))
		return SPF_MATCH_PERMERROR;
	if (!dns_name_parse(target, &parent))
		return SPF_NO_MATCH;
	for (size_t i = 0; i < ev->n_hosts; i++)
		if (dns_name_is_below(&ev->hosts[i].name, &parent) &&
		    is_valid(ev, &ev->hosts[i]))
			return SPF_MATCH;
	return spf_is_late(ev) ? failed(ev, target, DNS_PTR, DNS_TIMEOUT) :
	    SPF_NO_MATCH;
}

/* Section 7.3: the domain itself, else one below it, else any. */
static struct spf_host *
best_host(struct spf_eval *ev)
{
	struct dns_name domain;
	bool ok = dns_name_parse(ev->vars.domain, &domain);

	for (size_t i = 0; ok && i < ev->n_hosts; i++)
		if (dns_name_eq(&ev->hosts[i].name, &domain) &&
		    is_valid(ev, &ev->hosts[i]))
			return &ev->hosts[i];
	for (size_t i = 0; ok && i < ev->n_hosts; i++)
		if (dns_name_is_below(&ev->hosts[i].name, &domain) &&
		    is_valid(ev, &ev->hosts[i]))
			return &ev->hosts[i];
	for (size_t i = 0; i < ev->n_hosts; i++)
		if (is_valid(ev, &ev->hosts[i]))
			return &ev->hosts[i];
	return NULL;
}

struct span
spf_validated_name(void *eval)
{
	struct spf_eval *ev = eval;
	struct spf_host *host = NULL;

	learn_hosts(ev);
	host = best_host(ev);
	if (host == NULL)
		return SPAN("unknown");
	buf_reset(&ev->p_name);
	dns_name_text(&ev->p_name, &host->name, false);
	return buf_get0(&ev->p_name);
}

enum spf_match
spf_match_term(struct spf_eval *ev, const struct spf_term *t)
{
	struct spf_name hold;
	struct span name = { NULL, 0 };

	if (!spf_count_term(ev, t->text) ||
	    !spf_target(ev, t->domain, &hold, &name))
		return SPF_MATCH_PERMERROR;
	switch (t->mech) {
	case SPF_MX:
		return ask_mx(ev, t, name);
	case SPF_PTR:
		return ask_ptr(ev, name);
	default:
		return ask_address(ev, t, name);
	}
}

/* One TXT, joined, of printable ASCII that keeps the grammar; else nothing. */
static bool
explanation_text(struct spf_ctx *ctx, const struct dns_answer *a)
{
	buf_reset(&ctx->txt);
	return a->status == DNS_OK && a->n == 1 &&
	    dns_rr_txt(a->rdata[0], &ctx->txt) && !ctx->txt.over &&
	    spf_macro_fault(buf_get0(&ctx->txt), SPF_EXPLAIN_STRING) == NULL;
}

void
spf_explain(struct spf_eval *ev, struct span spec)
{
	struct buf *out = &ev->out->own[SPF_OWN_EXPLANATION];
	struct spf_name hold;
	struct span name = { NULL, 0 };
	struct dns_answer *a = NULL;

	if (!spf_target(ev, spec, &hold, &name))
		return;
	a = spf_ask(ev, name, DNS_TXT);
	if (explanation_text(ev->ctx, a)) {
		spf_expand(out, buf_get0(&ev->ctx->txt), &ev->vars);
		/* what a peer or a client slipped in through a macro must
		 * not come out */
		if (out->over || !span_is_print(buf_get0(out)))
			buf_reset(out);
	}
	dns_answer_free(a);
}
