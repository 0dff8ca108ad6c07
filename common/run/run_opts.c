/* The shared option rows; see run_opts.h. */
#include "run/run_opts.h"

#include "base/date.h"
#include "base/finding.h"
#include "base/mem.h"
#include "sys/pool.h"
#include "sys/say.h"

enum { CODES_MAX = 1 << 20 };

static bool
take_now(void *field, const char *value, struct buf *why)
{
	struct run_now *now = field;

	if (!date_parse(span_str(value), &now->at)) {
		buf_str(why, "is no time (RFC 3339, or @ and seconds)");
		return false;
	}
	now->given = true;
	return true;
}

static bool
take_ignore(void *field, const char *value, struct buf *why)
{
	const char **list = field;
	struct span bad = { NULL, 0 };

	if (!findings_ignore_ok(span_str(value), &bad)) {
		buf_str(why, "names an unknown code: ");
		buf_span(why, bad);
		return false;
	}
	/* several add up; the joined list lives as long as the process */
	*list = *list == NULL ? value : xasprintf("%s,%s", *list, value);
	return true;
}

/* Each tool has one grading; another one would have another name. */
static bool
take_profile(void *field, const char *value, struct buf *why)
{
	struct run_opts *o = (struct run_opts *)(void *)((char *)field -
	    offsetof(struct run_opts, profile));

	if (!span_eq(span_str(value), span_str(o->grading))) {
		buf_printf(why, "is no profile: there is %s", o->grading);
		return false;
	}
	o->profile = value;
	return true;
}

#define AT(field) .at = offsetof(struct run_opts, field)

const struct opt run_speech_rows[RUN_SPEECH_ROWS] = {
	{ .name = "verbose", .letter = 'v', .kind = OPT_COUNT, AT(verbose),
	    .help = "say more on stderr" },
	{ .name = "quiet", .letter = 'q', .kind = OPT_FLAG, AT(quiet),
	    .help = "say only errors" },
};

const struct opt run_verdict_rows[RUN_VERDICT_ROWS] = {
	{ .name = "format", .arg = "text|json", .kind = OPT_CHOICE,
	    AT(format),
	    .help = "for people, or one JSON object a line (default: text on "
	    "a terminal, else json)" },
	{ .name = "fail-on", .arg = "fail|warn|never", .kind = OPT_CHOICE,
	    AT(fail_on),
	    .help = "the mildest verdict that makes the status 1 (default: "
	    "fail)" },
	{ .name = "ignore", .arg = "CODE[@WHERE],...", .kind = OPT_CALL,
	    AT(ignore), .call = take_ignore,
	    .help = "leave these findings out of the verdict" },
	{ .name = "profile", .arg = "NAME", .kind = OPT_CALL, AT(profile),
	    .call = take_profile,
	    .help = "grade findings by this profile; there is one a tool" },
	{ .name = "list-codes", .kind = OPT_FLAG, AT(list_codes),
	    .help = "print the finding codes and what they mean" },
};

const struct opt run_now_rows[RUN_NOW_ROWS] = {
	{ .name = "now", .arg = "TIME", .kind = OPT_CALL, AT(now),
	    .call = take_now,
	    .help = "pretend that it is TIME (RFC 3339, or @ and seconds)" },
};

const struct opt run_sandbox_rows[RUN_SANDBOX_ROWS] = {
	{ .name = "sandbox", .arg = "auto|require|off", .kind = OPT_CHOICE,
	    AT(sandbox),
	    .help = "give up what the kernel lets go of; require: all or "
	    "fail" },
};

