/*
 * mtasts-check lint: a policy before it is published, against the MX hosts
 * that are planned and the policy that senders still remember (RFC 8461
 * sections 8.1 and 8.3).
 */
#include "lint.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/vec.h"
#include "mtasts/patterns.h"
#include "sys/file.h"
#include "sys/say.h"

enum { OUT_MAX = 1 << 22 };

#define ROW_AT(field) .at = offsetof(struct lint_args, field)

static const struct opt rows[] = {
	{ .name = "policy", .arg = "FILE", .kind = OPT_STR, ROW_AT(policy),
	    .help = "the policy that is to be served" },
	{ .name = "txt", .arg = "STRING", .kind = OPT_STR, ROW_AT(txt),
	    .help = "the _mta-sts record that is to be published" },
	{ .name = "mx", .arg = "HOST", .kind = OPT_LIST, ROW_AT(mx),
	    .help = "an MX host, as planned; repeatable, or more operands" },
	{ .name = "domain", .arg = "DOMAIN", .kind = OPT_STR, ROW_AT(domain),
	    .help = "whose policy it is: tells patterns that are too broad" },
	{ .name = "previous", .arg = "FILE", .kind = OPT_STR,
	    ROW_AT(previous), .help = "the policy served so far" },
	{ .name = "previous-txt", .arg = "STRING", .kind = OPT_STR,
	    ROW_AT(previous_txt), .help = "the record published so far" },
};

static const struct opt_chunk chunks[] = {
	OPT_CHUNK("What is planned", rows),
	RUN_VERDICT(offsetof(struct lint_args, run)),
	RUN_NOW(offsetof(struct lint_args, run)),
	RUN_SPEECH(offsetof(struct lint_args, run)),
	RUN_SANDBOX(offsetof(struct lint_args, run)),
};

static const struct opt_spec spec = {
	.tool = "mtasts-check lint",
	.usage = "[OPTIONS] --policy FILE [--txt STRING] [--mx HOST...] "
	    "[--previous FILE]",
	.about = "Judge an MTA-STS policy before it is published.",
	.chunks = chunks, .n = sizeof(chunks) / sizeof(chunks[0]),
	.usage_status = EXIT_USAGE,
};

/* --- what is planned */

static void
check_hosts(struct lint *l)
{
	const struct opt_list *mx = &l->args->mx;
	struct span unused = { NULL, 0 };

	for (size_t i = 0; i < mx->n; i++)
		patterns_find(&l->policy, mx->v[i], &unused, &l->findings);
	patterns_judge(&l->policy, mx->v, mx->n, span_str(l->args->domain),
	    &l->findings);
}

/* --- against what is remembered of before */

/*
 * Section 8.1: until the new id has reached them, senders hold the hosts to
 * the policy that they remember, at most for its max_age.
 */
static void
check_previous_hosts(struct lint *l)
{
	const struct opt_list *mx = &l->args->mx;
	struct span pattern = { NULL, 0 };

	if (l->previous.mode != SENDER_POLICY_ENFORCE)
		return;
	for (size_t i = 0; i < mx->n; i++) {
		if (sts_policy_matches(&l->previous, span_str(mx->v[i]),
		    &pattern))
			continue;
		l->defers = l->previous.max_age;
		finding_add(&l->findings, F_LINT_DEFERS, mx->v[i],
		    "for up to %u seconds", (unsigned)l->defers);
	}
}

static void
check_same_id(struct lint *l)
{
	if (l->args->previous == NULL)
		finding_add(&l->findings, F_LINT_PREVIOUS, "--previous-txt",
		    "the id is the same, and there is no --previous");
	else if (!span_eq(buf_get0(&l->body), buf_get0(&l->previous_body)))
		finding_add(&l->findings, F_LINT_ID_SAME, "--txt", NULL);
}

static void
check_previous_id(struct lint *l)
{
	struct sts_record before = { { NULL, 0 } };
	struct findings unused = { 0 };

	if (l->args->previous_txt == NULL)
		return;
	if (!sts_record_parse(span_str(l->args->previous_txt), "", &before,
	    &unused))
		finding_add(&l->findings, F_LINT_PREVIOUS, "--previous-txt",
		    "it is no record");
	else if (!l->has_id)
		finding_add(&l->findings, F_LINT_PREVIOUS, "--previous-txt",
		    "there is no id in --txt");
	else if (span_eq(before.id, l->record.id))
		check_same_id(l);
	findings_free(&unused);
}

static void
check_previous(struct lint *l)
{
	check_previous_id(l);
	if (l->args->previous != NULL && !l->has_previous)
		finding_add(&l->findings, F_LINT_PREVIOUS, "--previous",
		    "it is no policy");
	if (!l->has_previous || !l->usable)
		return;
	check_previous_hosts(l);
	if (l->policy.mode == SENDER_POLICY_NONE &&
	    l->previous.mode != SENDER_POLICY_NONE &&
	    l->policy.max_age < l->previous.max_age)
		finding_add(&l->findings, F_LINT_GAP, NULL,
		    "%u seconds against %u", (unsigned)l->previous.max_age,
		    (unsigned)l->policy.max_age);
}

/* --- in which order */

static void
step(struct lint *l, const char *text)
{
	l->steps[l->n++] = text;
}

