/* The messages that operands stand for. */
#include "dmarc-verify.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cur.h"
#include "base/mem.h"
#include "run/walk.h"

struct input {
	struct walk *files;
	bool mbox;
	struct mbox *open_mbox;
};

struct input *
input_new(const struct opt_list *operands, bool mbox)
{
	struct input *in = xcalloc(1, sizeof(*in));

	in->files = walk_new(operands);
	in->mbox = mbox;
	return in;
}

/* The next message of the mbox that is open; closes it at its end. */
static bool
next_in_mbox(struct input *in, struct buf *text)
{
	struct mbox *m = in->open_mbox;
	uint64_t start = 0, length = 0, n = 0;

	if (m != NULL && mbox_next(m, &start, &length, &n)) {
		buf_byte(text, '\0');
		buf_printf(text, "%llu,%llu,%llu:%s", (unsigned long long)n,
		    (unsigned long long)start, (unsigned long long)length,
		    mbox_path(m));
		return true;
	}
	if (m != NULL && mbox_failed(m))
		walk_failed(in->files, mbox_path(m));
	else if (m != NULL && mbox_is_stray(m))
		walk_malformed(in->files, mbox_path(m),
		    "no mbox begins so: what stands above the first line "
		    "\"From \" is not judged");
	mbox_close(m);
	in->open_mbox = NULL;
	return false;
}

bool
input_next(struct input *in, struct buf *text)
{
	while (!next_in_mbox(in, text)) {
		char *path = walk_next(in->files);

		if (path == NULL)
			return false;
		if (!in->mbox) {
			buf_byte(text, '\0');
			buf_printf(text, ":%s", path);
			free(path);
			return true;
		}
		in->open_mbox = mbox_open(path);
		if (in->open_mbox == NULL)
			walk_failed(in->files, path);
		free(path);
	}
	return true;
}

int
input_status(const struct input *in)
{
	return walk_status(in->files);
}

void
input_free(struct input *in)
{
	walk_free(in->files);
	mbox_close(in->open_mbox);
	free(in);
}

/*
 * What input_next made begins with a NUL, as no path does: all else is the
 * name of a file, a line of --files-from.
 */
bool
place_parse(struct span text, struct place *out)
{
	struct cur c = cur_of(text);
	struct place p = { .n = 1 };

	if (cur_accept(&c, '\0') && !cur_accept(&c, ':')) {
		p.part = true;
		p.n = cur_dec(&c, INT64_MAX);
		cur_expect(&c, ',');
		p.start = cur_dec(&c, INT64_MAX);
		cur_expect(&c, ',');
		p.length = cur_dec(&c, INT64_MAX);
		cur_expect(&c, ':');
	}
	if (c.bad || cur_left(&c).n == 0)
		return false;
	p.file = span_dup(cur_left(&c));
	*out = p;
	return true;
}

void
place_free(struct place *p)
{
	free(p->file);
}

bool
place_open(const struct place *p, struct opened *o)
{
	*o = (struct opened){ .fd = STDIN_FILENO, .part = p->part };
	if (strcmp(p->file, "-") != 0)
		o->fd = open(p->file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	o->mbox = mbox_part_open(o->fd, p->start, p->length);
	return o->fd >= 0;
}

static ssize_t
read_part(void *arg, void *p, size_t n)
{
	struct opened *o = arg;

	return mbox_read(&o->mbox, p, n);
}

struct msg_source
opened_source(struct opened *o)
{
	if (o->part)
		return (struct msg_source){ read_part, o };
	return msg_source_fd(&o->fd);
}

void
opened_close(struct opened *o)
{
	if (o->fd > STDIN_FILENO)
		close(o->fd);
	mbox_part_close(&o->mbox);
}
