/* Asking for published certificates; see find.h. */
#include "pgp/find.h"

#include <stdlib.h>

#include "base/mem.h"
#include "dns/host.h"
#include "net/fetch.h"
#include "pgp/wkd.h"

enum { URL_MAX = FOUND_TEXT_MAX, POLICY_MAX = 65536 };

struct search {
	const struct env *env;
	struct span local, domain;
	int64_t deadline;
	struct buf *out;
	bool found;
};

static void
step(struct search *s, struct found *f, const struct buf *where,
    const struct buf *why)
{
	f->where = buf_get0(where);
	f->why = buf_get0(why);
	s->found |= f->result == FOUND_OK;
	found_put(s->out, f);
}

/* --- the Web Key Directory */

static void
fetch(const struct search *s, const struct host *h, const struct buf *host,
    const struct buf *path, size_t max, struct fetch_answer *out)
{
	char *name = span_dup(buf_get0(host)), *file =
	    span_dup(buf_get0(path));
	struct fetch_request want = { .host = name, .path = file, .to = h->v,
	    .n = h->n, .deadline = s->deadline, .max = max };

	fetch_get(s->env->fetch, &want, out);
	free(name);
	free(file);
}

/* Only a server's own trouble may be over another time. */
static bool
is_temporary(unsigned status)
{
	return status >= 500 || status == 408 || status == 425 ||
	    status == 429;
}

/* Whether the domain has a directory at all, for who wonders why not. */
static void
explain_absence(const struct search *s, enum wkd_method m,
    const struct host *h, const struct buf *host, unsigned status,
    struct buf *why)
{
	struct buf path = BUF(URL_MAX);
	struct fetch_answer a;

	if (status >= 300 && status < 400) {
		buf_printf(why, "HTTP status %u: no redirect is followed",
		    status);
		return;
	}
	wkd_policy(m, s->domain, &path);
	fetch(s, h, host, &path, POLICY_MAX, &a);
	buf_printf(why, "HTTP status %u: %s", status,
	    a.result == FETCH_OK && a.status == 200 ?
	    "the directory has no key of this address" :
	    "the domain has no directory there");
	fetch_answer_free(&a);
	buf_free(&path);
}

static void
judge_answer(const struct search *s, enum wkd_method m,
    const struct host *h, const struct buf *host,
    const struct fetch_answer *a, struct found *f, struct buf *why)
{
	f->result = FOUND_UNKNOWN;
	if (a->result != FETCH_OK) {
		buf_printf(why, "%s%s%s", fetch_result_name(a->result),
		    a->error ? ": " : "", a->error ? a->error : "");
	} else if (a->status == 200 && a->body.n > 0) {
		f->result = FOUND_OK;
		f->certs = buf_get0(&a->body);
	} else if (a->status == 200) {
		buf_str(why, "the answer is empty");
		f->result = FOUND_ABSENT;
	} else if (is_temporary(a->status)) {
		buf_printf(why, "HTTP status %u", a->status);
	} else {
		f->result = FOUND_ABSENT;
		explain_absence(s, m, h, host, a->status, why);
	}
}

static enum found_way
way_of(enum wkd_method m)
{
	return m == WKD_ADVANCED ? FOUND_WKD_ADVANCED : FOUND_WKD_DIRECT;
}

static void
ask_server(struct search *s, enum wkd_method m, const struct host *h,
    const struct buf *host)
{
	struct found f = { .way = way_of(m) };
	struct buf path = BUF(URL_MAX), url = BUF(URL_MAX);
	struct buf why = BUF(FOUND_TEXT_MAX);
	struct fetch_answer a;

	wkd_path(m, s->local, s->domain, &path);
	buf_str(&url, "https://");
	buf_span(&url, buf_get0(host));
	buf_span(&url, buf_get0(&path));
	fetch(s, h, host, &path, FOUND_CERTS_MAX, &a);
	judge_answer(s, m, h, host, &a, &f, &why);
	step(s, &f, &url, &why);
	fetch_answer_free(&a);
	buf_free(&path);
	buf_free(&url);
	buf_free(&why);
}

