/* dmarc-report: the reports that receivers write about DMARC (RFC 9990). */
#include "dmarc-report.h"

const struct opt_verb verbs[] = {
	{ "read", read_main, "reports to records, a line a row" },
	{ "make", make_main, "records of dmarc-verify to reports" },
	{ "failure", failure_main, "records of dmarc-verify to mails about "
	    "single messages" },
	{ NULL, NULL, NULL },
};

int
main(int argc, char **argv)
{
	const struct opt_verb *verb = opt_verb_find(verbs, argc, argv);
	struct opt_result res;

	run_reader("dmarc-report");
	if (verb != NULL)
		return verb->run(argc - 1, argv + 1);
	/* a verb is required: this never runs on */
	opt_parse(&main_spec, argc, argv, NULL, &res);
	return opt_end(&res);
}
