/* Whole files in and out; see file.h. */
#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/exit.h"

enum { READ_SIZE = 65536 };

int
file_status(enum file_result r)
{
	static const int statuses[] = {
		[FILE_OK] = EXIT_HOLDS,
		[FILE_TOO_BIG] = EXIT_MALFORMED,
		[FILE_ABSENT] = EXIT_NO_INPUT,
		[FILE_DENIED] = EXIT_PERMISSION,
		[FILE_EXPOSED] = EXIT_PERMISSION,
		[FILE_EXISTS] = EXIT_CANNOT_CREATE,
		[FILE_NOT_CREATED] = EXIT_CANNOT_CREATE,
		[FILE_LOCKED] = EXIT_UNKNOWN,
		[FILE_IO] = EXIT_IO,
	};

	return statuses[r];
}

const char *
file_why(enum file_result r)
{
	switch (r) {
	case FILE_OK:
		return "ok";
	case FILE_TOO_BIG:
		return "it is longer than allowed";
	case FILE_EXPOSED:
		return "others may read it (chmod 600 or 640)";
	case FILE_EXISTS:
		return "it exists already";
	case FILE_LOCKED:
		return "another run is writing it";
	case FILE_ABSENT:
	case FILE_DENIED:
	case FILE_NOT_CREATED:
	case FILE_IO:
		break;
	}
	return strerror(errno);
}

static enum file_result
open_result(void)
{
	switch (exit_of_input(errno)) {
	case EXIT_NO_INPUT:
		return FILE_ABSENT;
	case EXIT_PERMISSION:
		return FILE_DENIED;
	default:
		return FILE_IO;
	}
}

/*
 * Whether what has just failed may be tried again, now. Descriptors that do
 * not block are waited for: of a terminal or a pipe that tools share, any of
 * them may have made it so.
 */
static bool
may_try_again(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	if (errno == EAGAIN && poll(&p, 1, -1) >= 0)
		return true;
	return errno == EINTR;
}

ssize_t
file_read(int fd, void *p, size_t n)
{
	ssize_t got = 0;

	do
		got = read(fd, p, n);
	while (got < 0 && may_try_again(fd, POLLIN));
	return got;
}

bool
file_read_at(int fd, void *p, size_t n, off_t at)
{
	unsigned char *to = p;

	while (n > 0) {
		ssize_t got = pread(fd, to, n, at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		to += got;
		at += got;
		n -= (size_t)got;
	}
	return true;
}

bool
file_write_at(int fd, struct span s, off_t at)
{
	while (s.n > 0) {
		ssize_t n = pwrite(fd, s.p, s.n, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		s = span_from(s, (size_t)n);
		at += n;
	}
	return true;
}

void
file_hold_standard(void)
{
	/* the lowest that is free is the one that open() gives */
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null",
		    fd == 0 ? O_WRONLY : O_RDONLY) != fd)
			return;
}

/* Room for a regular file's whole content and one byte, to see its end. */
static size_t
first_room(int fd)
{
	struct stat st = { 0 };

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size <= 0)
		return READ_SIZE;
	return (size_t)st.st_size + 1;
}

/* "whole" holds one byte more than may come, so that too much is seen. */
static enum file_result
slurp(int fd, size_t max, struct buf *whole)
{
	size_t room = first_room(fd);

	for (;;) {
		unsigned char *to = NULL;
		ssize_t got = 0;

		if (room > whole->max - whole->n)
			room = whole->max - whole->n;
		to = buf_room(whole, room);
		got = file_read(fd, to, room);
		if (got < 0)
			return FILE_IO;
		if (got == 0)
			return FILE_OK;
		whole->n += (size_t)got;
		if (whole->n > max)
			return FILE_TOO_BIG;
		/* what is left of the allocation first: no copy, no residue */
		room = whole->cap > whole->n ? whole->cap - whole->n :
		    READ_SIZE;
	}
}

enum file_result
file_slurp_fd(int fd, size_t max, struct buf *out)
{
	struct buf whole = BUF(max + 1);
	enum file_result r = slurp(fd, max, &whole);

	if (r == FILE_OK && whole.n > out->max - out->n)
		r = FILE_TOO_BIG;
	if (r == FILE_OK && out->p == NULL) {
		whole.max = out->max;
		*out = whole;
		return r;
	}
	if (r == FILE_OK)
		buf_span(out, buf_get0(&whole));
	buf_free_wipe(&whole);
	return r;
}

static enum file_result
slurp_and_close(int fd, size_t max, struct buf *out)
{
	enum file_result r = file_slurp_fd(fd, max, out);
	int saved = errno;

	close(fd);
	errno = saved;
	return r;
}

enum file_result
file_slurp(const char *path, size_t max, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? open_result() : slurp_and_close(fd, max, out);
}

enum file_result
file_slurp_key(const char *path, size_t max, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st = { 0 };
	enum file_result r = FILE_OK;

	if (fd < 0)
		return open_result();
	if (fstat(fd, &st) != 0)
		r = FILE_IO;
	else if (S_ISREG(st.st_mode) && (st.st_mode & S_IRWXO) != 0)
		r = FILE_EXPOSED;
	if (r == FILE_OK)
		return slurp_and_close(fd, max, out);
	close(fd);
	return r;
}

static enum file_result
lock(int fd, const struct stat *st)
{
	/* what a device has been read to may have no end */
	if (!S_ISREG(st->st_mode)) {
		errno = EINVAL;
		return FILE_IO;
	}
	while (flock(fd, LOCK_EX | LOCK_NB) != 0)
		if (errno != EINTR)
			return errno == EWOULDBLOCK ? FILE_LOCKED : FILE_IO;
	return FILE_OK;
}

