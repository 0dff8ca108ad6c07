/*
 * A message from stdin that is written for onward delivery: read whole,
 * changed at its top or replaced, then written to stdout or to a command that
 * is started when everything is ready. What goes wrong ends in 75, so that mail
 * waits in the queue and never bounces.
 */
#ifndef RUN_ONWARD_H
#define RUN_ONWARD_H

#include <stdbool.h>

#include "crypto/vault.h"
#include "mail/msg.h"
#include "sys/child.h"
#include "sys/opt.h"
#include "sys/spool.h"

/* --on-error, in the order of its choices. */
enum on_error {
	ON_ERROR_TEMPFAIL,
	ON_ERROR_PASS,
	ON_ERROR_REJECT,
};

struct onward_opts {
	int on_error;		/* enum on_error */
	int max_header;		/* bytes; 0 for the default */
};

enum { ONWARD_ROWS = 2 };	/* --on-error --max-header */
extern const struct opt onward_rows[ONWARD_ROWS];
#define ONWARD_CHUNK(base) { "The message", onward_rows, ONWARD_ROWS, base }

struct onward {
	struct onward_opts opts;
	struct msg msg;
	struct buf top;		/* new fields: the caller appends here. With
				   them, what stands above the first field of
				   the message is left out */
	bool *drop;		/* msg.header.n of them, or NULL: left out */
	struct spool rest;	/* the empty line and all behind it */
	struct vault *instead;	/* the whole message that is written in the
				   place of all that; set it before the header
				   is read. NULL: what came in */
	struct child child;
	bool has_child;
};

/*
 * What a tool that reads its message from stdin alone does not take:
 * operands, and a terminal.
 */
enum opt_next onward_check(const struct opt_spec *spec,
    struct opt_result *res);

/*
 * Begin; "command" is NULL for stdout. To be called before keys are loaded
 * and the sandbox is closed, since the command is forked here. False after
 * having said why.
 */
bool onward_start(struct onward *o, const struct onward_opts *opts,
    char **command);

/*
 * Begin where the message is only read and nothing goes onward: a reader of
 * stdout that went away ends the process then, as it ends any tool.
 */
void onward_start_reading(struct onward *o, const struct onward_opts *opts);

/* Read the header section. False after having said why. */
bool onward_header(struct onward *o);

/*
 * Read everything else, handing each piece of the body to "each". False
 * after having said why.
 */
bool onward_body(struct onward *o,
    void (*each)(void *arg, struct span piece), void *arg);

/*
 * Write the message, "ok" meaning that o->top is what it should be; without
 * it, do what --on-error says. Returns the exit status.
 */
int onward_finish(struct onward *o, bool ok);

/* CRLF if the message has it, else LF: what new fields end in. */
const char *onward_eol(const struct onward *o);

#endif
