/* A judged domain for people; see audit.h. */
#include "audit.h"

#include "base/date.h"
#include "base/utf8.h"
#include "dns/idn.h"

static void
text_record(const struct sts_discovered *d, struct buf *out)
{
	buf_str(out, "  record  ");
	if (d->txt.text.n == 0)
		buf_str(out, d->how == STS_DNS_FAILED ? "not known" : "none");
	utf8_clean(out, buf_get0(&d->txt.text));
	buf_byte(out, '\n');
}

/* 604800 is "7 days"; what is no whole day stays in seconds. */
static void
text_age(uint32_t seconds, struct buf *out)
{
	if (seconds >= 86400 && seconds % 86400 == 0)
		buf_printf(out, "%u days", (unsigned)seconds / 86400);
	else
		buf_printf(out, "%u seconds", (unsigned)seconds);
}

static void
text_policy(const struct sts_inquiry *q, struct buf *out)
{
	static const char *const without[] = {
		[STS_IN_FORCE] = "", [STS_WITHOUT] = "none",
		[STS_USELESS] = "none that a sender can use",
		[STS_UNKNOWN] = "not known",
	};

	buf_str(out, "  policy  ");
	if (q->standing != STS_IN_FORCE) {
		buf_printf(out, "%s\n", without[q->standing]);
		return;
	}
	buf_printf(out, "%s, ", sts_mode_name(q->policy.mode));
	if (q->source != STS_FROM_PRELOAD) {
		buf_str(out, "for ");
		text_age(q->policy.max_age, out);
		buf_str(out, ", ");
	}
	buf_printf(out, "%s; mx", q->source == STS_FROM_MEMORY ? "remembered" :
	    q->source == STS_FROM_PRELOAD ? "from the list" : "fetched");
	for (size_t i = 0; i < q->policy.mx.n; i++) {
		buf_byte(out, ' ');
		buf_span(out, q->policy.mx.v[i]);
	}
	buf_byte(out, '\n');
}

static void
text_host_tls(const struct sts_inquiry *q, struct buf *out)
{
	char text[IP_TEXT_SIZE], room[TLS_NAME_SIZE];

	for (size_t i = 0; i < q->tls_n; i++) {
		const struct sts_host_tls *tls = &q->tls[i];

		buf_printf(out, "  host    %s:%s",
		    ip_text(text, &tls->address),
		    tls->known ? "" : " not known");
		for (size_t v = 0; v < TLS_VERSIONS; v++)
			if (tls->version[v])
				buf_printf(out, " %s", tls_version_name(room,
				    tls_version_at(v)));
		buf_byte(out, '\n');
	}
}

static void
text_remembered(const struct memory_entry *e, struct buf *out)
{
	char fetched[DATE_RFC3339_SIZE], expires[DATE_RFC3339_SIZE];

	if (!e->known)
		return;
	buf_printf(out, "  memory  id %s, fetched %s, until %s\n", e->id,
	    date_rfc3339(fetched, e->fetched),
	    date_rfc3339(expires, e->expires));
}

static void
text_tlsrpt(const struct tlsrpt_discovered *t, struct buf *out)
{
	buf_str(out, "  TLSRPT  ");
	if (t->txt.text.n == 0)
		buf_str(out, t->txt.found == TXT_FAILED ? "not known" :
		    "none");
	utf8_clean(out, buf_get0(&t->txt.text));
	buf_byte(out, '\n');
}

static void
text_row(enum sender who, const struct sender_row *r, struct buf *out)
{
	buf_printf(out, "            %-14s ", sender_name(who));
	sender_row_text(r, out);
	buf_byte(out, '\n');
}

static void
text_hosts(const struct sts_hosts *h, struct buf *out)
{
	if (h->mx.n == 0)
		buf_printf(out, "  MX      %s\n", mx_status_name(h->mx.status));
	for (size_t i = 0; i < h->mx.n; i++) {
		const struct sts_host *host = &h->v[i];

		buf_printf(out, "  MX %4u ", (unsigned)host->mx->preference);
		utf8_clean(out, span_str(host->mx->text));
		if (host->matched) {
			buf_str(out, ", matched by ");
			buf_span(out, host->pattern);
		}
		buf_str(out, host->secure ? ", DNSSEC\n" : "\n");
		for (enum sender who = 0; who < SENDERS; who++)
			text_row(who, &host->rows[who], out);
	}
}

void
audit_text(const struct run *r, const struct audit *a, struct buf *out)
{
	run_banner(r, out);
	idn_to_unicode(a->domain, out);
	buf_printf(out, ": %s\n", audit_verdict(a));
	if (a->judged && a->hosts.mx.status != MX_NXDOMAIN) {
		text_record(&a->inquiry.record, out);
		text_policy(&a->inquiry, out);
		text_host_tls(&a->inquiry, out);
		text_remembered(&a->inquiry.remembered, out);
		text_tlsrpt(&a->tlsrpt, out);
		text_hosts(&a->hosts, out);
	}
	run_text_findings(&a->findings, out);
}
