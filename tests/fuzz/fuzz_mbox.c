/*
 * mbox files: messages lie in order, one behind another; what is read does
 * not depend on the size of the reads; what is quoted comes back.
 */
#define _GNU_SOURCE 1
#include "fuzz.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mail/mbox.h"

static int
file_of(struct span s, char path[static 32])
{
	int fd = memfd_create("mbox", 0);

	must(fd >= 0 && write(fd, s.p, s.n) == (ssize_t)s.n);
	snprintf(path, 32, "/proc/self/fd/%d", fd);
	return fd;
}

static void
read_all(int fd, uint64_t at, uint64_t n, size_t step, struct buf *out)
{
	struct mbox_part o = mbox_part_open(fd, at, n);
	unsigned char piece[4096];
	ssize_t got = 0;

	while ((got = mbox_read(&o, piece, step)) > 0)
		buf_add(out, piece, (size_t)got);
	must(got == 0);
	mbox_part_close(&o);
}

static void
walk(struct span in)
{
	char path[32];
	int fd = file_of(in, path);
	struct mbox *m = mbox_open(path);
	uint64_t start = 0, length = 0, n = 0, end = 0, count = 0;

	must(m != NULL);
	while (mbox_next(m, &start, &length, &n)) {
		struct buf a = BUF(1 << 24), b = BUF(1 << 24);

		must(n == ++count && start >= end);
		end = start + length;
		must(end <= in.n);
		read_all(fd, start, length, 4096, &a);
		read_all(fd, start, length, 7, &b);
		must(span_eq(buf_get0(&a), buf_get0(&b)));
		must(a.n <= length);
		buf_free(&a);
		buf_free(&b);
	}
	must(!mbox_failed(m));
	mbox_close(m);
	close(fd);
}

/* The input as the one message of an mbox. */
static void
there_and_back(struct span in)
{
	struct buf text = BUF(1 << 24), back = BUF(1 << 24);
	struct span rest = in, line = { NULL, 0 };
	uint64_t start = 0, length = 0, n = 0;
	struct mbox *m = NULL;
	char path[32];
	int fd = -1;

	if (in.n == 0 || in.p[in.n - 1] != '\n')
		return;
	buf_str(&text, "From a@example.org Sun Mar  1 12:00:00 2026\n");
	rest.n--;
	while (span_split(&rest, '\n', &line)) {
		struct span bare = line;

		while (bare.n > 0 && bare.p[0] == '>')
			bare = span_from(bare, 1);
		if (span_starts(bare, SPAN("From ")))
			buf_byte(&text, '>');
		buf_span(&text, line);
		buf_byte(&text, '\n');
	}
	buf_byte(&text, '\n');
	fd = file_of(buf_get0(&text), path);
	m = mbox_open(path);
	must(mbox_next(m, &start, &length, &n));
	read_all(fd, start, length, 4096, &back);
	must(span_eq(buf_get0(&back), in));
	must(!mbox_next(m, &start, &length, &n));
	mbox_close(m);
	close(fd);
	buf_free(&text);
	buf_free(&back);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	walk(span_of(data, n));
	there_and_back(span_of(data, n));
	return 0;
}
