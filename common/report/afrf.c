/* Failure reports; see afrf.h. */
#include "report/afrf.h"

#include <stdlib.h>

#include "base/ascii.h"
#include "base/cur.h"
#include "base/date.h"
#include "base/ip.h"
#include "base/vec.h"
#include "mail/header.h"
#include "mail/lex.h"

/* A report is a handful of fields; texts beyond these are left out. */
enum {
	FIELDS_MAX = 1000, TEXT_MAX = 8 << 10, ITEMS_MAX = 20,
	INCIDENTS_MAX = 1000000000,
};

static const char *const names[AFRF_FIELDS] = {
	[AFRF_TYPE] = "Feedback-Type", [AFRF_VERSION] = "Version",
	[AFRF_USER_AGENT] = "User-Agent",
	[AFRF_MAIL_FROM] = "Original-Mail-From",
	[AFRF_ENVELOPE_ID] = "Original-Envelope-Id",
	[AFRF_ARRIVED] = "Arrival-Date",
	[AFRF_REPORTING_MTA] = "Reporting-MTA",
	[AFRF_SOURCE_IP] = "Source-IP", [AFRF_INCIDENTS] = "Incidents",
	[AFRF_DOMAIN] = "Reported-Domain",
	[AFRF_FAILURE] = "Auth-Failure",
	[AFRF_DELIVERY] = "Delivery-Result",
	[AFRF_DKIM_DOMAIN] = "DKIM-Domain",
	[AFRF_DKIM_IDENTITY] = "DKIM-Identity",
	[AFRF_DKIM_SELECTOR] = "DKIM-Selector",
	[AFRF_SPF_DNS] = "SPF-DNS",
	[AFRF_ALIGNMENT] = "Identity-Alignment",
};

static const char *const lists[AFRF_LISTS] = {
	[AFRF_RESULTS] = "Authentication-Results",
	[AFRF_RCPT_TO] = "Original-Rcpt-To", [AFRF_URIS] = "Reported-URI",
};

/* Line ends are no text; blanks around it are none either. */
static void
unfold(struct span value, struct buf *out)
{
	value = span_trim(value);
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] != '\r' && value.p[i] != '\n')
			buf_byte(out, value.p[i]);
}

/* Of whose value a comment is a part, or that cannot have one. */
static bool
is_verbatim(enum afrf_field k)
{
	return k == AFRF_USER_AGENT || k == AFRF_ENVELOPE_ID ||
	    k == AFRF_ARRIVED || k == AFRF_SPF_DNS;
}

/* RFC 5965 section 3.5: comments may stand around what is a token. */
static void
uncomment(struct span value, struct buf *out)
{
	struct cur c = cur_of(value);
	size_t at = 0;

	while (!c.bad && c.at < value.n) {
		at = c.at;
		if (value.p[at] == '(')
			lex_comment(&c);
		else if (value.p[at] == '"')
			buf_span(out, lex_quoted(&c));
		else
			buf_byte(out, cur_u8(&c));
	}
	/* what does not end is none */
	if (c.bad)
		buf_span(out, span_from(value, at));
}

static bool
fits(struct afrf *a, const char *name, const struct buf *text)
{
	if (text->over)
		finding_add(&a->fs, F_REPORT_FIELD_TYPE, name,
		    "longer than %d octets: left out", TEXT_MAX);
	return !text->over;
}

static void
take_once(struct afrf *a, const struct header *h, enum afrf_field k)
{
	size_t i = header_find(h, span_str(names[k]), 0);
	struct span value = i < h->n ? h->v[i].value : SPAN("");
	struct buf text = BUF(TEXT_MAX), plain = BUF(value.n + 1);

	if (is_verbatim(k))
		buf_span(&plain, value);
	else
		uncomment(value, &plain);
	unfold(buf_get0(&plain), &text);
	if (fits(a, names[k], &text))
		a->v[k] = text;
	else
		buf_free(&text);
	buf_free(&plain);
}

static void
take_all(struct afrf *a, const struct header *h, enum afrf_list l)
{
	struct span name = span_str(lists[l]);

	for (size_t i = header_find(h, name, 0); i < h->n;
	    i = header_find(h, name, i + 1)) {
		struct buf text = BUF(TEXT_MAX);

		unfold(h->v[i].value, &text);
		if (a->lists[l].n == ITEMS_MAX) {
			finding_add(&a->fs, F_REPORT_FIELD_TYPE, lists[l],
			    "more than %d of them: left out", ITEMS_MAX);
			buf_free(&text);
			return;
		}
		if (fits(a, lists[l], &text))
			*VEC_PUSH(&a->lists[l]) = text;
		else
			buf_free(&text);
	}
}

