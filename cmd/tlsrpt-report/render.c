/* Rows of TLS reports as records, and for people. */
#include "tlsrpt-report.h"

#include "base/date.h"
#include "base/utf8.h"
#include "report/parcel.h"
#include "report/row.h"

#define SCHEMA "tlsrpt-report/1"

enum { MEMBER_MAX = 8 << 20 };

static void
text_of(struct jw *j, const char *key, const struct tls_text *t)
{
	if (t->given)
		jw_text(j, key, buf_get0(&t->text));
	else
		jw_null(j, key);
}

static void
texts_of(struct jw *j, const char *key, const struct tls_texts *t)
{
	jw_array(j, key);
	for (size_t i = 0; i < t->n; i++)
		jw_span(j, NULL, buf_get0(&t->v[i]));
	jw_end(j);
}

static void
policy_of(struct jw *j, const struct tls_policy *p)
{
	jw_object(j, "policy");
	text_of(j, "type", &p->type);
	texts_of(j, "string", &p->string);
	texts_of(j, "mx_host", &p->mx_host);
	jw_end(j);
	jw_object(j, "summary");
	jw_int(j, "successful", (int64_t)p->successful);
	jw_int(j, "failed", (int64_t)p->failed);
	jw_end(j);
}

static void
failure_of(struct jw *j, const struct tls_failure *f)
{
	if (f == NULL) {
		jw_null(j, "failure");
		return;
	}
	jw_object(j, "failure");
	text_of(j, "result_type", &f->type);
	text_of(j, "sending_mta_ip", &f->sending_ip);
	text_of(j, "receiving_mx_hostname", &f->mx);
	text_of(j, "receiving_mx_helo", &f->helo);
	text_of(j, "receiving_ip", &f->receiving_ip);
	jw_int(j, "failed_session_count", (int64_t)f->sessions);
	text_of(j, "additional_information", &f->more);
	text_of(j, "failure_reason_code", &f->reason);
	jw_end(j);
}

void
render_json(const struct run *run, const char *file,
    const struct tls_row *row, struct buf *out)
{
	struct buf member = BUF(MEMBER_MAX);
	struct jw j = JW(&member);
	const struct row_head head = { .org = buf_get0(&row->head->org.text),
	    .id = buf_get0(&row->head->id.text),
	    .domain = buf_get0(&row->policy->domain.text),
	    .dated = row->head->dated, .begin = row->head->begin,
	    .end = row->head->end, .n = row->n };

	run_member(run, &j, SCHEMA, findings_verdict(row->fs));
	jw_text(&j, "file", span_str(file));
	text_of(&j, "contact", &row->head->contact);
	policy_of(&j, row->policy);
	failure_of(&j, row->failure);
	jw_findings(&j, "findings", row->fs);
	jw_end(&j);
	row_write(&head, "tlsrpt-report", buf_get0(&member), out);
	buf_free(&member);
}

void
render_none(const struct run *run, const char *file,
    const struct findings *fs, struct buf *out)
{
	row_none(run, "tlsrpt-report", SCHEMA, file, fs, out);
}

/* --- for people ----------------------------------------------------------- */

static void
put_clean(struct buf *out, const struct tls_text *t, const char *without)
{
	if (t->given)
		utf8_clean(out, buf_get0(&t->text));
	else
		buf_str(out, without);
}

static void
put_summary(const struct tls_row *row, struct buf *out)
{
	char begin[DATE_RFC3339_SIZE], end[DATE_RFC3339_SIZE];
	const struct tls_head *h = row->head;
	const struct tls_policy *p = row->policy;

	put_clean(out, &p->domain, "(no domain)");
	buf_str(out, ", ");
	put_clean(out, &p->type, "(no policy type)");
	buf_str(out, ", from ");
	put_clean(out, &h->org, "(nobody)");
	if (h->dated)
		buf_printf(out, ", %s to %s", date_rfc3339(begin, h->begin),
		    date_rfc3339(end, h->end));
	buf_printf(out, ": %llu secured, %llu failed\n",
	    (unsigned long long)p->successful,
	    (unsigned long long)p->failed);
}

static void
put_failure(const struct tls_failure *f, struct buf *out)
{
	buf_printf(out, "  %llu ", (unsigned long long)f->sessions);
	put_clean(out, &f->type, "(no result type)");
	buf_str(out, " at ");
	put_clean(out, &f->mx, "(no host)");
	if (f->receiving_ip.given) {
		buf_str(out, " [");
		put_clean(out, &f->receiving_ip, "");
		buf_str(out, "]");
	}
	if (f->sending_ip.given) {
		buf_str(out, ", from ");
		put_clean(out, &f->sending_ip, "");
	}
	buf_str(out, "\n");
}

void
render_text(const struct run *run, const char *file,
    const struct tls_row *row, struct buf *out)
{
	(void)run;
	(void)file;
	if (row->failure == NULL)
		put_summary(row, out);
	else
		put_failure(row->failure, out);
}

/*
 * What looks again. The reporter wrote the domain: what is no host name, but
 * an option or a word that a shell would take, is not put into a command.
 */
static void
put_command(const struct tls_row *row, struct buf *out)
{
	struct span domain = buf_get0(&row->policy->domain.text);
	bool policy = tlsrpt_result_is_policy(row->failure->result);

	if (!parcel_is_domain(domain))
		return;
	buf_printf(out, "      test: mtasts-check %s%.*s%s\n",
	    policy ? "--each-family " : "", (int)domain.n,
	    (const char *)domain.p,
	    policy ? "" : " | mstls-probe --depth=full");
}

void
render_explained(const struct run *run, const char *file,
    const struct tls_row *row, struct buf *out)
{
	const char *clause = NULL, *means = NULL;

	render_text(run, file, row, out);
	if (row->failure == NULL)
		return;
	means = tls_result_means(row->failure->result, &clause);
	buf_printf(out, "      %s [%s]\n", means, clause);
	if (row->failure->more.given) {
		buf_str(out, "      the sender adds: ");
		put_clean(out, &row->failure->more, "");
		buf_str(out, "\n");
	}
	put_command(row, out);
}
