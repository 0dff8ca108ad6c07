/* Records as rows; see row.h. */
#include "survey/row.h"

#include "base/ascii.h"
#include "base/date.h"
#include "survey/judge.h"
#include "sys/jget.h"

const char *const survey_verdicts[VERDICTS] = {
	"none", "pass", "warn", "unknown", "fail",
};

/* The members, and how the schemas that are about a domain begin. */
static const struct {
	const char *name, *schema;
} tools[SURVEY_TOOLS] = {
	[TOOL_PROBE] = { "mstls-probe", "mstls-probe/" },
	[TOOL_MTASTS] = { "mtasts-check", "mtasts-check/" },
	[TOOL_DMARC] = { "dmarc-verify", "dmarc-verify-domain/" },
};

static bool
severity_of(struct span name, enum severity *out)
{
	for (int s = SEV_INFO; s <= SEV_FAIL; s++) {
		if (span_eq(name, span_str(severity_name(s)))) {
			*out = s;
			return true;
		}
	}
	return false;
}

/* The form that all codes have (msgsec-record(5)): "area.thing". */
static bool
is_code(struct span s)
{
	size_t dot = span_chr(s, '.');

	for (size_t i = 0; i < s.n; i++)
		if (i != dot && s.p[i] != '-' && (ascii_is_upper(s.p[i]) ||
		    !ascii_is_alnum(s.p[i])))
			return false;
	return dot > 0 && dot + 1 < s.n;
}

static bool
read_finding(const json_t *f, struct survey_finding *out)
{
	struct survey_finding got = {
		.code = jget_span(f, "code"),
		.clause = jget_span(f, "clause"),
		.where = jget_span(f, "where"),
		.text = jget_span(f, "text"),
		.fix = jget_span(f, "fix"),
		.ignored = jget_true(f, "ignored"),
	};

	if (!is_code(got.code) ||
	    !severity_of(jget_span(f, "severity"), &got.severity))
		return false;
	*out = got;
	return true;
}

bool
survey_next_finding(const struct survey_row *row, struct survey_walk *w,
    struct survey_finding *out)
{
	for (; w->tool < SURVEY_TOOLS; w->tool++, w->at = 0) {
		const json_t *list = json_object_get(row->members[w->tool],
		    "findings");

		while (w->at < json_array_size(list)) {
			if (!read_finding(json_array_get(list, w->at++), out))
				continue;
			out->tool = span_str(tools[w->tool].name);
			return true;
		}
	}
	return false;
}

static void
count_findings(struct survey_row *row)
{
	struct survey_walk w = { 0 };
	struct survey_finding f;

	while (survey_next_finding(row, &w, &f))
		if (!f.ignored)
			row->found[f.severity]++;
}

static bool
read_verdict(const json_t *member, enum survey_verdict *worst)
{
	struct span name = jget_span(member, "verdict");

	for (int v = VERDICT_NONE; v < VERDICTS; v++) {
		if (span_eq(name, span_str(survey_verdicts[v]))) {
			if (v > (int)*worst)
				*worst = v;
			return true;
		}
	}
	return false;
}

static void
read_member_time(const json_t *member, struct survey_row *row)
{
	int64_t t = 0;

	if (!date_parse(jget_span(member, "time"), &t))
		return;
	if (!row->timed || t < row->first)
		row->first = t;
	if (!row->timed || t > row->last)
		row->last = t;
	row->timed = true;
}

static bool
read_members(struct survey_row *row, const char **why)
{
	bool any = false;

	for (size_t i = 0; i < SURVEY_TOOLS; i++) {
		json_t *m = json_object_get(row->record, tools[i].name);

		if (!span_starts(jget_span(m, "schema"),
		    span_str(tools[i].schema)))
			continue;
		if (!read_verdict(m, &row->verdict)) {
			*why = "it has a verdict that is none";
			return false;
		}
		row->members[i] = m;
		row->truncated |= jget_true(m, "truncated");
		read_member_time(m, row);
		any = true;
	}
	*why = "nothing about a domain by mstls-probe, mtasts-check or "
	    "dmarc-verify is in it";
	return any;
}

static bool
read_subject(struct survey_row *row)
{
	row->subject = jget_span(row->record, "domain");
	if (row->subject.n == 0)
		row->subject = jget_span(row->record, "endpoint");
	return row->subject.n > 0;
}

bool
survey_row_read(struct span text, struct survey_row *out, const char **why)
{
	struct survey_row row = {
		/* what a domain publishes may have NUL in it */
		.record = json_loadb((const char *)text.p, text.n,
		    JSON_ALLOW_NUL, NULL),
	};
	bool ok = false;

	if (!json_is_object(row.record)) {
		*why = "it is no JSON object";
	} else if (!read_subject(&row)) {
		*why = "it is about no domain and no endpoint";
	} else if (read_members(&row, why)) {
		count_findings(&row);
		survey_judge(&row);
		*out = row;
		ok = true;
	}
	if (!ok)
		json_decref(row.record);
	return ok;
}

void
survey_row_free(struct survey_row *row)
{
	json_decref(row->record);
	*row = (struct survey_row){ 0 };
}

const struct survey_answer *
survey_answer_of(const struct survey_row *row, enum survey_check check)
{
	return &survey_checks[check].answers[row->cells[check].answer];
}