/* What the standards ask for, and of which kind. */
static void
judge(struct afrf *a)
{
	static const enum afrf_field wanted[] = {
		AFRF_VERSION, AFRF_USER_AGENT, AFRF_SOURCE_IP, AFRF_DOMAIN,
		AFRF_FAILURE, AFRF_ALIGNMENT
	};
	struct span ip = buf_get0(&a->v[AFRF_SOURCE_IP]);
	struct span count = buf_get0(&a->v[AFRF_INCIDENTS]);
	struct span date = buf_get0(&a->v[AFRF_ARRIVED]);
	struct ip_addr addr;

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (a->v[wanted[i]].n == 0)
			finding_add(&a->fs, F_REPORT_FIELD_MISSING,
			    names[wanted[i]], NULL);
	if (a->lists[AFRF_RESULTS].n == 0)
		finding_add(&a->fs, F_REPORT_FIELD_MISSING,
		    lists[AFRF_RESULTS], NULL);
	if (ip.n > 0 && !ip_parse(ip, &addr))
		finding_add(&a->fs, F_REPORT_FIELD_TYPE, "Source-IP", NULL);
	a->incidents = 1;
	if (count.n > 0 && !span_dec(count, INCIDENTS_MAX, &a->incidents))
		finding_add(&a->fs, F_REPORT_FIELD_TYPE, "Incidents", NULL);
	a->dated = date.n > 0 && date_parse_mail(date, &a->arrived);
	if (date.n > 0 && !a->dated)
		finding_add(&a->fs, F_REPORT_FIELD_TYPE, "Arrival-Date",
		    NULL);
	if (afrf_failed(a))
		finding_add(&a->fs, F_DMARC_ROW_FAILED, NULL, NULL);
}

/*
 * RFC 9991 section 4 lists in Identity-Alignment what failed, RFC 7489 section
 * 7.3.1 what did not, and no report says which it means. Where it is about
 * DMARC both and none come to the same, and one alone is a pass in either.
 */
bool
afrf_failed(const struct afrf *a)
{
	struct span listed = buf_get0(&a->v[AFRF_ALIGNMENT]);

	return span_list_ihas(buf_get0(&a->v[AFRF_FAILURE]), ',',
	    SPAN("dmarc")) &&
	    span_list_ihas(listed, ',', SPAN("dkim")) ==
	    span_list_ihas(listed, ',', SPAN("spf"));
}

const char *
afrf_unaligned(bool dkim_aligned, bool spf_aligned)
{
	if (!dkim_aligned && !spf_aligned)
		return "dkim, spf";
	return !dkim_aligned ? "dkim" : !spf_aligned ? "spf" : "none";
}

bool
afrf_read(struct span text, struct afrf *out, const char **why,
    uint64_t *at)
{
	struct afrf a = { .incidents = 1 };
	struct header h = { 0 };
	size_t scan = 0, end = text.n, blank = 0;
	bool ok = false;

	*at = 0;
	*why = "it has too many fields";
	if (!header_end(text, &scan, &end, &blank))
		end = text.n;
	if (header_split(span_first(text, end), FIELDS_MAX, &h) ==
	    HEADER_OK) {
		for (int k = 0; k < AFRF_FIELDS; k++)
			take_once(&a, &h, (enum afrf_field)k);
		for (int l = 0; l < AFRF_LISTS; l++)
			take_all(&a, &h, (enum afrf_list)l);
		/* RFC 6591 section 3.1 */
		ok = span_ieq(buf_get0(&a.v[AFRF_TYPE]),
		    SPAN("auth-failure"));
		*why = "its feedback is not about authentication";
	}
	header_free(&h);
	if (!ok) {
		afrf_free(&a);
		return false;
	}
	judge(&a);
	*out = a;
	*why = NULL;
	return true;
}

void
afrf_free(struct afrf *a)
{
	for (int k = 0; k < AFRF_FIELDS; k++)
		buf_free(&a->v[k]);
	for (int l = 0; l < AFRF_LISTS; l++) {
		for (size_t i = 0; i < a->lists[l].n; i++)
			buf_free(&a->lists[l].v[i]);
		free(a->lists[l].v);
	}
	findings_free(&a->fs);
}
