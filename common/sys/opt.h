/*
 * Options from one table: parser, --help, --version and --dump-options (from
 * which completions and the manual's check are made) all read the same rows.
 * A row called "version" takes the name from our own, which keeps -V.
 * Conventions are getopt_long's: bundled letters, "--name=value", operands
 * anywhere, "--" ends options.
 */
#ifndef SYS_OPT_H
#define SYS_OPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* What a row does with its field of the argument struct. */
enum opt_kind {
	OPT_FLAG,	/* bool: true */
	OPT_COUNT,	/* int: one more */
	OPT_STR,	/* const char *: the value, last one wins */
	OPT_LIST,	/* struct opt_list: one more value */
	OPT_INT,	/* int: a decimal from min to max */
	OPT_CHOICE,	/* int: position in "arg", which is "a|b|c" */
	OPT_CALL,	/* any: call() decides */
};

struct opt_list {
	const char **v;		/* borrowed from argv; free(v) */
	size_t n, cap;
};

struct opt {
	const char *name;	/* long name, without dashes */
	char letter;		/* short one, or 0 */
	const char *arg;	/* the value: "X", "[X]" optional, or NULL */
	const char *help;	/* a phrase, no final stop */
	enum opt_kind kind;
	size_t at;		/* offset of the field, from the chunk's base */
	int min, max;		/* OPT_INT */
	/*
	 * OPT_CALL: take the value (NULL when there is none) into the field.
	 * False with what is wrong ("is no date") appended to *why.
	 */
	bool (*call)(void *field, const char *value, struct buf *why);
};

/* Rows under one heading; "base" is where their struct lies in the args. */
struct opt_chunk {
	const char *title;
	const struct opt *rows;
	size_t n;
	size_t base;
};

/* A chunk whose rows lie in the args themselves. */
#define OPT_CHUNK(heading, table) \
	{ heading, table, sizeof(table) / sizeof((table)[0]), 0 }

struct opt_verb {
	const char *name;	/* a table ends with a NULL name */
	int (*run)(int argc, char **argv);	/* argv[0] is the verb */
	const char *line;	/* one line for --help */
};

/* One command line: a tool's, or one verb's. */
struct opt_spec {
	const char *tool;	/* "dkim-sign", or "dkim-sign keygen" */
	const char *usage;	/* what follows it, a line a form:
				   "[OPTIONS] < message" */
	const char *about;	/* one sentence */
	const struct opt_chunk *chunks;
	size_t n;
	const struct opt_verb *verbs;	/* NULL: none */
	bool verb_required;
	bool takes_command;	/* "-- COMMAND ARG..." */
	int usage_status;	/* of a wrong command line: 64, or 75 */
	/* Lines for --version: libraries, missing features. NULL: none. */
	void (*version)(struct buf *out);
};

enum opt_next {
	OPT_RUN,	/* go on */
	OPT_END,	/* say "text" and end: opt_end() */
};

/* What is wrong with a command line, for tools that tell it by status. */
enum opt_reason {
	OPT_WRONG_USE,		/* what only the tool can see */
	OPT_WRONG_UNKNOWN,	/* there is no such option or verb */
	OPT_WRONG_MISSING,	/* its value, or a verb, is missing */
	OPT_WRONG_VALUE,	/* the value is none of its kind */
};

struct opt_result {
	struct opt_list operands;
	char **command;		/* what follows "--", ends with NULL */
	bool dashes;		/* "--" was there */
	int status;		/* with OPT_END */
	enum opt_reason reason;	/* if it is usage_status */
	struct buf text;	/* with OPT_END: help, or what is wrong */
};

/*
 * Parse into *args, whose defaults the caller has set: the first thing that a
 * program does, so that it takes care of what whoever started it has left
 * behind, too: the standard descriptors (file_hold_standard) and SIGCHLD
 * (child_ends_are_told). Without takes_command, what follows "--" is operands.
 */
enum opt_next opt_parse(const struct opt_spec *spec, int argc, char **argv,
    void *args, struct opt_result *res);

/* A wrong command line that only the tool can see ("-d without -k"). */
enum opt_next opt_wrong(const struct opt_spec *spec, struct opt_result *res,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/*
 * Write what there is to say (stdout if status is 0, else stderr), free the
 * result and return the status; 74 when stdout fails.
 */
int opt_end(struct opt_result *res);

void opt_result_free(struct opt_result *res);

/* The verb that argv[1] names, or NULL. */
const struct opt_verb *opt_verb_find(const struct opt_verb *verbs, int argc,
    char **argv);

#endif
