/*
 * The options of tools that visit mail hosts, and what follows from them.
 */
#ifndef RUN_RUN_PROBE_H
#define RUN_RUN_PROBE_H

#include "probe/probe.h"
#include "run/run_opts.h"

struct run_probe_opts {
	const char *helo;	/* NULL: this host's name */
	struct ip_addr source;	/* family 0: not given */
	int max_conn, gap;	/* gap in seconds */
};

/* --helo --source --max-conn --gap; the first of them alone has its use. */
enum { RUN_PROBE_ROWS = 4 };
extern const struct opt run_probe_rows[RUN_PROBE_ROWS];

/* The chunk; "base" is where struct run_probe_opts lies. */
#define RUN_PROBE(base) \
	{ "How to connect", run_probe_rows, RUN_PROBE_ROWS, base }

/* How to look, as one delivery does, within "seconds" an address. */
struct probe_ask run_probe_ask(const struct run_probe_opts *o, int seconds);

#endif