const struct opt run_dns_rows[RUN_DNS_ROWS] = {
	{ .name = "zone", .arg = "FILE", .kind = OPT_STR, AT(zone),
	    .help = "answer DNS questions from this msgsec-zone(5) file" },
	{ .name = "offline", .kind = OPT_FLAG, AT(offline),
	    .help = "make no connection; what needs one is unknown" },
	{ .name = "resolver", .arg = "ADDR[@PORT]", .kind = OPT_STR,
	    AT(resolver),
	    .help = "ask this name server, not those of resolv.conf" },
	{ .name = "trust-ad", .kind = OPT_FLAG, AT(trust_ad),
	    .help = "believe its word that DNSSEC was checked" },
	{ .name = "trust-anchor", .arg = "FILE", .kind = OPT_STR,
	    AT(trust_anchor),
	    .help = "check DNSSEC from these DS or DNSKEY records on" },
	{ .name = "record", .arg = "FILE", .kind = OPT_STR, AT(record),
	    .help = "write the DNS answers to FILE, for --zone" },
	{ .name = "timeout", .arg = "SECONDS", .kind = OPT_INT, AT(timeout),
	    .min = 1, .max = 86400,
	    .help = "how long one subject may take" },
};

const struct opt run_connect_rows[RUN_CONNECT_ROWS] = {
	{ .name = "ca-file", .arg = "FILE", .kind = OPT_STR, AT(ca_file),
	    .help = "trust these authorities (PEM), not the system's" },
	{ .name = "allow-private", .kind = OPT_FLAG, AT(allow_private),
	    .help = "connect to private and local addresses too" },
};

const struct opt run_bulk_rows[RUN_BULK_ROWS] = {
	{ .name = "jobs", .letter = 'j', .arg = "N", .kind = OPT_INT,
	    AT(jobs), .min = 1, .max = POOL_WORKERS_MAX,
	    .help = "worker processes" },
	{ .name = "ordered", .kind = OPT_FLAG, AT(ordered),
	    .help = "write the records in the order of the input" },
	{ .name = "resume", .arg = "FILE", .kind = OPT_STR, AT(resume),
	    .help = "append to FILE, skipping the subjects in it" },
	{ .name = "skip", .arg = "FILE", .kind = OPT_STR, AT(skip),
	    .help = "skip the subjects in FILE" },
	{ .name = "retry-unknown", .kind = OPT_FLAG, AT(retry_unknown),
	    .help = "but not those whose verdict there is unknown" },
	{ .name = "files-from", .arg = "FILE", .kind = OPT_LIST,
	    AT(files_from), .help = "take subjects from FILE (-: stdin)" },
	{ .name = "null", .letter = '0', .kind = OPT_FLAG, AT(nul),
	    .help = "there they end with NUL" },
	{ .name = "progress", .arg = "auto|never|always",
	    .kind = OPT_CHOICE, AT(progress),
	    .help = "tell on stderr how far it is (auto: on a terminal)" },
};

void
run_speak(const char *tool, const struct run_opts *o)
{
	say_as(tool);
	say_level(o->quiet ? -1 : o->verbose);
}

int
run_grade(const struct run_opts *o, struct findings *fs)
{
	if (o->ignore != NULL)
		findings_ignore(fs, span_str(o->ignore));
	return exit_of_findings(fs, (enum fail_on)o->fail_on);
}

static bool
is_listed(struct span code, const char *const *areas)
{
	struct span area = span_first(code, span_chr(code, '.'));

	if (areas == NULL)
		return true;
	for (; *areas != NULL; areas++)
		if (span_eq(area, span_str(*areas)))
			return true;
	return false;
}

void
run_list_codes(const char *const *areas, struct buf *out)
{
	for (int i = 0; i < FINDING_CODES; i++) {
		const struct finding_info *f =
		    finding_info((enum finding_code)i);

		if (is_listed(span_str(f->code), areas))
			buf_printf(out, "%s\t%s\t%s\t%s\n", f->code,
			    severity_name(f->sev), f->clause, f->text);
	}
}

int
run_print_codes(const char *const *areas, struct opt_result *res)
{
	res->text.max = CODES_MAX;
	run_list_codes(areas, &res->text);
	return opt_end(res);
}