static void
plan_steps(struct lint *l)
{
	bool retires = l->policy.mode == SENDER_POLICY_NONE;

	step(l, "serve the policy at https://mta-sts.DOMAIN/.well-known/"
	    "mta-sts.txt, over IPv4 and IPv6 alike");
	step(l, l->has_previous ? "then publish the record with a new id: "
	    "the other way round senders would keep the old policy" :
	    "then publish the record at _mta-sts.DOMAIN: the other way round "
	    "senders would find no policy");
	if (retires) {
		step(l, "serve it until the longest max_age ever served has "
		    "passed");
		step(l, "only then remove the record and the policy host");
		return;
	}
	if (l->has_previous)
		step(l, "keep the hosts of the old policy working until the "
		    "record's time to live has passed, and its max_age for "
		    "senders that see no new record");
	if (l->defers > 0)
		step(l, "only then move the MX to hosts that the old policy "
		    "does not name");
	if (l->policy.mode == SENDER_POLICY_TESTING)
		step(l, "read the TLS reports, then go to enforce with a new "
		    "id");
}

/* --- files and strings */

/* *too_big (NULL: it may not be) says that it passes what senders read. */
static int
read_body(const char *path, struct buf *out, bool *too_big)
{
	enum file_result r = FILE_OK;

	*out = BUF(STS_BODY_MAX + 1);
	r = span_eq(span_str(path), SPAN("-")) ?
	    file_slurp_fd(STDIN_FILENO, STS_BODY_MAX, out) :
	    file_slurp(path, STS_BODY_MAX, out);
	if (r == FILE_TOO_BIG && too_big != NULL) {
		*too_big = true;
		return EXIT_HOLDS;
	}
	if (r != FILE_OK)
		say_error("%s: %s", path, file_why(r));
	return file_status(r);
}

static void
judge(struct lint *l)
{
	struct findings unused = { 0 };

	if (l->too_big)
		finding_add(&l->findings, F_POLICY_TOO_BIG, NULL, NULL);
	else
		l->usable = sts_policy_parse(buf_get0(&l->body), &l->policy,
		    &l->findings);
	if (l->args->txt != NULL)
		l->has_id = sts_record_parse(span_str(l->args->txt), "--txt",
		    &l->record, &l->findings);
	if (l->has_id && !sts_record_is_literal(span_str(l->args->txt)))
		finding_add(&l->findings, F_MTASTS_AMBIGUOUS, "--txt", NULL);
	if (l->args->previous != NULL)
		l->has_previous = sts_policy_parse(
		    buf_get0(&l->previous_body), &l->previous, &unused);
	findings_free(&unused);
	if (l->usable && l->policy.mode != SENDER_POLICY_NONE)
		check_hosts(l);
	check_previous(l);
	if (l->usable)
		plan_steps(l);
}

static int
answer(struct lint *l, const struct run *r)
{
	struct buf out = BUF(OUT_MAX);
	int status = run_grade(&l->args->run, &l->findings);

	if (r->text)
		lint_text(l, &out);
	else
		lint_json(r, l, &out);
	status = exit_worse(status, run_stdout(buf_get0(&out)));
	buf_free(&out);
	return status;
}

static int
lint(const struct lint_args *args)
{
	static const struct sandbox nothing = { .network = false };
	struct lint l = { .args = args };
	struct run r;
	int status = read_body(args->policy, &l.body, &l.too_big);

	run_open_plain(&r, &args->run);
	if (status == EXIT_HOLDS && args->previous != NULL)
		status = read_body(args->previous, &l.previous_body, NULL);
	if (status == EXIT_HOLDS && !run_enter_sandbox(&nothing,
	    args->run.sandbox))
		status = EXIT_INTERNAL;
	if (status == EXIT_HOLDS) {
		judge(&l);
		status = answer(&l, &r);
	}
	sts_policy_free(&l.policy);
	sts_policy_free(&l.previous);
	findings_free(&l.findings);
	buf_free(&l.body);
	buf_free(&l.previous_body);
	return status;
}

/* The words after "--mx HOST" are hosts too. */
static enum opt_next
check_operands(struct lint_args *args, struct opt_result *res)
{
	if (args->policy == NULL)
		return opt_wrong(&spec, res, "--policy is missing");
	if (res->operands.n > 0 && args->mx.n == 0)
		return opt_wrong(&spec, res, "%s: what is this? MX hosts "
		    "follow --mx", res->operands.v[0]);
	for (size_t i = 0; i < res->operands.n; i++)
		*VEC_PUSH(&args->mx) = res->operands.v[i];
	for (size_t i = 0; i < args->mx.n; i++)
		if (!dns_text_is_domain(span_str(args->mx.v[i])))
			return opt_wrong(&spec, res, "--mx: %s is no host "
			    "name (A-labels)", args->mx.v[i]);
	return OPT_RUN;
}

int
lint_main(int argc, char **argv)
{
	struct lint_args args = { .run = RUN_OPTS_DEFAULT };
	struct opt_result res = { 0 };
	int status = EXIT_HOLDS;

	if (opt_parse(&spec, argc, argv, &args, &res) == OPT_END)
		return opt_end(&res);
	run_speak("mtasts-check", &args.run);
	if (args.run.list_codes)
		return run_print_codes(check_areas, &res);
	if (check_operands(&args, &res) == OPT_END) {
		free(args.mx.v);
		return opt_end(&res);
	}
	status = lint(&args);
	opt_result_free(&res);
	free(args.mx.v);
	return status;
}
