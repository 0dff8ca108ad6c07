/*
 * The options that tools share, in chunks: a tool's table lists those that
 * make sense for it. This file needs no DNS library, so that small filters
 * can use it too.
 */
#ifndef RUN_RUN_OPTS_H
#define RUN_RUN_OPTS_H

#include <stdbool.h>
#include <stdint.h>

#include "sys/exit.h"
#include "sys/jw.h"
#include "sys/opt.h"
#include "sys/sandbox.h"

/* --format, in the order of its choices; the default looks at stdout. */
enum run_format { RUN_TEXT, RUN_JSON, RUN_FORMAT_AUTO };

enum run_progress { RUN_PROGRESS_AUTO, RUN_PROGRESS_NEVER,
	RUN_PROGRESS_ALWAYS };

/* --now: a time is only assumed where one was given. */
struct run_now {
	bool given;
	int64_t at;
};

struct run_opts {
	int verbose;		/* -v, each one more */
	bool quiet;
	int format;		/* enum run_format */
	int fail_on;		/* enum fail_on */
	const char *ignore;	/* checked; NULL: none */
	const char *profile;	/* NULL: the tool's own, which is */
	const char *grading;
	bool list_codes;
	int sandbox;		/* enum sandbox_mode */
	struct run_now now;
	const char *zone, *resolver, *record, *trust_anchor, *skip, *resume;
	bool offline, trust_ad;
	bool dnssec;		/* no option: the tool's verdict hangs on it */
	bool keep;		/* no option: its subjects share most names */
	const char *ca_file;	/* NULL: the system's authorities */
	bool allow_private;
	int timeout;		/* seconds a subject may take; 0: any time */
	int jobs;		/* 0: not given */
	bool ordered, retry_unknown, nul;
	int progress;		/* enum run_progress */
	struct opt_list files_from;
};

/*
 * Where a tool's arguments start; with DNSSEC, run_open validates, and with
 * KEEP what a bulk run was answered first holds to its end.
 */
#define RUN_OPTS_DEFAULT \
	{ .format = RUN_FORMAT_AUTO, .grading = "msgsec-2026" }
#define RUN_OPTS_DNSSEC \
	{ .format = RUN_FORMAT_AUTO, .grading = "msgsec-2026", .dnssec = true }
#define RUN_OPTS_KEEP \
	{ .format = RUN_FORMAT_AUTO, .grading = "msgsec-2026", .keep = true }

enum {
	RUN_SPEECH_ROWS = 2,	/* -v -q */
	RUN_VERDICT_ROWS = 5,	/* --format --fail-on --ignore --profile
				   --list-codes */
	RUN_NOW_ROWS = 1,	/* --now */
	RUN_SANDBOX_ROWS = 1,	/* --sandbox */
	RUN_DNS_ROWS = 7,	/* --zone --offline --resolver --trust-ad
				   --trust-anchor --record --timeout */
	RUN_CONNECT_ROWS = 2,	/* --ca-file --allow-private */
	RUN_BULK_ROWS = 8,	/* -j --ordered --resume --skip
				   --retry-unknown --files-from -0 --progress */
};

extern const struct opt run_speech_rows[RUN_SPEECH_ROWS];
extern const struct opt run_verdict_rows[RUN_VERDICT_ROWS];
extern const struct opt run_now_rows[RUN_NOW_ROWS];
extern const struct opt run_sandbox_rows[RUN_SANDBOX_ROWS];
extern const struct opt run_dns_rows[RUN_DNS_ROWS];
extern const struct opt run_connect_rows[RUN_CONNECT_ROWS];
extern const struct opt run_bulk_rows[RUN_BULK_ROWS];

/* The chunks; "base" is where struct run_opts lies in the arguments. */
#define RUN_SPEECH(base) { "Speech", run_speech_rows, RUN_SPEECH_ROWS, base }
#define RUN_VERDICT(base) \
	{ "Verdicts", run_verdict_rows, RUN_VERDICT_ROWS, base }
#define RUN_NOW(base) { "Time", run_now_rows, RUN_NOW_ROWS, base }
#define RUN_SANDBOX(base) { "Power", run_sandbox_rows, RUN_SANDBOX_ROWS, base }
#define RUN_DNS(base) { "DNS", run_dns_rows, RUN_DNS_ROWS, base }
#define RUN_CONNECT(base) \
	{ "Connections", run_connect_rows, RUN_CONNECT_ROWS, base }
#define RUN_BULK(base) { "Many subjects", run_bulk_rows, RUN_BULK_ROWS, base }

/*
 * What follows from them at once: who speaks (the tool's name, not copied)
 * and how much.
 */
void run_speak(const char *tool, const struct run_opts *o);
/*
 * What a tool of that name that reads records begins with, before its options
 * are known: without memory it ends with EXIT_INTERNAL, in jansson too, which
 * would take a record that there is no memory for as a malformed one.
 */
void run_reader(const char *tool);

/*
 * First in whatever has private keys: nobody else may read the process, and
 * its keys are locked in memory as far as they can be, which -v tells.
 */
void run_keep_secrets(void);

/*
 * Enter the sandbox as --sandbox ("mode") says, and tell with -v how far it
 * went. False, after saying why, when "require" wants more than this kernel
 * gives.
 */
bool run_enter_sandbox(const struct sandbox *want, int mode);

/* May the network be asked: neither --zone nor --offline stands for it. */
bool run_is_live(const struct run_opts *o);

/*
 * Write a result to stdout: 0, or 74 after having said why not. With _last
 * stdout is closed behind it, which is when some file systems tell.
 */
int run_stdout(struct span s);
int run_stdout_last(struct span s);

/*
 * Append all of stdin, at most max octets: 0, or the exit status for it after
 * having said why.
 */
int run_stdin(size_t max, struct buf *out);

/*
 * Leave out of the verdict what --ignore names; the exit status that the
 * findings then give by --fail-on.
 */
int run_grade(const struct run_opts *o, struct findings *fs);

/*
 * Append the finding codes whose area is among "areas" (a list of names
 * before the dot, ended by NULL; NULL for all): for --list-codes, one a line
 * "CODE<tab>SEVERITY<tab>CLAUSE<tab>TEXT".
 */
void run_list_codes(const char *const *areas, struct buf *out);

/*
 * What makes the run not the plain truth: the member "assumed", or a line for
 * people; nothing when nothing is assumed.
 */
void run_assumed(const struct run_opts *o, struct jw *j);
void run_assumed_text(const struct run_opts *o, struct buf *out);

/*
 * The answer to --list-codes: print them, free the result, and return the
 * exit status.
 */
int run_print_codes(const char *const *areas, struct opt_result *res);

#endif
