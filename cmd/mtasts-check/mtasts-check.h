/* mtasts-check: its options, and what its files share. */
#ifndef MTASTS_CHECK_H
#define MTASTS_CHECK_H

#include <stdbool.h>

#include "mtasts/inquiry.h"
#include "mtasts/memory.h"
#include "mtasts/preload.h"
#include "probe/probe.h"
#include "run/egress.h"
#include "run/run.h"
#include "run/run_fetch.h"
#include "run/run_opts.h"
#include "run/run_probe.h"
#include "sys/opt.h"

/* --cache[=FILE] */
struct cache_opt {
	bool on;
	const char *file;	/* NULL: the usual one */
};

struct args {
	struct run_opts run;
	struct cache_opt cache;
	bool refresh, each_family, host_tls, probe;
	int valid_for;		/* days, or 0 */
	struct run_probe_opts manner;	/* of --probe */
	const char *preload;
	const char *socketmap;	/* serve */
};

/* The verbs; each returns the exit status. */
int check_main(int argc, char **argv);
int lint_main(int argc, char **argv);
int cache_main(int argc, char **argv);
int serve_main(int argc, char **argv);
extern const struct opt_verb verbs[];

/* The tables of options.c. */
extern const struct opt_spec check_spec, serve_spec;
/* --cache's row alone, for "cache"; "at" is in struct args. */
extern const struct opt cache_rows[1];
/* The areas of finding codes, for --list-codes. */
extern const char *const check_areas[];

/* --- what check and serve set up the same way (job.c) */

struct job {
	struct run run;
	const struct args *args;
	struct run_fetch web;
	struct probe_ctx probe;	/* --probe */
	struct egress egress;
	int scratch;		/* a file for what it finds; -1: none */
	struct preload *preload;
	char *memory_path;	/* NULL: nothing is remembered */
	bool memory_writes;
	struct worker *worker;	/* this process's own, if it is one */
	struct buf changes;	/* not yet in the file */
	enum memory_result kept;	/* the first failure to write */
};

/*
 * Open everything that options name, before the sandbox. With "bulk" as
 * run_open. Returns 0, or the exit status after saying why.
 */
int job_open(struct job *j, const struct args *args, bool bulk);
/* Give up power; with a folder (or NULL) whose socket is to be removed. */
bool job_give_up_power(const struct job *j, const char *socket_folder);
int job_close(struct job *j, int status);

/* Take changes in; they are written in batches, at the latest by job_keep. */
void job_note(struct job *j, struct span changes);
void job_keep(struct job *j);

/*
 * The file that --cache means: the one named, or the usual one, whose folder
 * is made when "make" is set. NULL after saying why.
 */
char *job_memory_path(const struct cache_opt *cache, bool make);
/* The exit status that a trouble with the memory gives. */
int job_memory_status(enum memory_result r);

/* What a worker has of its own. */
struct worker {
	struct memory *memory;	/* NULL: none, or it failed */
	enum memory_result memory_result;
};

/* In the process that works; the job frees it. */
struct worker *worker_open(struct job *j);
/* A memory that was not there, or not to be had, may be by now. */
void worker_look_again(struct job *j);
/* The ways of inquiry; "deadline" in the milliseconds of the env's clock. */
struct sts_ways job_ways(const struct job *j, const struct worker *w,
    int64_t deadline);

#endif
