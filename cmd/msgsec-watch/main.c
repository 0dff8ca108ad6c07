/* msgsec-watch: what has changed since the last run. */
#include "msgsec-watch.h"

#include <stdlib.h>
#include <unistd.h>

#include "run/run.h"

#define ROW_AT(field) .at = offsetof(struct watch_opts, field)

static const struct opt rows[] = {
	{ .name = "state", .letter = 's', .arg = "FILE", .kind = OPT_STR,
	    ROW_AT(state), .help = "what the last run said; made if absent" },
	{ .name = "unknown-after", .arg = "N", .kind = OPT_INT, .min = 1,
	    .max = 1000, ROW_AT(patience),
	    .help = "what is unknown counts after so many runs (default: "
	    "3)" },
	{ .name = "format", .arg = "text|json", .kind = OPT_CHOICE,
	    ROW_AT(run.format), .help = "for people (default), or records" },
	{ .name = "fail-on", .arg = "fail|warn|never", .kind = OPT_CHOICE,
	    ROW_AT(run.fail_on),
	    .help = "the mildest news that make the status 1 (default: "
	    "fail)" },
};

static const struct opt_chunk chunks[] = {
	OPT_CHUNK("What to tell", rows),
	RUN_NOW(offsetof(struct watch_opts, run)),
	RUN_SANDBOX(offsetof(struct watch_opts, run)),
	RUN_SPEECH(offsetof(struct watch_opts, run)),
};

static const struct opt_spec spec = {
	.tool = "msgsec-watch",
	.usage = "--state=FILE [OPTIONS] < records",
	.about = "Say what has changed in records since the last run.",
	.chunks = chunks, .n = sizeof(chunks) / sizeof(chunks[0]),
	.usage_status = EXIT_USAGE,
};

int
main(int argc, char **argv)
{
	struct watch_opts o = { .run = RUN_OPTS_DEFAULT, .patience = 3 };
	struct opt_result res;
	const char *wrong = NULL;

	run_reader("msgsec-watch");
	o.run.format = RUN_TEXT;
	if (opt_parse(&spec, argc, argv, &o, &res) == OPT_END)
		return opt_end(&res);
	wrong = res.operands.n > 0 ? "records come by stdin" :
	    o.state == NULL ? "give --state" :
	    isatty(STDIN_FILENO) ? "stdin is a terminal: give it records" :
	    NULL;
	if (wrong != NULL) {
		opt_wrong(&spec, &res, "%s", wrong);
		return opt_end(&res);
	}
	opt_result_free(&res);
	run_speak("msgsec-watch", &o.run);
	return watch(&o);
}
