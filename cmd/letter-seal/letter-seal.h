/* What the files of letter-seal share. */
#ifndef LETTER_SEAL_H
#define LETTER_SEAL_H

#include <stdbool.h>
#include <stdint.h>

#include "run/run_opts.h"
#include "seal/chunks.h"
#include "seal/letter.h"
#include "sys/file.h"
#include "sys/opt.h"
#include "sys/rec.h"

/* A number that an option gave, or did not. */
struct number {
	bool given;
	uint64_t v;
};

struct args {
	struct run_opts run;
	struct opt_list keys, peers;	/* audit: each FILE or ID=FILE */
	const char *key, *peer_key;	/* else */
	const char *from, *to;
	struct number sender, receiver;	/* key ids */
	struct number counter, content_type;
	int version;			/* position in 1|2; -1: not given */
	const char *group_key, *expect;	/* group */
	const char *material, *name;	/* media */
	struct opt_list seen;		/* audit */
	const char *out;
	bool force, raw, lines;
};

#define ARGS_DEFAULT { .run = RUN_OPTS_DEFAULT, .version = -1 }

/* The verbs; each returns the exit status. */
int keygen_main(int argc, char **argv);
int public_main(int argc, char **argv);
int fingerprint_main(int argc, char **argv);
int seal_main(int argc, char **argv);
int open_main(int argc, char **argv);
int group_main(int argc, char **argv);
int media_main(int argc, char **argv);
int audit_main(int argc, char **argv);
extern const struct opt_verb verbs[];

/* The tables of options.c. */
extern const struct opt_spec main_spec, keygen_spec, public_spec,
    fingerprint_spec, seal_spec, open_spec, group_spec, media_spec,
    audit_spec;

/*
 * Parse a verb's command line and set up the process for secrets. False when
 * the run ends here, with *status; else *res is the caller's to free.
 */
bool begin(const struct opt_spec *spec, int argc, char **argv,
    struct args *a, struct opt_result *res, int *status);
/* As begin, for a verb without operands: *res is freed. */
bool begin_bare(const struct opt_spec *spec, int argc, char **argv,
    struct args *a, int *status);
/* A wrong command line that was seen after begin_bare: says so, returns 64. */
int wrong(const struct opt_spec *spec, const char *what);
/* What is wrong when nobody gives the verb anything; NULL when one does. */
const char *nothing_given(void);

/* --- keys.c: each returns 0, or the exit status after saying why --- */

int own_key(const char *path, struct x25519 **out);
int peer_key(const char *arg, unsigned char out[static X25519_SIZE]);
/* What --key and --peer-key share. */
int pair_of(const char *key, const char *peer, struct letter_pair **out);

/* --- output.c: a result that goes to --output or to stdout --- */

struct output {
	const char *path;	/* NULL: stdout */
	struct file_out file;
	char *folder;		/* for the sandbox; NULL with stdout */
};

/*
 * Open it, before the sandbox. A "secret" is not written to a stdout that is
 * a file which others can read. 0, or the exit status after saying why.
 */
int output_open(struct output *o, const char *path, bool secret);
/* Write it all and end with it: 0, or the status after saying why. */
int output_end(struct output *o, struct span content, bool replace);
/* To stdout, whatever becomes of it: *out is empty then. */
int output_flush(struct buf *out);

/* One line, whole or a piece of a long one (sys/rec.h): 0, or a status. */
typedef int output_line_fn(void *arg, enum rec_kind kind, struct span text,
    uint64_t line);

/*
 * Hand each line of stdin to fn. What it leaves in out goes to stdout before
 * stdin is waited for, or when it is more than enough. The worst status.
 */
int output_each_line(struct buf *out, size_t enough, output_line_fn *fn,
    void *arg);

/* Forget it; after output_end nothing. */
void output_abort(struct output *o);

/*
 * Give up all files but the folders named (NULL ends, or none): the line
 * before hostile octets are read. False after saying why.
 */
bool give_up_power(const struct args *a, const char *folder,
    const char *other);

#endif
