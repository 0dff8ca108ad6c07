/* The command lines of dmarc-report's verbs. */
#include "dmarc-report.h"

#include "report/reading.h"
#include "sys/exit.h"

#define ROW_AT(field) .at = offsetof(struct make_args, field)

static const struct opt make_rows[] = {
	{ .name = "org", .arg = "NAME", .kind = OPT_STR, ROW_AT(org),
	    .help = "the organization that reports" },
	{ .name = "email", .arg = "ADDRESS", .kind = OPT_STR, ROW_AT(email),
	    .help = "whom to ask about the reports; mails come from there" },
	{ .name = "contact", .arg = "TEXT", .kind = OPT_STR,
	    ROW_AT(contact), .help = "more about whom to ask" },
	{ .name = "submitter", .arg = "DOMAIN", .kind = OPT_STR,
	    ROW_AT(submitter),
	    .help = "the receiver (default: the domain of --email)" },
	{ .name = "output", .letter = 'o', .arg = "FOLDER", .kind = OPT_STR,
	    ROW_AT(output), .help = "write each report to a file there" },
	{ .name = "mail", .kind = OPT_FLAG, ROW_AT(mail),
	    .help = "write mails to those that want reports" },
};

static const struct opt_chunk make_chunks[] = {
	OPT_CHUNK("The reports", make_rows),
	RUN_DNS(offsetof(struct make_args, run)),
	RUN_NOW(offsetof(struct make_args, run)),
	RUN_SANDBOX(offsetof(struct make_args, run)),
	RUN_SPEECH(offsetof(struct make_args, run)),
};

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
	.chunks = make_chunks, .n = sizeof(make_chunks) /
	    sizeof(make_chunks[0]),
	.usage_status = EXIT_USAGE,
};

const struct opt_spec main_spec = {
	.tool = "dmarc-report",
	.usage = "VERB [OPTIONS] [FILE...]",
	.about = "Read and make DMARC reports (RFC 9990, RFC 7489).",
	.verbs = verbs, .verb_required = true,
	.usage_status = EXIT_USAGE,
};
