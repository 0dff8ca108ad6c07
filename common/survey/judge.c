/* From members to cells: policies in the DNS, and what findings add. */
#include "survey/judge.h"

#include "sys/jget.h"

/* Which of the tools answers each check. */
static const enum survey_tool asked_by[CHECKS] = {
	[CHECK_STARTTLS] = TOOL_PROBE, [CHECK_TLS] = TOOL_PROBE,
	[CHECK_CERT] = TOOL_PROBE, [CHECK_DANE] = TOOL_PROBE,
	[CHECK_MTASTS] = TOOL_MTASTS, [CHECK_TLSRPT] = TOOL_MTASTS,
	[CHECK_SPF] = TOOL_DMARC, [CHECK_DKIM] = TOOL_DMARC,
	[CHECK_DMARC] = TOOL_DMARC,
};

/* --- what the findings say ------------------------------------------------ */

static void
hear_of_check(const struct survey_finding *f, int check,
    struct survey_said *said)
{
	const char *absent = survey_checks[check].absent;

	if (absent != NULL && span_eq(f->code, span_str(absent)))
		said->absent[check] = true;
	if (f->severity == SEV_UNKNOWN)
		said->unknown[check] = true;
	if (f->ignored)
		return;
	said->fail[check] |= f->severity == SEV_FAIL;
	said->warn[check] |= f->severity == SEV_WARN;
}

static void
hear(const struct survey_finding *f, size_t tool, struct survey_said *said)
{
	struct span area = span_first(f->code, span_chr(f->code, '.'));
	bool any = false;

	said->no_domain |= span_eq(f->code, SPAN("domain.nxdomain")) ||
	    span_eq(f->code, SPAN("input.not-a-domain"));
	said->no_mail |= span_eq(f->code, SPAN("domain.no-mail"));
	said->cert_expired |= span_eq(f->code, SPAN("cert.expired"));
	for (int c = 0; c < CHECKS; c++) {
		if (asked_by[c] != tool ||
		    !span_list_has(span_str(survey_checks[c].areas), ' ',
		    area))
			continue;
		hear_of_check(f, c, said);
		any = true;
	}
	if (!any && f->severity == SEV_UNKNOWN)
		said->unknown_else[tool] = true;
}

static void
hear_all(const struct survey_row *row, struct survey_said *said)
{
	struct survey_walk w = { 0 };
	struct survey_finding f;

	while (survey_next_finding(row, &w, &f))
		hear(&f, w.tool, said);
}

/* --- policies in the DNS -------------------------------------------------- */

/*
 * Not there: because it is not, or because nobody could look, or what was
 * seen was cut off.
 */
static int
missing(const struct survey_said *said, int check, bool cut, int no)
{
	if (said->no_domain ||
	    (said->no_mx && asked_by[check] == TOOL_MTASTS))
		return ANSWER_NOTHING;
	if (said->absent[check])
		return no;
	return cut || said->unknown[check] ||
	    said->unknown_else[asked_by[check]] ? ANSWER_UNKNOWN : no;
}

/* The member of a member, or NULL; only null itself is no cut. */
static const json_t *
part(const struct survey_row *row, int check, const char *key,
    bool *cut)
{
	const json_t *m = row->members[asked_by[check]];
	const json_t *v = json_object_get(m, key);

	*cut = !json_is_null(v);
	return json_is_object(v) || json_is_array(v) ? v : NULL;
}

static int
named(const struct span *names, size_t n, struct span name, int first,
    int other)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq(names[i], name))
			return first + (int)i;
	return other;
}

static int
judge_mtasts(const struct survey_row *row, const struct survey_said *said)
{
	static const struct span modes[] = { SPAN("enforce"),
	    SPAN("testing"), SPAN("none") };
	bool cut = false, no_record = false;
	const json_t *policy = part(row, CHECK_MTASTS, "policy", &cut);
	const json_t *record = part(row, CHECK_MTASTS, "record", &no_record);

	if (policy != NULL)
		return named(modes, 3, jget_span(policy, "mode"),
		    STS_ENFORCE, ANSWER_UNKNOWN);
	if (record == NULL)
		return said->fail[CHECK_MTASTS] ? STS_BROKEN :
		    missing(said, CHECK_MTASTS, no_record, STS_NO);
	return !said->fail[CHECK_MTASTS] && (cut ||
	    said->unknown[CHECK_MTASTS]) ? ANSWER_UNKNOWN : STS_BROKEN;
}

