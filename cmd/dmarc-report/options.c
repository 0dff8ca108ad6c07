/* The command lines of dmarc-report's verbs. */
#include "dmarc-report.h"

#include "fail.h"
#include "report/reading.h"
#include "sys/exit.h"

const struct opt_spec read_spec = {
	.tool = "dmarc-report read",
	.usage = "[OPTIONS] [FILE...]",
	.about = "Read DMARC aggregate reports: XML, gzip, zip, mails, folders "
	    "of them.",
	.chunks = read_chunks, .n = READ_CHUNKS,
	.usage_status = EXIT_USAGE,
};

const struct opt_spec make_spec = {
	.tool = "dmarc-report make",
	.usage = "--org NAME --email ADDRESS [OPTIONS] < records",
	.about = "Make aggregate reports of what dmarc-verify said of "
	    "messages.",
	.chunks = make_chunks, .n = MAKE_CHUNKS,
	.usage_status = EXIT_USAGE,
};

#define ROW_AT(field) .at = offsetof(struct fail_opts, field)

static const struct opt failure_rows[] = {
	{ .name = "email", .arg = "ADDRESS", .kind = OPT_STR, ROW_AT(email),
	    .help = "whom to ask about the reports; mails come from there" },
	{ .name = "submitter", .arg = "DOMAIN", .kind = OPT_STR,
	    ROW_AT(submitter),
	    .help = "who reports (default: the domain of --email)" },
	{ .name = "output", .letter = 'o', .arg = "FOLDER", .kind = OPT_STR,
	    ROW_AT(output), .help = "write each report to a file there" },
	{ .name = "messages", .arg = "FOLDER", .kind = OPT_STR,
	    ROW_AT(messages),
	    .help = "where the messages are, as the records name them" },
	{ .name = "max-reports", .arg = "N", .kind = OPT_INT, .min = 1,
	    .max = 1000000, ROW_AT(max_reports),
	    .help = "no more than so many about a domain (default: 10)" },
	{ .name = "redact-key", .arg = "FILE", .kind = OPT_STR,
	    ROW_AT(redact_key),
	    .help = "the secret that makes codes of local parts (default: "
	    "another one each time)" },
	{ .name = "no-redact", .kind = OPT_FLAG, ROW_AT(no_redact),
	    .help = "show the messages' whole headers" },
};

const char *
fail_opts_wrong0(const struct fail_opts *o)
{
	if (o->email == NULL || o->output == NULL || o->messages == NULL)
		return "give --email, --output and --messages";
	if (!parcel_is_address(span_str(o->email)))
		return "--email is a plain address, without a name";
	if (o->submitter != NULL && !parcel_is_domain(span_str(o->submitter)))
		return "--submitter is a domain";
	return NULL;
}

static const struct opt_chunk failure_chunks[] = {
	OPT_CHUNK("The reports", failure_rows),
	RUN_DNS(offsetof(struct fail_opts, run)),
	RUN_NOW(offsetof(struct fail_opts, run)),
	RUN_SANDBOX(offsetof(struct fail_opts, run)),
	RUN_SPEECH(offsetof(struct fail_opts, run)),
};

const struct opt_spec failure_spec = {
	.tool = "dmarc-report failure",
	.usage = "--email ADDRESS -o FOLDER --messages FOLDER [OPTIONS] "
	    "< records",
	.about = "Make failure reports of messages that dmarc-verify judged.",
	.chunks = failure_chunks,
	.n = sizeof(failure_chunks) / sizeof(failure_chunks[0]),
	.usage_status = EXIT_USAGE,
};

const struct opt_spec main_spec = {
	.tool = "dmarc-report",
	.usage = "VERB [OPTIONS] [FILE...]",
	.about = "Read and make DMARC reports (RFC 9990, RFC 7489).",
	.verbs = verbs, .verb_required = true,
	.usage_status = EXIT_USAGE,
};
