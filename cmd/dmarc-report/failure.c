/* Failure reports read: one row each. */
#include "dmarc-report.h"

#include "base/ascii.h"
#include "base/date.h"
#include "base/utf8.h"
#include "failure.h"
#include "report/row.h"

#define SCHEMA "dmarc-failure/1"

enum { MEMBER_MAX = 8 << 20, TEXT_MAX = 1 << 20 };

bool
failure_is(const struct leaf *leaf)
{
	return mime_type_is(&leaf->type, SPAN("message"),
	    SPAN("feedback-report")) ||
	    (mime_type_is(&leaf->type, SPAN("text"), SPAN("plain")) &&
	    afrf_is_plain(leaf->body));
}

/* Its first line is a field, or what Exim says. */
static bool
first_piece(void *arg, struct span piece)
{
	bool *field = arg;
	size_t i = 0;

	while (piece.n > 0 && ascii_is_fws(piece.p[0]))
		piece = span_from(piece, 1);
	while (i < piece.n && (ascii_is_alnum(piece.p[i]) ||
	    piece.p[i] == '-'))
		i++;
	*field = (i > 0 && i < piece.n && piece.p[i] == ':') ||
	    afrf_is_plain(piece);
	return piece.n == 0;
}

bool
failure_looks_so(struct spool *text)
{
	bool field = false;

	return spool_each(text, first_piece, &field) == SPOOL_OK && field;
}

/* --- the row -------------------------------------------------------------- */

static void
put_lists(struct jw *j, const struct afrf *a)
{
	static const char *const keys[AFRF_LISTS] = {
		[AFRF_RESULTS] = "authentication_results",
		[AFRF_RCPT_TO] = "original_rcpt_to",
		[AFRF_URIS] = "reported_uri",
	};

	for (int l = 0; l < AFRF_LISTS; l++) {
		jw_array(j, keys[l]);
		for (size_t i = 0; i < a->lists[l].n; i++)
			jw_span(j, NULL, buf_get0(&a->lists[l].v[i]));
		jw_end(j);
	}
}

static void
put_json(const struct run *run, const char *file, const struct afrf *a,
    struct buf *out)
{
	static const char *const keys[AFRF_FIELDS] = {
		[AFRF_TYPE] = "feedback_type", [AFRF_VERSION] = "afrf_version",
		[AFRF_USER_AGENT] = "user_agent",
		[AFRF_MAIL_FROM] = "original_mail_from",
		[AFRF_ENVELOPE_ID] = "original_envelope_id",
		[AFRF_ARRIVED] = "arrival_date",
		[AFRF_REPORTING_MTA] = "reporting_mta",
		[AFRF_SOURCE_IP] = "source_ip",
		[AFRF_DOMAIN] = "reported_domain",
		[AFRF_FAILURE] = "auth_failure",
		[AFRF_DELIVERY] = "delivery_result",
		[AFRF_DKIM_DOMAIN] = "dkim_domain",
		[AFRF_DKIM_IDENTITY] = "dkim_identity",
		[AFRF_DKIM_SELECTOR] = "dkim_selector",
		[AFRF_SPF_DNS] = "spf_dns",
		[AFRF_ALIGNMENT] = "identity_alignment",
	};
	struct buf member = BUF(MEMBER_MAX);
	struct jw j = JW(&member);
	const struct row_head head = {
		.domain = buf_get0(&a->v[AFRF_DOMAIN]), .dated = a->dated,
		.begin = a->arrived, .end = a->arrived, .n = 1 };

	run_member(run, &j, SCHEMA, findings_verdict(&a->fs));
	jw_text(&j, "file", span_str(file));
	jw_int(&j, "count", (int64_t)a->incidents);
	for (int k = 0; k < AFRF_FIELDS; k++)
		if (keys[k] != NULL)
			jw_some(&j, keys[k], buf_get0(&a->v[k]));
	put_lists(&j, a);
	jw_findings(&j, "findings", &a->fs);
	jw_end(&j);
	row_write(&head, "dmarc-report", buf_get0(&member), out);
	buf_free(&member);
}

static void
put_clean(struct buf *out, const char *before, const struct buf *text)
{
	if (text->n == 0)
		return;
	buf_str(out, before);
	utf8_clean(out, buf_get0(text));
}

static void
put_text(const struct afrf *a, struct buf *out)
{
	utf8_clean(out, a->v[AFRF_DOMAIN].n > 0 ?
	    buf_get0(&a->v[AFRF_DOMAIN]) : SPAN("(no domain)"));
	buf_printf(out, ", failure report: %llu",
	    (unsigned long long)a->incidents);
	put_clean(out, " from ", &a->v[AFRF_SOURCE_IP]);
	put_clean(out, ", failed: ", &a->v[AFRF_FAILURE]);
	put_clean(out, ", alignment: ", &a->v[AFRF_ALIGNMENT]);
	put_clean(out, ", delivery: ", &a->v[AFRF_DELIVERY]);
	put_clean(out, ", ", &a->v[AFRF_ARRIVED]);
	buf_byte(out, '\n');
}

bool
failure_read(const struct run *run, struct spool *text,
    struct report_rows *rows, const char **why, uint64_t *at)
{
	struct buf octets = BUF(TEXT_MAX);
	struct afrf a = { .incidents = 0 };
	bool ok = false;

	*why = "it is too long for a failure report";
	*at = 0;
	ok = report_text(text, &octets) &&
	    (afrf_is_plain(buf_get0(&octets)) ? afrf_read_plain : afrf_read)(
	    buf_get0(&octets), &a, why, at);
	if (ok && report_row(rows, &a.fs)) {
		if (run->text)
			put_text(&a, &rows->line);
		else
			put_json(run, rows->file, &a, &rows->line);
		report_row_end(rows);
	}
	if (ok)
		afrf_free(&a);
	buf_free(&octets);
	return ok;
}
