/* mstls-probe: its options, and what its files share. */
#ifndef MSTLS_PROBE_H
#define MSTLS_PROBE_H

#include <stdbool.h>

#include "base/ip.h"
#include "net/service.h"
#include "probe/probe.h"
#include "run/egress.h"
#include "run/run.h"
#include "run/run_opts.h"
#include "run/run_probe.h"
#include "sys/opt.h"

struct args {
	struct run_opts run;
	int depth;		/* 0 delivery, 1 full */
	bool active;
	bool service[SERVICES], any_service;
	struct run_probe_opts probe;
	bool v4, v6;
	int max_hosts;
	int valid_for;		/* days that a certificate shall hold, or 0 */
	const char *self_test;
	bool tlsa;		/* write TLSA records, not verdicts */
};

/* A run: what its workers share. */
struct job {
	struct run run;
	struct args *args;
	struct probe_ctx probe;
	struct probe_ask ask;
	struct trust *trust;	/* probe's, to be freed */
	int scratch;		/* coord's */
	struct egress egress;	/* as the parent sees it */
};

extern const struct opt_spec probe_spec, tlsa_spec;
extern const struct opt_verb probe_verbs[];

/* The tool without a verb: subjects in, records out. */
int audit_main(int argc, char **argv);
/* The work of both forms; returns the exit status. */
int audit(struct args *args, const struct opt_list *operands);

/* tlsa HOST:PORT: the records for what is served there. */
int tlsa_main(int argc, char **argv);

/* What follows from the options: how to probe. Returns the exit status. */
int job_open(struct job *job, struct args *args);
int job_close(struct job *job, int status);

#endif