enum file_result
file_open_locked(const char *path, int flags, mode_t mode, int *fd)
{
	for (;;) {
		struct stat ours = { 0 }, named = { 0 };
		int got = open(path, flags | O_CLOEXEC, mode), saved = 0;
		enum file_result r = FILE_IO;

		if (got < 0)
			return open_result();
		if (fstat(got, &ours) == 0)
			r = lock(got, &ours);
		if (r == FILE_OK && stat(path, &named) == 0 &&
		    named.st_dev == ours.st_dev &&
		    named.st_ino == ours.st_ino) {
			*fd = got;
			return r;
		}
		saved = errno;
		close(got);
		errno = saved;
		if (r != FILE_OK)
			return r;
	}
}

bool
file_write_all(int fd, struct span s)
{
	while (s.n > 0) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && may_try_again(fd, POLLOUT))
			continue;
		if (n < 0)
			return false;
		s = span_from(s, (size_t)n);
	}
	return true;
}

/* sendfile(2) where it goes; what it refuses is read and written. */
bool
file_copy(int from, uint64_t size, int to)
{
	unsigned char piece[65536];
	off_t at = 0;
	ssize_t n = 1;

	while (n > 0 && (uint64_t)at < size) {
		n = sendfile(to, from, &at, (size_t)(size - (uint64_t)at));
		if (n < 0 && may_try_again(to, POLLOUT))
			n = 1;
	}
	if (n < 0 && errno != EINVAL && errno != ENOSYS && errno != EPERM)
		return false;
	while ((uint64_t)at < size) {
		n = pread(from, piece, sizeof(piece), at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || !file_write_all(to, span_of(piece, (size_t)n)))
			return false;
		at += n;
	}
	return true;
}

bool
file_close_stdout(void)
{
	return close(STDOUT_FILENO) == 0;
}

char *
file_folder(const char *path)
{
	struct span s = span_str(path);
	size_t slash = span_rchr(s, '/');

	if (slash == s.n)
		return xstrdup(".");
	return span_dup(span_first(s, slash > 0 ? slash : 1));
}

bool
file_make_folders(const char *path)
{
	char *folder = file_folder(path);
	bool ok = mkdir(folder, 0700) == 0 || errno == EEXIST;

	if (!ok && errno == ENOENT)
		ok = file_make_folders(folder) && (mkdir(folder, 0700) == 0 ||
		    errno == EEXIST);
	free(folder);
	return ok;
}

bool
file_sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

enum file_result
file_out_open(struct file_out *out, const char *path, mode_t mode)
{
	char *folder = file_folder(path), *temp = NULL;
	int fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);

	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR ||
	    errno == EINVAL)) {
		temp = xasprintf("%s/.msgsec.XXXXXX", folder);
		fd = mkostemp(temp, O_CLOEXEC);
	}
	free(folder);
	/* the mode is the one asked for, not what umask or mkstemp leave */
	if (fd >= 0 && fchmod(fd, mode) == 0) {
		*out = (struct file_out){ fd, xstrdup(path), temp };
		return FILE_OK;
	}
	if (fd >= 0 && temp != NULL)
		unlink(temp);
	if (fd >= 0)
		close(fd);
	free(temp);
	return FILE_NOT_CREATED;
}

/* Give the file the name; true, or errno says why not. */
static bool
name_it(const struct file_out *out, const char *name)
{
	char self[32] = "";

	if (out->temp != NULL)
		return link(out->temp, name) == 0;
	snprintf(self, sizeof(self), "/proc/self/fd/%d", out->fd);
	return linkat(AT_FDCWD, self, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0;
}

/* A name is only replaced by another name, so it gets one in between. */
static bool
replace_it(const struct file_out *out)
{
	char *between = xasprintf("%s.msgsec-%ld", out->path,
	    (long)getpid());
	bool ok = name_it(out, between) && rename(between, out->path) == 0;
	int saved = errno;

	if (!ok)
		unlink(between);
	free(between);
	errno = saved;
	return ok;
}

enum file_result
file_out_commit(struct file_out *out, bool replace)
{
	enum file_result r = FILE_OK;
	int saved = 0;

	if (fsync(out->fd) != 0)
		r = FILE_IO;
	else if (!name_it(out, out->path) &&
	    (errno != EEXIST || !replace || !replace_it(out)))
		r = errno == EEXIST ? FILE_EXISTS : FILE_NOT_CREATED;
	saved = errno;
	file_out_abort(out);
	errno = saved;
	return r;
}

void
file_out_abort(struct file_out *out)
{
	if (out->temp != NULL)
		unlink(out->temp);
	close(out->fd);
	free(out->temp);
	free(out->path);
	*out = (struct file_out){ .fd = -1 };
}

const char *
file_temp_dir(void)
{
	const char *dir = getenv("TMPDIR");

	return dir != NULL && dir[0] != '\0' ? dir : "/var/tmp";
}

int
file_unnamed(void)
{
	int fd = open(file_temp_dir(), O_TMPFILE | O_RDWR | O_EXCL |
	    O_CLOEXEC, 0600);
	char *name = NULL;

	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR &&
	    errno != EINVAL))
		return fd;
	name = xasprintf("%s/msgsec.XXXXXX", file_temp_dir());
	fd = mkostemp(name, O_CLOEXEC);
	if (fd >= 0)
		unlink(name);
	free(name);
	return fd;
}
