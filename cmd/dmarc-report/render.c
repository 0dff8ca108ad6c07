/* Rows of aggregate reports as records, and for people. */
#include "dmarc-report.h"

#include "base/date.h"
#include "base/utf8.h"
#include "report/row.h"

#define SCHEMA "dmarc-report/1"

enum { MEMBER_MAX = 8 << 20 };

static void
put_text(struct jw *j, const char *key, const struct dmarc_text *t)
{
	if (t->given)
		jw_text(j, key, buf_get0(&t->text));
	else
		jw_null(j, key);
}

static void
put_published(struct jw *j, const struct dmarc_row *r)
{
	jw_object(j, "policy_published");
	put_text(j, "p", &r->v[DR_P]);
	put_text(j, "sp", &r->v[DR_SP]);
	put_text(j, "np", &r->v[DR_NP]);
	put_text(j, "adkim", &r->v[DR_ADKIM]);
	put_text(j, "aspf", &r->v[DR_ASPF]);
	put_text(j, "pct", &r->v[DR_PCT]);
	put_text(j, "fo", &r->v[DR_FO]);
	put_text(j, "testing", &r->v[DR_TESTING]);
	put_text(j, "discovery_method", &r->v[DR_DISCOVERY]);
	jw_end(j);
}

static void
put_items(struct jw *j, const char *key, const struct dmarc_row *r,
    enum dmarc_list list)
{
	static const char *const names[DR_LISTS][DR_ITEM_FIELDS] = {
		[DR_REASONS] = { "type", "comment", NULL, NULL },
		[DR_DKIM_RESULTS] = { "domain", "selector", "result",
		    "human_result" },
		[DR_SPF_RESULTS] = { "domain", "scope", "result",
		    "human_result" },
	};

	jw_array(j, key);
	for (size_t i = 0; i < r->lists[list].n; i++) {
		jw_object(j, NULL);
		for (int k = 0; k < DR_ITEM_FIELDS; k++)
			if (names[list][k] != NULL)
				put_text(j, names[list][k],
				    &r->lists[list].v[i].v[k]);
		jw_end(j);
	}
	jw_end(j);
}

static void
put_row(struct jw *j, const struct dmarc_row *r)
{
	put_text(j, "source_ip", &r->v[DR_SOURCE_IP]);
	jw_int(j, "count", (int64_t)r->count);
	jw_object(j, "policy_evaluated");
	put_text(j, "disposition", &r->v[DR_DISPOSITION]);
	put_text(j, "dkim", &r->v[DR_DKIM]);
	put_text(j, "spf", &r->v[DR_SPF]);
	put_items(j, "reasons", r, DR_REASONS);
	jw_end(j);
	jw_object(j, "identifiers");
	put_text(j, "header_from", &r->v[DR_HEADER_FROM]);
	put_text(j, "envelope_from", &r->v[DR_ENVELOPE_FROM]);
	put_text(j, "envelope_to", &r->v[DR_ENVELOPE_TO]);
	jw_end(j);
	jw_object(j, "auth_results");
	put_items(j, "dkim", r, DR_DKIM_RESULTS);
	put_items(j, "spf", r, DR_SPF_RESULTS);
	jw_end(j);
}

void
render_json(const struct run *run, const char *file,
    const struct dmarc_row *row, struct buf *out)
{
	struct buf member = BUF(MEMBER_MAX);
	struct jw j = JW(&member);
	const struct row_head head = { .org = buf_get0(&row->v[DR_ORG].text),
	    .id = buf_get0(&row->v[DR_ID].text),
	    .domain = buf_get0(&row->v[DR_DOMAIN].text),
	    .dated = row->dated, .begin = row->begin, .end = row->end,
	    .n = row->n };

	run_member(run, &j, SCHEMA, findings_verdict(&row->fs));
	jw_text(&j, "file", span_str(file));
	put_text(&j, "contact", &row->v[DR_EMAIL]);
	put_text(&j, "extra_contact_info", &row->v[DR_CONTACT]);
	put_text(&j, "error", &row->v[DR_ERROR]);
	put_text(&j, "generator", &row->v[DR_GENERATOR]);
	put_text(&j, "report_version", &row->v[DR_VERSION]);
	put_published(&j, row);
	put_row(&j, row);
	jw_findings(&j, "findings", &row->fs);
	jw_end(&j);
	row_write(&head, "dmarc-report", buf_get0(&member), out);
	buf_free(&member);
}

void
render_none(const struct run *run, const char *file,
    const struct findings *fs, struct buf *out)
{
	row_none(run, "dmarc-report", SCHEMA, file, fs, out);
}

/* --- for people ----------------------------------------------------------- */

static void
put_clean(struct buf *out, const char *before, const struct dmarc_text *t)
{
	if (!t->given)
		return;
	buf_str(out, before);
	utf8_clean(out, buf_get0(&t->text));
}

/* "dkim pass (example.org pass, example.net fail)" */
static void
put_results(struct buf *out, const struct dmarc_row *r,
    enum dmarc_list list)
{
	for (size_t i = 0; i < r->lists[list].n; i++) {
		const struct dmarc_item *item = &r->lists[list].v[i];

		buf_str(out, i == 0 ? " (" : ",");
		put_clean(out, i == 0 ? "" : " ", &item->v[DR_A_DOMAIN]);
		put_clean(out, " ", &item->v[DR_A_RESULT]);
	}
	if (r->lists[list].n > 0)
		buf_str(out, ")");
}

void
render_text(const struct run *run, const char *file,
    const struct dmarc_row *row, struct buf *out)
{
	char begin[DATE_RFC3339_SIZE], end[DATE_RFC3339_SIZE];

	(void)run;
	(void)file;
	if (row->n == 1) {
		put_clean(out, "", &row->v[DR_DOMAIN]);
		put_clean(out, ", p=", &row->v[DR_P]);
		put_clean(out, ", from ", &row->v[DR_ORG]);
		if (row->dated)
			buf_printf(out, ", %s to %s",
			    date_rfc3339(begin, row->begin),
			    date_rfc3339(end, row->end));
		buf_str(out, "\n");
	}
	buf_printf(out, "  %llu", (unsigned long long)row->count);
	put_clean(out, " from ", &row->v[DR_SOURCE_IP]);
	put_clean(out, " as ", &row->v[DR_HEADER_FROM]);
	buf_printf(out, ": %s", dmarc_row_passed(row) ? "pass" : "fail");
	put_clean(out, ", disposition ", &row->v[DR_DISPOSITION]);
	put_clean(out, "; dkim ", &row->v[DR_DKIM]);
	put_results(out, row, DR_DKIM_RESULTS);
	put_clean(out, "; spf ", &row->v[DR_SPF]);
	put_results(out, row, DR_SPF_RESULTS);
	buf_str(out, "\n");
}
