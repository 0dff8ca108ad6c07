/* The command lines of tlsrpt-report's verbs. */
#include "tlsrpt-report.h"

#include "report/making.h"
#include "report/reading.h"
#include "sys/exit.h"
#include "sys/pool.h"

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

#define ROW_AT(field) .at = offsetof(struct reprobe_opts, field)

static const struct opt reprobe_rows[] = {
	{ .name = "max-size", .arg = "MIB", .kind = OPT_INT, .min = 1,
	    .max = 1024, ROW_AT(max_size),
	    .help = "the largest file and report that is read (default: "
	    "64)" },
	{ .name = "max-domains", .arg = "N", .kind = OPT_INT, .min = 1,
	    .max = 10000, ROW_AT(max_domains),
	    .help = "look at no more domains (default: 100)" },
	{ .name = "jobs", .letter = 'j', .arg = "N", .kind = OPT_INT,
	    .min = 1, .max = POOL_WORKERS_MAX, ROW_AT(run.jobs),
	    .help = "domains that are looked at at a time" },
	{ .name = "progress", .arg = "auto|never|always",
	    .kind = OPT_CHOICE, ROW_AT(run.progress),
	    .help = "tell on stderr how far it is (auto: on a terminal)" },
	{ .name = "helo", .arg = "NAME", .kind = OPT_STR, ROW_AT(helo),
	    .help = "name to give in EHLO (default: this host's)" },
};

static const struct opt_chunk reprobe_chunks[] = {
	OPT_CHUNK("Limits", reprobe_rows),
	RUN_CONNECT(offsetof(struct reprobe_opts, run)),
	RUN_DNS(offsetof(struct reprobe_opts, run)),
	RUN_NOW(offsetof(struct reprobe_opts, run)),
	RUN_VERDICT(offsetof(struct reprobe_opts, run)),
	RUN_SANDBOX(offsetof(struct reprobe_opts, run)),
	RUN_SPEECH(offsetof(struct reprobe_opts, run)),
};

const struct opt_spec reprobe_spec = {
	.tool = "tlsrpt-report reprobe",
	.usage = "[OPTIONS] [FILE...]",
	.about = "Look whether the failures in TLS reports are there still.",
	.chunks = reprobe_chunks,
	.n = sizeof(reprobe_chunks) / sizeof(reprobe_chunks[0]),
	.usage_status = EXIT_USAGE,
};

const struct opt_spec main_spec = {
	.tool = "tlsrpt-report",
	.usage = "VERB [OPTIONS] [FILE...]",
	.about = "Read, explain, test and make TLS reports (RFC 8460).",
	.verbs = verbs, .verb_required = true,
	.usage_status = EXIT_USAGE,
};
