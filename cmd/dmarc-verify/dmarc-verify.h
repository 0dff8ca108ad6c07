/* What the files of dmarc-verify share. */
#ifndef DMARC_VERIFY_H
#define DMARC_VERIFY_H

#include <stdbool.h>

#include "mail/mbox.h"
#include "run/onward.h"
#include "run/run.h"
#include "sys/opt.h"
#include "verdict.h"

struct args {
	struct run_opts run;
	struct onward_opts onward;
	struct connection connection;
	const char *authserv_id;
	bool header, prepend, explain, mbox;
	int at;				/* 0: now, 1: received */
};

/* The verbs; each returns the exit status. */
int message_main(int argc, char **argv);
extern const struct opt_verb verbs[];

/* The table of options.c for messages. */
extern const struct opt_spec message_spec;

/* What both ways of judging messages set up in the process that does it. */
void judge_open(struct judge *j, const struct args *a, struct env *env);
void judge_close(struct judge *j);

/* --prepend: the message with its field on top (prepend.c). */
int prepend_message(const struct args *a, struct run *run, char **command);

/*
 * The messages that the operands stand for (input.c): files, folders and
 * Maildirs walked, with "mbox" the messages of mbox files. A message is
 * written down as one text, so that it can travel to a worker.
 */
struct input;
struct input *input_new(const struct opt_list *operands, bool mbox);
/* Append the next message's text; false when there is none left. */
bool input_next(struct input *in, struct buf *text);
/* The worst status of operands that could not be read. */
int input_status(const struct input *in);
void input_free(struct input *in);

/* A message's text taken apart. */
struct place {
	char *file;		/* owned */
	uint64_t n;
	bool part;		/* of an mbox: at "start", "length" octets */
	uint64_t start, length;
};

bool place_parse(struct span text, struct place *out);
void place_free(struct place *p);

/* Octets of a place, as a source. */
struct opened {
	int fd;
	bool part;
	struct mbox_part mbox;	/* of that part */
};

/* False with errno set. "-" is stdin. */
bool place_open(const struct place *p, struct opened *o);
struct msg_source opened_source(struct opened *o);
void opened_close(struct opened *o);

#endif
