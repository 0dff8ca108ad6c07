/*
 * For tools that make many records of a file: each file is read by a process
 * of its own, which has nothing but that file and a place for its records.
 * They go out when the file has been read to its end, or not at all.
 */
#ifndef RUN_FILES_H
#define RUN_FILES_H

#include "run/run.h"
#include "sys/opt.h"
#include "sys/spool.h"

struct files_ops {
	const char *tool;	/* as --progress calls it */
	/*
	 * In a process for each file: read fd, add records (whole lines) to
	 * *out, return the file's status. What is in *out goes out whatever
	 * the status.
	 */
	int (*work)(void *arg, const char *path, int fd, struct spool *out);
	/*
	 * In the parent: append the line for a file whose process crashed or
	 * passed --timeout; "code" says which.
	 */
	void (*lost)(void *arg, const char *path, enum finding_code code,
	    struct buf *out);
};

/*
 * Do all that the operands stand for, --jobs at a time, their records in the
 * operands' order; "-" is stdin. Power is given up before the first one is
 * opened, files alone are left. Returns the worst status.
 */
int files_run(struct run *r, const struct opt_list *operands,
    const struct files_ops *ops, void *arg);

#endif
