/*
 * "TOOL [options] -- COMMAND ARG...": COMMAND gets the finished message on
 * its stdin. The process that will become COMMAND is forked at the start,
 * before keys are loaded and the sandbox is closed, and waits: so COMMAND
 * inherits neither (sendmail must be able to gain its group), and when the
 * tool fails it is never started.
 */
#ifndef SYS_CHILD_H
#define SYS_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

struct child {
	pid_t pid;
	int fd;		/* COMMAND's stdin */
	int go;		/* one byte here starts it */
};

/* Fork the waiting process. False with errno set. */
bool child_prepare(struct child *c, char **argv);

/* Start COMMAND; write the message to c->fd then. SIGPIPE is ignored. */
bool child_start(struct child *c);

/*
 * Close its stdin, wait, and return its status. 75 when a signal ended it,
 * when it could not be started, and when it left with 0 although it had not
 * taken everything ("all_taken" false).
 */
int child_end(struct child *c, bool all_taken);

/* End it without ever starting COMMAND. */
void child_abandon(struct child *c);

#endif
