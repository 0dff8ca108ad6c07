/* dmarc-report: the reports that receivers write about DMARC (RFC 9990). */
#include "dmarc-report.h"

#include "report/reading.h"
#include "sys/exit.h"
#include "sys/say.h"

const struct opt_verb verbs[] = {
	{ "read", read_main, "reports to records, a line a row" },
	{ NULL, NULL, NULL },
};

const struct opt_spec read_spec = {
	.tool = "dmarc-report read",
	.usage = "[OPTIONS] [FILE...]",
	.about = "Read DMARC aggregate reports: XML, gzip, zip, mails, folders "
	    "of them.",
	.chunks = read_chunks, .n = READ_CHUNKS,
	.usage_status = EXIT_USAGE,
};

const struct opt_spec main_spec = {
	.tool = "dmarc-report",
	.usage = "VERB [OPTIONS] [FILE...]",
	.about = "Read DMARC reports (RFC 9990, RFC 7489).",
	.verbs = verbs, .verb_required = true,
	.usage_status = EXIT_USAGE,
};

int
main(int argc, char **argv)
{
	const struct opt_verb *verb = opt_verb_find(verbs, argc, argv);
	struct opt_result res;

	say_as("dmarc-report");
	if (verb != NULL)
		return verb->run(argc - 1, argv + 1);
	/* a verb is required: this never runs on */
	opt_parse(&main_spec, argc, argv, NULL, &res);
	return opt_end(&res);
}
