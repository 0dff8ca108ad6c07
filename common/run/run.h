/*
 * From options to an environment: the clock, the DNS (in process for one
 * subject, the DNS process for many), and what was assumed thereby.
 */
#ifndef RUN_RUN_H
#define RUN_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "dns/process.h"
#include "run/run_opts.h"
#include "sys/env.h"
#include "sys/jw.h"

struct run {
	const struct run_opts *opts;
	struct env env;
	bool text;		/* for people, not JSON; never in --resume */
	unsigned jobs;		/* worker processes in bulk */
	struct dns *record;	/* part of env.dns; NULL: not recording here */
	struct dns *budget;	/* likewise; NULL: no --timeout */
	int record_fd;
	struct dns_process process;	/* pid 0: none */
};

/*
 * Set the clock (--now, else the zone's ";! now", else the machine's) and
 * the DNS. With "bulk", live questions and --record go to the DNS process,
 * started here, before any sandbox; a zone is held in memory, which workers
 * share. Returns 0, or the exit status after having said what is wrong; *r
 * need not be closed then.
 */
int run_open(struct run *r, const struct run_opts *o, bool bulk);

/*
 * The same for what asks no DNS: the clock (--now, else the machine's) and
 * the form of output, nothing that would have to be closed.
 */
void run_open_plain(struct run *r, const struct run_opts *o);

/* --jobs, else as many as there are processors. */
unsigned run_jobs(const struct run_opts *o);

/* In a worker, once: give it its own way to the DNS process. */
void run_worker(struct run *r, unsigned slot);

/* The next subject begins: its --timeout counts from now. */
void run_subject(struct run *r);

/* What a tool wants to keep beside what every run needs. */
struct run_power {
	bool connects;		/* but not under --zone and --offline */
	bool from;		/* its connections start at a given address */
	bool serves;		/* is connected to, always */
	const char *write[2];	/* folders to write in; NULL: none */
};

/*
 * The line at which a tool that reads subjects gives up power, before it
 * reads any of them: files are then only those of --files-from, --skip,
 * --resume and "keep", and there is no network but to the name servers,
 * where they are asked from this process, and what "keep" says. Tells with
 * -v how far it went; false, after saying why, when --sandbox=require asks
 * for more than the kernel gives.
 */
bool run_give_up_power(const struct run *r, const struct run_power *keep);

/*
 * Free it, end the DNS process, and return "status", or a worse one when the
 * recording could not be written.
 */
int run_close(struct run *r, int status);

/*
 * The start of every member: an object with schema, version, time, verdict
 * and, where something was assumed, "assumed". The caller goes on with its
 * own keys and findings, and jw_end.
 */
void run_member(const struct run *r, struct jw *j, const char *schema,
    const char *verdict);

/* The same for people: "assumed: now 2026-...", a line, or nothing. */
void run_banner(const struct run *r, struct buf *out);

/* Whether anything is assumed: what the member's "assumed" would list. */
bool run_assumes(const struct run_opts *o);

/* Findings for people, a line each, and a line for what to do. */
void run_text_findings(const struct findings *fs, struct buf *out);

#endif
