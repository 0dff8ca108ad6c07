/* The command lines of dmarc-report's verbs. */
#include "dmarc-report.h"

#include "report/making.h"
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

const struct opt_spec main_spec = {
	.tool = "dmarc-report",
	.usage = "VERB [OPTIONS] [FILE...]",
	.about = "Read and make DMARC reports (RFC 9990, RFC 7489).",
	.verbs = verbs, .verb_required = true,
	.usage_status = EXIT_USAGE,
};
