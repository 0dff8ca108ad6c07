/* Messages below a folder; see origin.h. */
#include "origin.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/vec.h"
#include "mail/header.h"
#include "mail/mbox.h"
#include "sys/exit.h"
#include "sys/file.h"

enum { HEADER_MAX = 64 << 20, PIECE = 64 << 10 };

struct place {
	uint64_t start, length;
};

struct origin {
	int folder;
	const char *name;
	/* the last file */
	char *path;
	int fd;
	struct mbox *mbox;		/* NULL: it is none */
	bool ended;
	struct {
		struct place *v;	/* of the mbox, as far as it was read */
		size_t n, cap;
	} seen;
};

struct origin *
origin_open(const char *folder)
{
	int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct origin *o = NULL;

	if (fd < 0)
		return NULL;
	o = xcalloc(1, sizeof(*o));
	o->folder = fd;
	o->name = folder;
	o->fd = -1;
	return o;
}

static void
leave(struct origin *o)
{
	mbox_close(o->mbox);
	if (o->fd >= 0)
		close(o->fd);
	free(o->path);
	o->mbox = NULL;
	o->fd = -1;
	o->path = NULL;
	o->ended = false;
	o->seen.n = 0;
}

void
origin_free(struct origin *o)
{
	if (o == NULL)
		return;
	leave(o);
	free(o->seen.v);
	close(o->folder);
	free(o);
}

/* Below the folder of messages, and nowhere else. */
static int
open_below(const struct origin *o, struct span path)
{
	struct span folder = span_str(o->name);
	struct span rest = path, part = { NULL, 0 };
	struct stat st;
	char *below = NULL;
	int fd = -1;

	while (folder.n > 1 && folder.p[folder.n - 1] == '/')
		folder.n--;
	if (!span_starts(path, folder) || path.n <= folder.n + 1 ||
	    path.p[folder.n] != '/' || span_chr(path, '\0') < path.n)
		return -1;
	path = span_from(path, folder.n + 1);
	/* what is left must not begin with "/", which is the root */
	while (path.n > 0 && path.p[0] == '/')
		path = span_from(path, 1);
	for (rest = path; rest.n > 0 && span_split(&rest, '/', &part);)
		if (span_eq(part, SPAN("..")))
			return -1;
	below = span_dup(path);
	fd = openat(o->folder, below, O_RDONLY | O_CLOEXEC | O_NOFOLLOW |
	    O_NONBLOCK | O_NOCTTY);
	free(below);
	if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* The file, unless it is the last one; an mbox by how it begins. */
static bool
go_to(struct origin *o, struct span path)
{
	unsigned char first[1024];
	struct span line = { NULL, 0 };
	ssize_t got = 0;

	if (o->path != NULL && span_eq(span_str(o->path), path))
		return true;
	leave(o);
	o->fd = open_below(o, path);
	if (o->fd < 0)
		return false;
	o->path = span_dup(path);
	got = pread(o->fd, first, sizeof(first), 0);
	line = span_of(first, got > 0 ? (size_t)got : 0);
	if (header_is_envelope(span_first(line, span_chr(line, '\n'))))
		o->mbox = mbox_of(dup(o->fd), o->path);
	return true;
}

/* False where there are not so many. */
static bool
place_of(struct origin *o, uint64_t n, struct place *out)
{
	struct place next = { 0, UINT64_MAX };
	uint64_t ordinal = 0;

	if (o->mbox == NULL) {
		*out = next;
		return n == 1;
	}
	while (o->seen.n < n && !o->ended) {
		o->ended = !mbox_next(o->mbox, &next.start, &next.length,
		    &ordinal);
		if (!o->ended)
			*VEC_PUSH(&o->seen) = next;
	}
	if (n == 0 || n > o->seen.n)
		return false;
	*out = o->seen.v[n - 1];
	return true;
}

static ssize_t
read_some(struct origin *o, struct mbox_part *part, void *p, size_t n)
{
	ssize_t got = 0;

	if (o->mbox != NULL)
		return mbox_read(part, p, n);
	got = pread(o->fd, p, n, (off_t)part->at);
	part->at += got > 0 ? (uint64_t)got : 0;
	return got;
}

/* As far as the header goes. */
static bool
read_header(struct origin *o, const struct place *at, struct buf *out)
{
	struct mbox_part part = mbox_part_open(o->fd, at->start, at->length);
	struct buf octets = BUF(HEADER_MAX);
	unsigned char piece[PIECE];
	size_t scan = 0, end = 0, blank = 0;
	ssize_t got = 1;
	bool whole = false;

	while (got > 0 && !octets.over && !whole) {
		got = read_some(o, &part, piece, sizeof(piece));
		if (got > 0)
			buf_add(&octets, piece, (size_t)got);
		whole = header_end(buf_get0(&octets), &scan, &end, &blank);
	}
	if (got >= 0 && !octets.over)
		buf_span(out, span_first(buf_get0(&octets),
		    whole ? end : octets.n));
	mbox_part_close(&part);
	whole = got >= 0 && !octets.over;
	buf_free(&octets);
	return whole;
}

bool
origin_header(struct origin *o, struct span path, uint64_t n,
    struct buf *out, const char **why, int *status)
{
	struct place at = { 0, 0 };

	*status = EXIT_NO_INPUT;
	*why = "its message is not in --messages";
	if (!go_to(o, path) || !place_of(o, n, &at))
		return false;
	*why = "its message cannot be read";
	return read_header(o, &at, out);
}
