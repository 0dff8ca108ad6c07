/*
 * "TOOL [options] -- COMMAND ARG...": COMMAND gets the finished message on
 * its stdin. The process that will become COMMAND is forked at the start,
 * before keys are loaded and the sandbox is closed, and waits: so COMMAND
 * inherits neither (sendmail must be able to gain its group), and when the
 * tool fails it is never started. Its stdin is the file that has the whole
 * message, never a pipe from the tool: a tool that is killed while COMMAND
 * reads would end the pipe, and half a message would look like a whole one.
 */
#ifndef SYS_CHILD_H
#define SYS_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Whoever started us may ignore SIGCHLD, and exec(2) passes that on: then no
 * wait(2) tells how a child has ended, and each would count as a clean end.
 */
void child_ends_are_told(void);

struct child {
	pid_t pid;
	int go;		/* the file that is sent here starts it */
	int file;	/* that file, -1 before */
};

/* Fork the waiting process. False with errno set. */
bool child_prepare(struct child *c, char **argv);
/* The same with "out" as its stdout. */
bool child_prepare_into(struct child *c, char **argv, int out);

/*
 * Start COMMAND with "file" as its stdin, from the beginning. The file is
 * the child's then, and closed by child_end. False with errno set.
 */
bool child_start(struct child *c, int file);

/*
 * Wait for COMMAND and return its status. 75 when a signal ended it, when
 * it could not be started, and when it left with 0 although it had not read
 * the file to its end.
 */
int child_end(struct child *c);

/* End it without ever starting COMMAND. */
void child_abandon(struct child *c);

#endif
