/*
 * A file of the inbox of reports, whatever it is: it is handed on, refused or
 * neither, what is handed on has no more octets than may come out, and a
 * second time it is the same.
 */
#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "report/inbox.h"

enum { ROOM = 1 << 16 };

/* What was said of the reports, in their order. */
struct seen {
	struct buf text;
	size_t reports, refused;
};

static bool
is_report(const struct leaf *leaf)
{
	return !mime_type_is(&leaf->type, SPAN("text"), SPAN("plain"));
}

static bool
is_last(const struct leaf *leaf)
{
	return mime_type_is(&leaf->type, SPAN("message"),
	    SPAN("feedback-report"));
}

static bool
keep(void *arg, struct span piece)
{
	buf_span(arg, piece);
	return true;
}

static void
report(void *arg, struct spool *text, const struct findings *fs)
{
	struct seen *seen = arg;

	must(text->n <= ROOM && text->state == SPOOL_OK);
	must(spool_each(text, keep, &seen->text) == SPOOL_OK);
	buf_printf(&seen->text, "|%zu|", fs->n);
	seen->reports++;
}

static void
refuse(void *arg, enum unpack_result r, const char *why, uint64_t at,
    const struct findings *fs)
{
	struct seen *seen = arg;

	must(r != UNPACK_OK && why != NULL && at <= ROOM);
	buf_printf(&seen->text, "|%d %s %llu %zu|", (int)r, why,
	    (unsigned long long)at, fs->n);
	seen->refused++;
}

static void
look(struct span in, struct seen *seen)
{
	static const struct inbox_ops ops = {
		is_report, is_last, report, refuse
	};
	int fd = memfd_create("inbox", MFD_CLOEXEC);
	enum inbox_result r = INBOX_OK;

	*seen = (struct seen){ .text = BUF(1 << 26) };
	must(fd >= 0 && write(fd, in.p, in.n) == (ssize_t)in.n);
	must(lseek(fd, 0, SEEK_SET) == 0);
	r = inbox_read(fd, "report.xml.gz", ROOM, &ops, seen);
	must(r == INBOX_OK || r == INBOX_NONE);
	must((r == INBOX_OK) == (seen->reports + seen->refused > 0));
	close(fd);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct seen once, twice;

	if (n > 1 << 14)
		return 0;
	look(span_of(data, n), &once);
	look(span_of(data, n), &twice);
	must(once.reports == twice.reports && once.refused == twice.refused);
	must(span_eq(buf_get0(&once.text), buf_get0(&twice.text)));
	buf_free(&once.text);
	buf_free(&twice.text);
	return 0;
}
