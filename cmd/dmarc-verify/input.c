/*
 * The messages that operands stand for. Folders are read as they come, so
 * that a million files need no more memory than one.
 */
#include "dmarc-verify.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cur.h"
#include "base/mem.h"
#include "mbox.h"
#include "sys/exit.h"
#include "sys/file.h"
#include "sys/say.h"

enum { DEPTH_MAX = 64, FILE_NAME_MAX = 8192 };

struct folder {
	DIR *dir;
	char *path;
};

struct input {
	const struct opt_list *operands;
	size_t next;
	bool mbox;
	struct folder stack[DEPTH_MAX];
	size_t depth;
	struct mbox *open_mbox;
	int status;
};

struct input *
input_new(const struct opt_list *operands, bool mbox)
{
	struct input *in = xcalloc(1, sizeof(*in));

	in->operands = operands;
	in->mbox = mbox;
	return in;
}

static void
failed(struct input *in, const char *path)
{
	int e = errno;

	say_error("%s: %s", path, strerror(e));
	in->status = exit_worse(in->status, e == ENOENT ? EXIT_NO_INPUT :
	    e == EACCES ? EXIT_PERMISSION : EXIT_IO);
}

/* Takes "path" over. */
static void
push(struct input *in, char *path)
{
	DIR *dir = in->depth < DEPTH_MAX ? opendir(path) : NULL;

	if (in->depth == DEPTH_MAX)
		errno = ELOOP;
	if (dir == NULL) {
		failed(in, path);
		free(path);
		return;
	}
	in->stack[in->depth++] = (struct folder){ dir, path };
}

/* A Maildir's tmp holds what is not delivered yet. */
static bool
is_passed_over(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    strcmp(name, "tmp") == 0;
}

/* What a Maildir keeps for itself beside its messages. */
static bool
is_bookkeeping(const char *name)
{
	return strncmp(name, "dovecot", 7) == 0 || name[0] == '.' ||
	    strcmp(name, "maildirfolder") == 0 ||
	    strcmp(name, "subscriptions") == 0;
}

enum kind { OTHER, FOLDER, REGULAR };

/* Most file systems tell the kind with the name; links are not followed. */
static enum kind
kind_of(struct input *in, const struct dirent *e, const char *path)
{
	struct stat st;

	if (e->d_type != DT_UNKNOWN)
		return e->d_type == DT_DIR ? FOLDER :
		    e->d_type == DT_REG ? REGULAR : OTHER;
	if (lstat(path, &st) != 0) {
		failed(in, path);
		return OTHER;
	}
	return S_ISDIR(st.st_mode) ? FOLDER :
	    S_ISREG(st.st_mode) ? REGULAR : OTHER;
}

/* The next file of the innermost folder; entering folders on the way. */
static char *
next_in_folder(struct input *in)
{
	while (in->depth > 0) {
		struct folder *f = &in->stack[in->depth - 1];
		struct dirent *e = readdir(f->dir);
		char *path = NULL;
		enum kind kind = OTHER;

		if (e == NULL) {
			closedir(f->dir);
			free(f->path);
			in->depth--;
			continue;
		}
		if (is_passed_over(e->d_name))
			continue;
		path = xasprintf("%s/%s", f->path, e->d_name);
		kind = kind_of(in, e, path);
		if (kind == REGULAR && !is_bookkeeping(e->d_name))
			return path;
		if (kind == FOLDER)
			push(in, path);
		else
			free(path);
	}
	return NULL;
}

/* The next file of all, owned; NULL when there is none. */
static char *
next_file(struct input *in)
{
	for (;;) {
		char *path = next_in_folder(in);
		const char *operand = NULL;
		struct stat st;

		if (path != NULL)
			return path;
		if (in->next == in->operands->n)
			return NULL;
		operand = in->operands->v[in->next++];
		if (strcmp(operand, "-") == 0 || stat(operand, &st) != 0 ||
		    !S_ISDIR(st.st_mode))
			return xstrdup(operand);
		push(in, xstrdup(operand));
	}
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
		failed(in, mbox_path(m));
	mbox_close(m);
	in->open_mbox = NULL;
	return false;
}

bool
input_next(struct input *in, struct buf *text)
{
	while (!next_in_mbox(in, text)) {
		char *path = next_file(in);

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
			failed(in, path);
		free(path);
	}
	return true;
}

int
input_status(const struct input *in)
{
	return in->status;
}

void
input_free(struct input *in)
{
	while (in->depth > 0) {
		in->depth--;
		closedir(in->stack[in->depth].dir);
		free(in->stack[in->depth].path);
	}
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
	*o = (struct opened){ .fd = STDIN_FILENO, .part = p->part,
	    .at = p->start, .left = p->length };
	o->lines = BUF(4 << 20);
	if (strcmp(p->file, "-") != 0)
		o->fd = open(p->file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	return o->fd >= 0;
}

static ssize_t
read_part(void *arg, void *p, size_t n)
{
	return mbox_read(arg, p, n);
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
	buf_free(&o->lines);
}
