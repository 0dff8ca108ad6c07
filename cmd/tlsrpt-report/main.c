/* tlsrpt-report: the reports that senders write about TLS (RFC 8460). */
#include "tlsrpt-report.h"

const struct opt_verb verbs[] = {
	{ "read", read_main, "reports to records, a line a row" },
	{ "explain", explain_main, "what each failure means, and its test" },
	{ "reprobe", reprobe_main, "whether each failure is there still" },
	{ "make", make_main, "records of domains, or a log, to reports" },
	{ NULL, NULL, NULL },
};

int
main(int argc, char **argv)
{
	const struct opt_verb *verb = opt_verb_find(verbs, argc, argv);
	struct opt_result res;

	run_reader("tlsrpt-report");
	if (verb != NULL)
		return verb->run(argc - 1, argv + 1);
	/* a verb is required: this never runs on */
	opt_parse(&main_spec, argc, argv, NULL, &res);
	return opt_end(&res);
}