static int
judge_tlsrpt(const struct survey_row *row, const struct survey_said *said)
{
	bool cut = false;

	if (part(row, CHECK_TLSRPT, "tlsrpt", &cut) != NULL)
		return RPT_YES;
	return missing(said, CHECK_TLSRPT, cut, RPT_NO);
}

static int
judge_spf(const struct survey_row *row, const struct survey_said *said)
{
	static const struct span ends[] = { SPAN("-"), SPAN("~"), SPAN("?"),
	    SPAN("+") };
	bool cut = false;
	const json_t *spf = part(row, CHECK_SPF, "spf", &cut);

	if (spf != NULL)
		return named(ends, 4, jget_span(spf, "all"), SPF_MINUS,
		    SPF_OPEN);
	return missing(said, CHECK_SPF, cut, SPF_NO);
}

static int
judge_dkim(const struct survey_row *row, const struct survey_said *said)
{
	bool cut = false;
	const json_t *keys = part(row, CHECK_DKIM, "dkim", &cut);
	const json_t *key = NULL;
	size_t i = 0;

	json_array_foreach(keys, i, key)
		if (!jget_true(key, "revoked"))
			return KEYS_FOUND;
	if (i > 0)
		return KEYS_GONE;
	if (said->no_mail)
		return ANSWER_NOTHING;
	return missing(said, CHECK_DKIM, cut, KEYS_NO);
}

static int
judge_dmarc(const struct survey_row *row, const struct survey_said *said)
{
	static const struct span policies[] = { SPAN("reject"),
	    SPAN("quarantine"), SPAN("none") };
	bool cut = false;
	const json_t *dmarc = part(row, CHECK_DMARC, "dmarc", &cut);

	if (dmarc != NULL)
		return named(policies, 3, jget_span(dmarc, "policy"),
		    DMARC_REJECT, DMARC_BROKEN);
	if (said->fail[CHECK_DMARC])
		return DMARC_BROKEN;
	return missing(said, CHECK_DMARC, cut, DMARC_NO);
}

/* --- all of it ------------------------------------------------------------ */

/* The answer's own standing, or worse by what was found. */
static void
stand(struct survey_row *row, const struct survey_said *said, int check)
{
	struct survey_cell *cell = &row->cells[check];

	cell->standing = survey_checks[check].answers[cell->answer].standing;
	if (cell->standing == STANDING_NOTHING ||
	    cell->standing == STANDING_NOT_ASKED)
		return;
	if (said->fail[check])
		cell->standing = STANDING_BAD;
	else if (said->warn[check] && (cell->standing == STANDING_GOOD ||
	    cell->standing == STANDING_ABSENT))
		cell->standing = STANDING_WEAK;
}

void
survey_judge(struct survey_row *row)
{
	static int (*const judges[CHECKS])(const struct survey_row *,
	    const struct survey_said *) = {
		[CHECK_MTASTS] = judge_mtasts, [CHECK_TLSRPT] = judge_tlsrpt,
		[CHECK_SPF] = judge_spf, [CHECK_DKIM] = judge_dkim,
		[CHECK_DMARC] = judge_dmarc,
	};
	struct survey_said said = {
		.no_mx = survey_takes_no_mail(row->members[TOOL_MTASTS]),
	};

	hear_all(row, &said);
	if (row->members[TOOL_PROBE] != NULL)
		survey_judge_hosts(row, &said);
	for (int c = 0; c < CHECKS; c++) {
		if (row->members[asked_by[c]] != NULL && judges[c] != NULL)
			row->cells[c].answer = judges[c](row, &said);
		stand(row, &said, c);
	}
}
