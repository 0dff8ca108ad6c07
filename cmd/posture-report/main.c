/* posture-report: records of domains as pages, tables and metrics. */
#include "posture-report.h"

static const struct form *
form_of(const struct options *o)
{
	return o->html ? &form_html : o->html_dir ? &form_html_dir :
	    o->markdown ? &form_markdown : o->csv ? &form_csv :
	    &form_prometheus;
}

int
main(int argc, char **argv)
{
	struct options o = { .run = RUN_OPTS_DEFAULT, .worst = -1 };
	struct report r = { .o = &o };
	struct opt_result res;
	const char *wrong = NULL;

	run_reader("posture-report");
	if (opt_parse(&main_spec, argc, argv, &o, &res) == OPT_END)
		return opt_end(&res);
	wrong = res.operands.n > 0 ? "records come by stdin" :
	    options_wrong0(&o);
	if (wrong != NULL) {
		opt_wrong(&main_spec, &res, "%s", wrong);
		return opt_end(&res);
	}
	opt_result_free(&res);
	run_speak("posture-report", &o.run);
	run_open_plain(&r.run, &o.run);
	if (report_open(&r) && report_give_up_power(&r))
		report_make(&r, form_of(&o));
	return report_close(&r);
}
