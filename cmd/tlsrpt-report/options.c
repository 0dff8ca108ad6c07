/* The command lines of tlsrpt-report's verbs. */
#include "tlsrpt-report.h"

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

const struct opt_spec main_spec = {
	.tool = "tlsrpt-report",
	.usage = "VERB [OPTIONS] [FILE...]",
	.about = "Read and explain TLS reports (RFC 8460).",
	.verbs = verbs, .verb_required = true,
	.usage_status = EXIT_USAGE,
};