/* Its addresses could not be found out, or there are none. */
static void
no_server(struct search *s, enum wkd_method m, const struct host *h,
    const struct buf *host)
{
	struct found f = { .way = way_of(m), .result = FOUND_ABSENT };
	struct buf url = BUF(URL_MAX), why = BUF(FOUND_TEXT_MAX);

	buf_printf(&url, "https://%.*s", (int)host->n,
	    (const char *)host->p);
	if (!host_failed(h)) {
		buf_str(&why, "there is no such host");
	} else {
		f.result = host_bogus(h) ? FOUND_BOGUS : FOUND_UNKNOWN;
		buf_printf(&why, "its address: %s", dns_status_name(
		    dns_failed(h->a.status) ? h->a.status : h->aaaa.status));
	}
	step(s, &f, &url, &why);
	buf_free(&url);
	buf_free(&why);
}

/*
 * One method. True when the other is due: the direct one alone is, where the
 * host of the advanced one does not exist (draft section 3.1).
 */
static bool
ask_wkd(struct search *s, enum wkd_method m)
{
	struct buf host = BUF(DNS_NAME_MAX);
	struct dns_name name;
	struct host h = { .n = 0 };
	bool absent = false;

	wkd_host(m, s->domain, &host);
	/* too long with its prefix: it cannot exist */
	if (host.over || !dns_name_parse(buf_get0(&host), &name)) {
		buf_free(&host);
		return true;
	}
	host_find(s->env->dns, &name, &h);
	absent = h.n == 0 && !host_failed(&h);
	if (h.n > 0)
		ask_server(s, m, &h, &host);
	else if (!absent || m == WKD_DIRECT)
		no_server(s, m, &h, &host);
	host_free(&h);
	buf_free(&host);
	return absent;
}

/* --- DANE */

static void
take_keys(const struct dns_answer *a, struct buf *out)
{
	for (size_t i = 0; i < a->n; i++)
		buf_span(out, a->rdata[i]);
}

/* RFC 7929 section 5: without DNSSEC it is worth nothing. */
static enum found_result
judge_dane(const struct search *s, const struct dns_answer *a,
    struct buf *why)
{
	if (dns_failed(a->status)) {
		buf_str(why, a->status == DNS_BOGUS ?
		    "DNSSEC refuses the answer" :
		    dns_status_name(a->status));
		return a->status == DNS_BOGUS ? FOUND_BOGUS : FOUND_UNKNOWN;
	}
	if (a->status != DNS_OK) {
		buf_printf(why, "there is none (%s)",
		    dns_status_name(a->status));
		return FOUND_ABSENT;
	}
	if (a->security == DNS_INSECURE) {
		buf_str(why, "there is one, but the zone is not signed");
		return FOUND_INSECURE;
	}
	if (a->security != DNS_SECURE) {
		buf_printf(why, "there is one, but DNSSEC could not be "
		    "checked (%s)", dns_trust_name(dns_trust(s->env->dns)));
		return FOUND_UNKNOWN;
	}
	return FOUND_OK;
}

static void
ask_dane(struct search *s)
{
	struct found f = { .way = FOUND_DANE };
	struct buf name = BUF(URL_MAX), why = BUF(FOUND_TEXT_MAX);
	struct buf keys = BUF(FOUND_CERTS_MAX);
	struct dns_answer *a = NULL;

	openpgpkey_name(s->local, s->domain, &name);
	a = dns_query(s->env->dns, buf_get0(&name), DNS_OPENPGPKEY);
	f.result = judge_dane(s, a, &why);
	if (f.result == FOUND_OK) {
		take_keys(a, &keys);
		f.certs = buf_get0(&keys);
		if (keys.n == 0) {
			f.result = FOUND_ABSENT;
			buf_str(&why, "the record is empty");
		}
	}
	step(s, &f, &name, &why);
	dns_answer_free(a);
	buf_free(&name);
	buf_free(&why);
	buf_free(&keys);
}

void
find_certs(const struct env *env, struct span local, struct span domain,
    int64_t deadline, struct buf *out)
{
	struct search s = { .env = env, .local = local, .domain = domain,
	    .deadline = deadline, .out = out };

	if (ask_wkd(&s, WKD_ADVANCED))
		ask_wkd(&s, WKD_DIRECT);
	if (!s.found)
		ask_dane(&s);
	found_end(out);
}
