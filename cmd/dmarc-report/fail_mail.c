/* A failure report as a mail; see fail_mail.h. */
#include "fail_mail.h"

#include <inttypes.h>

#include "base/ascii.h"
#include "base/date.h"
#include "base/ip.h"
#include "dns/dns.h"
#include "report/afrf.h"
#include "report/making.h"
#include "report/parcel.h"

enum { TEXT_MAX = 64 << 10, RESULTS_MAX = 10, TXT_MAX = 700 };

struct span
fail_submitter(const struct fail_opts *o)
{
	return report_submitter(o->submitter, o->email);
}

/* A result's word; what is none is not repeated. */
static bool
is_word(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_alpha(s.p[i]))
			return false;
	return s.n > 0 && s.n < 20;
}

/* "name=value" in front of which a field goes on, if the value is one. */
static void
put_property(struct buf *out, const char *name, struct span v)
{
	if (parcel_is_domain(v))
		buf_printf(out, " %s=%.*s", name, (int)v.n,
		    (const char *)v.p);
}

static void
put_method(struct buf *out, const char *name, const json_t *object)
{
	struct span v = jget_span(object, "result");

	buf_printf(out, ";\r\n\t%s=%.*s", name, is_word(v) ? (int)v.n : 9,
	    is_word(v) ? (const char *)v.p : "permerror");
}

static void
put_results(const struct fail_mail *f, const json_t *member, struct buf *out)
{
	const json_t *spf = json_object_get(member, "spf"), *s = NULL;
	struct span who = fail_submitter(f->o);
	size_t i = 0;

	buf_printf(out, "Authentication-Results: %.*s", (int)who.n,
	    (const char *)who.p);
	put_method(out, "dmarc", json_object_get(member, "dmarc"));
	put_property(out, "header.from", jget_span(member, "from"));
	put_method(out, "spf", spf);
	put_property(out, span_eq(jget_span(spf, "scope"), SPAN("mfrom")) ?
	    "smtp.mailfrom" : "smtp.helo", jget_span(spf, "domain"));
	json_array_foreach(json_object_get(member, "dkim"), i, s) {
		if (i == RESULTS_MAX)
			break;
		put_method(out, "dkim", s);
		put_property(out, "header.d", jget_span(s, "domain"));
		put_property(out, "header.s", jget_span(s, "selector"));
	}
	buf_str(out, "\r\n");
}

static void
put_mail_from(const struct fail_mail *f, const json_t *envelope,
    struct buf *out)
{
	struct span from = jget_span(envelope, "mail_from");
	struct buf address = BUF(TEXT_MAX);

	buf_byte(&address, '<');
	if (f->redact->off)
		buf_span(&address, from);
	else
		redact_text(f->redact, from, false, &address);
	buf_byte(&address, '>');
	if (json_is_string(json_object_get(envelope, "mail_from")) &&
	    !address.over && span_is_print(buf_get0(&address))) {
		buf_str(out, "Original-Mail-From: ");
		buf_span(out, buf_get0(&address));
		buf_str(out, "\r\n");
	}
	buf_free(&address);
}

/* Below the Organizational Domain: what could have been aligned. */
static bool
could_align(const json_t *dmarc, struct span domain)
{
	struct dns_name name, org;

	return parcel_is_domain(domain) && dns_name_parse(domain, &name) &&
	    dns_name_parse(jget_span(dmarc, "org_domain"), &org) &&
	    dns_name_is_below(&name, &org);
}

/* RFC 9991 section 4: of a signature that failed, the first such. */
static void
put_signature(const json_t *dmarc, const json_t *signatures, struct buf *out)
{
	const json_t *s = NULL;
	size_t i = 0;

	json_array_foreach(signatures, i, s) {
		struct span domain = jget_span(s, "domain");
		struct span selector = jget_span(s, "selector");

		if (span_eq(jget_span(s, "result"), SPAN("pass")) ||
		    !could_align(dmarc, domain) || !parcel_is_domain(selector))
			continue;
		/* the local part of an identity is a person's */
		buf_printf(out, "DKIM-Domain: %.*s\r\n"
		    "DKIM-Identity: @%.*s\r\nDKIM-Selector: %.*s\r\n",
		    (int)domain.n, (const char *)domain.p, (int)domain.n,
		    (const char *)domain.p, (int)selector.n,
		    (const char *)selector.p);
		return;
	}
}

/* The record as a quoted string; false where it is none that can be one. */
static bool
quoted_record(const struct dns_answer *a, struct buf *out)
{
	for (size_t i = 0; i < a->n; i++) {
		struct buf txt = BUF(TXT_MAX);
		bool ok = dns_rr_txt(a->rdata[i], &txt) && !txt.over &&
		    span_istarts(buf_get0(&txt), SPAN("v=spf1")) &&
		    span_is_print(buf_get0(&txt)) &&
		    span_chr(buf_get0(&txt), '"') == txt.n &&
		    span_chr(buf_get0(&txt), '\\') == txt.n;

		if (ok)
			buf_printf(out, "\"%.*s\"", (int)txt.n,
			    (const char *)txt.p);
		buf_free(&txt);
		if (ok)
			return true;
	}
	return false;
}

