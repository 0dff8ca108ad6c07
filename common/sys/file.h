/*
 * Whole files in and out: everything read with a ceiling, written files
 * visible only when they are whole.
 */
#ifndef SYS_FILE_H
#define SYS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/span.h"

enum file_result {
	FILE_OK,
	FILE_TOO_BIG,		/* longer than the ceiling */
	FILE_ABSENT,		/* no such file or directory */
	FILE_DENIED,		/* may not be read */
	FILE_EXPOSED,		/* a key that everybody can read */
	FILE_EXISTS,		/* would be overwritten */
	FILE_NOT_CREATED,
	FILE_LOCKED,		/* another process has it */
	FILE_IO,		/* errno says what */
};

/* The exit status for it: 0, 65, 66, 77, 77, 73, 73, 75, 74. */
int file_status(enum file_result r);

/* What went wrong, for people: static text, or strerror(errno). */
const char *file_why(enum file_result r);

/* Append everything up to the end of the input to *out, at most max bytes. */
enum file_result file_slurp_fd(int fd, size_t max, struct buf *out);
enum file_result file_slurp(const char *path, size_t max, struct buf *out);

/*
 * As file_slurp for a secret: FILE_EXPOSED when others may read or write the
 * file (0640 is fine). Read in one go, so that no stale copy stays in freed
 * memory; the caller ends with buf_free_wipe.
 */
enum file_result file_slurp_key(const char *path, size_t max,
    struct buf *out);

/*
 * Open a regular file with the flags of open(2), and keep other processes that
 * open it so from it until *fd is closed: FILE_LOCKED for them. Whoever has it
 * may put another file in its place: that is the one to be had then.
 */
enum file_result file_open_locked(const char *path, int flags, mode_t mode,
    int *fd);

/* Write it all, which blocks; false with errno set. */
bool file_write_all(int fd, struct span s);

/* Copy the first "size" octets of a file to "to"; false with errno set. */
bool file_copy(int from, uint64_t size, int to);

/* One read(2) that blocks, whatever the descriptor does. */
ssize_t file_read(int fd, void *p, size_t n);

/* Exactly n octets of a file from "at"; false at an error or its end. */
bool file_read_at(int fd, void *p, size_t n, off_t at);
/* Write it all there; false with errno set. */
bool file_write_at(int fd, struct span s, off_t at);

/*
 * Take the descriptors 0 to 2 that whoever started us has closed: else the
 * first file that is opened would be stdin, or what is meant for stdout would
 * go into it. They read and write no better than closed ones.
 */
void file_hold_standard(void);

/* Close stdout: the last chance to learn of a write that failed (NFS). */
bool file_close_stdout(void);

/* The folder that the path's file lies in; to be freed. */
char *file_folder(const char *path);

/* Each folder on the way to the path's file, made for its owner alone. */
bool file_make_folders(const char *path);
/* Wait until the names in the folder are on the disk. */
bool file_sync_folder(const char *folder);

/* A file in the making. */
struct file_out {
	int fd;
	char *path;
	char *temp;		/* its name until then; NULL: it has none */
};

/*
 * Start a file that will be called "path" with the mode, in the same folder.
 * FILE_NOT_CREATED when that cannot be; *out is untouched then.
 */
enum file_result file_out_open(struct file_out *out, const char *path,
    mode_t mode);

/*
 * Flush it to the disk and give it its name. With "replace" an older file of
 * that name gives way, otherwise FILE_EXISTS. Frees *out either way; on
 * failure nothing is left behind.
 */
enum file_result file_out_commit(struct file_out *out, bool replace);

/* Forget it. */
void file_out_abort(struct file_out *out);

/* An unnamed file in $TMPDIR, else /var/tmp: a descriptor, or -1 (errno). */
int file_unnamed(void);
/* That folder, for the sandbox. */
const char *file_temp_dir(void);

#endif
