/* tlsrpt-report: the reports that senders write about TLS (RFC 8460). */
#include "tlsrpt-report.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/mem.h"
#include "sys/say.h"

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

	say_as("tlsrpt-report");
	mem_on_failure("tlsrpt-report", EXIT_INTERNAL);
	/* a record that there is no memory for is no malformed one */
	json_set_alloc_funcs(xmalloc, free);
	if (verb != NULL)
		return verb->run(argc - 1, argv + 1);
	/* a verb is required: this never runs on */
	opt_parse(&main_spec, argc, argv, NULL, &res);
	return opt_end(&res);
}
