/* Operands, lists, and the lines of stdin; see source.h. */
#include "run/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/exit.h"
#include "sys/file.h"
#include "sys/say.h"

void
source_open(struct source *s, const struct coord *c,
    const struct coord_ops *ops, void *arg)
{
	*s = (struct source){
		.c = c, .ops = ops, .arg = arg, .text = BUF(REC_MAX)
	};
	s->stdin_done = c->stdin_is_no_list ||
	    c->run->opts->files_from.n > 0 || ops->next != NULL ||
	    c->n > 1 || (c->n == 1 && strcmp(c->operands[0], "-") != 0);
	/* a lone "-" names stdin, and is no subject */
	if (!s->stdin_done)
		s->operand = c->n;
}

/* The name of a list where a subject belongs is a domain that nobody has. */
static void
warn_of_file(const char *operand)
{
	struct stat st;

	if (stat(operand, &st) == 0 && S_ISREG(st.st_mode))
		say_hint("%s is also a file: its lines come by stdin, or by "
		    "--files-from=%s", operand, operand);
}

static bool
operand(struct source *s, struct subject *out)
{
	*out = (struct subject){ .line = 0 };
	if (s->ops->next != NULL) {
		buf_reset(&s->text);
		if (!s->ops->next(s->arg, &s->text))
			return false;
		out->text = buf_get0(&s->text);
		return true;
	}
	if (s->operand >= s->c->n)
		return false;
	warn_of_file(s->c->operands[s->operand]);
	out->text = span_str(s->c->operands[s->operand++]);
	return true;
}

/* Open the next list, at last stdin; false when there is no more. */
static bool
next_list(struct source *s)
{
	const struct opt_list *lists = &s->c->run->opts->files_from;
	unsigned char delim = s->c->run->opts->nul ? '\0' : '\n';

	while (s->list < lists->n) {
		const char *path = lists->v[s->list++];
		int fd = strcmp(path, "-") == 0 ? STDIN_FILENO :
		    open(path, O_RDONLY | O_CLOEXEC);

		if (fd >= 0) {
			rec_open(&s->in, fd, delim);
			return true;
		}
		s->status = exit_worse(s->status, exit_of_input(errno));
		say_error("%s: %s", path, strerror(errno));
	}
	if (s->stdin_done)
		return false;
	s->stdin_done = true;
	rec_open(&s->in, STDIN_FILENO, '\n');
	return true;
}

static void
close_list(struct source *s)
{
	if (s->in.error != 0) {
		say_error("reading the list: %s", strerror(s->in.error));
		s->status = exit_worse(s->status, EXIT_IO);
	}
	if (s->in.fd != STDIN_FILENO)
		close(s->in.fd);
	rec_close(&s->in);
	s->open = false;
}

enum source_kind
source_next(struct source *s, struct subject *out)
{
	if (operand(s, out))
		return SOURCE_SUBJECT;
	for (;;) {
		enum rec_kind kind = REC_END;

		if (!s->open && !(s->open = next_list(s)))
			return SOURCE_END;
		kind = rec_next(&s->in, &out->text);
		out->line = s->in.line;
		out->is_record = kind == REC_RECORD;
		if (kind == REC_SUBJECT || kind == REC_RECORD)
			return SOURCE_SUBJECT;
		if (kind == REC_LONG || kind == REC_LONG_END)
			return kind == REC_LONG ? SOURCE_LONG :
			    SOURCE_LONG_END;
		if (kind == REC_MORE && s->in.fd == STDIN_FILENO)
			return SOURCE_WAIT;
		if (kind == REC_MORE)
			rec_fill(&s->in);
		else
			close_list(s);
	}
}

void
source_fill(struct source *s)
{
	if (s->open)
		rec_fill(&s->in);
}

void
source_close(struct source *s)
{
	if (s->open)
		close_list(s);
	buf_free(&s->text);
}
