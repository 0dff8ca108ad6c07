/* The command lines of tlsrpt-report's verbs. */
#include "tlsrpt-report.h"

#include "sys/exit.h"

static const struct opt limit_rows[] = {
	{ .name = "max-size", .arg = "MIB", .kind = OPT_INT, .min = 1,
	    .max = 1024, .at = offsetof(struct args, max_size),
	    .help = "the largest file and report that is read (default: "
	    "64)" },
	{ .name = "timeout", .arg = "SECONDS", .kind = OPT_INT, .min = 1,
	    .max = 86400, .at = offsetof(struct args, run.timeout),
	    .help = "the longest that one file may take" },
};

static const struct opt_chunk chunks[] = {
	OPT_CHUNK("Limits", limit_rows),
	RUN_VERDICT(offsetof(struct args, run)),
	RUN_NOW(offsetof(struct args, run)),
	RUN_SANDBOX(offsetof(struct args, run)),
	RUN_SPEECH(offsetof(struct args, run)),
};

const struct opt_spec read_spec = {
	.tool = "tlsrpt-report read",
	.usage = "[OPTIONS] [FILE...]",
	.about = "Read TLS reports: JSON, gzip, mails, folders of them.",
	.chunks = chunks, .n = sizeof(chunks) / sizeof(chunks[0]),
	.usage_status = EXIT_USAGE,
};

const struct opt_spec explain_spec = {
	.tool = "tlsrpt-report explain",
	.usage = "[OPTIONS] [FILE...]",
	.about = "Say what the failures in TLS reports mean, and how to test "
	    "them.",
	.chunks = chunks, .n = sizeof(chunks) / sizeof(chunks[0]),
	.usage_status = EXIT_USAGE,
};

const struct opt_spec main_spec = {
	.tool = "tlsrpt-report",
	.usage = "VERB [OPTIONS] [FILE...]",
	.about = "Read and explain TLS reports (RFC 8460).",
	.verbs = verbs, .verb_required = true,
	.usage_status = EXIT_USAGE,
};
