/* The command lines of tlsrpt-report's verbs. */
#include "tlsrpt-report.h"

#include "report/making.h"
#include "report/reading.h"
#include "sys/exit.h"

const struct opt_spec read_spec = {
	.tool = "tlsrpt-report read",
	.usage = "[OPTIONS] [FILE...]",
	.about = "Read TLS reports: JSON, gzip, mails, folders of them.",
	.chunks = read_chunks, .n = READ_CHUNKS,
	.usage_status = EXIT_USAGE,
};

const struct opt_spec explain_spec = {
	.tool = "tlsrpt-report explain",
	.usage = "[OPTIONS] [FILE...]",
	.about = "Say what the failures in TLS reports mean, and how to test "
	    "them.",
	.chunks = read_chunks, .n = READ_CHUNKS,
	.usage_status = EXIT_USAGE,
};

/* Who wants reports stands in the records: no DNS. */
static const struct opt_chunk chunks[] = {
	{ "The reports", make_rows, MAKE_ROWS, 0 },
	RUN_NOW(offsetof(struct make_opts, run)),
	RUN_SANDBOX(offsetof(struct make_opts, run)),
	RUN_SPEECH(offsetof(struct make_opts, run)),
};

const struct opt_spec make_spec = {
	.tool = "tlsrpt-report make",
	.usage = "--org NAME --email ADDRESS [OPTIONS] < records",
	.about = "Make TLS reports of what was found out about domains, or of "
	    "a log.",
	.chunks = chunks, .n = sizeof(chunks) / sizeof(chunks[0]),
	.usage_status = EXIT_USAGE,
};

const struct opt_spec main_spec = {
	.tool = "tlsrpt-report",
	.usage = "VERB [OPTIONS] [FILE...]",
	.about = "Read, explain and make TLS reports (RFC 8460).",
	.verbs = verbs, .verb_required = true,
	.usage_status = EXIT_USAGE,
};