/* RFC 6591 section 3.2.6: the record that SPF failed by. */
static void
put_spf_record(const struct fail_mail *f, const json_t *dmarc,
    const json_t *spf, struct buf *out)
{
	struct span domain = jget_span(spf, "domain");
	struct buf record = BUF(TEXT_MAX);
	struct dns_answer *a = NULL;

	if (!could_align(dmarc, domain) ||
	    span_eq(jget_span(spf, "result"), SPAN("pass")))
		return;
	a = dns_query(f->env->dns, domain, DNS_TXT);
	if (quoted_record(a, &record))
		buf_printf(out, "SPF-DNS: txt : %.*s :\r\n\t%.*s\r\n",
		    (int)domain.n, (const char *)domain.p, (int)record.n,
		    (const char *)record.p);
	dns_answer_free(a);
	buf_free(&record);
}

static void
put_fields(const struct fail_mail *f, const json_t *member, struct buf *out)
{
	const json_t *dmarc = json_object_get(member, "dmarc");
	const json_t *align = json_object_get(dmarc, "alignment");
	const json_t *envelope = json_object_get(member, "envelope");
	bool dkim = jget_true(align, "dkim"), spf = jget_true(align, "spf");
	struct span domain = jget_span(dmarc, "domain");
	struct span ip = jget_span(envelope, "ip"), who = fail_submitter(f->o);
	struct ip_addr addr;
	int64_t at = 0;
	char text[IP_TEXT_SIZE], date[DATE_MAIL_SIZE];

	buf_printf(out, "Feedback-Type: auth-failure\r\n"
	    "User-Agent: msgsec-dmarc-report/%s\r\nVersion: 1\r\n"
	    "Reporting-MTA: dns; %.*s\r\n", MSGSEC_VERSION, (int)who.n,
	    (const char *)who.p);
	put_mail_from(f, envelope, out);
	if (ip_parse(ip, &addr))
		buf_printf(out, "Source-IP: %s\r\n", ip_text(text, &addr));
	if (date_parse(jget_span(envelope, "received_at"), &at) ||
	    date_parse(jget_span(member, "time"), &at))
		buf_printf(out, "Arrival-Date: %s\r\n", date_mail(date, at));
	buf_printf(out, "Reported-Domain: %.*s\r\nAuth-Failure: dmarc\r\n"
	    "Identity-Alignment: %s\r\n", (int)domain.n,
	    (const char *)domain.p, afrf_unaligned(dkim, spf));
	if (!dkim)
		put_signature(dmarc, json_object_get(member, "dkim"), out);
	if (!spf)
		put_spf_record(f, dmarc, json_object_get(member, "spf"), out);
	put_results(f, member, out);
}

void
fail_mail_write(const struct fail_mail *f, const json_t *member, struct span to,
    struct span header, uint64_t seed, struct buf *out)
{
	struct span domain = jget_span(json_object_get(member, "dmarc"),
	    "domain"), who = fail_submitter(f->o);
	char date[DATE_MAIL_SIZE];

	buf_printf(out, "From: %s\r\nTo: %.*s\r\n"
	    "Subject: DMARC failure report for %.*s\r\nDate: %s\r\n"
	    "Message-ID: <%016" PRIx64 ".failure@%.*s>\r\n"
	    "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
	    "Content-Type: multipart/report; report-type=feedback-report;"
	    "\r\n\tboundary=\"%016" PRIx64 "\"\r\n\r\n", f->o->email,
	    (int)to.n, (const char *)to.p, (int)domain.n,
	    (const char *)domain.p, date_mail(date, env_now(f->env)),
	    seed, (int)who.n, (const char *)who.p, seed);
	buf_printf(out, "--%016" PRIx64 "\r\n"
	    "Content-Type: text/plain; charset=us-ascii\r\n\r\n"
	    "A message that names %.*s as its author failed DMARC.\r\n"
	    "\r\n--%016" PRIx64 "\r\n"
	    "Content-Type: message/feedback-report\r\n\r\n", seed,
	    (int)domain.n, (const char *)domain.p, seed);
	put_fields(f, member, out);
	buf_printf(out, "\r\n--%016" PRIx64 "\r\n"
	    "Content-Type: text/rfc822-headers%s\r\n\r\n", seed,
	    span_is_ascii(header) ? "" :
	    "\r\nContent-Transfer-Encoding: 8bit");
	buf_span(out, header);
	buf_printf(out, "\r\n--%016" PRIx64 "--\r\n", seed);
}
